//! Pipelines that pipelines call: what goes in, what comes out, and what becomes of failures.

mod support;

use engine::{RunStatus, StepStatus, event::EventKind};
use serde_json::{Value as Json, json};

use support::{Case, Ran};

/// A pipeline whose step `call` runs the file `part.yaml` with these further parameters, and a step `after` behind it.
fn caller(parameters: &str) -> String {
    format!(
        "id: outer\nsteps:\n  - id: call\n    tool: pipeline-executor\n    parameters: {{pipeline: part.yaml{parameters}}}\n  \
         - id: after\n    tool: terminal\n    dependencies: [call]\n    parameters: {{command: say after}}\n"
    )
}

/// A pipeline of these commands, each behind the one before.
fn part(head: &str, commands: &[&str]) -> String {
    let mut text = format!("id: part\n{head}steps:\n");
    for (at, command) in commands.iter().enumerate() {
        let before = if at > 0 { format!("s{}", at - 1) } else { String::new() };
        text += &format!(
            "  - id: s{at}\n    tool: terminal\n    dependencies: [{before}]\n    parameters: {{command: \"{command}\"}}\n"
        );
    }
    text
}

fn run(parameters: &str, head: &str, commands: &[&str]) -> Ran {
    Case::new(&caller(parameters)).file("part.yaml", &part(head, commands)).run()
}

fn value<'r>(ran: &'r Ran, step: &str) -> &'r Json {
    &ran.document.steps[step].value["result"]
}

fn calls(ran: &Ran) -> Vec<String> {
    ran.fake.calls.lock().unwrap().clone()
}

const HEAD: &str = "inputs:\n  name: {type: string, required: true}\n  count: {type: integer, default: 2}\n\
    outputs:\n  greeting: \"{{ s0.stdout }}\"\n  next: \"{{ count + 1 }}\"\n";

#[test]
fn inputs_go_in_and_outputs_come_out_with_their_types() {
    let ran = run(
        ", inputs: {name: tide}, output_mapping: {next: total}",
        HEAD,
        &["say {{ name }} {{ inputs.count }}"],
    );
    assert_eq!(ran.statuses(), "call completed, after completed");
    let got = value(&ran, "call");
    assert_eq!(got["outputs"], json!({"greeting": "tide 2", "next": 3, "total": 3}));
    assert_eq!(got["total"], 3);
    assert_eq!(got["pipeline_id"], "part");
    assert_eq!((&got["steps_executed"], &got["recursion_depth"]), (&json!(1), &json!(1)));
    assert_eq!(got["call_stack"], json!(["outer"]));
    let called = ran.document.steps["call"].called.as_deref().unwrap();
    assert_eq!((called.status, called.success), (StepStatus::Completed, true));
    assert_eq!(called.steps["s0"].value["result"]["stdout"], "tide 2");
    assert_eq!(called.execution_levels, [["s0"]]);
    assert!(called.file.as_deref().unwrap().ends_with("part.yaml"));
}

#[test]
fn steps_inside_are_told_by_their_path() {
    let ran = run(", inputs: {name: x}", HEAD, &["say a", "say b"]);
    let paths: Vec<_> = ran.events.iter().filter_map(|event| event.path()).collect();
    assert_eq!(paths, ["call.s0", "call.s0", "call.s1", "call.s1"]);
    assert_eq!(
        ran.told(),
        [
            "run_started -",
            "step_started call",
            "step_started s0",
            "step_completed s0",
            "step_started s1",
            "step_completed s1",
            "step_completed call",
            "step_started after",
            "step_completed after",
            "run_completed -",
        ]
    );
}

#[test]
fn nothing_outside_is_read_but_what_is_handed_in() {
    let outer = "id: outer\ninputs:\n  word: {type: string, default: w}\nsteps:\n  - id: before\n    tool: terminal\n    \
        parameters: {command: say before}\n  - id: call\n    tool: pipeline-executor\n    dependencies: [before]\n    \
        parameters: {pipeline: part.yaml, inputs: {more: m}, inherit_context: INHERIT}\n";
    let part = part(
        "",
        &[
            "say {{ word | default('none') }} {{ more }} {{ inputs.more }} {{ before | default('hidden') }}",
        ],
    );
    for (inherit, said) in [("true", "w m m hidden"), ("false", "none m m hidden")] {
        let case = Case::new(&outer.replace("INHERIT", inherit)).file("part.yaml", &part);
        let ran = case.run();
        let called = ran.document.steps["call"].called.as_deref().unwrap();
        assert_eq!(called.steps["s0"].value["result"]["stdout"], said, "{inherit}");
    }
}

