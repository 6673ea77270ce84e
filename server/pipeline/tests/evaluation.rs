//! Evaluation beyond what the old program can tell: steps, bounds, files, messages with positions.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::sync::Arc;

use pipeline::eval::{self, EvalError, Scope, evaluate, render};
use pipeline::{StepValue, Value};
use proptest::prelude::*;
use serde_json::json;
use syntax::template::{parse_condition, parse_template};

/// Some steps, a list and a file.
struct World;

fn step(id: &str, value: serde_json::Value) -> Value {
    let value = Value::from_json(&value);
    let (reason, error) = (None, None);
    let (status, success, skipped) = ("completed", true, false);
    Value::Step(Arc::new(StepValue {
        id: id.into(),
        status,
        success,
        skipped,
        reason,
        error,
        duration: 1.5,
        attempts: 2,
        value,
        location: Some("out/a.md".into()),
        decided: Value::from_json(&json!({"tone": "dry", "size": 9})),
    }))
}

impl Scope for World {
    fn lookup(&self, name: &str) -> Option<Value> {
        Some(match name {
            "read" => step(
                "read",
                json!({"result": {"content": "text", "size": 4, "status": "own"}, "success": true, "error": null}),
            ),
            "said" => step("said", json!({"result": "hello", "success": true})),
            "flat" => step("flat", json!({"processed_data": [1, 2], "success": true})),
            "plain" => step("plain", json!("words")),
            "items" => Value::from_json(&json!([1, 2, 3])),
            "topic" => Value::from("rust"),
            "flag" => Value::from("false"),
            "gone" => Value::Step(Arc::new(StepValue {
                id: "gone".into(),
                status: "skipped",
                success: false,
                skipped: true,
                reason: Some("condition_false".into()),
                error: None,
                duration: 0.0,
                attempts: 0,
                value: Value::Null,
                location: Some("out/b.md".into()),
                decided: Value::from_json(&json!({"tone": "dry"})),
            })),
            _ => return None,
        })
    }

    fn names(&self) -> Vec<Arc<str>> {
        ["read", "said", "flat", "plain", "items", "topic", "gone"].map(Arc::from).to_vec()
    }

    fn read_file(&self, path: &str, _base: Option<&str>) -> Option<Result<String, String>> {
        Some(match path {
            "a.md" => Ok("about {{ topic }}".to_owned()),
            "self.md" => Ok("{{ file: self.md }}".to_owned()),
            _ => Err("there is no such file".to_owned()),
        })
    }

    fn now(&self) -> f64 {
        1_709_618_828.0
    }
}

fn rendered(text: &str) -> Result<Value, EvalError> {
    render(&parse_template(text), text, &World)
}

fn judged(text: &str) -> Result<Value, EvalError> {
    evaluate(&parse_condition(text), text, &World)
}

#[track_caller]
fn gives(text: &str, expected: &str) {
    assert_eq!(rendered(text).map(|it| it.to_text()), Ok(expected.to_owned()), "{text}");
}

/// The template fails with that code, at that part of the text.
#[track_caller]
fn fails(text: &str, code: &str, place: &str) -> String {
    let error = rendered(text).unwrap_err();
    assert_eq!(
        (error.code, text.get(error.span.range()).unwrap()),
        (code, place),
        "{text}: {}",
        error.message
    );
    error.message
}

#[test]
fn a_lone_expression_keeps_its_type() {
    assert_eq!(rendered("{{ items }}").unwrap().to_json(), json!([1, 2, 3]));
    assert_eq!(rendered("{{ read.size + 1 }}").unwrap().to_json(), json!(5));
    assert_eq!(rendered("{{ items }}!").unwrap().to_json(), json!("[1, 2, 3]!"));
}

