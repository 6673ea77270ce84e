//! Error handlers: which one is chosen, what it reads, and what comes of the step.

mod support;

use engine::{Remedied, RunStatus, StepRecord, StepStatus};
use serde_json::json;

use support::{Case, Ran};

/// A step `a` that runs a command with these keys, a handler's included, and a step `b` behind it.
fn step(command: &str, keys: &str) -> String {
    let keys: String = keys.lines().map(|line| format!("    {line}\n")).collect();
    format!(
        "id: p\nsteps:\n  - id: a\n    tool: terminal\n    max_retries: 1\n    parameters: {{command: {command}}}\n{keys}  \
         - id: b\n    tool: terminal\n    dependencies: [a]\n    parameters: {{command: say b}}\n"
    )
}

fn on_error(command: &str, handler: &str) -> Ran {
    Case::new(&step(command, &format!("on_error: {handler}"))).run()
}

fn a(ran: &Ran) -> &StepRecord {
    &ran.document.steps["a"]
}

fn came(ran: &Ran) -> Vec<(&str, Remedied)> {
    a(ran).handled.iter().map(|it| (it.handler.as_str(), it.outcome)).collect()
}

#[test]
fn a_step_is_tried_once_more_after_its_handler() {
    let handler = "{handler_action: terminal, parameters: {command: say mended}}";
    let ran = on_error("flaky 2", handler);
    assert_eq!(ran.statuses(), "a completed, b completed");
    assert_eq!(*ran.fake.calls.lock().unwrap(), ["a/1", "a/1", "a/2", "b/1"]);
    assert_eq!(ran.document.status, RunStatus::Completed);
    let record = a(&ran);
    assert_eq!((record.retries, record.error.as_deref()), (1, None));
    assert_eq!(came(&ran), [("terminal", Remedied::Retried)]);
    assert_eq!(record.handled[0].error, "not yet");
    assert_eq!(record.handled[0].error_type, "FakeError");
    assert_eq!(record.value["result"], "at last");
}

#[test]
fn a_handler_that_succeeded_makes_the_step_a_success() {
    for (command, status) in [("raise e", "e"), ("report r", "r")] {
        for keys in ["", ", retry_with_handler: false"] {
            let handler =
                format!("{{handler_action: terminal, parameters: {{command: say instead}}{keys}}}");
            let ran = on_error(command, &handler);
            assert_eq!(ran.statuses(), "a completed, b completed");
            assert!(ran.document.success);
            assert_eq!(a(&ran).value["result"]["stdout"], "instead");
            assert_eq!(a(&ran).handled[0].error, status);
        }
    }
}

#[test]
fn a_fallback_is_the_result_where_nothing_else_is() {
    let value = json!({"result": {"n": 1}, "success": true, "error": null});
    for handler in [
        "{fallback_value: {n: 1}}",
        "{handler_action: terminal, parameters: {command: say x}, fallback_value: {n: 1}}",
        "{handler_action: terminal, parameters: {command: raise x}, fallback_value: {n: 1}}",
        "{fallback_result: {result: {n: 1}, success: true, error: null}}",
        "{fallback_value: {n: '{{ 1 }}'}}",
    ] {
        let ran = on_error("raise e", handler);
        assert_eq!(ran.statuses(), "a completed, b completed", "{handler}");
        assert_eq!(a(&ran).value, value, "{handler}");
        assert_eq!(a(&ran).handled.last().unwrap().outcome, Remedied::FellBack);
    }
}

#[test]
fn the_failure_is_read_by_name() {
    let handler = "{handler_action: terminal, retry_with_handler: false, parameters: {command: \
        'say {{ failed_task_id }}|{{ error_type }}|{{ error_message }}|{{ execution_attempt }}|{{ command }}|{{ a.status }}'}}";
    let ran = on_error("raise the disk", handler);
    assert_eq!(a(&ran).value["result"]["stdout"], "a|FakeError|the disk|1|raise the disk|failed");
    let hidden = handler.replace("retry_with", "capture_error_context: false, retry_with");
    let ran = on_error("raise the disk", &hidden);
    assert_eq!(ran.statuses(), "a failed, b pending");
    assert!(a(&ran).handled[0].handler_error.as_deref().unwrap().contains("undefined"));
}

