use expect_test::expect;

use super::{house, pipeline};
use crate::catalogue::Catalogue;
use crate::models::{Access, Bill, Listed, Most, OwnServer, Place, Reach, Roster, Server, bill};

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
        plain: 1 calls, 439 read, 1000 written, $0.004439
        limited: 1 calls, 442 read, 100 written, $0.000842
        open: 1 calls, 100000 read, 1000 written, $0.104000
        shaped: 2 calls, 1800 read, 1000 written, $0.011600
        each.inner.deep: 12 calls, 433 read, 1000 written, $0.053196
        free: 1 calls, 100000 read, 1000 written, $0.000000
    "#]]
    .assert_eq(&text);
    assert!(bill.total().is_some_and(|it| (it - 0.174077).abs() < 1e-9), "{:?}", bill.total());
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
        items.one: ? calls, 433 read, 1000 written, unbounded: how often `items` goes round has no bound: its items are known when it runs
        dark: 1 calls, 433 read, 1000 written, unknown: the price of `dark` is not known
        later: 1 calls, ? read, ? written, unknown: which model answers is known once `{{ inputs.model }}` is
        nobody: 1 calls, ? read, ? written, unknown: nobody is known to serve `nobodys`
        busy: ? calls, 100000 read, 1000 written, unbounded: how often its model calls `tools` is known when it runs
        sure: 1 calls, 433 read, 1000 written, $0.004433
        not: the pipeline that `call` calls
        not: the answers to 1 AUTO tag
        not: what error handlers ask
    "#]]
    .assert_eq(&text);
    assert_eq!(bill.total(), None);
    assert!((bill.known() - 0.004433).abs() < 1e-9);
}

/// What a step reads at most, of a window of 100,000 tokens.
fn most_read(header: &str, step: &str) -> u64 {
    let text = format!("name: x\ndefault_model: middling\n{header}\nsteps:\n  - id: s\n{step}");
    let bill = bill(&pipeline(&text), &Catalogue::declared(), &Roster::of(house()).into());
    bill.items[0].reads.expect("the window is known")
}

#[test]
fn all_that_a_model_is_told_counts() {
    let plain = most_read("", "    prompt: hello\n");
    assert!(plain > 256 + "hello".len() as u64, "the standard personality is told, too: {plain}");
    assert_eq!(most_read("", "    prompt: 日本\n"), plain + 1, "a token may be a byte");
    let header = format!("personalities: {{own: {{system_prompt: {}}}}}", "x".repeat(1_000));
    assert!(most_read(&header, "    prompt: hello\n    personality: own\n") > 1_256);
    let shaped = most_read("", "    prompt: hello\n    vars: [{score: number}]\n");
    assert!(shaped > plain + 1_000 + 256, "the second question has the first answer: {shaped}");
    for open in [
        "    prompt: \"{{ inputs.x }}\"\n",
        "    prompt: hello\n    personality: of-a-file\n",
        "    prompt: hello\n    tools: [web-search]\n",
        "    tool: image-analysis\n    parameters: {image: a.png, analysis_type: describe}\n",
        "    action: generate_structured\n    parameters: {prompt: hello, schema: \"{{ inputs.x }}\"}\n",
    ] {
        assert_eq!(most_read("", open), 100_000, "{open}");
    }
    let numbers =
        "    action: generate\n    parameters: {prompt: hello, temperature: \"{{ inputs.t }}\"}\n";
    assert!(most_read("", numbers) < plain + 10);
}

/// A provider that is not set up, or that fails.
fn shut(provider: &str, place: Place, access: Access) -> Server {
    Server { provider: provider.to_owned(), place, access }
}

#[test]
fn free_is_what_runs_at_home_and_what_its_author_says() {
    let priced = |provider: &str, name: &str, price| super::Model {
        input_price: Some(price),
        output_price: Some(price),
        ..super::Model::unknown(provider, name)
    };
    let own = |name: &str, place| OwnServer { name: name.to_owned(), place };
    let not_running = || Access::Closed("it does not run".to_owned());
    let listed = |name: &str| Listed { name: name.to_owned(), context: None };
    let mut roster = Roster::of(vec![priced("lab", "dear", 1e6), priced("lab", "gift", 0.0)]);
    roster.servers = vec![own("lab", Place::Elsewhere), own("shed", Place::OwnMachine)];
    let reach = Reach::Known(vec![
        shut("llamacpp", Place::OwnMachine, Access::Open { models: Some(vec![listed("m")]) }),
        shut("ollama", Place::OwnMachine, not_running()),
        shut("vllm", Place::Elsewhere, Access::Open { models: Some(vec![listed("far")]) }),
        shut("lmstudio", Place::Elsewhere, not_running()),
    ]);
    let most = |model: &str, reach: &Reach| {
        let text = format!("name: x\nsteps:\n  - {{id: s, prompt: hello, model: \"{model}\"}}\n");
        let roster = Roster { reach: reach.clone(), ..roster.clone() };
        let bill = bill(&pipeline(&text), &Catalogue::declared(), &roster.into());
        match &bill.items[0].most {
            Most::Dollars(dollars) => format!("${dollars:.0}"),
            Most::Unknown(why) | Most::Unbounded(why) => why.clone(),
        }
    };
    let unpriced = |name: &str| format!("the price of `{name}` is not known");
    let unserved = |name: &str| format!("nobody is known to serve `{name}`");
    for (model, found, not_looked) in [
        // Servers that files name: by their address, and by what the files say of their models.
        ("lab:dear", "$1436".to_owned(), "$1436".to_owned()),
        ("lab:gift", "$0".to_owned(), "$0".to_owned()),
        ("lab:other", unpriced("other"), unpriced("other")),
        ("shed:any", "$0".to_owned(), "$0".to_owned()),
        // Servers that were looked for, whether they run or not, whether they have it or not.
        ("llamacpp:m", "$0".to_owned(), unpriced("m")),
        ("m", "$0".to_owned(), unserved("m")),
        ("llamacpp:other", "$0".to_owned(), unpriced("other")),
        ("ollama:tiny", "$0".to_owned(), unpriced("tiny")),
        ("ollama:huge-cloud", unpriced("huge-cloud"), unpriced("huge-cloud")),
        ("vllm:far", unpriced("far"), unpriced("far")),
        ("lmstudio:x", unpriced("x"), unpriced("x")),
        ("local:x.gguf", "$0".to_owned(), "$0".to_owned()),
    ] {
        assert_eq!(most(model, &reach), found, "{model}");
        assert_eq!(most(model, &Reach::NotKnown), not_looked, "{model}");
    }
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
        mend: 6 calls, 100000 read, ? written, unknown: how much `middling` writes is not known; `max_tokens` limits it
        lent: ? calls, 100000 read, ? written, unbounded: how often its model calls `tools` is known when it runs
    "#]].assert_eq(&text);
}