#[test]
fn a_step_answers_by_own_key_then_inside_result_then_primary() {
    gives(
        "{{ read }} {{ read.content }} {{ read.result.content }} {{ read.size }} {{ read.text }}",
        "text text text 4 text",
    );
    gives(
        "{{ said }} {{ said.result }} {{ said.content }} {{ said.output }}",
        "hello hello hello hello",
    );
    gives(
        "{{ flat.processed_data[1] }} {{ plain }} {{ plain.result }} {{ plain.value }}",
        "2 words words words",
    );
    gives(
        "{{ said.status }} {{ read.status }} {{ said.attempts }} {{ said.duration }}",
        "completed own 2 1.5",
    );
    // What AUTO chose for a parameter answers last.
    gives("{{ read.tone }} {{ read.size }} {{ said.size }}", "dry 4 9");
    assert_eq!(fails("{{ gone.tone }}", "undefined", "gone.tone").matches("skipped").count(), 1);
    gives("{{ said | upper }} {{ said == 'hello' }} {{ said ~ '!' }}", "HELLO True hello!");
}

#[test]
fn what_a_skipped_step_lacks_is_false_and_cannot_be_printed() {
    gives(
        "{{ gone.status }} {{ gone.skipped }} {{ gone.reason }} {{ gone.success }}",
        "skipped True condition_false False",
    );
    gives(
        "{% if gone.result %}a{% else %}b{% endif %}{{ gone.a.b is defined }}{{ gone.a[0].b | default('d') }}",
        "bFalsed",
    );
    gives("{{ gone.result or 'none' }}", "none");
    let message = fails("x {{ gone.result }}", "undefined", "gone.result");
    assert_eq!(message, "`gone.result` is undefined: step `gone` was skipped");
    assert!(!judged("gone.result").unwrap().is_truthy());
}

#[test]
fn messages_name_the_place_and_the_nearest_name() {
    assert_eq!(
        fails("{{ topik }}", "undefined", "topik"),
        "`topik` is undefined; did you mean `topic`?"
    );
    assert_eq!(
        fails("{{ read.sise }}", "undefined", "read.sise"),
        "`read` has no field `sise`; did you mean `size`?"
    );
    assert_eq!(
        fails("{{ items | lenght }}", "unknown-filter", "lenght"),
        "unknown filter `lenght`; did you mean `length`?"
    );
    fails("{{ items is ood }}", "unknown-test", "ood");
    fails("{{ topic.uper() }}", "unknown-function", "uper");
    fails("{{ topic | replace('a') }}", "wrong-arguments", "topic | replace('a')");
    fails("{{ 1 / 0 }}", "division-by-zero", "1 / 0");
    fails("{{ topic < 1 }}", "type-error", "topic < 1");
    fails("{{ topic.__class__ }}", "forbidden", "__class__");
    fails("{{ items.append(1) }}", "forbidden", "items.append(1)");
    fails("{{ topic", "syntax", "{{");
}

#[test]
fn files_are_inserted_and_rendered() {
    gives("{{ file: a.md }}!", "about rust!");
    gives(
        "<< a.md >> {{ file_exists('a.md') }} {{ include_file('a.md') }}",
        "about rust True about {{ topic }}",
    );
    fails("{{ file: b.md }}", "file", "b.md");
    fails("{{ file: self.md }}", "file", "{{ file: self.md }}");
}

#[test]
fn dates_are_read_and_written() {
    gives("{{ now().year }} {{ 'now' | date('%d.%m.%Y %H:%M') }}", "2024 05.03.2024 06:07");
    gives(
        "{{ '2024-03-05 06:07:08' | date('%H') }} {{ '2024-03-05' | date }} {{ 'soon' | date }}",
        "06 2024-03-05 00:00:00 soon",
    );
}