#[test]
fn the_first_handler_that_fits_sees_to_it() {
    let one = |say: &str, keys: &str| {
        format!(
            "{{handler_action: terminal, retry_with_handler: false, parameters: {{command: say {say}}}, {keys}}}"
        )
    };
    let all = [
        one("late", "priority: 900"),
        one("off", "enabled: false, priority: 1"),
        one("asked", "enabled: '{{ error_message == \"other\" }}', priority: 1"),
        one("typed", "error_types: [OSError], priority: 2"),
        one("coded", "error_codes: [404], priority: 2"),
        one("patterned", "error_patterns: ['FULL$'], priority: 3"),
        one("any", "error_types: ['*'], priority: 4"),
    ];
    let handlers = format!("[{}]", all.join(", "));
    for (command, expected) in
        [("raise disk full", "patterned"), ("raise disk", "any"), ("raise other", "asked")]
    {
        let ran = on_error(command, &handlers);
        assert_eq!(a(&ran).value["result"]["stdout"], expected);
        assert_eq!(a(&ran).handled.len(), 1);
    }
    let said = r#"'json {"success": false, "stderr": "disk full\n", "return_code": 1}'"#;
    assert_eq!(a(&on_error(said, &handlers)).value["result"]["stdout"], "patterned");
    let coded = r#"'json {"success": false, "error": "gone", "status_code": 404}'"#;
    assert_eq!(a(&on_error(coded, &handlers)).value["result"]["stdout"], "coded");
}

#[test]
fn a_failure_that_no_handler_fits_counts() {
    let ran = on_error("raise e", "{fallback_value: 1, error_types: [OSError]}");
    assert_eq!(ran.statuses(), "a failed, b pending");
    assert_eq!((a(&ran).handled.len(), a(&ran).error.as_deref()), (0, Some("e")));
}

#[test]
fn what_a_failing_handler_means() {
    let failing = "handler_action: terminal, parameters: {command: raise h}";
    let ran = on_error("raise e", &format!("{{{failing}, max_handler_retries: 2}}"));
    assert_eq!(ran.statuses(), "a failed, b pending");
    assert_eq!(*ran.fake.calls.lock().unwrap(), ["a/1", "a/1", "a/2", "a/3"]);
    assert_eq!(a(&ran).error.as_deref(), Some("e"));
    assert_eq!(a(&ran).handled[0].handler_error.as_deref(), Some("h"));

    let ran = on_error("raise e", &format!("{{{failing}, continue_on_handler_failure: true}}"));
    assert_eq!(ran.statuses(), "a failed, b completed");
    assert!(!ran.document.success);

    let two = |goes_on: bool| {
        format!("[{{{failing}, continue_on_handler_failure: {goes_on}}}, {{fallback_value: 2}}]")
    };
    assert_eq!(on_error("raise e", &two(true)).statuses(), "a completed, b completed");
    assert_eq!(on_error("raise e", &two(false)).statuses(), "a failed, b pending");
}

#[test]
fn a_failure_that_is_passed_on_reaches_the_next() {
    let notes =
        "{handler_action: terminal, parameters: {command: say noted}, propagate_error: true}";
    let ran = on_error("raise e", notes);
    assert_eq!(ran.statuses(), "a failed, b pending");
    assert_eq!(came(&ran), [("terminal", Remedied::PassedOn)]);
    let ran = on_error("raise e", &format!("[{notes}, {{fallback_value: 1}}]"));
    assert_eq!(ran.statuses(), "a completed, b completed");
    assert_eq!(came(&ran), [("terminal", Remedied::PassedOn), ("fallback", Remedied::FellBack)]);
}

#[test]
fn a_handler_has_its_own_time() {
    let handler = "{handler_action: terminal, parameters: {command: hang}, timeout: 0.1}";
    let ran = on_error("raise e", handler);
    let why = a(&ran).handled[0].handler_error.as_deref();
    assert_eq!(why, Some("the handler exceeded its timeout of 0.1 s"));
}

#[test]
fn retries_come_before_handlers() {
    let yaml =
        step("flaky 3", "on_error: {fallback_value: 1}").replace("max_retries: 1", "retry: 2");
    let ran = Case::new(&yaml).run();
    assert_eq!((a(&ran).retries, a(&ran).handled.len()), (2, 0));
}

#[test]
fn a_step_that_is_a_handler_runs_only_when_called() {
    let rescue = "  - id: rescue\n    tool: terminal\n    parameters: {command: 'say for {{ failed_task_id }}'}\n";
    let handler = "on_error: {handler_task_id: rescue, retry_with_handler: false}";
    let ran = Case::new(&(step("raise e", handler) + rescue)).run();
    assert_eq!(ran.statuses(), "a completed, b completed, rescue completed");
    assert_eq!(*ran.fake.calls.lock().unwrap(), ["a/1", "rescue/1", "b/1"]);
    assert_eq!(a(&ran).value["result"]["stdout"], "for a");
    assert_eq!(ran.values()["rescue"]["result"]["stdout"], "for a");
    assert_eq!(ran.document.execution_order, ["a", "b"]);
    assert!(ran.document.success);

    let ran = Case::new(&(step("say fine", handler) + rescue)).run();
    assert_eq!(ran.statuses(), "a completed, b completed, rescue skipped");
    assert!(ran.document.success);

    let outputs = "outputs: {said: '{{ rescue.stdout }}'}\n";
    let ran = Case::new(&(step("raise e", handler) + rescue + outputs)).run();
    assert_eq!(ran.document.outputs["said"], "for a");
}

