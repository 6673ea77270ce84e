//! A run whose answers are those of a run document goes the way of the run that the document tells of, and asks nothing outside.

mod support;

use std::{
    collections::BTreeSet,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use engine::{
    Document, Journal, Past, Refusal, Toolbox,
    tool::{Call, Failure, Tool},
};
use pipeline::catalogue::{Catalogue, Signature};
use proptest::prelude::*;
use serde_json::{Value as Json, json};
use tokio_util::sync::CancellationToken;

use support::{
    Case,
    author::{Author, Care},
    request,
    sameness::{assert_same, essence, stopped},
};

/// Stands for `terminal`. Some calls fail at first, some always, some take too long; which ones follows from their keys.
#[derive(Default)]
struct Moody;

#[async_trait::async_trait]
impl Tool for Moody {
    fn signature(&self) -> &'static Signature {
        Catalogue::declared().tool("terminal").unwrap()
    }

    async fn call(&self, call: Call) -> Result<Json, Failure> {
        let (_, key) = call.place.idempotency_key.split_once('/').unwrap();
        tokio::task::yield_now().await;
        let command = call.parameters["command"].as_str().unwrap();
        match key.bytes().map(usize::from).sum::<usize>() % 7 {
            0 => Err(Failure::permanent("FakeError", format!("{key} fails"))),
            1 => Err(Failure::transient("FakeError", format!("{key} fails for now"))),
            2 => Ok(json!({ "stdout": key, "success": false, "error": "no" })),
            _ => Ok(json!({ "stdout": format!("{key} {command}"), "success": true })),
        }
    }
}

/// Stands for `terminal`, and is not to be called.
#[derive(Default)]
struct Nobody(AtomicUsize);

#[async_trait::async_trait]
impl Tool for Nobody {
    fn signature(&self) -> &'static Signature {
        Catalogue::declared().tool("terminal").unwrap()
    }

    async fn call(&self, call: Call) -> Result<Json, Failure> {
        self.0.fetch_add(1, Ordering::Relaxed);
        Err(Failure::permanent("Called", call.place.path))
    }
}

async fn drive(prepared: engine::Prepared, toolbox: &Toolbox, journal: &Journal) -> Document {
    engine::run(prepared, toolbox, journal, |_| {}, CancellationToken::new()).await
}

