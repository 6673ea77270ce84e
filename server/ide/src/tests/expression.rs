use super::at_cursor;
use crate::completion;

const HEAD: &str = "\
inputs:
  topic: tides
config:
  site: {host: x}
steps:
  - id: read
    tool: filesystem
    action: read
    parameters: {path: a.txt}
  - id: the-list
    action: generate
  - id: last
    action: echo ";

#[track_caller]
fn proposes(expression: &str, expected: &[&str], unexpected: &[&str]) {
    for (text, state) in [
        (format!("{HEAD}{expression} }}}}\n"), "closed"),
        (format!("{HEAD}{expression}\n"), "open"),
    ] {
        let (snapshot, offset) = at_cursor(&text);
        let labels: Vec<_> =
            completion(&snapshot, offset).items.into_iter().map(|item| item.label).collect();
        for label in expected {
            assert!(
                labels.iter().any(|it| it == label),
                "{state}: `{label}` is not among {labels:?}"
            );
        }
        for label in unexpected {
            assert!(!labels.iter().any(|it| it == label), "{state}: `{label}` is among {labels:?}");
        }
    }
}

#[test]
fn roots() {
    proposes("{{ $0", &["topic", "read", "inputs", "execution", "config"], &["last", "the-list"]);
    proposes("{{ read.result ~ to$0", &["topic"], &[]);
}

#[test]
fn fields() {
    proposes("{{ read.$0", &["content", "size", "result", "status"], &["items"]);
    proposes("{{ read.result.$0", &["content"], &["status"]);
    proposes("{{ inputs.$0", &["topic"], &["read"]);
    proposes("{{ execution.$0", &["id", "date"], &[]);
    proposes("{{ steps['the-list'].$0", &["result"], &[]);
    proposes("{{ config.site.$0", &["host"], &[]);
}

#[test]
fn ids_in_subscripts() {
    proposes("{{ steps['$0", &["the-list", "read"], &["topic"]);
}

#[test]
fn filters_and_tests() {
    proposes("{{ topic | $0", &["slugify", "default"], &["defined", "topic"]);
    proposes("{{ topic | upper | tru$0", &["truncate"], &[]);
    proposes("{{ topic is not $0", &["defined"], &["slugify"]);
}

#[test]
fn statements() {
    proposes("{% $0", &["if", "for"], &["topic"]);
    proposes("{% if $0", &["topic"], &["for"]);
}

#[test]
fn conditions_without_braces() {
    let text =
        "inputs:\n  topic: x\nsteps:\n  - id: a\n  - id: b\n    condition: a.result and $0\n";
    let (snapshot, offset) = at_cursor(text);
    let labels: Vec<_> =
        completion(&snapshot, offset).items.into_iter().map(|item| item.label).collect();
    assert!(
        labels.contains(&"topic".to_owned()) && labels.contains(&"len".to_owned()),
        "{labels:?}"
    );
}