#[test]
fn a_step_that_others_wait_for_runs_also_as_a_handler() {
    let rescue = "  - id: rescue\n    tool: terminal\n    parameters: {command: say r}\n  \
                  - id: c\n    tool: terminal\n    dependencies: [rescue]\n    parameters: {command: say c}\n";
    let handler = "on_error: {handler_task_id: rescue, retry_with_handler: false}";
    let ran = Case::new(&(step("raise e", handler) + rescue)).run();
    assert_eq!(ran.statuses(), "a completed, b completed, rescue completed, c completed");
    assert_eq!(ran.fake.calls.lock().unwrap().iter().filter(|it| *it == "rescue/1").count(), 2);
}

#[test]
fn global_handlers_come_after_the_steps_own() {
    let global = "global_error_handlers: [{priority: 1, fallback_value: global}]\n";
    let ran = Case::new(&(step("raise e", "") + global)).run();
    assert_eq!(a(&ran).value["result"], "global");
    let ran = Case::new(&(step("raise e", "on_error: {fallback_value: own}") + global)).run();
    assert_eq!(a(&ran).value["result"], "own");
}

#[test]
fn steps_inside_loops_and_loops_have_handlers() {
    let each = |keys: &str, inner: &str| {
        format!(
            "id: p\nsteps:\n  - id: a\n    for_each: [1, 2]\n{keys}    steps:\n      - id: i\n        tool: terminal\n        \
             parameters: {{command: raise e}}\n{inner}"
        )
    };
    let ran = Case::new(&each("", "        on_error: {fallback_value: '{{ index }}'}\n")).run();
    assert_eq!(ran.statuses(), "a completed");
    assert!(ran.document.success);
    assert_eq!(a(&ran).iterations.as_ref().unwrap()[1].steps["i"].value["result"], 1);
    let ran = Case::new(&each("    on_error: {fallback_value: none}\n", "")).run();
    assert_eq!(ran.statuses(), "a completed");
    assert!(ran.document.success, "{:?}", ran.document.error);
    assert_eq!(a(&ran).value["result"], "none");
    let again = "    on_error: {handler_action: terminal, parameters: {command: say x}}\n";
    let ran = Case::new(&each(again, "")).run();
    assert_eq!(came(&ran), [("terminal", Remedied::RetriedInVain)]);
    assert_eq!(a(&ran).retries, 1);
}

#[test]
fn a_handler_is_stopped_with_the_run() {
    let hang = "on_error: {handler_action: terminal, parameters: {command: wait 60000}}";
    let other = "  - id: c\n    tool: terminal\n    max_retries: 1\n    parameters: {command: flaky 9}\n    on_error: {handler_action: terminal, parameters: {command: wait 60000}, timeout: 0.3}\n";
    let ran = Case::new(&(step("raise e", hang) + other)).run();
    assert_eq!(a(&ran).status, StepStatus::Cancelled);
    assert_eq!(ran.document.steps["c"].status, StepStatus::Failed);
}

#[test]
fn secrets_stay_out_of_what_is_handled() {
    let mut case = Case::new(&step("raise hunter2", "on_error: {fallback_value: 1}"));
    case.secrets = vec!["hunter2".to_owned()];
    let ran = case.run();
    assert!(!serde_json::to_string(&ran.document.steps["a"].handled).unwrap().contains("hunter2"));
    assert!(ran.events.iter().all(|event| !format!("{event:?}").contains("hunter2")));
}

#[test]
fn what_cannot_be_done_is_refused_by_name() {
    for (handler, refused) in [
        (
            "page the operators",
            "not-supported-yet a: the step `a` needs an action in prose, which this version cannot run yet",
        ),
        (
            "{handler_task_id: nobody}",
            "unknown-step a: `handler_task_id` names `nobody`, which is no step",
        ),
        ("{handler_task_id: a}", "bad-handler a: the step `a` cannot be its own error handler"),
        (
            "{priority: 3}",
            "bad-handler a: an error handler needs `handler_action`, `handler_task_id` or `fallback_value`",
        ),
        (
            "echo hi",
            "not-supported-yet a: the step `a` needs an action in prose, which this version cannot run yet",
        ),
    ] {
        let case = Case::new(&step("say x", &format!("on_error: {handler}")));
        assert_eq!(case.refused(), [refused]);
    }
}
