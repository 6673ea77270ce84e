use proptest::prelude::*;

use super::{at_cursor, snapshot};
use crate::selection;

/// What is selected step by step from `$0`, the document left out, line breaks shown as `⏎`.
fn grows(text: &str) -> Vec<String> {
    let (snapshot, offset) = at_cursor(text);
    let plain = text.replace("$0", "");
    let mut all = selection(&snapshot, offset);
    assert_eq!(all.pop().map(|it| it.range()), Some(0..plain.len()));
    all.iter().map(|span| plain[span.range()].replace('\n', "⏎")).collect()
}

#[test]
fn from_a_word_in_a_template_to_the_list_of_steps() {
    let text = "id: x
steps:
  - id: a
    parameters:
      path: \"in {{ b.it$0em | upper }} out\"
  - id: b
outputs: {}
";
    assert_eq!(
        grows(text),
        [
            "item",
            "b.item",
            "b.item | upper",
            "{{ b.item | upper }}",
            "in {{ b.item | upper }} out",
            "\"in {{ b.item | upper }} out\"",
            "path: \"in {{ b.item | upper }} out\"",
            "parameters:⏎      path: \"in {{ b.item | upper }} out\"",
            "id: a⏎    parameters:⏎      path: \"in {{ b.item | upper }} out\"",
            "  - id: a⏎    parameters:⏎      path: \"in {{ b.item | upper }} out\"⏎  - id: b",
            "steps:⏎  - id: a⏎    parameters:⏎      path: \"in {{ b.item | upper }} out\"⏎  - id: b",
        ]
    );
}

#[test]
fn through_conditions_keys_and_flow_collections() {
    let condition = grows("steps:\n  - id: a\n    condition: b.o$0k and c > 1\n");
    assert_eq!(condition[..4], ["ok", "b.ok", "b.ok and c > 1", "condition: b.ok and c > 1"]);
    let key = grows("inp$0uts:\n  topic: x\n");
    assert_eq!(key, ["inputs", "inputs:⏎  topic: x"]);
    let flow = grows("steps: [{id: a, dependencies: [b$0]}]\n");
    assert_eq!(
        flow,
        [
            "b",
            "[b]",
            "dependencies: [b]",
            "{id: a, dependencies: [b]}",
            "[{id: a, dependencies: [b]}]",
            "steps: [{id: a, dependencies: [b]}]"
        ]
    );
    let block = grows(
        "steps:\n  - id: a\n    prompt: |\n      {% if a %}\n      say {{ x$0 }}\n      {% endif %}\n",
    );
    assert_eq!(block[..2], ["x", "{{ x }}"]);
    assert_eq!(block[2], "{% if a %}⏎      say {{ x }}⏎      {% endif %}");
}

#[test]
fn an_empty_document_is_its_own_selection() {
    assert_eq!(selection(&snapshot(""), 0).len(), 1);
    assert_eq!(selection(&snapshot("a: 1\n"), 99).last().map(|it| it.range()), Some(0..5));
}

proptest! {
    #[test]
    fn every_selection_lies_in_the_next_and_round_the_place(
        text in "(steps:\n|  - id: a\n|    p: \"\\{\\{ a.b \\}\\}|[{\\}'\"|>\n :a-]| ä){0,12}",
        at in 0_u32..200,
    ) {
        let snapshot = snapshot(&text);
        let found = selection(&snapshot, at);
        let offset = at.min(text.len() as u32);
        prop_assert!(!found.is_empty());
        for pair in found.windows(2) {
            prop_assert!(pair[1].covers(pair[0]) && pair[0] != pair[1], "{found:?}");
        }
        for span in found {
            prop_assert!(span.touches(offset) && text.get(span.range()).is_some(), "{span:?}");
        }
    }
}
