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

/// The labels at the cursor of a whole text.
fn labels(text: &str) -> Vec<String> {
    let (snapshot, offset) = at_cursor(text);
    completion(&snapshot, offset).items.into_iter().map(|item| item.label).collect()
}

#[track_caller]
fn all_propose(texts: &[&str], expected: &[&str], unexpected: &[&str]) {
    for text in texts {
        let labels = labels(text);
        for label in expected {
            assert!(
                labels.iter().any(|it| it == label),
                "`{label}` is not among {labels:?} at\n{text}"
            );
        }
        for label in unexpected {
            assert!(
                !labels.iter().any(|it| it == label),
                "`{label}` is among {labels:?} at\n{text}"
            );
        }
    }
}

#[test]
fn items_of_a_loop_are_known_by_what_it_loops_over() {
    let over = |list: &str, read: &str| {
        format!(
            "inputs:\n  pages: {{default: [{{url: a, title: b}}]}}\nsteps:\n  - id: find\n    tool: web-search\n    parameters: {{query: x}}\n  - id: l\n    for_each: {list}\n    loop_var: hit\n    loop_name: outer\n    steps:\n      - id: w\n        action: echo {read}\n"
        )
    };
    for read in ["{{ item.$0 }}", "{{ $item.$0 }}", "{{ hit.$0 }}", "{{ $outer.item.$0 }}"] {
        all_propose(&[&over("\"{{ find.results }}\"", read)], &["url", "snippet"], &["index"]);
    }
    all_propose(&[&over("\"{{ pages }}\"", "{{ item.$0 }}")], &["url", "title"], &["snippet"]);
    all_propose(&[&over("[{a: 1}]", "{{ item.$0 }}")], &["a"], &["url"]);
    all_propose(&[&over("[1]", "{{ $outer.$0 }}")], &["item", "index", "is_first"], &[]);
    all_propose(
        &[&over("[1]", "{{ $0 }}")],
        &["item", "index", "is_first", "hit", "outer", "find"],
        &["l", "w"],
    );
}

#[test]
fn promised_fields_and_nested_ones() {
    let vars = "steps:\n  - id: a\n    action: generate\n    vars:\n      - score: float between 0-1\n  - id: b\n    action: echo {{ a.$0 }}\n";
    all_propose(&[vars], &["score", "result", "status"], &[]);
    let schema = "steps:\n  - id: a\n    action: generate_structured\n    parameters: {prompt: x, schema: {properties: {title: {}}}}\n  - id: b\n    action: echo {{ a.$0 }}\n";
    all_propose(&[schema], &["title"], &[]);
    let nested = "steps:\n  - id: a\n    tool: web-search\n  - id: b\n    action: echo {{ a.results[0].$0 }}\n";
    all_propose(&[nested], &["url", "title"], &["status"]);
    all_propose(
        &["inputs:\n  o: {default: {a: {b: 1}}}\noutputs:\n  x: \"{{ inputs.o.a.$0 }}\"\n"],
        &["b"],
        &["a"],
    );
}

#[test]
fn methods_of_what_has_a_type() {
    let text = "inputs:\n  topic: {type: string}\n  many: {type: array}\n  one: {type: object}\noutputs:\n  x: \"{{ WHAT.$0 }}\"\n";
    all_propose(&[&text.replace("WHAT", "topic")], &["lower", "split"], &["items"]);
    all_propose(&[&text.replace("WHAT", "one")], &["items", "get"], &["lower"]);
    all_propose(&[&text.replace("WHAT", "many")], &["index"], &["keys"]);
    all_propose(&[&text.replace("WHAT", "'a'")], &["upper"], &[]);
    assert_eq!(labels(&text.replace("WHAT", "nothing")), Vec::<String>::new());
    let condition =
        "inputs:\n  topic: {type: string}\nsteps:\n  - id: a\n    condition: topic.$0\n";
    all_propose(&[condition], &["lower"], &["zfill"]);
}

