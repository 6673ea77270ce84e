//! The form of a value: its type and size, and what the step declares of them.

use std::io;

use jsonschema::PatternOptions;
use pipeline::{Data, PRIMARY_NAMES, Step, Value};
use serde_json::Value as Json;

use super::{Check, Issue, IssueCode};

/// What the step stands for: the field of that name, which is its tool's main one, else as
/// [`pipeline::StepValue::primary`] says it of values.
pub(super) fn primary<'v>(value: &'v Json, main: Option<&str>) -> &'v Json {
    let inner = value.get("result").unwrap_or(value);
    if let Some(found) = main.and_then(|main| inner.get(main)) {
        return found;
    }
    PRIMARY_NAMES.iter().find_map(|name| inner.get(name)).unwrap_or(inner)
}

/// The word that JSON Schema has for its type.
pub(super) const fn type_name(thing: &Json) -> &'static str {
    match thing {
        Json::Null => "null",
        Json::Bool(_) => "boolean",
        Json::Number(_) => "number",
        Json::String(_) => "string",
        Json::Array(_) => "array",
        Json::Object(_) => "object",
    }
}

/// Bytes of the text, or of the JSON text.
pub(super) fn size(thing: &Json) -> u64 {
    struct Count(u64);
    impl io::Write for Count {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0 += bytes.len() as u64;
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    if let Json::String(text) = thing {
        return text.len() as u64;
    }
    let mut count = Count(0);
    match serde_json::to_writer(&mut count, thing) {
        Ok(()) => count.0,
        // Counting does not fail, and JSON values have text keys.
        Err(_) => 0,
    }
}

/// What the form of a step's value is looked at for.
pub(super) fn checks(step: &Step) -> Vec<Check> {
    let declared = [
        (Check::Format, is_json(step)),
        (Check::Schema, step.key("output_schema").is_some()),
        (Check::Fields, step.key("outputs").is_some()),
        (Check::Size, step.key("size_limit").is_some()),
    ];
    declared.into_iter().filter_map(|(check, is_declared)| is_declared.then_some(check)).collect()
}

/// Whether a step says that it answers in JSON.
fn is_json(step: &Step) -> bool {
    ["format", "produces"].iter().any(|key| {
        let said = step.key(key).and_then(|entry| entry.value.value.as_text());
        said.is_some_and(|text| text.value.to_lowercase().contains("json"))
    })
}

/// What is held against the form of a value.
pub(super) fn issues(step: &Step, value: &Json, thing: &Json, size: u64) -> Vec<Issue> {
    let declared = |key| step.key(key).map(|entry| &entry.value.value);
    let mut issues = Vec::new();
    let parsed = match thing {
        Json::String(text) if is_json(step) => match serde_json::from_str::<Json>(text) {
            Ok(parsed) => Some(parsed),
            Err(error) => {
                let message = format!("it is to be JSON, and is not: {error}");
                issues.push(Issue::new(IssueCode::Format, message));
                None
            }
        },
        _ => None,
    };
    if let Some(schema) = declared("output_schema") {
        issues.extend(against_schema(schema, parsed.as_ref().unwrap_or(thing)));
    }
    for name in declared("outputs").into_iter().flat_map(names) {
        let inner = value.get("result").and_then(|inner| inner.get(&name));
        if value.get(&name).or(inner).is_none() && !PRIMARY_NAMES.contains(&name.as_str()) {
            let message = format!("the field `{name}` is missing");
            issues.push(Issue::new(IssueCode::MissingField, message));
        }
    }
    if let Some(Data::Int(most)) = declared("size_limit")
        && i128::from(size) > *most
    {
        let message = format!("it has {size} bytes, {most} are allowed");
        issues.push(Issue::new(IssueCode::TooLarge, message));
    }
    issues
}

/// The first thing in which a value does not fit; a schema that is none is the author's mistake, not the value's.
fn against_schema(schema: &Data, thing: &Json) -> Option<Issue> {
    let schema = match schema.as_text() {
        Some(text) => serde_json::from_str(&text.value).ok()?,
        None => Value::as_written(schema).to_json(),
    };
    let validator = jsonschema::options()
        .offline()
        // Patterns that take linear time: they come from strangers.
        .with_pattern_options(PatternOptions::regex())
        .build(&schema)
        .ok()?;
    let error = validator.iter_errors(thing).next()?;
    let place = match error.instance_path().as_str() {
        "" => String::new(),
        path => format!(" at `{path}`"),
    };
    Some(Issue::new(
        IssueCode::Schema,
        format!("it does not fit its schema{place}: {}", error.masked()),
    ))
}

/// Names of the fields that a step says it has: a list of them (or of maps with one key), or a map.
fn names(outputs: &Data) -> Vec<String> {
    match outputs {
        Data::Map(entries) => entries.iter().map(|(key, _)| key.value.clone()).collect(),
        Data::List(items) => {
            let items = items.iter().flat_map(|item| match &item.value {
                Data::Text(text) => vec![text.value.to_string()],
                Data::Map(_) => names(&item.value),
                _ => Vec::new(),
            });
            items.collect()
        }
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use pipeline::catalogue::Catalogue;
    use serde_json::json;

    use super::*;

    fn found(declared: &str, value: &Json) -> Vec<IssueCode> {
        let yaml = format!("name: n\nsteps:\n  - id: s\n    action: echo\n    {declared}\n");
        let document = syntax::Document::new(&yaml);
        let pipeline = pipeline::lower(&document, &Catalogue::declared());
        let thing = primary(value, None);
        let issues = issues(&pipeline.steps[0], value, thing, size(thing));
        issues.into_iter().map(|issue| issue.code).collect()
    }

    #[test]
    fn the_form_is_held_against_what_the_step_declares() {
        use IssueCode::{Format, MissingField, Schema, TooLarge};
        let schema = "output_schema: {type: object, required: [title]}";
        for (declared, value, expected) in [
            ("format: application/json", json!({"result": "{\"a\": 1}"}), vec![]),
            ("format: json", json!({"result": {"content": "not JSON"}}), vec![Format]),
            ("produces: json-data", json!({"result": "{"}), vec![Format]),
            ("format: text/markdown", json!({"result": "{"}), vec![]),
            (schema, json!({"result": {"title": "t"}}), vec![]),
            (schema, json!({"result": {"tilte": "t"}}), vec![Schema]),
            (schema, json!({"result": "{\"title\": 1}"}), vec![Schema]),
            ("output_schema: {type: nonsense}", json!({"result": 1}), vec![]),
            ("outputs: [title, body]", json!({"result": {"title": 1, "body": null}}), vec![]),
            ("outputs: {title: text}", json!({"title": 1, "result": {}}), vec![]),
            ("outputs: [title, text]", json!({"result": {"a": 1}}), vec![MissingField]),
            ("size_limit: 4", json!({"result": "four"}), vec![]),
            ("size_limit: 4", json!({"result": [1, 2, 3]}), vec![TooLarge]),
            ("description: none", json!({"result": ""}), vec![]),
        ] {
            assert_eq!(found(declared, &value), expected, "{declared}: {value}");
        }
        let yaml = format!("format: json\n    {schema}");
        assert_eq!(found(&yaml, &json!({"result": "{\"title\": 1}"})), [], "{yaml}");
    }

    #[test]
    fn a_step_stands_for_what_it_stands_for_in_text() {
        for value in [
            json!("x"),
            json!({"result": {"content": "x", "a": 1}, "success": true}),
            json!({"result": [1], "success": true}),
            json!({"text": "x", "a": 1}),
            json!({"a": 1}),
        ] {
            let step = pipeline::StepValue {
                id: "s".into(),
                status: "completed",
                success: true,
                skipped: false,
                reason: None,
                error: None,
                duration: 0.0,
                attempts: 1,
                value: pipeline::Value::from_json(&value),
                location: None,
                decided: pipeline::Value::Null,
            };
            assert_eq!(&step.primary().to_json(), primary(&value, None), "{value}");
        }
    }
}
