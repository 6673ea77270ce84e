//! What holds a run back: limits, budgets, pauses.

mod support;

use std::{
    num::{NonZeroU32, NonZeroUsize},
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use engine::{
    Budget, Document, Heard, Journal, Pace, PaceError, RunStatus, Unknown,
    event::{Event, EventKind},
    limits::Limit,
    people::{Asker, Context, NotAsked, People, Question, Reply},
};
use support::{Case, request};

const FOUR_WAITS: &str = "name: n\nsteps:
  - {id: one, tool: terminal, parameters: {command: wait 60}, tags: [heavy]}
  - id: each
    for_each: [1, 2, 3]
    max_parallel: 3
    tags: heavy, other
    steps:
      - {id: body, tool: terminal, parameters: {command: wait 60}}
  - id: call
    tool: pipeline-executor
    parameters: {pipeline: part.yaml}
";
const PART: &str = "name: part\nsteps:
  - {id: p, tool: terminal, parameters: {command: wait 60}, tags: [heavy]}
  - {id: q, tool: terminal, parameters: {command: wait 60}}
";

fn at_once(count: usize) -> Limit {
    Limit { at_once: NonZeroUsize::new(count), per_minute: None }
}

#[test]
fn limits_hold_in_loops_and_called_pipelines() {
    let case = || Case::new(FOUR_WAITS).file("part.yaml", PART);
    assert!(case().run().fake.most() >= 3, "without a limit they overlap");
    let mut limited = case();
    limited.limits.tools.insert("terminal".into(), at_once(2));
    let ran = limited.run();
    assert!(ran.document.success);
    assert_eq!(ran.fake.most(), 2);
    let mut tagged = case();
    tagged.limits.tags.insert("heavy".into(), at_once(1));
    let ran = tagged.run();
    assert!(ran.document.success);
    assert_eq!(ran.fake.most(), 2, "only `q` is not heavy");
}

#[test]
fn a_rate_spreads_calls_over_the_minute() {
    let steps: String = (0..3)
        .map(|at| format!("  - {{id: s{at}, tool: terminal, parameters: {{command: say {at}}}}}\n"))
        .collect();
    let mut case = Case::new(&format!("name: n\nsteps:\n{steps}"));
    let two = Limit { at_once: None, per_minute: NonZeroU32::new(2) };
    case.limits.tools.insert("terminal".into(), two);
    case.budget.time = Some(Duration::from_millis(300));
    let ran = case.run();
    assert_eq!(ran.fake.calls.lock().unwrap().len(), 2, "the third waits for its minute");
    assert_eq!(ran.document.error_type.as_deref(), Some("TimeBudgetError"));
}

const SPENDING: &str = "name: n\nsteps:
  - {id: a, tool: terminal, parameters: {command: spend 100 0.2 150 0.3}}
  - {id: b, tool: terminal, parameters: {command: spend 100 0.2 150 0.3}, dependencies: [a]}
  - id: c
    for_each: [1]
    dependencies: [b]
    steps:
      - {id: d, tool: terminal, parameters: {command: spend 100 0.2 150 0.3}, on_failure: continue}
";

fn cost(dollars: f64) -> Budget {
    Budget { cost: Some(dollars), ..Budget::default() }
}

#[test]
fn a_run_stops_before_the_call_that_could_break_its_budget() {
    let mut case = Case::new(SPENDING);
    case.budget = cost(0.6);
    let ran = case.run();
    assert_eq!(ran.statuses(), "a completed, b completed, c cancelled");
    assert_eq!(ran.document.status, RunStatus::Failed);
    assert_eq!(ran.document.error_type.as_deref(), Some("CostBudgetError"));
    let error = ran.document.error.as_deref().unwrap();
    assert!(error.contains("`c[0].d` was not called") && error.contains("$0.6"), "{error}");
    assert_eq!(ran.document.usage.cost, Some(0.4));
    assert_eq!(ran.document.usage.input_tokens, Some(200));
    assert_eq!(ran.document.steps["a"].usage.as_ref().unwrap().cost, Some(0.2));
    let mut tokens = Case::new(&format!("context: {{max_tokens: 340}}\n{SPENDING}"));
    tokens.budget.cost = Some(9.0);
    assert_eq!(tokens.run().document.error_type.as_deref(), Some("TokenBudgetError"));
    let enough = Case::new(&format!("context: {{max_tokens: 340, max_cost: 0.9}}\n{SPENDING}"));
    let enough = Case { budget: Budget { tokens: Some(500), ..cost(0.7) }, ..enough };
    assert!(enough.run().document.success);
}

#[test]
fn what_is_in_flight_ends_before_a_budget_stops_the_run() {
    let mut case = Case::new(
        "name: n\nsteps:
  - {id: slow, tool: terminal, parameters: {command: wait 200}}
  - {id: after, tool: terminal, parameters: {command: say it}, dependencies: [slow]}
  - {id: dear, tool: terminal, parameters: {command: spend 1 9 1 9}, max_retries: 3}\n",
    );
    case.budget = cost(1.0);
    let ran = case.run();
    assert_eq!(ran.statuses(), "slow completed, after pending, dear cancelled");
}

#[test]
fn calls_wait_for_others_that_may_use_less() {
    let steps: String = (0..6)
        .map(|at| {
            format!(
                "  - {{id: s{at}, tool: terminal, parameters: {{command: spend 1 0.01 1 0.5}}}}\n"
            )
        })
        .collect();
    let mut case = Case::new(&format!("name: n\nsteps:\n{steps}"));
    case.budget = cost(0.6);
    assert!(case.run().document.success);
}

#[test]
fn the_unknown_is_refused_unless_the_budget_says_otherwise() {
    let guess = "name: n\nsteps:\n  - {id: a, tool: terminal, parameters: {command: guess}}\n";
    assert!(Case::new(guess).run().document.success);
    let mut strict = Case::new(guess);
    strict.budget = cost(5.0);
    let ran = strict.run();
    assert_eq!(ran.document.error_type.as_deref(), Some("CostBudgetError"));
    assert!(ran.document.error.unwrap().contains("nobody knows what it costs"));
    let mut lenient = Case::new(guess);
    lenient.budget = Budget { unknown: Unknown::Allow, ..cost(5.0) };
    let ran = lenient.run();
    assert!(ran.document.success);
    assert_eq!(ran.document.usage.cost, None);
    assert_eq!(ran.document.warnings[0].code, "unknown-cost");
    let refused = Case::new(&format!("context: {{max_cost: much, max_time: 0}}\n{guess}"));
    assert!(refused.refused()[0].starts_with("bad-budget"), "{:?}", refused.refused());
}

/// Runs, or goes on with, a pipeline whose journal is on disk.
fn drive(
    folder: &std::path::Path,
    yaml: &str,
    budget: Budget,
    before: Option<&str>,
    hear: impl Fn(&Event, &Journal) + Send + Sync,
) -> Document {
    let mut case = Case::new(yaml);
    case.journal = Journal::open(&folder.join("state")).unwrap();
    let mut request = request(yaml, folder, &case);
    let toolbox = case.toolbox();
    let prepared = match before {
        None => {
            request.options.budget = budget;
            engine::prepare(request, &toolbox).unwrap()
        }
        Some(run) => {
            let past = case.journal.resume(run).unwrap();
            request.options.budget = Budget { cost: budget.cost, ..past.options().budget };
            engine::prepare_resume(request, &toolbox, past).unwrap()
        }
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let told = |event: &Event| hear(event, &case.journal);
    runtime.block_on(engine::run(prepared, &toolbox, &case.journal, told, case.cancel.clone()))
}

#[test]
fn what_was_used_counts_when_a_run_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let go = |budget, before| drive(folder.path(), SPENDING, budget, before, |_, _| ());
    let first = go(cost(0.3), None);
    assert_eq!(first.steps["a"].status.as_str(), "completed");
    assert_eq!(first.error_type.as_deref(), Some("CostBudgetError"));
    assert!(first.can_go_on());
    let again = go(cost(0.6), Some(&first.run));
    assert_eq!(again.steps["b"].status.as_str(), "completed");
    assert_eq!(again.error_type.as_deref(), Some("CostBudgetError"), "0.4 are used");
    assert_eq!(again.usage.cost, Some(0.4));
    let last = go(cost(0.7), Some(&first.run));
    assert!(last.success, "{:?}", last.error);
    assert!((last.usage.cost.unwrap() - 0.6).abs() < 1e-9);
    assert_eq!(last.steps["a"].usage, first.steps["a"].usage);
}

#[test]
fn attempts_that_failed_count_when_a_run_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let yaml = "name: n\nsteps:
  - {id: a, tool: terminal, parameters: {command: spend 1 0.2 1 0.3}}
  - {id: late, tool: terminal, parameters: {command: wait 5000}, dependencies: [a]}\n";
    let budget = Budget { time: Some(Duration::from_millis(700)), ..cost(1.0) };
    let first = drive(folder.path(), yaml, budget, None, |_, _| ());
    assert_eq!(first.error_type.as_deref(), Some("TimeBudgetError"));
    assert_eq!(first.steps["late"].status.as_str(), "cancelled");
    let begin = Instant::now();
    let again = drive(folder.path(), yaml, cost(1.0), Some(&first.run), |_, _| ());
    assert_eq!(again.error_type.as_deref(), Some("TimeBudgetError"), "the time is used, too");
    assert!(begin.elapsed() < Duration::from_secs(4));
    assert_eq!(again.usage.cost, Some(0.2));
}