#[test]
fn operators_follow_values() {
    let text = "inputs:\n  topic: x\noutputs:\n  x: \"{{ HEAD$0 }}\"\n";
    for head in ["topic ", "topic | upper ", "f(1) ", "'a' ", "topic['b'] "] {
        all_propose(&[&text.replace("HEAD", head)], &["and", "is", "if"], &["topic"]);
    }
    for head in ["", "not ", "topic and ", "topic == ", "(", "[topic, "] {
        all_propose(&[&text.replace("HEAD", head)], &["topic", "not"], &["and"]);
    }
    all_propose(&[&text.replace("{{ HEAD$0 }}", "{% for x $0 %}")], &["in"], &["and", "topic"]);
    assert_eq!(labels(&text.replace("{{ HEAD$0 }}", "{% for $0 %}")), Vec::<String>::new());
    all_propose(&[&text.replace("{{ HEAD$0 }}", "{% for x in $0 %}")], &["topic"], &[]);
}

#[test]
fn names_that_the_text_gives() {
    let text = "steps:\n  - id: a\n    parameters:\n      text: |\n        {% set n = 1 %}\n        {% for hit in [1] %}\n          {{ $0 }}\n        {% endfor %}\n";
    all_propose(&[text], &["n", "hit", "loop"], &[]);
    all_propose(&[&text.replace("{{ $0 }}", "{{ loop.$0 }}")], &["index0", "last"], &[]);
    all_propose(
        &[&text.replace("{{ $0 }}", "").replace("{% endfor %}", "{% endfor %}{{ $0")],
        &["n"],
        &["hit", "loop"],
    );
}

#[test]
fn names_of_other_texts_are_not_given() {
    let text = "steps:\n  - id: a\n    parameters:\n      one: \"{% set early = 1 %}{{ early }}\"\n      two: |\n        {% for hit in [1] %}\n      three: \"{% set here = 1 %}{{ $0 }}\"\n";
    all_propose(&[text], &["here"], &["early", "hit", "loop"]);
}

#[test]
fn steps_that_wait_for_this_one_are_not_read() {
    let text = "steps:\n  - id: a\n    action: echo {{ $0 }}\n  - id: b\n    dependencies: [a]\n  - id: c\n    dependencies: [b]\n  - id: d\n";
    all_propose(
        &[text, &text.replace("{{ $0", "{{ steps.$0"), &text.replace("{{ $0", "{{ steps['$0")],
        &["d"],
        &["a", "b", "c"],
    );
    let nearest =
        "steps:\n  - id: far\n  - id: near\n  - id: x\n    action: echo {{ $0 }}\n  - id: later\n";
    let labels: Vec<_> = labels(nearest)
        .into_iter()
        .filter(|it| ["far", "near", "later"].contains(&it.as_str()))
        .collect();
    assert_eq!(labels, ["near", "far", "later"]);
}

#[test]
fn arguments_that_a_filter_needs() {
    let (snapshot, offset) = at_cursor("inputs:\n  t: x\noutputs:\n  x: \"{{ t | re$0 }}\"\n");
    let items = completion(&snapshot, offset).items;
    let replace = items.iter().find(|it| it.label == "replace").unwrap();
    assert_eq!(replace.parameters, "(old, new, count=none)");
    assert_eq!(
        replace.insert,
        crate::Insert::Snippet {
            snippet: "replace(${1:'old'}, ${2:'new'})".to_owned(),
            plain: "replace('old', 'new')".to_owned()
        }
    );
}

#[test]
fn half_typed_states() {
    let head = "inputs:\n  topic: x\nsteps:\n  - id: fetch\n    tool: filesystem\n    action: read\n  - id: b\n    action: ";
    for (typed, label) in [
        ("echo {{ fetch.$0", "content"),
        ("echo {{ topic | $0", "upper"),
        ("\"echo {{ fetch.$0\"", "content"),
        ("echo {{ fetch.result.$0 and more", "content"),
        ("echo {{$0", "fetch"),
        ("echo {{ fetch.$0\n  - id: c\n    tool: terminal\n", "content"),
        ("echo\n    parameters:\n      a: {b: \"{{ fetch.$0", "content"),
        ("echo\n    condition: \"fetch.$0", "content"),
        ("echo\n    goto: \"{{ 'a' if fetch.$0", "content"),
    ] {
        all_propose(&[&format!("{head}{typed}")], &[label], &[]);
    }
}
