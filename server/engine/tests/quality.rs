//! What is said of the values of steps, and what a step does about a value that is not good enough.

mod support;

use engine::{IssueCode, StepRecord};
use support::{Case, Ran};

/// A step `a` that runs a command with these keys, a step `b` that reads it, and a step `plan_b`.
fn run(command: &str, keys: &str) -> Ran {
    Case::new(&format!(
        "id: p\nsteps:\n  - id: a\n    tool: terminal\n    parameters: {{command: {command}}}\n{keys}  \
         - id: b\n    tool: terminal\n    parameters: {{command: 'say {{{{ a }}}}'}}\n  \
         - id: plan_b\n    tool: terminal\n    condition: a.status == 'failed'\n    \
         parameters: {{command: say instead}}\n"
    ))
    .run()
}

fn a(ran: &Ran) -> &StepRecord {
    &ran.document.steps["a"]
}

fn codes(record: &StepRecord) -> Vec<IssueCode> {
    let issues = &record.quality.as_ref().expect("it is looked at").issues;
    issues.iter().map(|issue| issue.code).collect()
}

#[test]
fn a_value_is_looked_at_and_nothing_is_asked_of_it() {
    let ran = run("draft 9", "");
    assert_eq!(ran.statuses(), "a completed, b completed, plan_b skipped");
    let quality = a(&ran).quality.as_ref().expect("it is looked at");
    assert_eq!((quality.score, quality.issues.len()), (1.0, 0), "words of programs are free");
    assert_eq!((quality.output_type.as_str(), quality.output_size), ("string", 15));
    assert_eq!(ran.document.steps["plan_b"].quality, None);
}

#[test]
fn what_is_not_good_enough_is_tried_again_before_others_read_it() {
    let ran = run("draft 2", "    on_quality: retry\n    max_retries: 2\n");
    assert_eq!(ran.statuses(), "a completed, b completed, plan_b skipped");
    assert_eq!(*ran.fake.calls.lock().unwrap(), ["a/1", "a/2", "b/1"]);
    assert_eq!((a(&ran).retries, codes(a(&ran))), (1, vec![]));
    assert_eq!(ran.document.steps["b"].value["result"]["stdout"], "the mean is 2");
}

#[test]
fn what_stays_not_good_enough_fails_the_step() {
    let ran = run("draft 9", "    on_quality: retry\n    max_retries: 2\n");
    assert_eq!(ran.statuses(), "a failed, b pending, plan_b pending");
    assert_eq!(codes(a(&ran)), [IssueCode::Placeholder]);
    assert_eq!(a(&ran).error_type.as_deref(), Some("QualityError"));
    let error = a(&ran).error.as_deref().expect("an error");
    assert!(error.contains("0.6") && error.contains("0.7") && error.contains("TBD"), "{error}");
    assert_eq!(a(&ran).value["result"], "the mean is TBD", "the value is kept");
}

#[test]
fn the_least_quality_is_what_the_author_says() {
    let ran = run("draft 9", "    min_quality: 0.5\n");
    assert_eq!(ran.statuses(), "a completed, b completed, plan_b skipped");
    let ran = run("draft 9", "    min_quality: 0.8\n    max_retries: 2\n");
    assert_eq!(ran.fake.calls.lock().unwrap().len(), 1, "it fails for good: {}", ran.statuses());
    let ran = run("'json {\"n\": 1}'", "    on_quality: fail\n    outputs: [n, m]\n");
    assert_eq!(codes(a(&ran)), [IssueCode::MissingField]);
}

#[test]
fn the_run_may_go_on_elsewhere() {
    let ran = run("draft 9", "    on_quality: fail\n    on_failure: plan_b\n");
    assert_eq!(ran.statuses(), "a failed, b skipped, plan_b completed");
    let ran = run(
        "draft 9",
        "    on_quality: fail\n    on_error: {error_types: [QualityError], fallback_value: none}\n",
    );
    assert_eq!(ran.statuses(), "a completed, b completed, plan_b skipped");
    assert_eq!(ran.document.steps["b"].value["result"]["stdout"], "none");
    assert_eq!(a(&ran).quality, None, "the fallback is the author's");
}

#[test]
fn secrets_are_not_told() {
    let mut case = Case::new(
        "id: p\nsteps:\n  - id: a\n    tool: terminal\n    parameters: {command: 'say [insert hunter2hunter2]'}\n    on_quality: fail\n",
    );
    case.secrets = vec!["hunter2hunter2".to_owned()];
    let ran = case.run();
    let told = serde_json::to_string(&ran.document).expect("JSON");
    assert!(told.contains("was to be filled in") && !told.contains("hunter2"), "{told}");
}
