use pipeline::{catalogue::Catalogue, lower};
use syntax::{Document, Tree};

use super::{Suite, Tested, What};

fn read(text: &str) -> (Suite, Vec<String>) {
    let pipeline = lower(
        &Document::new(
            "id: p\nname: p\ninputs: {n: {type: integer}}\nsteps:\n  - id: each\n    for_each: [1]\n    steps:\n      - id: inner\n        action: echo {{ item }}\noutputs: {all: '{{ each.results }}'}\n",
        ),
        &Catalogue::declared(),
    );
    let (suite, found) = Suite::read(&Tree::parse(text), Tested::Found(&pipeline));
    let place = |it: &crate::Diagnostic| text.get(it.span.range()).unwrap_or_default().to_owned();
    (suite, found.iter().map(|it| format!("{}: {}", place(it), it.message)).collect())
}

#[test]
fn what_is_written_is_read() {
    let (suite, found) = read(
        "tests:\n  - name: all\n    inputs: {n: 3}\n    times: 4\n    passes: 0.5\n    models: [a:b, c:d]\n    expect:\n      - value: outputs.all | length\n        equals: 1\n        schema: {type: integer}\n        not: {equals: 2, matches: x}\n      - value: outputs.all\n        contains: 1\n      - inputs.n > 2 and run.status == 'completed'\n      - steps_run: inner\n      - cost_below: 1\n      - fails: TimeoutError\n",
    );
    assert_eq!(found, [""; 0]);
    let case = &suite.cases[0];
    assert_eq!((case.times, case.passes, case.models.len()), (4, 0.5, 2));
    let keys: Vec<_> = case.expect.iter().map(|it| it.what.key()).collect();
    assert_eq!(
        keys.join(" "),
        "equals schema not not contains condition steps_run cost_below fails"
    );
    assert_eq!(case.failure(), Some("TimeoutError"));
    assert!(matches!(&case.expect[3].what, What::Not(what) if what.key() == "matches"));
    assert!(matches!(&case.expect[6].what, What::Ran(ids) if ids == &["inner"]));
}

#[test]
fn a_test_with_an_error_is_left_out_and_the_others_stay() {
    let cases = [
        ("times: 0", "0: here belongs a whole number from 1 to 1000"),
        ("passes: 1.5", "1.5: here belongs a number above 0, up to 1"),
        ("expect: [outputs.al]", "al: the pipeline has no output `al`; did you mean `all`?"),
        (
            "expect: ['eahc.results']",
            "eahc: `eahc` is no step, and no other name of a test; did you mean `each`?",
        ),
        ("expect: ['1 +']", "'1 +': "),
        ("expect: [{}]", "{}: this says nothing that must hold"),
        (
            "expect: [{value: outputs.all}]",
            "{value: outputs.all}: this says nothing that must hold",
        ),
        ("expect: [{value: outputs.all, steps_run: each}]", "value: `value` is looked at"),
        ("expect: [{cost_below: free}]", "free: here belongs a number of dollars above 0"),
        ("expect: [{value: outputs.all, schema: 3}]", "3: here belongs a JSON Schema: a map"),
        ("inputs: [n]", "[n]: here belongs a map of inputs"),
        ("answers: {innre: 1}", "innre: no step is called `innre`; did you mean `inner`?"),
        (
            "expect: [{value: outputs.all, not_contains: 1}]",
            "not_contains: `not_contains` is no key here; write `not: {contains: ...}`",
        ),
        ("expect: [{value: outputs.all, not: {}}]", "{}: this says nothing that must not be so"),
        ("expect: [{value: outputs.all, not: {fails: x}}]", "fails: `fails` is no key here"),
        ("expect: [{not: {equals: 1}}]", "not: `not` speaks of a value"),
        ("recorded: a.json\n    models: m", "models: `models` are not asked"),
    ];
    for (line, wanted) in cases {
        let (suite, found) = read(&format!("tests:\n  - name: bad\n    {line}\n  - name: good\n"));
        let names: Vec<_> = suite.cases.iter().map(|case| case.name.value.as_str()).collect();
        assert_eq!(names, ["good"], "{line}: {found:?}");
        assert!(found.len() == 1 && found[0].starts_with(wanted), "{line}: {found:?}");
    }
}

#[test]
fn any_text_is_read() {
    for text in [
        "",
        "tests",
        "tests:",
        "- a",
        "tests: [",
        "tests: [&a {}, *a]",
        "a: 'b",
        "tests:\n  - &x\n    name: *x\n",
        "tests: []",
    ] {
        let (_, found) = read(text);
        assert!(!found.is_empty(), "{text}");
    }
}
