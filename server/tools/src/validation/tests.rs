//! What the tool says of data.

use serde_json::{Value as Json, json};

use super::{Validate, Validation, act};
use crate::testing::{call, failure, parameters, value};

fn run(request: Json) -> Json {
    act(&call(parameters(request))).unwrap()["result"].clone()
}

#[test]
fn data_that_fits() {
    let schema =
        json!({"type": "object", "required": ["name"], "properties": {"n": {"type": "integer"}}});
    let request = json!({"data": {"name": "x", "n": 3}, "schema": schema});
    let result = json!({"valid": true, "errors": [], "warnings": [], "data": {"name": "x", "n": 3}, "mode": "strict"});
    let expected = json!({"result": result, "success": true, "error": null});
    assert_eq!(value(&Validate, call(parameters(request.clone()))), expected);
    assert_eq!(value(&Validation, call(parameters(request))), expected);
}

#[test]
fn data_that_does_not_fit_is_no_failure() {
    let schema = json!({"type": "object", "properties": {"n": {"type": "integer"}, "b": {"type": "boolean"}}});
    let data = json!({"n": "3", "b": "maybe"});
    let strict = run(json!({"data": data, "schema": schema}));
    assert_eq!((&strict["valid"], strict["errors"].as_array().unwrap().len()), (&json!(false), 2));
    assert!(
        strict["errors"]
            .as_array()
            .unwrap()
            .iter()
            .any(|it| it["path"] == json!(["n"]) && it["validator"] == "type")
    );
    assert!(strict["errors"][0]["schema_path"].as_array().unwrap().len() == 3, "{strict}");
    let lenient = run(json!({"data": data, "schema": schema, "mode": "LENIENT"}));
    assert_eq!(
        (&lenient["data"]["n"], lenient["errors"].as_array().unwrap().len()),
        (&json!(3), 1)
    );
    assert_eq!(lenient["warnings"][0]["coerced_to"], 3);
    let report = run(json!({"data": data, "schema": schema, "mode": "report_only"}));
    assert_eq!((&report["valid"], report["warnings"].as_array().unwrap().len()), (&json!(true), 2));
}

#[test]
fn a_table_is_judged_row_by_row() {
    let schema = json!({"type": "object", "properties": {"n": {"type": "integer", "minimum": 2}}});
    let result = run(json!({"data": "n,s\n1,a\n2,b\n", "schema": schema}));
    assert_eq!(result["rows_validated"], 2);
    assert_eq!(result["data"], json!([{"n": 1, "s": "a"}, {"n": 2, "s": "b"}]));
    assert_eq!(result["errors"].as_array().unwrap().len(), 1);
    assert_eq!(
        (&result["errors"][0]["path"], &result["errors"][0]["row"]),
        (&json!(["n"]), &json!(1))
    );
}

#[test]
fn what_cannot_be_judged_is_a_failure() {
    for (request, words) in [
        (json!({"data": "word", "schema": {}}), "Invalid data format: not JSON or CSV"),
        (json!({"schema": {}}), "No data provided for validation"),
        (json!({"data": {}}), "No schema provided for validation"),
        (json!({"data": {}, "schema": {"type": "nonsense"}}), "the schema is no JSON Schema"),
        (
            json!({"data": {}, "schema": {"$ref": "http://127.0.0.1:9/x.json"}}),
            "the schema is no JSON Schema",
        ),
        (
            json!({"data": {}, "schema": {"$ref": "file:///etc/passwd"}}),
            "the schema is no JSON Schema",
        ),
        (json!({"data": {}, "schema": {}, "mode": "odd"}), "is no mode"),
        (json!({"action": "extract_structured", "text": "x", "schema": {}}), "none is provided"),
    ] {
        let failure = failure(&Validation, call(parameters(request.clone())));
        assert!(failure.message.contains(words), "{request}: {}", failure.message);
        assert_eq!(failure.value.unwrap()["result"], Json::Null);
    }
}

#[test]
fn an_inferred_schema_fits() {
    let data = json!({"n": 1, "x": 1.5, "l": [{"d": "2026-01-31"}], "e": "a@b.c", "u": "https://x", "z": null, "b": true});
    let result = run(json!({"action": "infer_schema", "data": data}));
    assert_eq!(result["data_type"], "dict");
    assert_eq!(result["schema"]["properties"]["l"]["items"]["properties"]["d"]["format"], "date");
    assert_eq!(result["schema"]["required"], json!(["n", "x", "l", "e", "u", "b"]));
    assert_eq!(run(json!({"data": data, "schema": result["schema"]}))["valid"], true);
}

#[test]
fn quality_has_three_sides() {
    let good = json!([{"id": 1, "email": "a@b.c"}, {"id": 2, "email": "d@e.f"}]);
    assert_eq!(run(json!({"action": "quality_check", "data": good}))["overall_score"], 1.0);
    let poor = json!([{"id": "x", "email": ""}, {"id": 2, "email": "nobody"}]);
    let result = run(json!({"action": "quality_check", "data": poor}));
    assert_eq!(
        result,
        json!({
            "completeness": 0.75, "accuracy": 0.333, "consistency": 0.5, "overall_score": 0.528, "valid": false,
        })
    );
    assert_eq!(run(json!({"action": "quality_check", "data": []}))["completeness"], 0.0);
}
