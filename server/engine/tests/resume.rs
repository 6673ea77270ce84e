//! A run whose driver is dropped after some completions goes on as if nothing had happened: over generated pipelines, the
//! same document, and no call that was kept is made again. `PROPTEST_CASES` says how many.

mod support;

use std::{
    collections::BTreeMap,
    path::Path,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use engine::{
    Document, Journal, Past, Prepared, ResumeError, Toolbox,
    event::{Event, EventKind},
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

/// Stands for `terminal`: counts its calls by their key, and answers with where it ran. Some calls fail at first, some
/// always; which ones follows from the key.
#[derive(Default)]
struct Counter(Mutex<BTreeMap<String, usize>>);

impl Counter {
    /// No call more often than once, and once for each kill.
    fn assert_paid_once(&self, kills: usize) {
        let calls = self.0.lock().unwrap();
        let most = calls.values().copied().max().unwrap_or_default();
        assert!(most <= 1 + kills, "{calls:?}");
        let again: usize = calls.values().map(|count| count - 1).sum();
        // In flight at a kill are as many calls as there are job slots.
        assert!(again <= 3 * kills, "{again} calls were made again over {kills} kills: {calls:?}");
    }
}

#[async_trait::async_trait]
impl Tool for Counter {
    fn signature(&self) -> &'static Signature {
        Catalogue::declared().tool("terminal").unwrap()
    }

    async fn call(&self, call: Call) -> Result<Json, Failure> {
        let (_, key) = call.place.idempotency_key.split_once('/').unwrap();
        *self.0.lock().unwrap().entry(key.to_owned()).or_default() += 1;
        tokio::task::yield_now().await;
        let command = call.parameters["command"].as_str().unwrap();
        match key.bytes().map(usize::from).sum::<usize>() % 17 {
            0 => Err(Failure::permanent("FakeError", format!("{key} fails"))),
            1 => Err(Failure::transient("FakeError", format!("{key} fails for now"))),
            2 => Ok(json!({ "stdout": key, "success": false, "error": "no" })),
            _ => Ok(json!({ "stdout": format!("{key} {command}"), "success": true })),
        }
    }
}

struct World {
    case: Case,
    folder: tempfile::TempDir,
    counter: Arc<Counter>,
    journal: Journal,
}

impl World {
    fn new(yaml: &str, jobs: usize) -> Self {
        // In memory where that can be had: it is not the disk that is tried here.
        let shared = Path::new("/dev/shm");
        let folder = tempfile::tempdir_in(shared).or_else(|_| tempfile::tempdir()).unwrap();
        let journal = Journal::open(&folder.path().join("state")).unwrap();
        let case = Case { jobs, ..Case::new(yaml) };
        Self { case, folder, counter: Arc::default(), journal }
    }

    fn toolbox(&self) -> Toolbox {
        Toolbox::new([Arc::clone(&self.counter) as Arc<dyn Tool>])
    }

    /// None where the pipeline cannot run, because its steps wait for each other.
    fn begin(&self) -> Option<Prepared> {
        let request = request(&self.case.yaml, self.folder.path(), &self.case);
        engine::prepare(request, &self.toolbox()).ok()
    }

    fn again(&self, past: Past) -> Prepared {
        let (text, inputs) = past.open(&serde_json::Map::new(), &[]).unwrap();
        assert_eq!(*text, *self.case.yaml);
        let mut request = request(&text, self.folder.path(), &self.case);
        request.inputs = inputs;
        engine::prepare_resume(request, &self.toolbox(), past).unwrap()
    }

    /// Drives until so many events of completion were told; the document if it came to its end.
    async fn drive(&self, prepared: Prepared, completions: usize) -> (String, Option<Document>) {
        let run = prepared.run().to_owned();
        let seen = AtomicUsize::new(0);
        let stop = CancellationToken::new();
        let tell = |event: &Event| {
            let ends = matches!(event.kind, EventKind::StepCompleted | EventKind::StepFailed);
            // What is told again comes to no further step, nor does what is stopped because the run is failing.
            let told_again = event
                .data
                .as_ref()
                .is_some_and(|data| data["recorded"] == true || data["status"] == "cancelled");
            if ends && !told_again && seen.fetch_add(1, Ordering::Relaxed) + 1 >= completions {
                stop.cancel();
            }
        };
        let toolbox = self.toolbox();
        let document = tokio::select! {
            biased;
            () = stop.cancelled() => None,
            document = engine::run(prepared, &toolbox, &self.journal, tell, CancellationToken::new()) => Some(document),
        };
        (run, document)
    }
}

/// Of steps that go on beside each other either may come to something first: who was dropped is called before who never began.
fn in_any_order(mut document: Json) -> Json {
    if let Some(course) = document["course"].as_array_mut() {
        course.sort_by_cached_key(|turn| (turn["key"].to_string(), turn["question"].to_string()));
    }
    document
}

async fn holds(yaml: &str, jobs: usize, care: Care, seed: u64) {
    let undisturbed = World::new(yaml, jobs);
    let Some(prepared) = undisturbed.begin() else { return };
    let (_, whole) = undisturbed.drive(prepared, usize::MAX).await;
    let whole = essence(&whole.unwrap());

    let world = World::new(yaml, jobs);
    let mut seed = seed;
    let mut next = || {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        1 + (seed >> 33) as usize % 4
    };
    let (run, mut document) = world.drive(world.begin().unwrap(), next()).await;
    let mut kills = 0;
    while document.is_none() {
        kills += 1;
        assert!(kills < 500, "it comes to no end");
        document = match world.journal.resume(&run) {
            Ok(past) => world.drive(world.again(past), next()).await.1,
            // It was dropped when its end was already written.
            Err(ResumeError::Over(document)) => Some(*document),
            Err(error) => panic!("{error}"),
        };
    }
    let document = document.unwrap();
    let kept = world.journal.document(&run).unwrap().unwrap();
    let json = |document: &Document| serde_json::to_value(document).unwrap();
    assert_same(&json(&document), &json(&kept), yaml);
    world.counter.assert_paid_once(kills);
    let document = essence(&document);
    // Which of the loops that go round at once a failure stops depends on the order of their calls.
    let is_settled = !stopped(&document) && !stopped(&whole);
    if jobs == 1 && care == Care::Once && is_settled {
        assert_same(&in_any_order(document), &in_any_order(whole), yaml);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, max_shrink_iters: 0, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_dropped_run_goes_on_as_if_nothing_had_happened(seed: u64, jobs in 1_usize..4) {
        let care = if seed % 2 == 0 { Care::Once } else { Care::Everything };
        let yaml = Author::pipeline(seed, care);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(holds(&yaml, jobs, care, seed));
    }
}
