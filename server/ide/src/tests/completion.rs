use super::at_cursor;
use crate::{Insert, Item, completion};

fn items(text: &str) -> Vec<Item> {
    let (snapshot, offset) = at_cursor(text);
    completion(&snapshot, offset).items
}

fn labels(text: &str) -> Vec<String> {
    items(text).into_iter().map(|item| item.label).collect()
}

#[track_caller]
fn proposes(text: &str, expected: &[&str], unexpected: &[&str]) {
    let labels = labels(text);
    for label in expected {
        assert!(labels.iter().any(|it| it == label), "`{label}` is not among {labels:?}");
    }
    for label in unexpected {
        assert!(!labels.iter().any(|it| it == label), "`{label}` is among {labels:?}");
    }
}

/// What accepting `label` makes of the text, without snippets.
#[track_caller]
fn accepted(text: &str, label: &str) -> String {
    let (snapshot, offset) = at_cursor(text);
    let items = completion(&snapshot, offset).items;
    let item = items.into_iter().find(|item| item.label == label).expect("the label is proposed");
    let insert = match item.insert {
        Insert::Plain(text) | Insert::Snippet { plain: text, .. } => text,
    };
    let mut text = text.replace("$0", "");
    text.replace_range(item.replace.range(), &insert);
    text
}

#[test]
fn keys_of_the_level_that_are_not_there() {
    proposes("id: a\n$0", &["steps", "inputs", "name"], &["id", "tool"]);
    proposes("steps:\n  - id: a\n    $0", &["action", "tool", "parameters"], &["id", "steps:"]);
    proposes(
        "steps:\n  - id: a\n    to$0\n    parameters:\n      x: 1\n",
        &["tool"],
        &["id", "parameters"],
    );
    proposes("steps:\n- id: a\n  $0", &["action"], &["id"]);
    proposes("steps:\n  - $0", &["id", "action"], &[]);
    proposes("inputs:\n  topic:\n    type: string\n    $0", &["default", "required"], &["type"]);
}

#[test]
fn parameters_of_the_tool() {
    let step = "steps:\n  - id: a\n    tool: filesystem\n    action: write\n    parameters:\n      path: x\n      $0";
    proposes(step, &["content", "destination"], &["path", "action"]);
    let below = "steps:\n  - id: a\n    parameters:\n      $0\n    tool: terminal\n";
    proposes(below, &["command"], &[]);
    proposes(
        "steps:\n  - id: a\n    tool: terminal\n    parameters: {timeout: 3, $0}\n",
        &["command"],
        &["timeout"],
    );
}

#[test]
fn values_of_a_key() {
    proposes("steps:\n  - id: a\n    tool: $0\n", &["filesystem", "terminal"], &[]);
    proposes(
        "steps:\n  - id: a\n    tool: filesystem\n    action: $0\n",
        &["read", "write"],
        &["generate"],
    );
    proposes("steps:\n  - id: a\n    action: $0\n", &["generate"], &["read"]);
    proposes("inputs:\n  x:\n    type: $0\n", &["string", "integer"], &[]);
    proposes(
        "steps:\n  - id: a\n    on_failure: $0\n  - id: b\n",
        &["continue", "skip", "b"],
        &["a"],
    );
}

#[test]
fn a_tool_brings_its_required_parameters() {
    let text = accepted("steps:\n  - id: a\n    tool: file$0\n", "filesystem");
    assert_eq!(
        text,
        "steps:\n  - id: a\n    tool: filesystem\naction: read\nparameters:\n  path: \n"
    );
    let first = accepted("steps:\n  - tool: $0\n", "terminal");
    assert_eq!(first, "steps:\n  - tool: terminal\n  parameters:\n    command: \n");
    let there = accepted(
        "steps:\n  - id: a\n    tool: $0\n    parameters:\n      command: ls\n",
        "terminal",
    );
    assert_eq!(
        there,
        "steps:\n  - id: a\n    tool: terminal\n    parameters:\n      command: ls\n"
    );
}

#[test]
fn steps_in_dependencies() {
    let three =
        |list: &str| format!("steps:\n  - id: a\n  - id: b\n  - id: c\n    dependencies: {list}\n");
    assert_eq!(labels(&three("[$0]")), ["a", "b"]);
    assert_eq!(labels(&three("[a, $0]")), ["b"]);
    assert_eq!(labels(&three("[$0, b]")), ["a"]);
    assert_eq!(labels(&three("\n      - a\n      - $0")), ["b"]);
    assert_eq!(labels(&three("[a, b$0")), ["b"]);
}

#[test]
fn nothing_in_comments_and_prose() {
    assert_eq!(labels("steps:\n  - id: a # $0\n"), Vec::<String>::new());
    assert_eq!(
        labels("steps:\n  - id: a\n    parameters:\n      text: |\n        some $0\n"),
        Vec::<String>::new()
    );
}

#[test]
fn attributes_of_auto() {
    proposes(
        "steps:\n  - id: a\n    action: <AUTO task=\"x\" $0>y</AUTO>\n",
        &["type", "min"],
        &["task"],
    );
}