#[test]
fn a_run_that_is_paused_begins_nothing_until_it_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let yaml = "name: n\nsteps:
  - {id: a, tool: terminal, parameters: {command: wait 300}}
  - {id: b, tool: terminal, parameters: {command: say b}, dependencies: [a]}\n";
    let events = Arc::new(Mutex::new(Vec::new()));
    let heard = Arc::clone(&events);
    let document = drive(folder.path(), yaml, Budget::default(), None, move |event, journal| {
        let kind = event.kind;
        heard.lock().unwrap().push((kind, event.step.clone()));
        let run = || journal.runs().unwrap()[0].clone();
        match (kind, event.step.as_deref()) {
            (EventKind::StepStarted, Some("a")) => {
                assert_eq!(journal.set_pace(&run().run, Pace::Paused), Ok(Heard::Soon));
                assert_eq!(journal.set_pace(&run().run, Pace::Paused), Ok(Heard::Already));
            }
            (EventKind::StepCompleted, Some("a")) => {
                let (journal, run) = (journal.clone(), run());
                assert_eq!(run.status, RunStatus::Paused);
                std::thread::spawn(move || {
                    std::thread::sleep(Duration::from_millis(300));
                    assert_eq!(journal.set_pace(&run.run, Pace::Going), Ok(Heard::Soon));
                });
            }
            _ => {}
        }
    });
    assert!(document.success);
    let events = events.lock().unwrap();
    let place = |wanted: EventKind, step: Option<&str>| {
        events.iter().position(|(kind, at)| *kind == wanted && at.as_deref() == step).unwrap()
    };
    assert!(place(EventKind::RunPaused, None) < place(EventKind::StepCompleted, Some("a")));
    assert!(place(EventKind::StepCompleted, Some("a")) < place(EventKind::RunUnpaused, None));
    assert!(place(EventKind::RunUnpaused, None) < place(EventKind::StepStarted, Some("b")));
    let journal = Journal::open(&folder.path().join("state")).unwrap();
    let over = journal.set_pace(&document.run, Pace::Paused);
    assert!(matches!(over, Err(PaceError::Still { status: RunStatus::Completed, .. })));
    assert_eq!(journal.set_pace("none", Pace::Paused), Err(PaceError::Unknown("none".into())));
}