#[test]
fn a_pipeline_may_be_written_out_in_the_step() {
    let outer = "id: outer\ninputs:\n  who: {type: string, default: me}\nsteps:\n  - id: call\n    tool: pipeline-executor\n    parameters:\n      \
        pipeline: |\n        id: inner\n        inputs: {who: {type: string}}\n        steps:\n          - id: hi\n            tool: terminal\n            \
        parameters: {command: \"say hi {{ who }}\"}\n        outputs: {said: \"{{ hi.stdout }}\"}\n      inputs: {who: you}\noutputs:\n  said: \"{{ call.outputs.said }}\"\n";
    let ran = Case::new(outer).run();
    assert_eq!(ran.document.outputs["said"], "hi you");
    assert_eq!(ran.document.steps["call"].called.as_deref().unwrap().file, None);
}

#[test]
fn the_name_may_be_found_out_while_the_run_goes() {
    let outer = "id: outer\nsteps:\n  - id: which\n    tool: terminal\n    parameters: {command: say part}\n  - id: call\n    \
        tool: pipeline-executor\n    parameters: {pipeline: \"{{ which.stdout }}\"}\n";
    let ran = Case::new(outer).file("part.pipeline.yaml", &part("", &["say found"])).run();
    assert_eq!(ran.statuses(), "which completed, call completed");
    let ran = Case::new(outer).run();
    assert_eq!(ran.statuses(), "which completed, call failed");
    let record = &ran.document.steps["call"];
    assert_eq!(record.error_type.as_deref(), Some("FileNotFoundError"));
    assert!(record.error.as_deref().unwrap().contains("no pipeline `part`"));
}

#[test]
fn wrong_inputs_fail_the_step_before_anything_inside_runs() {
    let outer = caller(", inputs: \"{{ {'count': 'many', 'other': 1} }}\"");
    let ran = Case::new(&outer).file("part.yaml", &part(HEAD, &["say x"])).run();
    assert_eq!(ran.statuses(), "call failed, after pending");
    let error = ran.document.steps["call"].error.clone().unwrap();
    assert!(error.contains("the input `name` is required"), "{error}");
    assert!(error.contains("the input `count`: it is `many`"), "{error}");
    assert_eq!(calls(&ran), [] as [&str; 0]);
}

#[test]
fn a_failure_inside_fails_the_step_and_says_why() {
    let ran = run("", "", &["say a", "raise no", "say c"]);
    assert_eq!(ran.statuses(), "call failed, after pending");
    let record = &ran.document.steps["call"];
    let error = record.error.as_deref().unwrap();
    assert!(error.ends_with("part.yaml` failed: the step `s1` failed: no"), "{error}");
    assert_eq!(record.error_type.as_deref(), Some("PipelineError"));
    let called = record.called.as_deref().unwrap();
    assert_eq!(called.status, StepStatus::Failed);
    assert_eq!(called.steps["s2"].status, StepStatus::Pending);
    assert_eq!(ran.document.status, RunStatus::Failed);
}

#[test]
fn a_failure_may_be_no_reason_to_stop() {
    let ran = run(", error_handling: continue", "", &["raise no"]);
    assert_eq!(ran.statuses(), "call failed, after completed");
    assert!(!ran.document.success);
}

#[test]
fn a_retry_repeats_nothing_that_is_done() {
    let ran = run(
        ", error_handling: retry, retry_count: 3, retry_delay: 0",
        "outputs:\n  out: \"{{ s0.stdout }} {{ s2.result }}\"\n",
        &["say a", "fail 2", "say c"],
    );
    assert_eq!(ran.statuses(), "call completed, after completed");
    assert_eq!(calls(&ran), ["s0/1", "s1/1", "s1/1", "s1/1", "s2/1", "after/1"]);
    assert_eq!(ran.document.steps["call"].retries, 2);
    assert_eq!(
        ran.document.steps["call"].called.as_deref().unwrap().steps["s0"].status,
        StepStatus::Completed
    );
}