#[test]
fn groups_have_names_and_json_has_an_order() {
    gives(
        "{% for g in [{'k': 1, 'v': 'a'}, {'k': 1, 'v': 'b'}] | groupby('k') %}{{ g.grouper }} {{ g.list | length }}{% endfor %}",
        "1 2",
    );
    gives("{{ {'b': 1, 'a': {'d': 2, 'c': 3}} | tojson }}", r#"{"a": {"c": 3, "d": 2}, "b": 1}"#);
    gives("{{ {'b': 1, 'a': 2} | to_json(none) }}", r#"{"b": 1, "a": 2}"#);
}

#[test]
fn texts_are_searched_between_bounds() {
    gives(
        "{{ 'abcabc'.find('b', 2) }} {{ 'abcabc'.rfind('a', 0, 3) }} {{ 'abcabc'.count('c', -3) }} {{ 'abc'.startswith('b', 1) }} {{ 'abc'.find('', 9) }}",
        "4 0 1 True -1",
    );
    fails("{{ 'abc'.rindex('z') }}", "type-error", "'abc'.rindex('z')");
    gives(
        "{{ 'a\tb'.expandtabs(4) }} {{ 'a\r\nb\n'.splitlines(true) }}",
        "a   b ['a\\r\\n', 'b\\n']",
    );
    gives(
        "{{ '½'.isdigit() }} {{ '²'.isdigit() }} {{ '²'.isdecimal() }} {{ '٣'.isdecimal() }}",
        "False True False True",
    );
}

#[test]
fn patterns_look_around_and_groups_must_exist() {
    gives("{{ '5 EUR, 20 USD' | regex_search('\\\\d+(?= USD)') }}", "20");
    gives("{{ 'aa bb' | regex_replace('(\\\\w)\\\\1', '<\\\\1\\\\1>') }}", "<aa> <bb>");
    gives("{{ 'a-b' | regex_replace('(?P<x>a)', '\\\\g<x>\\\\g<x>') }}", "aa-b");
    fails(
        "{{ 'a' | regex_replace('(a)', '\\\\2') }}",
        "type-error",
        "'a' | regex_replace('(a)', '\\\\2')",
    );
}

#[test]
fn line_breaks_of_a_template_are_of_one_kind() {
    gives("a\r\n{{ topic }}\rb", "a\nrust\nb");
}

#[test]
fn nothing_runs_or_grows_without_bound() {
    let endless = [
        "{% for a in range(99999) %}{% for b in range(99999) %}{{ b }}{% endfor %}{% endfor %}",
        "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
        "{% set ns = namespace(t='xxxxxxxxxx') %}{% for i in range(99) %}{% set ns.t = ns.t ~ ns.t %}{% endfor %}",
        "{% set ns = namespace(t=[]) %}{% for i in range(9999) %}{% set ns.t = [ns.t] %}{% endfor %}{{ ns.t }}",
        "{% set ns = namespace(t=[1]) %}{% for i in range(99) %}{% set ns.t = ns.t + ns.t %}{% endfor %}",
        "{{ 'x' * 999999999 }}",
        "{{ range(999999999) }}",
        "{{ 9 ** 999 }}",
        "{{ ('a' * 1000000) | replace('a', 'b' * 1000000) }}",
        "{{ 'a' | center(999999999999) }}",
        "{{ '%999999999d' % 1 }}",
        "{{ ('x' * 1000000) | regex_replace('x', 'y' * 1000) }}",
    ];
    for text in endless {
        assert_eq!(rendered(text).unwrap_err().code, "limit", "{text}");
    }
}

#[test]
fn conditions_have_their_own_limits() {
    let code = |text: &str| judged(text).unwrap_err().code;
    assert_eq!(code(&"1".repeat(5000)), "limit");
    assert_eq!(code(&vec!["1"; 300].join("+")), "limit");
    assert_eq!(code(&format!("topic{}", ".upper()".repeat(30))), "limit");
    assert_eq!(code("2 ** 2000"), "limit");
    assert_eq!(code("1000001 ** 2"), "limit");
    assert_eq!(code("'%s' % topic"), "forbidden");
    assert_eq!(code("_x"), "forbidden");
    assert_eq!(code("str(value=1)"), "forbidden");
    assert_eq!(code("topic.join(items)"), "forbidden");
    assert_eq!(code("int('7.5')"), "type-error");
    assert_eq!(code("lambda: 1"), "syntax");
    assert_eq!(code("007 == 7"), "syntax");
    assert_eq!(code("items in {}"), "type-error");
    assert_eq!(code("getattr(topic, 'x')"), "unknown-function");
    assert!(judged(&format!("{}1{}", "(".repeat(100), ")".repeat(100))).unwrap().is_truthy());
}

#[test]
fn conditions_are_python_with_transparent_braces() {
    let truth = |text: &str| judged(text).map(|it| it.is_truthy());
    for text in [
        "'us' in {{ topic }}",
        "{{ items }} is not [] and topic is 'rust' and 1 is not -1",
        "{{ items | length }} > 2 and topic is not None",
        "topic is not empty and {{ items }} is not empty",
        "'{{ topic }}-x' == 'rust-x'",
        "-2 ** 2 == -4 and 2 ** 3 ** 2 == 512",
        "any(x > 2 for x in items) and len([x for x in items if x % 2]) == 2",
        "{x for x in items} == {3, 2, 1, 1}",
        "{k: v for k, v in [('a', 1)]}['a'] == 1",
        "items[0] == 1 ? true : false",
        "round(2.5) == 2 and min(3, 1, 2) == 1 and sorted([2, 1]) == [1, 2]",
        "yes",
        "TRUE",
    ] {
        assert_eq!(truth(text), Ok(true), "{text}");
    }
    assert_eq!(truth("{{ flag }}"), Ok(false), "text that says no");
    assert_eq!(truth("flag"), Ok(true), "a text is true");
    assert_eq!(truth("'0'"), Ok(true), "a literal text is true");
}

#[test]
fn every_entry_of_the_table_is_documented_and_callable_by_its_arity() {
    for table in [eval::filters(), eval::tests(), eval::functions(), eval::condition_functions()] {
        assert!(table.is_sorted_by(|a, b| a.name < b.name), "sorted, no name twice");
        for entry in table {
            assert!(!entry.doc.is_empty() && entry.signature.starts_with(entry.name), "{entry:?}");
            assert!(entry.arity.0 <= entry.arity.1, "{entry:?}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, ..ProptestConfig::default() })]

    /// Numbers as text read back as themselves.
    #[test]
    fn floats_are_spelled_to_be_read_back(value in any::<f64>().prop_filter("finite", |it| it.is_finite())) {
        prop_assert_eq!(Value::Float(value).to_text().parse::<f64>().unwrap().to_bits(), value.to_bits());
    }

    /// `a == b * (a // b) + a % b`, and the remainder has the sign of the divisor.
    #[test]
    fn division_is_floored(a in -1000i32..1000, b in -50i32..50) {
        prop_assume!(b != 0);
        let text = format!("{{{{ [({a}) // ({b}), ({a}) % ({b})] }}}}");
        let [quotient, rest] = <[i64; 2]>::try_from(rendered(&text).unwrap().to_json().as_array().unwrap().iter().map(|it| it.as_i64().unwrap()).collect::<Vec<_>>()).unwrap();
        prop_assert_eq!(i64::from(a), i64::from(b) * quotient + rest);
        prop_assert!(rest == 0 || (rest < 0) == (b < 0));
    }

    /// Whatever the words, an evaluation ends without a panic.
    #[test]
    fn any_template_ends(words in prop::collection::vec(prop::sample::select(vec![
        "{{", "}}", "{%", "%}", " ", "items", "topic", "read", ".", "content", "|", "length", "join", "(", ")", "[", "]", "1", "-1", "0", "'a'",
        "+", "-", "*", "**", "//", "%", "~", ",", ":", "is ", "defined", "in ", "for ", "x ", "endfor", "if ", "endif", "else ", "sort", "map",
        "range", "slice", "batch", "format", "center", "date", "round", "truncate", "indent", "wordwrap", "split", "==", "<", "not ", "and ",
    ]), 0..16)) {
        let text = words.concat();
        let _ = rendered(&text);
        let _ = judged(&text);
    }
}
