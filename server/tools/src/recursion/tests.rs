use std::path::Path;

use engine::tool::Call;
use serde_json::{Value as Json, json};

use super::RecursionControl;
use crate::testing::{call_in, failure, parameters, value};

/// A call of an operation; `number` makes it one of its own.
fn call(folder: &Path, number: u32, operation: &str, given: Json) -> Call {
    let mut call = call_in(folder, parameters(given));
    call.operation = Some(operation.to_owned());
    call.place.idempotency_key = format!("test/step/{number}");
    call
}

#[test]
fn state_is_shared_by_the_calls_of_a_run() {
    let folder = tempfile::tempdir().unwrap();
    let ask = |number, operation: &str, given: Json| {
        value(&RecursionControl, call(folder.path(), number, operation, given))["result"].clone()
    };
    let add = json!({"state_key": "tries", "increment": 2});
    assert_eq!(ask(1, "update_state", add.clone())["new_value"], 2);
    assert_eq!(ask(2, "update_state", add)["new_value"], 4);
    assert_eq!(
        ask(3, "update_state", json!({"state_key": "name", "state_value": [1]}))["new_value"],
        json!([1])
    );
    let other = ask(4, "get_state", json!({"state_key": "tries", "context_id": "other"}));
    assert_eq!((&other["exists"], &other["value"]), (&json!(false), &Json::Null));
    assert_eq!(ask(5, "get_state", json!({}))["state"], json!({"tries": 4, "name": [1]}));
    ask(6, "reset", json!({}));
    assert_eq!(ask(7, "get_state", json!({}))["state"], json!({}));
}

#[test]
fn it_is_time_to_stop_when_the_condition_holds_or_a_limit_is_reached() {
    let folder = tempfile::tempdir().unwrap();
    let check = |number, given: Json| {
        let answer =
            value(&RecursionControl, call(folder.path(), number, "check_condition", given));
        answer["result"].clone()
    };
    let first = check(1, json!({"condition": "iterations >= 1", "max_iterations": 2}));
    assert_eq!((&first["should_terminate"], &first["iterations"]), (&json!(false), &json!(0)));
    let second = check(2, json!({"condition": "iterations >= 1", "max_iterations": 2}));
    assert_eq!(
        (&second["should_terminate"], &second["reason"]),
        (&json!(true), &json!("condition"))
    );
    assert_eq!(check(3, json!({"max_iterations": 2}))["reason"], "max_iterations");
    assert_eq!(check(4, json!({"depth_limit": 0}))["reason"], "depth_limit");
    assert_eq!(check(5, json!({"time_limit": 0.0000001}))["reason"], "time_limit");
    assert_eq!(check(6, json!({}))["should_terminate"], false);
    let wrong = call(folder.path(), 7, "check_condition", json!({"condition": "state.none.x > 1"}));
    assert!(
        failure(&RecursionControl, wrong).message.starts_with("the condition `state.none.x > 1`")
    );
}

#[test]
fn a_call_that_is_made_again_changes_nothing_more() {
    let folder = tempfile::tempdir().unwrap();
    let add = || call(folder.path(), 1, "update_state", json!({"state_key": "n", "increment": 1}));
    let first = value(&RecursionControl, add());
    assert_eq!(value(&RecursionControl, add()), first);
    let read = call(folder.path(), 2, "get_state", json!({"state_key": "n"}));
    assert_eq!(value(&RecursionControl, read)["result"]["value"], 1);
}

#[test]
fn what_is_no_number_is_not_added_to() {
    let folder = tempfile::tempdir().unwrap();
    let set = call(folder.path(), 1, "update_state", json!({"state_key": "n", "state_value": "a"}));
    value(&RecursionControl, set);
    let add = call(folder.path(), 2, "update_state", json!({"state_key": "n", "increment": 1}));
    assert_eq!(
        failure(&RecursionControl, add).message,
        "`n` is `a`, and nothing can be added to that"
    );
    let nothing = call(folder.path(), 3, "update_state", json!({"state_key": "n"}));
    assert_eq!(
        failure(&RecursionControl, nothing).message,
        "`update_state` needs `state_value` or `increment`"
    );
}
