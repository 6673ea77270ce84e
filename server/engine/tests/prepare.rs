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
fn lengths_and_values_of_items_are_checked() {
    let yaml = format!(
        "inputs:
  topic: {{type: string, validation: {{min_length: 3, max_length: 5}}}}
  formats: {{type: array, max_length: 2, validation: {{allowed_values: [md, PDF]}}}}
  amount: {{type: string, pattern: '^\\d+(?= USD)'}}
{STEP}"
    );
    refused(
        &yaml,
        json!({"topic": "ab", "formats": ["md", "doc"], "amount": "5 EUR"}),
        expect![[r#"
            invalid-input -: the input `topic`: it has 2 characters, at least 3 are needed
            invalid-input -: the input `formats`: `doc` is none of `md`, `PDF`
            invalid-input -: the input `amount`: `5 EUR` does not match `^\d+(?= USD)`"#]],
    );
    refused(
        &yaml,
        json!({"topic": "abcdef", "formats": ["md", "pdf", "md"]}),
        expect![[r#"
            invalid-input -: the input `topic`: it has 6 characters, at most 5 are accepted
            invalid-input -: the input `formats`: it has 3 items, at most 2 are accepted"#]],
    );
    let ran = Case::new(&yaml)
        .inputs(json!({"topic": "abc", "formats": ["pdf"], "amount": "5 USD"}))
        .run();
    assert!(ran.document.success);
}

#[test]
fn a_default_that_reads_a_refused_input_is_no_second_refusal() {
    let yaml = format!(
        "inputs:
  topic: {{type: string, required: true}}
  title: {{type: string, default: '{{{{ topic | title }}}}'}}
  line: {{type: string, default: '{{{{ title }}}}!'}}
{STEP}"
    );
    refused(&yaml, json!({}), expect!["missing-input -: the input `topic` is required"]);
}

#[test]
fn a_default_of_null_is_a_value_where_it_is_declared() {
    let yaml = |declaration: &str| {
        format!(
            "inputs:\n  topic: {declaration}\nsteps:\n  - {{id: a, tool: terminal, parameters: {{command: 'say {{{{ topic is none }}}}'}}}}\n"
        )
    };
    for optional in [
        "{type: string, default: null}",
        "{type: string, default: None, required: false}",
        "{default: null, choices: [a, b]}",
    ] {
        assert!(Case::new(&yaml(optional)).run().document.success, "{optional}");
    }
    for required in ["", "None", "{type: string, default: None}", "{default: null, required: true}"]
    {
        let refused = Case::new(&yaml(required)).refused();
        assert_eq!(refused, ["missing-input -: the input `topic` is required"], "{required}");
    }
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

    let looped = "steps:
  - id: rounds
    for_each: [1, 2]
    steps:
      - {id: say, tool: terminal, parameters: {command: echo x}}
";
    for inside in ["say", "rounds.say"] {
        let case = Case { selection: Selection::Only(inside.into()), ..Case::new(looped) };
        let said = format!(
            "unknown-step -: `{inside}` stands inside of the step `rounds`, and only whole steps can be selected"
        );
        assert_eq!(case.refused(), [said]);
    }
}
