//! Recorded templates and conditions.

use std::{collections::BTreeMap, sync::Arc};

use pipeline::{
    Value,
    eval::{EvalError, Scope, evaluate, render},
};
use serde_json::{Map, Value as Json};
use syntax::template::{parse_condition, parse_template};

use crate::tally::Tally;

struct Variables(Map<String, Json>);

impl Scope for Variables {
    fn lookup(&self, name: &str) -> Option<Value> {
        self.0.get(name).map(Value::from_json)
    }

    fn names(&self) -> Vec<Arc<str>> {
        self.0.keys().map(|it| it.as_str().into()).collect()
    }

    fn read_file(&self, _path: &str, _base: Option<&str>) -> Option<Result<String, String>> {
        Some(Err("there is no such file".to_owned()))
    }

    fn now(&self) -> f64 {
        1_764_000_000.0
    }
}

/// The variables of the first line and the cases behind it.
fn cases(test: &str, file: &str) -> Option<(Variables, Vec<Json>)> {
    let Some(shared) = tests::shared() else {
        tests::skipped(test, "no recorded answers");
        return None;
    };
    let text = std::fs::read_to_string(shared.join("oracle").join(file)).unwrap();
    let mut lines = text.lines().map(|it| serde_json::from_str::<Json>(it).unwrap());
    let variables = lines.next().unwrap()["vars"].as_object().unwrap().clone();
    Some((Variables(variables), lines.collect()))
}

/// Why an answer differs: a rule of LANGUAGE.md, and when it applies.
struct Rule {
    name: &'static str,
    applies: fn(&str, &Result<Value, EvalError>, &Json) -> bool,
}

/// The lists of a part, with how many cases each rule excuses.
#[derive(Default)]
struct Lists {
    rules: BTreeMap<&'static str, usize>,
    tally: Tally,
    unsettled: Vec<String>,
}

impl Lists {
    fn add(&mut self, equal: bool, rule: Option<&'static str>, words: impl Fn() -> String) {
        match rule {
            _ if equal => self.tally.equal += 1,
            Some(rule) => {
                self.tally.by_rule += 1;
                *self.rules.entry(rule).or_default() += 1;
            }
            None => {
                self.tally.unsettled += 1;
                self.unsettled.push(words());
            }
        }
    }

    #[track_caller]
    fn settle(self, part: &str) {
        println!("{:#?}", self.rules);
        self.tally.settle(part, &self.unsettled.join("\n"));
    }
}

fn explain(ours: &Result<Value, EvalError>) -> String {
    match ours {
        Ok(value) => format!("{} {}", value.type_name(), value.repr()),
        Err(error) => format!("{}: {}", error.code, error.message),
    }
}

/// Rules by which a template's answer differs from the plain environment's.
const TEMPLATE_RULES: &[Rule] = &[
    Rule {
        name: "§4.6: an error at the first undefined name",
        applies: |_, ours, theirs| {
            code(ours) == Some("undefined") && said(theirs).contains("Undefined")
        },
    },
    Rule {
        name: "§11 row 40: `int` and `float` give a default where there is no number",
        applies: |text, ours, theirs| {
            (text.contains("| int") || text.contains("| float"))
                && ours.is_ok()
                && failed(theirs, "ValueError")
        },
    },
    Rule {
        name: "§4.8: no function of the host is a value",
        applies: |_, ours, theirs| {
            code(ours) == Some("undefined") && said(theirs).starts_with("<built-in method")
        },
    },
    Rule {
        name: "§4.8: values never change",
        applies: |text, ours, theirs| {
            code(ours) == Some("forbidden") && text.contains(".append(") && said(theirs) == "None"
        },
    },
];

fn code(ours: &Result<Value, EvalError>) -> Option<&'static str> {
    ours.as_ref().err().map(|it| it.code)
}

/// The text that the old program answered.
fn said(theirs: &Json) -> &str {
    theirs["ok"].as_str().unwrap_or_default()
}

fn failed(theirs: &Json, kind: &str) -> bool {
    theirs["error"].as_str() == Some(kind)
}

#[test]
fn templates_answer_as_the_oracle_or_by_a_rule() {
    let Some((variables, cases)) =
        cases("templates_answer_as_the_oracle_or_by_a_rule", "templates.jsonl")
    else {
        return;
    };
    let mut lists = Lists::default();
    for case in cases {
        let text = case["template"].as_str().unwrap();
        let ours = render(&parse_template(text), text, &variables);
        let theirs = &case["env"];
        let equal = match (&ours, theirs["ok"].as_str()) {
            (Ok(value), Some(text)) => value.to_text() == text,
            (Err(_), None) => true,
            _ => false,
        };
        let rule =
            TEMPLATE_RULES.iter().find(|it| (it.applies)(text, &ours, theirs)).map(|it| it.name);
        lists.add(equal, rule, || {
            format!("{} {text:?}: ours {}, theirs {theirs}", case["id"], explain(&ours))
        });
    }
    lists.settle("templates");
}

/// Rules by which a condition's answer differs from the expression's.
const CONDITION_RULES: &[Rule] = &[
    Rule {
        name: "§11 row 11: one grammar, `{{ }}` transparent",
        applies: |text, ours, theirs| {
            text.contains("{{") && ours.is_ok() && theirs["error"].is_string()
        },
    },
    Rule {
        name: "§11 row 11: one grammar, with the literals of templates",
        applies: |text, ours, theirs| {
            matches!(text, "true" | "false" | "null" | "none" | "yes" | "no")
                && ours.is_ok()
                && theirs["error"].as_str() == Some(&format!("undefined name: '{text}'"))
        },
    },
    Rule {
        name: "§12 typed values: keys, values and pairs of a map are lists",
        applies: |_, ours, theirs| {
            matches!(ours, Ok(Value::List(_))) && said(theirs).starts_with("dict_")
        },
    },
    Rule {
        name: "§4.5: a function must be called",
        applies: |_, ours, theirs| {
            code(ours) == Some("undefined") && said(theirs).starts_with("<built-in function")
        },
    },
];

#[test]
fn conditions_answer_as_the_oracle_or_by_a_rule() {
    let Some((variables, cases)) =
        cases("conditions_answer_as_the_oracle_or_by_a_rule", "conditions.jsonl")
    else {
        return;
    };
    let mut lists = Lists::default();
    for case in cases {
        let text = case["expr"].as_str().unwrap();
        let ours = evaluate(&parse_condition(text), text, &variables);
        let theirs = &case["expression"];
        let equal = match (&ours, theirs.get("ok")) {
            (Ok(value), Some(ok)) => {
                value.to_json() == *ok && Some(value.is_truthy()) == theirs["truth"].as_bool()
            }
            (Err(_), None) => true,
            _ => false,
        };
        let rule =
            CONDITION_RULES.iter().find(|it| (it.applies)(text, &ours, theirs)).map(|it| it.name);
        lists.add(equal, rule, || {
            format!("{} {text:?}: ours {}, theirs {theirs}", case["id"], explain(&ours))
        });
    }
    lists.settle("conditions");
}
