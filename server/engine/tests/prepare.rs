//! What is refused before anything runs.

mod support;

use engine::Selection;
use expect_test::{Expect, expect};
use serde_json::json;

use support::Case;

const STEP: &str = "steps:\n  - {id: a, tool: terminal, parameters: {command: say x}}\n";

fn refused(yaml: &str, inputs: serde_json::Value, expected: Expect) {
    expected.assert_eq(&Case::new(yaml).inputs(inputs).refused().join("\n"));
}

#[test]
fn inputs_are_held_against_their_declarations() {
    let yaml = format!(
        "inputs:
  topic: {{type: string, required: true}}
  count: {{type: integer, min: 1, max: 5}}
  size: {{type: string, choices: [Small, large]}}
  code: {{type: string, pattern: '^[a-z]+$'}}
  list: {{type: array}}
  pin: {{type: integer, secret: true}}
{STEP}"
    );
    refused(
        &yaml,
        json!({"tpoic": "x", "count": "six", "size": "huge", "code": "A1", "list": "a", "pin": "s3cret"}),
        expect![[r#"
            unknown-input -: the pipeline has no input `tpoic`
            missing-input -: the input `topic` is required
            invalid-input -: the input `count`: it is `six`, not a whole number
            invalid-input -: the input `size`: `huge` is none of `Small`, `large`
            invalid-input -: the input `code`: `A1` does not match `^[a-z]+$`
            invalid-input -: the input `list`: it is `a`, not a list
            invalid-input -: the input `pin`: its value does not fit its declaration"#]],
    );
    refused(
        &yaml,
        json!({"topic": "x", "count": 9}),
        expect!["invalid-input -: the input `count`: 9 is greater than 5"],
    );
}

#[test]
fn what_cannot_run_yet_is_named() {
    let yaml = "steps:
  - {id: loop, for_each: [1], steps: [{id: b, action: echo x}]}
  - {id: again, while: 'true', steps: [{id: c, action: echo x}]}
  - {id: ask, action: generate, parameters: {prompt: hi}}
  - {id: choose, tool: terminal, parameters: {command: <AUTO>a command</AUTO>}}
  - {id: make, tool: terminal, parameters: {command: say x}, products: [{x: x.md}]}
  - {id: handled, tool: terminal, parameters: {command: say x}, on_error: {handler_action: echo x}}
  - {id: web, tool: web-search, parameters: {query: x}}
  - {id: fine, tool: terminal, parameters: {command: say x}}
";
    refused(
        yaml,
        json!({}),
        expect![[r#"
            not-supported-yet b: the step `b` needs an action in prose, which this version cannot run yet
            not-supported-yet c: the step `c` needs an action in prose, which this version cannot run yet
            not-supported-yet ask: the step `ask` needs `generate`, which this version cannot run yet
            not-supported-yet choose: the step `choose` needs an AUTO tag, which this version cannot run yet
            not-supported-yet make: the step `make` needs `products`, which this version cannot run yet
            not-supported-yet web: the step `web` needs `web-search`, which this version cannot run yet
            not-supported-yet handled: the step `handled` needs an action in prose, which this version cannot run yet"#]],
    );
    let ran = Case { selection: Selection::Only("fine".into()), ..Case::new(yaml) }.run();
    assert!(ran.document.success, "only what is selected counts");
}

#[test]
fn steps_that_make_no_graph_are_refused() {
    let yaml = "steps:
  - {id: a, tool: terminal, dependencies: [b], parameters: {command: say x}}
  - {id: b, tool: terminal, dependencies: [a], parameters: {command: say x}}
  - {id: c, tool: terminal, on_success: nowhere, parameters: {command: say x}}
  - {id: c, tool: terminal, parameters: {command: say x}}
  - {id: d, tool: terminl, parameters: {command: say x}}
";
    refused(
        yaml,
        json!({}),
        expect![[r#"
            cycle a: the step `a` is on a cycle, or waits for one
            cycle b: the step `b` is on a cycle, or waits for one
            unknown-step c: `on_success` of `c` leads to `nowhere`, which is no step
            duplicate-id c: two steps have the id `c`
            unknown-tool d: there is no tool `terminl`"#]],
    );
    let case = Case { selection: Selection::Until("x".into()), ..Case::new(STEP) };
    assert_eq!(case.refused(), ["unknown-step -: there is no step `x`"]);
}