#[test]
fn a_handler_retries_inside_too() {
    let outer = caller("").replace(
        "  - id: after",
        "    on_error: {handler_action: terminal, parameters: {command: say mend}}\n  - id: after",
    );
    let ran = Case::new(&outer).file("part.yaml", &part("", &["say a", "fail 1"])).run();
    assert_eq!(ran.statuses(), "call completed, after completed");
    assert_eq!(calls(&ran), ["s0/1", "s1/1", "call/1", "s1/1", "after/1"]);
}

#[test]
fn handlers_conditions_and_loops_work_inside() {
    let part = "id: part\nsteps:\n  - id: off\n    tool: terminal\n    condition: \"false\"\n    parameters: {command: say off}\n  \
        - id: each\n    for_each: [1, 2]\n    steps:\n      - id: one\n        tool: terminal\n        parameters: {command: \"say {{ item }}\"}\n  \
        - id: bad\n    tool: terminal\n    on_error: {handler_task_id: fix, retry_with_handler: false}\n    parameters: {command: raise x}\n  \
        - id: fix\n    tool: terminal\n    parameters: {command: \"say fixed {{ error_message }}\"}\noutputs:\n  all: \"{{ each.results | length }}\"\n  \
        fixed: \"{{ bad.stdout }}\"\n";
    let ran = Case::new(&caller("")).file("part.yaml", part).run();
    assert_eq!(ran.statuses(), "call completed, after completed");
    assert_eq!(value(&ran, "call")["outputs"], json!({"all": 2, "fixed": "fixed x"}));
    let paths: Vec<_> = ran.events.iter().filter_map(|event| event.path()).collect();
    assert!(paths.contains(&"call.each[1].one"), "{paths:?}");
}

#[test]
fn a_called_pipeline_runs_once_a_round() {
    let outer = "id: outer\nsteps:\n  - id: each\n    for_each: [a, b]\n    max_parallel: 2\n    steps:\n      - id: call\n        tool: pipeline-executor\n        \
        parameters: {pipeline: part.yaml, inputs: {name: \"{{ item }}\"}}\noutputs:\n  all: \"{{ each.results | map(attribute='outputs') | map(attribute='greeting') | join(',') }}\"\n";
    let ran = Case::new(outer).file("part.yaml", &part(HEAD, &["say {{ name }}"])).run();
    assert_eq!(ran.statuses(), "each completed");
    let text = ran.document.outputs["all"].as_str().unwrap();
    assert_eq!(text, "a,b");
}

#[test]
fn the_jobs_of_a_run_are_shared() {
    let many: String = (0..6)
        .map(|at| {
            format!("  - id: w{at}\n    tool: terminal\n    parameters: {{command: wait 20}}\n")
        })
        .collect();
    let outer = format!(
        "id: outer\nsteps:\n  - id: call\n    tool: pipeline-executor\n    parameters: {{pipeline: part.yaml}}\n{many}"
    );
    let mut case = Case::new(&outer).file("part.yaml", &format!("id: part\nsteps:\n{many}"));
    case.jobs = 2;
    let ran = case.run();
    assert!(ran.document.success);
    assert_eq!(ran.fake.most(), 2);
}

#[test]
fn time_is_bounded_from_outside_and_inside() {
    let ran = run(", timeout: 0.05", "", &["wait 5000"]);
    assert_eq!(ran.statuses(), "call failed, after pending");
    let record = &ran.document.steps["call"];
    assert!(record.timed_out);
    assert!(record.error.as_deref().unwrap().contains("exceeded its timeout of 0.05 s"));
    assert_eq!(record.called.as_deref().unwrap().steps["s0"].status, StepStatus::Cancelled);
    let ran = run("", "metadata: {default_timeout: 0.05}\n", &["wait 5000"]);
    let called = ran.document.steps["call"].called.as_deref().unwrap();
    assert!(called.steps["s0"].timed_out);
}