/// Runs, and runs again by the document alone; the document of the first run, or why the pipeline cannot run.
async fn told_again(case: &Case, toolbox: Toolbox) -> Result<Document, Vec<Refusal>> {
    let shared = Path::new("/dev/shm");
    let folder = tempfile::tempdir_in(shared).or_else(|_| tempfile::tempdir()).unwrap();
    let journal = Journal::open(&folder.path().join("state")).unwrap();
    let prepared = engine::prepare(request(&case.yaml, folder.path(), case), &toolbox)?;
    let first = drive(prepared, &toolbox, &journal).await;
    let text = serde_json::to_string(&first).unwrap();
    let kept = journal.document(&first.run).unwrap().unwrap();
    assert_same(&serde_json::to_value(&kept).unwrap(), &serde_json::from_str(&text).unwrap(), "");

    let nobody = Arc::new(Nobody::default());
    let toolbox = Toolbox::new([Arc::clone(&nobody) as Arc<dyn Tool>]);
    let past = Past::told(serde_json::from_str(&text).unwrap());
    let request = request(&case.yaml, folder.path(), case);
    let prepared = engine::prepare_recorded(request, &toolbox, past).unwrap();
    let second = drive(prepared, &toolbox, &journal).await;
    assert_eq!(nobody.0.load(Ordering::Relaxed), 0, "{}", case.yaml);
    let (mut a, mut b) = (essence(&second), essence(&first));
    // They are different runs, what was not paid again cost nothing, and nobody waits before a further attempt.
    for document in [&mut a, &mut b] {
        for key in ["run", "execution_id", "usage"] {
            document[key] = Json::Null;
        }
    }
    let [course, expected] = [&mut a, &mut b].map(|document| {
        let course = document["course"].take();
        let turns = course.as_array().into_iter().flatten();
        turns.map(Json::to_string).collect::<BTreeSet<String>>()
    });
    // What a failure stops of what goes on beside it depends on how long its writing takes.
    if stopped(&a) || stopped(&b) {
        return Ok(first);
    }
    assert_same(&a, &b, &case.yaml);
    // What came in while a failure was being written changed nothing, and does not come in again.
    let more: Vec<_> = course.difference(&expected).collect();
    assert_eq!(more, Vec::<&String>::new(), "{}", case.yaml);
    Ok(first)
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

fn again(yaml: &str) -> Document {
    let case = Case::new(yaml);
    let toolbox = case.toolbox();
    runtime().block_on(told_again(&case, toolbox)).unwrap_or_else(|why| panic!("{yaml}: {why:#?}"))
}

/// In the place of `T` stands the tool of every step.
const STEPS: &[&str] = &[
    "- {id: a, T, retries: 3, parameters: {command: flaky 3}}",
    "- {id: a, T, retries: 1, on_failure: continue, parameters: {command: raise e}}
  - {id: b, T, dependencies: [a], parameters: {command: say b}}",
    "- {id: a, T, retries: 1, timeout: 0.05, parameters: {command: hang}}",
    "- {id: a, T, parameters: {command: flaky 2}, on_error: {handler_action: terminal, parameters: {command: say mended}}}",
    "- {id: a, T, parameters: {command: report r}, on_error: {handler_action: terminal, parameters: {command: say instead}}}",
    "- id: a
    T
    parameters: {command: raise e}
    on_error: {handler_action: terminal, parameters: {command: raise worse}, fallback_value: 1}",
    "- id: a
    T
    parameters: {command: raise e}
    on_error:
      handler_action: terminal
      retry_with_handler: false
      parameters: {command: 'say {{ error_message }}'}",
    "- id: a
    T
    parameters: {command: raise e}
    on_error: {handler_action: terminal, max_handler_retries: 2, parameters: {command: raise again}}",
    "- {id: a, T, parameters: {command: raise e}, on_error: {handler_task_id: mend, retry_with_handler: false}}
  - id: mend
    for_each: [1, 2]
    steps:
      - {id: one, T, retries: 1, parameters: {command: flaky 2}}",
    "- {id: a, T, parameters: {command: raise e}, on_error: {handler_task_id: mend, retry_with_handler: false}}
  - {id: mend, T, parameters: {command: say mended}}",
    "- id: each
    for_each: [1, 2]
    retries: 1
    steps:
      - {id: one, T, parameters: {command: 'say {{ item }}'}}
      - {id: two, T, retries: 0, parameters: {command: fail 1}}
      - {id: three, T, parameters: {command: 'say {{ two.result }}'}}",
    "- id: call
    tool: pipeline-executor
    retries: 1
    parameters:
      pipeline:
        id: inner
        steps:
          - {id: one, T, parameters: {command: say one}}
          - {id: two, T, retries: 0, parameters: {command: fail 1}}",
];

#[test]
fn attempts_and_handlers_come_back() {
    for steps in STEPS {
        let steps = steps.replace(", T,", ", tool: terminal,").replace(" T\n", " tool: terminal\n");
        let document = again(&format!("id: p\nsteps:\n  {steps}\n"));
        assert!(!document.course.is_empty(), "{steps}: {document:#?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, max_shrink_iters: 0, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_document_tells_all_of_its_run(seed: u64) {
        let yaml = Author::pipeline(seed, Care::Everything);
        // Who waited for a job slot when another step failed is told by nobody.
        let case = Case { jobs: 1000, ..Case::new(&yaml) };
        let toolbox = Toolbox::new([Arc::new(Moody) as Arc<dyn Tool>]);
        // Some wait for themselves.
        drop(runtime().block_on(told_again(&case, toolbox)));
    }
}
