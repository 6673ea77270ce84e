//! No proposal of a closed set makes a pipeline wrong: whatever is accepted, no error is there that was not there before.

use checks::Severity;

use super::{accept, at_cursor, snapshot};
use crate::{ItemKind, completion};

/// A pipeline in which most kinds of places occur; each `▮` is one, tried alone. What stands there now is right.
const PIPELINE: &str = r#"
id: demo
version: 1.0.0
inputs:
  topic:
    type: ▮string
    required: ▮true
    default: tides
  mode: {type: string, choices: [fast, slow], default: ▮fast}
  limits: {type: object, default: {low: 1, high: 2}}
experts:
  critic:
    model: ▮gpt-4o
personalities:
  editor:
    extends: ▮standard
    system_prompt: You edit.
selection:
  strategy: ▮cost
  fallback: ▮gpt-4o-mini
steps:
  - id: read
    tool: ▮filesystem
    action: ▮read
    parameters:
      path: in.txt
    on_failure: ▮continue
  - id: find
    tool: web-search
    parameters:
      query: "{{ ▮topic }} {{ topic | ▮upper }}"
      backend: ▮bing
    dependencies: [▮read]
    selection: ▮cost
  - id: check
    action: evaluate_condition
    parameters:
      condition: "{{ find.▮total_results > 3 }}"
    condition: ▮read.success and limits.▮low is ▮defined
    on_false: ▮report
  - id: ask
    action: generate
    expert: ▮critic
    personality: ▮editor
    model: ▮gpt-4o
    tools: [▮filesystem]
    produces: ▮markdown-file
    parameters:
      prompt: "{% for hit in find.▮results %}{{ ▮hit }}{{ loop.▮index }}{% endfor %}"
  - id: each
    for_each: "{{ find.results }}"
    steps:
      - id: one
        action: echo {{ ▮item.title }} {{ ▮index }}
      - id: two
        action: echo {{ one.▮result }} {{ item.▮url }}
        dependencies: [▮one]
  - id: report
    tool: filesystem
    action: write
    parameters:
      path: out.md
      content: "{{ ask.▮result }} {{ inputs.▮topic }} {{ execution.▮date }} {{ steps['▮read'].size }}"
    on_error:
      handler_task_id: ▮tell
      log_level: ▮error
  - id: tell
    action: echo failed
outputs:
  report: "{{ ▮report.path }}"
"#;

/// Messages of the errors in a text, the places left out.
fn errors(text: &str) -> Vec<String> {
    let snapshot = snapshot(text);
    let mut found: Vec<String> = snapshot
        .report
        .diagnostics()
        .into_iter()
        .filter(|it| it.severity == Severity::Error)
        .map(|it| format!("{}: {}", it.code, it.message))
        .collect();
    found.sort();
    found
}

/// The text with a cursor at one of its marks and without the others.
fn with_cursor(mark: usize) -> String {
    let mut parts = PIPELINE.split('▮');
    let mut text = parts.next().unwrap().to_owned();
    for (number, part) in parts.enumerate() {
        text.push_str(if number == mark { "$0" } else { "" });
        text.push_str(part);
    }
    text
}

/// Words of the grammar, pieces with gaps and calls of methods are beginnings of something that the author goes on writing.
const fn is_closed(kind: ItemKind) -> bool {
    !matches!(kind, ItemKind::Keyword | ItemKind::Piece | ItemKind::Method)
}

#[test]
fn what_is_accepted_is_right() {
    let before = errors(&PIPELINE.replace('▮', ""));
    assert_eq!(before, Vec::<String>::new());
    let (mut tried, mut wrong) = (0, Vec::new());
    for mark in 0..PIPELINE.matches('▮').count() {
        let text = with_cursor(mark);
        let (snapshot, offset) = at_cursor(&text);
        let proposals = completion(&snapshot, offset).items;
        let line = text.lines().find(|it| it.contains("$0")).unwrap().trim().to_owned();
        if proposals.is_empty() {
            wrong.push(format!("nothing is proposed at `{line}`"));
        }
        for item in proposals {
            // A tool of another kind needs other parameters than those that are there; its operation and name are right.
            let takes_others = matches!(item.kind, ItemKind::Tool | ItemKind::Operation);
            // Another step has other fields than the one that is written behind it.
            let has_others = item.kind == ItemKind::Step;
            let after = accept(&text.replace("$0", ""), &item);
            let new: Vec<String> = errors(&after)
                .into_iter()
                .filter(|it| {
                    !takes_others
                        || !(it.starts_with("missing-required")
                            || it.starts_with("unknown-operation"))
                })
                .filter(|it| !(has_others && it.starts_with("undefined-field")))
                .collect();
            if is_closed(item.kind) {
                tried += 1;
                if !new.is_empty() {
                    wrong.push(format!(
                        "`{}` ({:?}) at `{line}` gives {new:?}",
                        item.label, item.kind
                    ));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(tried > 400, "only {tried} proposals were tried");
}