#[test]
fn what_is_wrong_with_it_is_said_before_the_run() {
    let refused = |parameters: &str, file: &str| {
        Case::new(&caller(parameters)).file("part.yaml", file).refused()
    };
    let unknown = "id: part\nsteps:\n  - id: s\n    tool: teleporter\n";
    assert_eq!(refused("", unknown), ["unknown-tool s: there is no tool `teleporter`"]);
    assert_eq!(
        refused("", &caller("")),
        ["called-pipeline call: the pipeline calls itself: `part.yaml` -> `part.yaml`"]
    );
    assert_eq!(
        refused("", "a: 1\n"),
        ["nothing-to-run -: there are no steps, so there is nothing to run"]
    );
    let missing = Case::new(&caller("")).refused();
    assert!(missing[0].starts_with("called-pipeline call: there is no pipeline `part.yaml`"));
    let outside = Case::new(&caller("").replace("part.yaml", "../../etc/part.yaml")).refused();
    assert_eq!(outside, ["called-pipeline call: `../../etc/part.yaml` is outside the workspace"]);
    assert_eq!(
        refused(", error_handling: \"{{ x }}\"", &part("", &["say a"])),
        [
            "invalid-parameter call: `error_handling` says how the step is run, so it is written out: `fail`, `continue` or `retry`"
        ]
    );
}

#[test]
fn a_pipeline_that_finds_itself_while_it_runs_ends_at_the_tenth_level() {
    let own = "id: again\nsteps:\n  - id: next\n    tool: pipeline-executor\n    parameters: {pipeline: \"{{ 'again' ~ '.yaml' }}\"}\n";
    let ran = Case::new(own).file("again.yaml", own).run();
    assert_eq!(ran.statuses(), "next failed");
    let mut called = ran.document.steps["next"].called.as_deref();
    let mut depth = 0;
    let mut last = None;
    while let Some(inner) = called {
        depth += 1;
        last = inner.steps["next"].error_type.clone();
        called = inner.steps["next"].called.as_deref();
    }
    assert_eq!((depth, last.as_deref()), (10, Some("RecursionError")));
}

#[test]
fn a_secret_input_of_a_called_pipeline_is_told_nowhere() {
    let head = "inputs:\n  key: {type: string, secret: true}\n";
    let outer = caller(", inputs: {key: \"{{ 'swordfish' | upper }}\"}");
    let ran = Case::new(&outer)
        .file("part.yaml", &part(head, &["say {{ key }}", "tell {{ key }}"]))
        .run();
    let told = format!("{}{:?}", serde_json::to_string(&ran.document).unwrap(), ran.events);
    assert!(told.contains("[secret]"));
    assert!(!told.contains("SWORDFISH"), "{told}");
}

#[test]
fn a_handler_may_be_a_pipeline_or_a_loop() {
    let outer = "id: outer\nsteps:\n  - id: a\n    tool: terminal\n    on_error: {handler_task_id: mend, retry_with_handler: false}\n    parameters: {command: raise x}\n  \
        - id: b\n    tool: terminal\n    on_error: {handler_task_id: round, retry_with_handler: false}\n    parameters: {command: raise y}\n  \
        - id: mend\n    tool: pipeline-executor\n    parameters: {pipeline: part.yaml, inputs: {name: \"{{ error_message }}\"}}\n  \
        - id: round\n    for_each: [1, 2]\n    steps:\n      - id: say\n        tool: terminal\n        parameters: {command: \"say {{ item }} {{ error_message }}\"}\n";
    let mut case = Case::new(outer).file("part.yaml", &part(HEAD, &["say {{ name }}"]));
    case.jobs = 1;
    let ran = case.run();
    assert_eq!(ran.statuses(), "a completed, b completed, mend completed, round completed");
    assert_eq!(value(&ran, "a")["outputs"]["greeting"], "x");
    let b = &ran.document.steps["b"].value;
    assert_eq!(b["count"], 2);
    assert_eq!(b["results"][1]["result"]["stdout"], "2 y");
    assert_eq!(ran.document.steps["round"].iterations.as_ref().unwrap().len(), 2);
    assert!(ran.document.steps["mend"].called.is_some());
}

