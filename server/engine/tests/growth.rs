//! What grows with a run, and what must not: counted, not timed.

mod support;

use std::{
    fmt::Write as _,
    sync::{Arc, Mutex, PoisonError},
};

use engine::{
    Document, Journal, Toolbox,
    tool::{Call, Failure, Tool},
};
use peak_alloc::PeakAlloc;
use pipeline::catalogue::{Catalogue, Signature};
use serde_json::{Value as Json, json};
use support::{Case, request};
use tokio_util::sync::CancellationToken;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// Who measures memory measures alone.
static ALONE: Mutex<()> = Mutex::new(());

/// Stands for `terminal`: `make N` gives a text of so many bytes, everything else its own length.
struct Maker;

#[async_trait::async_trait]
impl Tool for Maker {
    fn signature(&self) -> &'static Signature {
        Catalogue::declared().tool("terminal").unwrap()
    }

    async fn call(&self, call: Call) -> Result<Json, Failure> {
        let command = call.parameters["command"].as_str().unwrap();
        let made = command.strip_prefix("make ").and_then(|it| it.parse().ok());
        let stdout = made.map_or_else(|| command.len().to_string(), |length| "x".repeat(length));
        Ok(json!({ "stdout": stdout, "success": true }))
    }
}

/// Runs with a journal on a disk; gives the most bytes that were held at once on top of those before.
fn run(yaml: &str, folder: &std::path::Path) -> (Document, usize) {
    let journal = Journal::open(&folder.join("state")).unwrap();
    let toolbox = Toolbox::new([Arc::new(Maker) as Arc<dyn Tool>]);
    let mut request = request(yaml, folder, &Case::new(yaml));
    request.catalogue = toolbox.catalogue();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    MEMORY.reset_peak_usage();
    let before = MEMORY.current_usage();
    let prepared = engine::prepare(request, &toolbox).unwrap();
    let run = engine::run(prepared, &toolbox, &journal, |_| {}, CancellationToken::new());
    let document = runtime.block_on(run);
    drop(journal);
    let most = MEMORY.peak_usage().saturating_sub(before);
    assert!(document.success, "{:?}", document.error);
    (document, most)
}

fn folder() -> tempfile::TempDir {
    let shared = std::path::Path::new("/dev/shm");
    tempfile::tempdir_in(shared).or_else(|_| tempfile::tempdir()).unwrap()
}

fn chain(steps: usize) -> String {
    let mut yaml = String::from(
        "id: chain\nsteps:\n  - {id: s0, tool: terminal, parameters: {command: say}}\n",
    );
    for step in 1..steps {
        let before = step - 1;
        writeln!(
            yaml,
            "  - {{id: s{step}, tool: terminal, parameters: {{command: \"{{{{ s{before}.stdout }}}}\"}}, cache: true}}"
        )
        .unwrap();
    }
    yaml
}

#[test]
fn of_the_same_calls_of_a_run_one_is_found() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let folder = folder();
    let (first, _) = run(&chain(50), folder.path());
    let database = rusqlite::Connection::open(folder.path().join("state/journal.db")).unwrap();
    let found = |sql: &str| database.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap();
    let same = "SELECT max(many) FROM (SELECT count(*) AS many FROM steps WHERE call IS NOT NULL GROUP BY call)";
    assert_eq!(found(same), 1, "no step looks at those before it");
    let (again, _) = run(&chain(50), folder.path());
    assert!(again.steps.values().skip(1).all(|step| step.cached), "{again:#?}");
    let of = |document: &Document| {
        document.steps.values().map(|step| step.value.clone()).collect::<Vec<_>>()
    };
    assert_eq!(of(&first), of(&again));
}

/// Bytes that a step may take: its record, what others read of it, and what the journal writes at the end.
const A_STEP: usize = 8 * 1024;

#[test]
fn a_step_takes_as_much_memory_in_a_long_run() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let most = |steps| run(&chain(steps), folder().path()).1;
    let (short, long) = (most(250), most(1_000));
    assert!(long - short <= 750 * A_STEP, "{} bytes a step", (long - short) / 750);
}

const LARGE: usize = 16 << 20;

/// A large value, and steps that read it, one after the other.
fn readers(count: usize) -> String {
    let mut yaml = format!(
        "id: large\nsteps:\n  - {{id: big, tool: terminal, parameters: {{command: make {LARGE}}}}}\n"
    );
    for reader in 0..count {
        let before = reader.checked_sub(1).map_or_else(|| "big".to_owned(), |it| format!("r{it}"));
        writeln!(
            yaml,
            "  - {{id: r{reader}, tool: terminal, dependencies: [{before}], parameters: {{command: \"{{{{ big.stdout }}}}\"}}}}"
        )
        .unwrap();
    }
    yaml
}

#[test]
fn a_large_value_is_not_copied_by_step() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let most = |count| run(&readers(count), folder().path()).1;
    let (none, one, eight) = (most(0), most(1), most(8));
    let of = |bytes: usize| bytes as f64 / LARGE as f64;
    assert!(of(none) < 2.6, "made: {:.2} copies", of(none));
    assert!(of(one) < 4.1, "read once: {:.2} copies", of(one));
    assert!(eight < one + LARGE / 4, "read by eight: {:.2} copies", of(eight));
}
