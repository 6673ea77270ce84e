//! Loops, queues and steps side by side: what their bodies read, in which order rounds run, what comes of them.

mod support;

use std::time::Duration;

use engine::{RunStatus, StepStatus, event::EventKind};
use serde_json::{Value as Json, json};

use support::{Case, Ran};

fn run(steps: &str) -> Ran {
    Case::new(&format!("id: p\nsteps:\n{steps}")).run()
}

/// What the `say` of each round said, in order of rounds.
fn said(ran: &Ran, step: &str) -> Vec<String> {
    let results = ran.values()[step]["results"].as_array().unwrap();
    results.iter().map(|it| it["result"]["stdout"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn each_item_has_its_round() {
    let ran = run("
  - id: list
    tool: terminal
    parameters: {command: 'json {\"items\": [\"x\", {\"n\": 1}]}'}
  - id: loop
    for_each: '{{ list.items }}'
    steps:
      - {id: body, tool: terminal, parameters: {command: 'say {{ item }} {{ $index }} {{ is_first }} {{ is_last }} {{ position }}/{{ length }} {{ loop.remaining }} {{ loop_id }}'}}
  - id: after
    tool: terminal
    parameters: {command: 'say {{ loop.results[1].stdout }} {{ loop.count }} {{ loop.completed }} {{ loop | length }} {{ loop.result[0].stdout }}'}
");
    assert_eq!(ran.statuses(), "list completed, loop completed, after completed");
    assert_eq!(
        said(&ran, "loop"),
        ["x 0 True False 1/2 1 loop", "{'n': 1} 1 False True 2/2 0 loop"]
    );
    assert_eq!(
        ran.values()["after"]["result"]["stdout"],
        "{'n': 1} 1 False True 2/2 0 loop 2 True 2 x 0 True False 1/2 1 loop"
    );
    let iterations = ran.document.steps["loop"].iterations.as_ref().unwrap();
    assert_eq!(iterations.len(), 2);
    assert_eq!(iterations[1].item, Some(json!({"n": 1})));
    assert_eq!(iterations[1].steps["body"].status, StepStatus::Completed);
    assert!(ran.document.success);
}

#[test]
fn rounds_run_one_after_the_other_unless_told() {
    let with = |parallel: &str| {
        run(&format!(
            "
  - id: loop
    for_each: [1, 2, 3, 4, 5, 6]
    {parallel}
    steps:
      - {{id: a, tool: terminal, parameters: {{command: wait 30}}}}
      - {{id: b, tool: terminal, dependencies: [a], parameters: {{command: 'say {{{{ item }}}}'}}}}
"
        ))
    };
    let one = with("");
    assert_eq!(one.fake.most(), 1);
    let calls = one.fake.calls.lock().unwrap();
    assert_eq!(calls[..4], ["a/1", "b/1", "a/1", "b/1"]);
    assert_eq!(with("max_parallel: 3").fake.most(), 3);
    assert_eq!(with("max_parallel: '{{ 1 + 1 }}'").fake.most(), 2);
}

#[test]
fn the_job_cap_holds_over_all_rounds() {
    let yaml = "id: p\nsteps:\n  - id: outer\n    for_each: [1, 2, 3, 4]\n    max_parallel: 4\n    steps:\n      - id: inner\n        for_each: [1, 2, 3]\n        max_parallel: 3\n        steps:\n          - {id: x, tool: terminal, parameters: {command: wait 20}}\n";
    let ran = Case { jobs: 3, ..Case::new(yaml) }.run();
    assert!(ran.document.success);
    assert_eq!(ran.fake.most(), 3);
}

#[test]
fn nested_loops_read_outer_names() {
    let ran = run("
  - id: outer
    for_each: [[a, b], [c]]
    loop_name: rows
    steps:
      - id: inner
        for_each: '{{ item }}'
        loop_var: cell
        steps:
          - {id: x, tool: terminal, parameters: {command: 'say {{ $cell }} {{ $rows.index }}{{ index }} {{ outer.position }} {{ rows.item | length }}'}}
");
    let rounds = ran.document.steps["outer"].iterations.as_ref().unwrap();
    let inner = |round: usize| {
        let results = rounds[round].steps["inner"].value["results"].as_array().unwrap();
        results
            .iter()
            .map(|it| it["result"]["stdout"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(inner(0), ["a 00 1 2", "b 01 1 2"]);
    assert_eq!(inner(1), ["c 10 2 1"]);
}

#[test]
fn functions_name_the_loops_around() {
    let ran = run("
  - {id: first, for_each: [a], loop_name: done, steps: [{id: y, tool: terminal, parameters: {command: say y}}]}
  - id: outer
    dependencies: [first]
    for_each: [a]
    loop_name: rows
    steps:
      - id: inner
        for_each: [b]
        steps:
          - {id: x, tool: terminal, parameters: {command: \"say {{ active_loops() }} {{ current_loop_name() }} {{ historical_loops() }} {{ loop_var('rows', 'item') }}\"}}
");
    let round = &ran.document.steps["outer"].iterations.as_ref().unwrap()[0];
    assert_eq!(
        round.steps["inner"].value["results"][0]["result"]["stdout"],
        "['rows', 'inner_loop_1'] inner_loop_1 ['done', 'first_loop_0'] a"
    );
}

#[test]
fn body_steps_that_name_each_other_are_ordered() {
    let ran = run("
  - id: loop
    for_each: [a, b]
    steps:
      - {id: last, tool: terminal, parameters: {command: 'say {{ first.stdout }}!'}}
      - {id: first, tool: terminal, parameters: {command: 'say {{ item }}'}}
");
    let results = ran.values()["loop"]["results"].clone();
    assert_eq!(results[0]["last"]["result"]["stdout"], "a!");
    assert_eq!(results[1]["last"]["result"]["stdout"], "b!");
}

#[test]
fn a_condition_is_per_item_where_it_names_one() {
    let ran = run("
  - id: some
    for_each: [1, 2, 3]
    condition: item > 1
    tool: terminal
    parameters: {command: 'say {{ item }}'}
  - id: none
    for_each: [1, 2, 3]
    condition: 1 > 2
    tool: terminal
    parameters: {command: 'say {{ item }}'}
  - id: inside
    for_each: [1, 2]
    steps:
      - {id: x, tool: terminal, condition: item == 2, parameters: {command: 'say {{ item }}'}}
");
    assert_eq!(ran.statuses(), "some completed, none skipped, inside completed");
    let some = &ran.values()["some"]["results"];
    assert_eq!(some[0], json!({"status": "skipped", "reason": "condition_false"}));
    assert_eq!(some[2]["result"]["stdout"], "3");
    let inside = ran.document.steps["inside"].iterations.as_ref().unwrap();
    assert_eq!(inside[0].steps["x"].status, StepStatus::Skipped);
    assert!(ran.document.success);
}

#[test]
fn an_empty_list_is_a_loop_without_rounds() {
    let ran = run("
  - {id: loop, for_each: [], steps: [{id: x, tool: terminal, parameters: {command: say x}}]}
  - {id: after, tool: terminal, parameters: {command: 'say {{ loop.results }} {{ loop.count }}'}}
");
    assert_eq!(ran.statuses(), "loop completed, after completed");
    assert_eq!(ran.values()["after"]["result"]["stdout"], "[] 0");
    assert_eq!(ran.document.steps["loop"].iterations, Some(Vec::new()));
}

#[test]
fn a_failure_in_a_round_fails_the_loop_by_its_policy() {
    let with = |on_loop: &str, on_step: &str| {
        run(&format!("
  - id: loop
    for_each: [1, 2, 3]
    {on_loop}
    steps:
      - {{id: x, tool: terminal, {on_step} parameters: {{command: \"{{{{ 'raise e' if item == 2 else 'say x' }}}}\"}}}}
  - {{id: after, tool: terminal, dependencies: [loop], parameters: {{command: say y}}}}
"))
    };
    let ran = with("", "");
    assert_eq!(ran.statuses(), "loop failed, after pending");
    let step = &ran.document.steps["loop"];
    assert_eq!(step.error.as_deref(), Some("in round 1, the step `x` failed: e"));
    assert_eq!(step.iterations.as_ref().unwrap().len(), 2, "no further round begins");
    assert_eq!(step.value["completed"], false);
    assert_eq!(ran.document.status, RunStatus::Failed);

    let ran = with("on_failure: continue", "");
    assert_eq!(ran.statuses(), "loop failed, after completed");
    assert_eq!(ran.document.steps["loop"].iterations.as_ref().unwrap().len(), 3);

    let ran = with("on_failure: skip", "");
    assert_eq!(ran.statuses(), "loop failed, after skipped");

    let ran = with("", "on_failure: continue,");
    assert_eq!(ran.statuses(), "loop completed, after completed");
    assert_eq!(ran.document.steps["loop"].iterations.as_ref().unwrap().len(), 3);
    assert!(!ran.document.success, "a step did not succeed");
}

#[test]
fn routes_retries_and_timeouts_work_inside() {
    let ran = run("
  - id: loop
    for_each: [a, b]
    steps:
      - {id: gate, tool: terminal, goto: end, parameters: {command: flaky 2}}
      - {id: between, tool: terminal, dependencies: [gate], parameters: {command: say x}}
      - {id: end, tool: terminal, parameters: {command: say y}}
      - {id: slow, tool: terminal, timeout: 0.05, on_failure: continue, parameters: {command: hang}}
");
    for round in ran.document.steps["loop"].iterations.as_ref().unwrap() {
        assert_eq!(round.steps["gate"].retries, 1);
        assert_eq!(round.steps["between"].status, StepStatus::Skipped);
        assert_eq!(round.steps["end"].status, StepStatus::Completed);
        assert!(round.steps["slow"].timed_out);
    }
}

#[test]
fn while_goes_on_while_it_is_true() {
    let ran = run("
  - id: loop
    while: iteration < 3
    steps:
      - {id: x, tool: terminal, parameters: {command: 'say {{ iteration }}{{ index }}{{ is_first }}{{ position }} {{ x.stdout | default(\"-\") }}'}}
  - {id: after, tool: terminal, parameters: {command: 'say {{ x.stdout }} {{ loop.iterations }} {{ loop.completed }} {{ loop_loop_0.iteration }}'}}
");
    assert_eq!(
        said(&ran, "loop"),
        ["00True1 -", "11False2 00True1 -", "22False3 11False2 00True1 -"]
    );
    assert_eq!(ran.values()["after"]["result"]["stdout"], "22False3 11False2 00True1 - 3 True 2");
}

#[test]
fn until_is_tested_behind_the_round_it_names() {
    let rounds = |keys: &str| {
        let ran = run(&format!(
            "
  - id: loop
    {keys}
    steps:
      - {{id: x, tool: terminal, parameters: {{command: 'say {{{{ iteration }}}}'}}}}
"
        ));
        ran.values()["loop"]["count"].as_u64().unwrap()
    };
    assert_eq!(rounds("until: iteration >= 2"), 3);
    assert_eq!(rounds("until: x.stdout == '1'"), 2);
    assert_eq!(rounds("until: 'false'\n    max_iterations: 4"), 4);
    assert_eq!(rounds("while: 'true'"), 10);
    assert_eq!(rounds("while: 'true'\n    max_iterations: 0"), 0);
    assert_eq!(rounds("while: 'true'\n    max_iterations: '{{ 2 + 1 }}'"), 3);
    assert_eq!(rounds("while: iteration < 5\n    until: iteration == 1"), 2);
    assert_eq!(rounds("while: x.stdout | default('') != '2'"), 3);
    assert_eq!(rounds("while: not x or x.stdout < '1'"), 2);
    assert_eq!(rounds("while: x.stdout != '2'"), 0, "there is none before the first round");
    assert_eq!(rounds("while: \"{{ loop_state.iteration < 2 }}\""), 2);
    assert_eq!(rounds("while: \"current_result is none or current_result.stdout != '2'\""), 3);
}

#[test]
fn a_test_that_says_nothing_ends_the_loop_with_a_warning() {
    let ran = run("
  - id: loop
    while: 1 < nothing
    steps: [{id: x, tool: terminal, parameters: {command: say x}}]
");
    assert_eq!(ran.statuses(), "loop completed");
    assert_eq!(ran.values()["loop"]["completed"], false);
    assert_eq!(ran.document.warnings[0].code, "condition-error");
}

#[test]
fn action_loops_count_and_say_how_they_ended() {
    let ran = run("
  - id: loop
    action_loop:
      - {name: one, tool: terminal, parameters: {command: 'say {{ iteration }}'}}
      - {tool: terminal, parameters: {command: 'say {{ one.stdout }} {{ prev_one.stdout | default(\"-\") }} {{ has_previous }}'}}
    until: one.stdout == '2'
  - {id: after, tool: terminal, parameters: {command: 'say {{ loop.final_results.one.stdout }} {{ loop.terminated_by }}'}}
");
    let value = ran.values()["loop"].clone();
    assert_eq!(value["iterations_completed"], 3);
    assert_eq!(value["terminated_by"], "condition");
    assert_eq!(value["condition_evaluations"], 3);
    assert_eq!(value["all_results"][2]["results"]["action_1"]["result"]["stdout"], "2 1 True");
    assert_eq!(value["all_results"][0]["results"]["action_1"]["result"]["stdout"], "0 - False");
    assert_eq!(ran.values()["after"]["result"]["stdout"], "2 condition");
    for key in [
        "success",
        "loop_id",
        "total_duration",
        "final_results",
        "loop_statistics",
        "tool_statistics",
        "summary",
        "debug_info",
    ] {
        assert!(value.get(key).is_some(), "{key}");
    }
}

#[test]
fn a_failed_action_ends_an_action_loop_only_when_asked() {
    let with = |keys: &str| {
        let ran = run(&format!(
            "
  - id: loop
    on_failure: continue
    action_loop:
      - {{name: one, tool: terminal, parameters: {{command: raise e}}}}
      - {{name: two, tool: terminal, parameters: {{command: say x}}}}
    max_iterations: 2
    {keys}
"
        ));
        let value = ran.values()["loop"].clone();
        (
            value["terminated_by"].clone(),
            value["iterations_completed"].clone(),
            value["success"].clone(),
        )
    };
    assert_eq!(with(""), (json!("max_iterations"), json!(2), json!(true)));
    assert_eq!(with("break_on_error: true"), (json!("error"), json!(1), json!(false)));
}

#[test]
fn the_time_of_a_round_may_be_bounded() {
    let ran = run("
  - id: loop
    on_failure: continue
    iteration_timeout: 0.1
    action_loop: [{name: one, tool: terminal, parameters: {command: wait 60000}}]
    max_iterations: 2
");
    assert_eq!(ran.values()["loop"]["terminated_by"], "timeout");
    assert_eq!(
        ran.document.steps["loop"].iterations.as_ref().unwrap()[0].status,
        StepStatus::Failed
    );
}

#[test]
fn a_queue_counts_its_items() {
    let ran = run("
  - id: q
    create_parallel_queue:
      on: \"{{ ['a', 'b', 'c'] }}\"
      max_parallel: 2
      action_loop:
        - {name: one, tool: terminal, parameters: {command: \"{{ 'raise e' if item == 'b' else 'wait 20' }}\"}}
        - {name: two, tool: terminal, parameters: {command: 'say {{ item }}{{ index }}{{ queue_size }}{{ parallel_queue_id }}'}}
  - {id: after, tool: terminal, parameters: {command: 'say {{ q.failed_items }} {{ q.results[0].result.two.stdout }} {{ q.errors[0].error }}'}}
");
    assert_eq!(ran.statuses(), "q completed, after completed");
    let value = ran.values()["q"].clone();
    assert_eq!(
        (&value["total_items"], &value["successful_items"], &value["failed_items"]),
        (&json!(3), &json!(2), &json!(1))
    );
    assert_eq!(value["results"][1]["status"], "failed");
    assert_eq!(value["results"][1]["queue_index"], 1);
    assert_eq!(value["execution_stats"]["max_concurrent_executions"], 2);
    assert_eq!(
        ran.values()["after"]["result"]["stdout"],
        "1 a03q in round 1, the step `one` failed: e".replace("in round 1, ", "")
    );
    assert!(ran.document.success, "failures of items are counted");
}

#[test]
fn a_queue_may_stop_early() {
    let with = |keys: &str| {
        let ran = run(&format!(
            "
  - id: q
    create_parallel_queue:
      on: [1, 2, 3, 4]
      max_parallel: 1
      action_loop: [{{name: one, tool: terminal, parameters: {{command: 'say {{{{ item }}}}'}}}}]
      {keys}
"
        ));
        ran.values()["q"]["results"].as_array().unwrap().len()
    };
    assert_eq!(with("until: one.stdout == '2'"), 2);
    assert_eq!(with("while: item < 4"), 3);
}

#[test]
fn steps_side_by_side_are_one_step() {
    let ran = run("
  - id: both
    parallel:
      - {id: a, tool: terminal, parameters: {command: wait 60}}
      - {id: b, tool: terminal, parameters: {command: wait 60}}
  - {id: after, tool: terminal, parameters: {command: 'say {{ b.text }} {{ both.b.text }}'}}
");
    assert_eq!(ran.fake.most(), 2);
    assert_eq!(ran.values()["after"]["result"]["stdout"], "waited waited");
    assert_eq!(ran.values()["both"]["b"]["result"], "waited");
}

#[test]
fn a_loop_is_stopped_as_a_whole() {
    let ran = run("
  - id: loop
    for_each: [1, 2]
    max_parallel: 2
    timeout: 0.1
    on_failure: continue
    steps: [{id: x, tool: terminal, parameters: {command: wait 60000}}]
");
    let step = &ran.document.steps["loop"];
    assert_eq!((step.status, step.timed_out), (StepStatus::Failed, true));

    let case = Case::new(
        "id: p\nsteps:\n  - {id: loop, while: 'true', max_iterations: 100000, steps: [{id: x, tool: terminal, parameters: {command: wait 5}}]}\n",
    );
    let cancel = case.cancel.clone();
    std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(100));
        cancel.cancel();
    });
    let ran = case.run();
    assert_eq!(ran.statuses(), "loop cancelled");
    assert_eq!(ran.document.status, RunStatus::Cancelled);
}

#[test]
fn events_say_which_round() {
    let ran = run("
  - id: loop
    for_each: [a]
    steps: [{id: x, tool: terminal, parameters: {command: tell hi}}]
");
    let event = |kind| {
        ran.events.iter().find(|it| it.kind == kind && it.step.as_deref() == Some("x")).unwrap()
    };
    for kind in [EventKind::StepStarted, EventKind::StepOutput, EventKind::StepCompleted] {
        let data = event(kind).data.as_ref().unwrap();
        assert_eq!((&data["path"], &data["iteration"]), (&json!("loop[0].x"), &json!(0)));
    }
    let own = ran.events.iter().find(|it| it.step.as_deref() == Some("loop")).unwrap();
    assert_eq!(own.data.as_ref().unwrap().get("path"), None::<&Json>);
}

#[test]
fn a_long_loop_keeps_its_last_rounds_and_says_so() {
    let ran = run("
  - id: loop
    while: 'true'
    max_iterations: 1500
    steps: [{id: x, tool: terminal, parameters: {command: 'say {{ iteration }}'}}]
  - {id: after, tool: terminal, parameters: {command: 'say {{ loop.count }} {{ loop.results | length }} {{ x.stdout }}'}}
");
    let iterations = ran.document.steps["loop"].iterations.as_ref().unwrap();
    assert_eq!((iterations.len(), iterations[0].index), (1000, 500));
    assert_eq!(ran.values()["after"]["result"]["stdout"], "1500 1000 1499");
    assert_eq!(ran.document.warnings[0].code, "rounds-not-kept");
}

#[test]
fn too_many_items_are_refused_in_words() {
    let ran = run("
  - id: loop
    for_each: '{{ range(100000) + [1] }}'
    steps: [{id: x, tool: terminal, parameters: {command: say x}}]
");
    let error = ran.document.steps["loop"].error.clone().unwrap();
    assert!(error.starts_with("`for_each` has 100001 items; a loop takes 100000"), "{error}");
}

/// A step `late` that waits for what `which` names, and a slow step that it may name.
fn dynamic(depends_on: &str, keys: &str) -> String {
    format!(
        "id: p\nsteps:\n  - id: which\n    tool: terminal\n    parameters: {{command: say slow}}\n  - id: late\n    tool: terminal\n    \
         depends_on: \"{depends_on}\"\n    parameters: {{command: say late}}\n{keys}  - id: slow\n    tool: terminal\n    parameters: {{command: wait 60}}\n  \
         - id: behind\n    tool: terminal\n    dependencies: [late]\n    parameters: {{command: say behind}}\n"
    )
}

#[test]
fn dependencies_may_be_found_out_on_the_way() {
    let ran = Case::new(&dynamic("{{ which.stdout }}", "")).run();
    assert_eq!(ran.statuses(), "which completed, late completed, slow completed, behind completed");
    assert_eq!(*ran.fake.calls.lock().unwrap(), ["which/1", "slow/1", "late/1", "behind/1"]);
    assert_eq!(ran.document.steps["late"].dependencies, ["which", "slow"]);
    let none = Case::new(&dynamic("{{ [] }}", "")).run();
    assert_eq!(none.document.steps["late"].dependencies, [] as [&str; 0]);
}

#[test]
fn dependencies_that_cannot_be_kept_fail_their_step() {
    for (depends_on, error) in [
        ("{{ 'slow, nobody' }}", "`depends_on` names `nobody`, which is no step"),
        ("{{ ['behind'] }}", "`depends_on` names `behind`, which waits for `late`"),
        ("{{ 'late' }}", "`depends_on` of `late` names the step itself"),
        ("{{ which.nothing.at_all }}", "`depends_on`: "),
    ] {
        let ran = Case::new(&dynamic(depends_on, "    on_failure: continue\n")).run();
        assert_eq!(
            ran.statuses(),
            "which completed, late failed, slow completed, behind completed"
        );
        let said = ran.document.steps["late"].error.clone().unwrap();
        assert!(said.starts_with(error), "{said}");
        let stopped = Case::new(&dynamic(depends_on, "")).run();
        assert_eq!(stopped.document.steps["behind"].status, StepStatus::Pending);
        let skipped = Case::new(&dynamic(depends_on, "    on_failure: skip\n")).run();
        assert_eq!(skipped.document.steps["behind"].status, StepStatus::Skipped);
    }
}