#[test]
fn a_handler_may_stand_in_the_loop() {
    let outer = "id: outer\nsteps:\n  - id: each\n    for_each: [1, 2]\n    steps:\n      - id: risky\n        tool: terminal\n        \
        on_error: {handler_task_id: fix, retry_with_handler: false}\n        parameters: {command: \"{{ 'raise x' if item == 2 else 'say ok' }}\"}\n      \
        - id: fix\n        tool: terminal\n        parameters: {command: \"say fixed {{ item }} {{ risky.error }}\"}\n";
    let ran = Case::new(outer).run();
    assert_eq!(ran.statuses(), "each completed");
    assert!(ran.document.success);
    assert_eq!(calls(&ran), ["risky/1", "risky/1", "fix/1"]);
    let rounds = ran.document.steps["each"].iterations.as_ref().unwrap();
    assert_eq!(rounds[0].steps["fix"].status, StepStatus::Skipped);
    assert_eq!(rounds[1].steps["fix"].status, StepStatus::Completed);
    assert_eq!(rounds[1].steps["risky"].value["result"]["stdout"], "fixed 2 x");
    let paths: Vec<_> = ran.events.iter().filter_map(|event| event.path()).collect();
    assert!(paths.contains(&"each[1].fix"), "{paths:?}");
}

/// Drives a run until so many completions were told, and drops it there; the document if it came to its end.
fn drive(
    prepared: engine::Prepared,
    case: &Case,
    journal: &engine::Journal,
    completions: usize,
) -> Option<engine::Document> {
    use std::sync::atomic::{AtomicUsize, Ordering};
    let seen = AtomicUsize::new(0);
    let stop = tokio_util::sync::CancellationToken::new();
    let tell = |event: &engine::event::Event| {
        let ends = matches!(event.kind, EventKind::StepCompleted | EventKind::StepFailed);
        let recorded = event.data.as_ref().is_some_and(|data| data["recorded"] == true);
        if ends && !recorded && seen.fetch_add(1, Ordering::Relaxed) + 1 >= completions {
            stop.cancel();
        }
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let toolbox = case.toolbox();
    runtime.block_on(async {
        tokio::select! {
            biased;
            () = stop.cancelled() => None,
            document = engine::run(prepared, &toolbox, journal, tell, case.cancel.clone()) => Some(document),
        }
    })
}

#[test]
fn a_run_goes_on_inside_with_pipelines_as_they_were() {
    for (name, completions) in ["part.yaml", "\"{{ 'part' ~ '.yaml' }}\""]
        .into_iter()
        .flat_map(|name| (1..4).map(move |completions| (name, completions)))
    {
        let yaml = caller(", error_handling: retry, retry_delay: 0").replace("part.yaml", name);
        let case = Case::new(&yaml);
        let folder = tempfile::tempdir().unwrap();
        let part_of = |last: &str| part("", &["say a", "fail 1", last]);
        let file = folder.path().join("part.yaml");
        std::fs::write(&file, part_of("say c")).unwrap();
        let journal = engine::Journal::open(&folder.path().join("state")).unwrap();
        let prepared = case.prepare(folder.path()).unwrap();
        let run = prepared.run().to_owned();
        let mut document = drive(prepared, &case, &journal, completions);
        let mut kills = 0;
        while document.is_none() {
            kills += 1;
            std::fs::write(&file, part_of("say changed")).unwrap();
            document = match journal.resume(&run) {
                Ok(past) => {
                    let (text, inputs) = past.open(&serde_json::Map::new(), &[]).unwrap();
                    let mut request = support::request(&text, folder.path(), &case);
                    request.inputs = inputs;
                    let prepared = engine::prepare_resume(request, &case.toolbox(), past).unwrap();
                    drive(prepared, &case, &journal, completions)
                }
                Err(engine::ResumeError::Over(document)) => Some(*document),
                Err(error) => panic!("{error}"),
            };
        }
        let ran = Ran { document: document.unwrap(), events: Vec::new(), fake: case.fake };
        assert_eq!(ran.statuses(), "call completed, after completed", "{name} {completions}");
        let called = ran.document.steps["call"].called.as_deref().unwrap();
        assert_eq!(called.steps["s2"].value["result"]["stdout"], "c", "{name} {completions}");
        assert!(kills > 0);
        let calls = calls(&ran);
        // What was in flight at a kill may have run.
        let again = calls.len() - ["s0", "s1", "s1", "s2", "after"].len();
        assert!(again <= kills, "{name} {completions}: {calls:?}");
    }
}
