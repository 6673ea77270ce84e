//! Text that is marked as safe, `autoescape`, maps whose keys are no texts, and corners: `marked_texts.txt` holds templates and what
//! Jinja 3.1.6 makes of them where `h` is `<b>`.

use pipeline::Value;
use pipeline::eval::{Scope, evaluate, parse_condition, render};
use serde_json::json;
use syntax::template::parse_template;

/// A text with marks of HTML in it.
struct World;

impl Scope for World {
    fn lookup(&self, name: &str) -> Option<Value> {
        match name {
            "h" => Some(Value::from("<b>")),
            "flag" => Some(Value::from(true)),
            "data" => Some(Value::from_json(&json!({"1": "one", "true": "yes", "null": "none"}))),
            _ => None,
        }
    }
}

fn rendered(text: &str) -> Value {
    render(&parse_template(text), text, &World).unwrap_or_else(|it| panic!("{text}: {it:?}"))
}

#[test]
fn marks_and_keys_are_those_of_jinja() {
    let mut lines = include_str!("marked_texts.txt").lines();
    let mut wrong = Vec::new();
    let mut count = 0;
    while let Some(template) = lines.next() {
        let expected = lines.next().unwrap().strip_prefix("=> ").unwrap().replace("\\n", "\n");
        // text behind it keeps a lone expression from being a typed value
        let found = rendered(&format!("{template}.")).to_text();
        if found != format!("{expected}.") {
            wrong.push(format!("{template}\n  expected {expected}\n  found    {found}"));
        }
        count += 1;
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(count >= 80, "{count}");
}

#[test]
fn marks_and_keys_end_with_the_evaluation() {
    let typed = |text: &str| rendered(text).to_json();
    assert_eq!(typed("{{ h | e }}"), json!("&lt;b&gt;"));
    assert_eq!(typed("{{ [h | e, {'a': h | safe}] }}"), json!(["&lt;b&gt;", {"a": "<b>"}]));
    assert_eq!(
        typed("{{ {1: 'a', true: 2, none: {3: 4}} }}"),
        json!({"1": 2, "null": {"3": 4}}),
        "true is the key 1"
    );
    assert!(matches!(rendered("{{ h | e }}"), Value::Text(_)));
    let text = "(h | e) + h == '&lt;b&gt;&lt;b&gt;'";
    let value = evaluate(&parse_condition(text), text, &World).unwrap();
    assert!(value.is_truthy());
}

#[test]
fn keys_of_data_are_found_by_what_they_spell() {
    assert_eq!(
        rendered(
            "{{ data[1] }} {{ data['1'] }} {{ data[true] }} {{ data[none] }} {{ 1 in data }}."
        )
        .to_text(),
        "one one yes none True."
    );
}
