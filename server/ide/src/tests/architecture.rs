//! Pipelines as numbered lists.

use expect_test::expect;

use super::snapshot;
use crate::{architecture, graph::graph};

fn of(text: &str) -> String {
    let snapshot = snapshot(text);
    let findings = snapshot.report.diagnostics();
    architecture(&graph(&snapshot.pipeline, &snapshot.names, &snapshot.plan, &findings))
}

const TEXT: &str = "\
name: n
steps:
  - id: last
    action: echo {{ each.results }} {{ fetch.stdout }}
    condition: fetch.stdout != ''
  - id: fetch
    tool: terminal
    parameters: {command: ls}
    on_failure: rescue
  - id: rescue
    action: echo rescue
  - id: each
    for_each: '{{ fetch.lines }}'
    steps:
      - id: one
        action: echo {{ item }}
      - id: two
        action: echo {{ one.result }}
  - id: around
    dependencies: [circle]
    action: echo a
  - id: circle
    dependencies: [around, nowhere]
    action: echo c
";

#[test]
fn steps_are_numbered_in_the_order_of_stages() {
    expect![[r#"
        1. `fetch`: terminal
        2. `rescue`: prints a text; may be sent for by 1
        3. `each`: a loop over a list; once for each item of a list known when it starts; after 1
           3.1. `one`: prints a text
           3.2. `two`: prints a text; after 3.1
        4. `last`: prints a text; after 1 and 3; only if its condition holds
        5. `around`: prints a text; after 6
        6. `circle`: prints a text; after 5
    "#]]
    .assert_eq(&of(TEXT));
}

#[test]
fn every_id_stands_in_it_once() {
    let list = of(TEXT);
    for id in ["last", "fetch", "rescue", "each", "one", "two", "around", "circle"] {
        assert_eq!(list.matches(&format!("`{id}`")).count(), 1, "{id}: {list}");
    }
    assert_eq!(list, of(TEXT));
}

#[test]
fn a_text_without_steps_has_an_empty_list() {
    assert_eq!(of("name: n\n"), "");
}
