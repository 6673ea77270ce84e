//! What each operation answers.

use serde_json::{Value as Json, json};

use super::{DataProcessing, Process, act};
use crate::testing::{call, call_in, failure, parameters, value};

fn run(request: Json) -> Json {
    match act(&call(parameters(request.clone()))) {
        Ok(value) => value["processed_data"].clone(),
        Err(failure) => panic!("{request}: {failure}"),
    }
}

#[test]
fn convert() {
    let request = json!({"action": "convert", "data": [{"a": 1, "b": "x"}, {"a": 2, "b": "y"}], "output_format": "csv"});
    let processed = json!({"action": "convert", "target_format": "csv", "data": "a,b\r\n1,x\r\n2,y\r\n", "original_type": "list"});
    assert_eq!(
        value(&DataProcessing, call(parameters(request))),
        json!({"processed_data": processed, "success": true})
    );
    let request = json!({"data": {"x": ["Hello", {"y": "H"}], "n": 3}});
    let text =
        "{\n  \"x\": [\n    \"Hello\",\n    {\n      \"y\": \"H\"\n    }\n  ],\n  \"n\": 3\n}";
    let processed = value(&Process, call(parameters(request)))["processed_data"].clone();
    assert_eq!(
        processed,
        json!({"action": "convert", "target_format": "json", "data": text, "original_type": "dict"})
    );
    assert_eq!(run(json!({"action": "convert", "data": "plain words"}))["data"], "plain words");
    assert_eq!(
        run(
            json!({"action": "convert", "data": "a,b\n1,\"x, y\"\n", "format": "csv", "output_format": "tsv"})
        )["data"],
        "a\tb\r\n1\tx, y\r\n"
    );
    assert_eq!(run(json!({"action": "convert", "data": "['x', 1]"}))["original_type"], "list");
}

#[test]
fn files_are_read_by_their_ending() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("t.csv"), "a\n1\n").unwrap();
    let call = call_in(folder.path(), parameters(json!({"action": "convert", "data": "t.csv"})));
    assert_eq!(act(&call).unwrap()["processed_data"]["data"], "[\n  {\n    \"a\": \"1\"\n  }\n]");
}

#[test]
fn filter() {
    let data = json!([{"s": "on", "n": 1}, {"s": "off", "n": 2}, {"s": "on", "n": 3}]);
    let result =
        run(json!({"action": "filter", "data": data, "operation": {"criteria": {"s": "on"}}}));
    let kept = json!([{"s": "on", "n": 1}, {"s": "on", "n": 3}]);
    assert_eq!(
        result,
        json!({"action": "filter", "criteria": {"s": "on"}, "data": kept, "original_count": 3, "filtered_count": 2})
    );
    let csv = run(
        json!({"action": "filter", "data": "s,n\non,1\noff,2\n", "format": "csv", "operation": {"criteria": {"n": 2}}}),
    );
    assert_eq!(csv["data"], "s,n\r\noff,2\r\n");
    let by_condition = run(
        json!({"action": "filter", "data": data, "operation": {"condition": "n > 1 and s == 'on'"}}),
    );
    assert_eq!(by_condition["filtered_count"], 1);
    let none =
        run(json!({"action": "filter", "data": data, "operation": {"criteria": {"missing": 1}}}));
    assert_eq!(none["data"], json!([]));
}

#[test]
fn aggregate() {
    let data = json!([{"k": "a", "v": 1}, {"k": "b", "v": "2.5"}, {"k": "a", "v": 3}, {"k": "a"}]);
    let wishes = json!({"total": {"column": "v", "function": "sum"}, "n": {"function": "count"}, "kinds": {"column": "v", "function": "count_distinct"}, "v": "mean"});
    let result = run(
        json!({"action": "aggregate", "data": data, "group_by": ["k"], "aggregations": wishes}),
    );
    assert_eq!(
        result,
        json!({"action": "aggregate", "row_count": 2, "data": [
            {"k": "a", "total": 4.0, "n": 3, "kinds": 2, "v": 2.0},
            {"k": "b", "total": 2.5, "n": 1, "kinds": 1, "v": 2.5},
        ]})
    );
    let all = run(
        json!({"action": "aggregate", "data": data, "operation": {"aggregations": {"v": "max"}}}),
    );
    assert_eq!(all["data"], json!({"count": 4, "aggregations": {"v_max": 3.0}}));
}

