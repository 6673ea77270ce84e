use expect_test::expect;

use super::{house, pipeline};
use crate::catalogue::Catalogue;
use crate::models::{Bill, Most, Roster, bill};

/// The bill of these steps, a model a line.
fn told(steps: &str) -> (Bill, String) {
    let mut models = house();
    models.push(super::Model { context: None, ..super::Model::unknown("openai", "dark") });
    let text = format!("name: x\ndefault_model: middling\nsteps:\n{steps}");
    let bill = bill(&pipeline(&text), &Catalogue::declared(), &Roster::of(models).into());
    let lines: Vec<String> = bill
        .items
        .iter()
        .map(|it| {
            let most = match &it.most {
                Most::Dollars(dollars) => format!("${dollars:.6}"),
                Most::Unknown(why) => format!("unknown: {why}"),
                Most::Unbounded(why) => format!("unbounded: {why}"),
            };
            let number = |it: Option<u64>| it.map_or_else(|| "?".to_owned(), |it| it.to_string());
            format!(
                "{}: {} calls, {} read, {} written, {most}\n",
                it.step,
                number(it.calls),
                number(it.reads),
                number(it.writes)
            )
        })
        .collect();
    let rest: Vec<String> = bill.not_counted.iter().map(|it| format!("not: {it}\n")).collect();
    let text = lines.concat() + &rest.concat();
    (bill, text)
}

#[test]
fn tokens_times_price_times_rounds() {
    let (bill, text) = told(
        "  - id: plain\n    prompt: 12345678\n\
         \x20 - id: limited\n    action: generate\n    parameters: {prompt: 12345678, max_tokens: 100}\n\
         \x20 - id: open\n    prompt: \"say {{ plain.result }}\"\n\
         \x20 - id: shaped\n    prompt: hello\n    vars: [{score: number}]\n\
         \x20 - id: each\n    for_each: [1, 2, 3]\n    steps:\n      - id: inner\n        while: \"true\"\n        max_iterations: 4\n        steps:\n          - id: deep\n            prompt: hi\n\
         \x20 - id: free\n    prompt: \"{{ plain.result }}\"\n    model: local:tiny\n",
    );
    expect![[r#"
        plain: 1 calls, 2 read, 1000 written, $0.004002
        limited: 1 calls, 2 read, 100 written, $0.000402
        open: 1 calls, 100000 read, 1000 written, $0.104000
        shaped: 2 calls, 2 read, 1000 written, $0.008004
        each.inner.deep: 12 calls, 1 read, 1000 written, $0.048012
        free: 1 calls, 100000 read, 1000 written, $0.000000
    "#]]
    .assert_eq(&text);
    assert!(bill.total().is_some_and(|it| (it - 0.16442).abs() < 1e-9), "{:?}", bill.total());
    assert_eq!(bill.total(), Some(bill.known()));
}

#[test]
fn what_is_not_known_is_never_nothing() {
    let (bill, text) = told(
        "  - id: items\n    for_each: \"{{ inputs.list }}\"\n    steps:\n      - id: one\n        prompt: hi\n\
         \x20 - id: dark\n    prompt: hi\n    model: dark\n\
         \x20 - id: later\n    prompt: hi\n    model: \"{{ inputs.model }}\"\n\
         \x20 - id: nobody\n    prompt: hi\n    model: nobodys\n\
         \x20 - id: busy\n    prompt: hi\n    tools: [web-search]\n\
         \x20 - id: call\n    tool: pipeline-executor\n    parameters: {pipeline: other.yaml}\n\
         \x20 - id: sure\n    prompt: hi\n\
         \x20 - id: tag\n    tool: filesystem\n    action: read\n    parameters: {path: <AUTO>Which file?</AUTO>}\n    on_error: try it again\n",
    );
    expect![[r#"
        items.one: ? calls, 1 read, 1000 written, unbounded: how often `items` goes round has no bound: its items are known when it runs
        dark: 1 calls, 1 read, 1000 written, unknown: the price of `dark` is not known
        later: 1 calls, ? read, ? written, unknown: which model answers is known once `{{ inputs.model }}` is
        nobody: 1 calls, ? read, ? written, unknown: nobody is known to serve `nobodys`
        busy: 1 calls, 1 read, 1000 written, unbounded: how often its model calls `tools` is known when it runs
        sure: 1 calls, 1 read, 1000 written, $0.004001
        not: the pipeline that `call` calls
        not: the answers to 1 AUTO tag
        not: what error handlers ask
    "#]]
    .assert_eq(&text);
    assert_eq!(bill.total(), None);
    assert!((bill.known() - 0.004001).abs() < 1e-9);
}

#[test]
fn pictures_are_read_as_much_as_the_window_holds() {
    let (_, text) = told(
        "  - {id: film, tool: video-processing, parameters: {video: a.mp4, operation: analyze}}\n\
         \x20 - {id: frames, tool: video-processing, parameters: {video: a.mp4, operation: extract_frames}}\n\
         \x20 - {id: open, tool: video-processing, parameters: {video: a.mp4, operation: \"{{ x }}\"}}\n\
         \x20 - {id: image, tool: image-analysis, parameters: {image: a.png, analysis_type: describe}}\n\
         \x20 - {id: mend, tool: auto_debugger, parameters: {task_description: 12345678}}\n\
         \x20 - {id: lent, tool: auto_debugger, parameters: {task_description: x, available_tools: [filesystem]}}\n",
    );
    expect![[r#"
        film: 8 calls, 100000 read, ? written, unknown: how much `middling` writes is not known; `max_tokens` limits it
        open: 8 calls, 100000 read, ? written, unknown: how much `middling` writes is not known; `max_tokens` limits it
        image: 1 calls, 100000 read, ? written, unknown: how much `middling` writes is not known; `max_tokens` limits it
        mend: 6 calls, 2 read, ? written, unknown: how much `middling` writes is not known; `max_tokens` limits it
        lent: 6 calls, 1 read, ? written, unbounded: how often its model calls `tools` is known when it runs
    "#]].assert_eq(&text);
}