#[test]
fn a_paused_run_can_be_cancelled() {
    let case = Case::new(
        "name: n\nsteps:\n  - {id: a, tool: terminal, parameters: {command: wait 50}}\n  - {id: b, tool: terminal, parameters: {command: say b}, dependencies: [a]}\n",
    );
    let folder = tempfile::tempdir().unwrap();
    let prepared = case.prepare(folder.path()).unwrap();
    let run = prepared.run().to_owned();
    let (journal, cancel) = (case.journal.clone(), case.cancel.clone());
    let told = move |event: &Event| match event.kind {
        EventKind::StepStarted => drop(journal.set_pace(&run, Pace::Paused).unwrap()),
        EventKind::StepCompleted => cancel.cancel(),
        _ => {}
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let toolbox = case.toolbox();
    let document =
        runtime.block_on(engine::run(prepared, &toolbox, &case.journal, told, case.cancel.clone()));
    assert_eq!(document.status, RunStatus::Cancelled);
    assert_eq!(document.steps["b"].status.as_str(), "pending");
}

#[test]
fn timeouts_of_steps_hold_inside_of_others() {
    let ran = Case::new(
        "name: n\nsteps:
  - id: each
    for_each: [1]
    on_failure: continue
    steps:
      - {id: body, tool: terminal, parameters: {command: hang}, timeout: 0.1}
  - id: call
    tool: pipeline-executor
    parameters: {pipeline: part.yaml}
    on_failure: continue\n",
    )
    .file(
        "part.yaml",
        "name: part\nsteps:\n  - {id: p, tool: terminal, parameters: {command: hang}, timeout: 0.1}\n",
    )
    .run();
    let each = &ran.document.steps["each"].iterations.as_ref().unwrap()[0].steps["body"];
    let call = &ran.document.steps["call"].called.as_ref().unwrap().steps["p"];
    for step in [each, call] {
        assert!(step.timed_out, "{step:?}");
        assert_eq!(step.error_type.as_deref(), Some("TimeoutError"));
    }
}

/// Answers when a step has been called.
struct Late {
    fake: Arc<support::Fake>,
    step: &'static str,
}

#[async_trait::async_trait]
impl Asker for Late {
    async fn ask(&self, _: &Question) -> Result<Reply, NotAsked> {
        let call = format!("{}/1", self.step);
        while !self.fake.calls.lock().unwrap().contains(&call) {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        Ok(Reply::Said { answer: "yes".into(), at: Context::Api })
    }
}

#[test]
fn who_waits_for_a_person_holds_up_nobody() {
    for (yaml, step) in [
        (
            "name: n
steps:
  - {id: a, tool: terminal, parameters: {command: ask me}}
  - {id: b, tool: terminal, parameters: {command: say b}}
  - {id: c, tool: terminal, parameters: {command: say c}, dependencies: [b]}
",
            "c",
        ),
        (
            "name: n
steps:
  - id: a
    for_each: [1, 2]
    max_parallel: 2
    steps: [{id: q, tool: terminal, parameters: {command: ask me}}]
  - {id: b, tool: terminal, parameters: {command: wait 5}}
  - {id: c, tool: terminal, parameters: {command: say c}, dependencies: [b]}
",
            "c",
        ),
    ] {
        let case = Case::new(yaml);
        let folder = tempfile::tempdir().unwrap();
        let mut request = request(&case.yaml, folder.path(), &case);
        request.options.jobs = NonZeroUsize::MIN;
        request.options.people =
            People::reached_by(Arc::new(Late { fake: Arc::clone(&case.fake), step }));
        let toolbox = case.toolbox();
        let prepared = engine::prepare(request, &toolbox).unwrap();
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
        let cancel = case.cancel.clone();
        let document = runtime.block_on(async {
            let run = engine::run(prepared, &toolbox, &case.journal, |_| {}, cancel);
            // It would wait for ever.
            tokio::time::timeout(Duration::from_secs(60), run).await.expect("a slot for `b`")
        });
        assert!(document.success, "{document:#?}");
    }
}