#[test]
fn transform() {
    let data = json!([
        {"id": "1", "q": "2", "p": "1.5", "d": "2026-01-31", "s": ""},
        {"id": "1", "q": "9", "p": "9", "d": "2026-02-01", "s": "x"},
        {"id": "2", "q": "4", "p": "2", "d": "2026-02-03", "s": "cancelled"},
        {"id": "3", "q": "", "p": "2", "d": "2026-03-03", "s": "new"},
    ]);
    let steps = json!([
        {"type": "deduplicate", "columns": ["id"], "keep": "first"},
        {"type": "cast", "columns": {"q": "integer", "p": "float"}},
        {"type": "fill_missing", "strategy": {"s": "pending"}},
        {"type": "calculate", "expressions": {"total": "q * p", "month": "DATE_FORMAT(d, '%Y-%m')"}},
        {"type": "filter", "condition": "s != 'cancelled'"},
        {"type": "rename_fields", "mapping": {"q": "quantity"}},
        {"type": "add_field", "field": "seen", "value": true},
    ]);
    let result = run(json!({"action": "transform", "data": data, "operations": steps}));
    let rows: Json = serde_json::from_str(result["data"].as_str().unwrap()).unwrap();
    assert_eq!(
        rows,
        json!([
            {"id": "1", "quantity": 2, "p": 1.5, "d": "2026-01-31", "s": "pending", "total": 3.0, "month": "2026-01", "seen": true},
            {"id": "3", "quantity": 0, "p": 2.0, "d": "2026-03-03", "s": "new", "total": 0.0, "month": "2026-03", "seen": true},
        ])
    );
    assert_eq!((&result["row_count"], &result["transformations"]), (&json!(2), &steps));
    let nested = json!({"records": [{"active": true, "value": 2}, {"active": false, "value": 5}]});
    let steps = json!([{"type": "filter", "field": "active", "value": true}, {"type": "aggregate", "operation": "sum", "field": "value"}]);
    let result = run(
        json!({"action": "transform", "data": nested, "operation": {"transformations": steps}}),
    );
    let told: Json = serde_json::from_str(result["data"].as_str().unwrap()).unwrap();
    assert_eq!(
        told,
        json!({"filtered_records": [{"active": true, "value": 2}], "aggregation": {"operation": "sum", "field": "value", "result": 2}})
    );
    let spec = run(
        json!({"action": "transform", "data": "{\"a\": [1, 2]}", "transform_spec": {"n": "len(json.loads(data)['a'])", "first": "parsed_data['a'][0]"}}),
    );
    assert_eq!(spec, json!({"n": 2, "first": 1}));
}

#[test]
fn profile() {
    let result = run(
        json!({"action": "profile", "format": "csv", "data": "n,s\n1,a\n2,\n3,b\n100,b\n1,a\n"}),
    );
    assert_eq!(
        (&result["row_count"], &result["column_count"], &result["duplicate_rows"]),
        (&json!(5), &json!(2), &json!(1))
    );
    let (n, s) = (&result["data"]["columns"]["n"], &result["columns"]["s"]);
    assert_eq!(
        (&n["data_type"], &n["min"], &n["max"], &n["median"], &n["outlier_count"]),
        (&json!("numeric"), &json!(1.0), &json!(100.0), &json!(2.0), &json!(1))
    );
    assert_eq!(
        (&s["missing_count"], &s["missing_percentage"], &s["unique_count"]),
        (&json!(1), &json!(20.0), &json!(2))
    );
    assert_eq!(run(json!({"action": "profile", "data": []}))["row_count"], 0);
}

#[test]
fn pivot() {
    let data = json!([{"p": "a", "s": "x", "q": 1}, {"p": "a", "s": "x", "q": 2}, {"p": "b", "s": "y", "q": 5}]);
    let result = run(
        json!({"action": "pivot", "data": data, "index": ["p"], "columns": ["s"], "values": ["q"]}),
    );
    assert_eq!(
        result,
        json!({"action": "pivot", "row_count": 2, "data": [{"p": "a", "x": 3.0, "y": 0}, {"p": "b", "x": 0, "y": 5.0}]})
    );
}

#[test]
fn clean() {
    let data = json!([{"a": 1}, {"a": 1}, {"a": null}, {"a": 3}]);
    let result = run(json!({"action": "clean", "data": data}));
    assert_eq!(result["data"], json!([{"a": 1}, {"a": 3}]));
    assert_eq!(
        (&result["rows_removed"], &result["original_shape"]),
        (&json!(2), &json!({"rows": 4, "columns": 1}))
    );
    for (how, expected) in [
        ("forward_fill", json!([{"a": 1}, {"a": 1}, {"a": 3}])),
        ("backward_fill", json!([{"a": 1}, {"a": 3}, {"a": 3}])),
        ("mean", json!([{"a": 1}, {"a": 2.0}, {"a": 3}])),
        ("interpolate", json!([{"a": 1}, {"a": 2.0}, {"a": 3}])),
    ] {
        assert_eq!(
            run(json!({"action": "clean", "data": data, "handle_missing": how}))["data"],
            expected,
            "{how}"
        );
    }
}

#[test]
fn merge() {
    let both = |strategy: &str, kind: &str| {
        run(
            json!({"action": "merge", "merge_strategy": strategy, "join_on": "k", "join_type": kind, "datasets": [
                {"name": "one", "data": [{"k": 1, "v": "a"}, {"k": 2, "v": "b"}]}, {"name": "two", "data": "k,w\n2,x\n3,y\n"},
            ]}),
        )
    };
    let combined = both("combine", "inner");
    assert_eq!(
        (&combined["total_rows"], &combined["columns"]),
        (&json!(4), &json!(["k", "v", "_source", "w"]))
    );
    assert_eq!(both("join", "inner")["data"], json!([{"k": "2", "v": "b", "w": "x"}]));
    assert_eq!(both("join", "outer")["total_rows"], 3);
    assert_eq!(both("join", "left")["total_rows"], 2);
}

#[test]
fn what_cannot_be_done_is_a_failure() {
    for (request, words) in [
        (json!({"action": "shuffle", "data": []}), "Unknown data processing action: shuffle"),
        (json!({"action": "convert", "data": [], "format": "yaml"}), "not supported yet"),
        (json!({"action": "aggregate", "data": [1]}), "no map but int"),
        (
            json!({"action": "aggregate", "data": [], "aggregations": {"a": "mode"}}),
            "is no function",
        ),
        (
            json!({"action": "transform", "data": [], "operation": {"type": "normalize"}}),
            "`normalize` is no kind of step",
        ),
        (
            json!({"action": "transform", "data": [{"a": 1}], "operations": [{"type": "calculate", "expressions": {"b": "a +"}}]}),
            "cannot be evaluated",
        ),
        (json!({"action": "filter", "data": "{broken"}), "the data is no JSON"),
        (json!({"action": "merge", "datasets": []}), "No datasets provided"),
        (json!({"action": "pivot", "data": []}), "needs `index` and `values`"),
    ] {
        let failure = failure(&DataProcessing, call(parameters(request.clone())));
        assert!(failure.message.contains(words), "{request}: {}", failure.message);
    }
}
