//! What the journal promises: nothing acknowledged is lost, damage is seen, processes share it.

use std::{
    fs,
    io::{BufRead as _, BufReader},
    process::{Command, Stdio},
};

use serde_json::{Value as Json, json};

use super::{recipe::Recipe, *};
use crate::document::{StepStatus, blank};

const FOLDER: &str = "DOWNBEAT_TEST_JOURNAL";

pub(super) fn document(run: &str, started_at: f64) -> Document {
    let mut document = blank(run, "p", started_at);
    document.steps = ["a", "b"]
        .into_iter()
        .map(|id| (id.to_owned(), record(id, StepStatus::Pending, Json::Null)))
        .collect();
    document
}

pub(super) fn record(id: &str, status: StepStatus, value: Json) -> StepRecord {
    StepRecord {
        status,
        value,
        success: status == StepStatus::Completed,
        duration: Some(2.0),
        ..StepRecord::pending(id)
    }
}

fn recipe() -> Recipe {
    Recipe {
        program: "0".into(),
        mark: "m".into(),
        file: Some("p.yaml".into()),
        text: "id: p".into(),
        inputs: serde_json::Map::new(),
        secret_inputs: Vec::new(),
        secret_defaults: Vec::new(),
        selection: crate::Selection::All,
        jobs: std::num::NonZeroUsize::MIN,
        cwd: "/w".into(),
        workspace: "/w".into(),
        pipeline_folder: "/w".into(),
        writable: Vec::new(),
        called: std::collections::BTreeMap::new(),
        reachable: Vec::new(),
        budget: crate::Budget::default(),
        reuse: crate::Reuse::Calls,
        earlier: Vec::new(),
    }
}

pub(super) fn write(journal: &Journal, entry: Entry) -> Result<(), JournalError> {
    let (sender, receiver) = std::sync::mpsc::channel();
    journal.write(entry, Box::new(move |result| sender.send(result).unwrap()));
    receiver.recv().unwrap()
}

pub(super) fn begin_of(document: &Document, file: &str) -> Entry {
    let recipe = Box::new(Recipe { file: Some(file.into()), ..recipe() });
    Entry::Begin { document: Arc::new(document.clone()), recipe }
}

fn begin(journal: &Journal, document: &Document) {
    write(journal, begin_of(document, "p.yaml")).unwrap();
}

pub(super) fn step(journal: &Journal, run: &str, record: StepRecord) {
    write(
        journal,
        Entry::Step(StepEntry {
            run: run.into(),
            path: record.id.as_str().into(),
            record: Arc::new(record),
            ended: Some(Ended { turn: 0, attempt: Some(1), key: None, parts: None }),
        }),
    )
    .unwrap();
}

#[test]
fn a_finished_run_comes_back_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let disk = Journal::open(&folder.path().join("state")).unwrap();
    for journal in [&disk, &Journal::in_memory()] {
        let mut last = document("p_1", 10.0);
        begin(journal, &last);
        let large = json!({ "text": "x".repeat(100_000) });
        last.steps.insert("a".into(), record("a", StepStatus::Completed, large));
        step(journal, "p_1", last.steps.get("a").unwrap().clone());
        last.status = RunStatus::Failed;
        last.duration = Some(1.5);
        write(journal, Entry::Finish { document: Arc::new(last.clone()) }).unwrap();

        assert_eq!(journal.document("p_1").unwrap(), Some(last));
        assert_eq!(journal.document("p_2").unwrap(), None);
    }
    drop(disk);
    let again = Journal::open(&folder.path().join("state")).unwrap();
    assert_eq!(again.set_aside(), None);
    assert_eq!(again.document("p_1").unwrap().unwrap().status, RunStatus::Failed);
    assert_eq!(fs::read_to_string(folder.path().join("state/.gitignore")).unwrap(), "*\n");
}

#[test]
fn runs_are_listed_newest_first() {
    let folder = tempfile::tempdir().unwrap();
    let journal = Journal::open(folder.path()).unwrap();
    for (run, started_at) in [("p_1", 10.0), ("p_3", 30.0), ("p_2", 20.0)] {
        begin(&journal, &document(run, started_at));
    }
    let runs = journal.runs().unwrap();
    assert_eq!(runs.iter().map(|run| &*run.run).collect::<Vec<_>>(), ["p_3", "p_2", "p_1"]);
    assert_eq!(runs[0].status, RunStatus::Running);
    assert_eq!(runs[0].file.as_deref(), Some("p.yaml"));
}

#[test]
fn nothing_is_made_where_nothing_was_run() {
    let folder = tempfile::tempdir().unwrap();
    assert!(Journal::existing(&folder.path().join("state")).unwrap().is_none());
    assert!(!folder.path().join("state").exists());
}

#[test]
fn durations_of_completed_steps_are_remembered() {
    let folder = tempfile::tempdir().unwrap();
    let journal = Journal::open(folder.path()).unwrap();
    begin(&journal, &document("p_1", 10.0));
    step(&journal, "p_1", record("a", StepStatus::Completed, Json::Null));
    step(&journal, "p_1", record("b", StepStatus::Failed, Json::Null));
    assert_eq!(journal.history("p").unwrap(), History::from([("a".to_owned(), 2.0)]));
    assert_eq!(journal.history("other").unwrap(), History::new());
}

#[test]
fn a_damaged_journal_is_set_aside_and_named() {
    let full = {
        let folder = tempfile::tempdir().unwrap();
        let journal = Journal::open(folder.path()).unwrap();
        for run in 0..200 {
            begin(&journal, &document(&format!("p_{run}"), f64::from(run)));
        }
        drop(journal);
        fs::read(folder.path().join("journal.db")).unwrap()
    };
    let middle = full.len() / 2;
    let mut overwritten = full.clone();
    overwritten[middle..middle + 8192].fill(0xAB);
    for damaged in [
        &b"no journal at all, but a text that is long enough to be looked at"[..],
        &overwritten,
        &full[..middle],
    ] {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("journal.db"), damaged).unwrap();
        let journal = Journal::open(folder.path()).unwrap();
        let aside = journal.set_aside().expect("set aside").to_owned();
        assert_eq!(fs::read(&aside).unwrap(), damaged);
        begin(&journal, &document("p_1", 10.0));
        assert_eq!(journal.runs().unwrap().len(), 1);
    }
}

#[test]
fn journals_of_every_version_open() {
    for (version, text) in
        [(1, include_str!("versions/1.sql")), (2, include_str!("versions/2.sql"))]
    {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal.db");
        rusqlite::Connection::open(&path).unwrap().execute_batch(text).unwrap();
        let journal = Journal::open(folder.path()).unwrap();
        assert_eq!(journal.set_aside(), None, "version {version}");
        let runs = journal.runs().unwrap();
        let statuses: Vec<_> = runs.iter().map(|run| run.status).collect();
        assert_eq!(statuses, [RunStatus::Interrupted, RunStatus::Completed], "version {version}");
        let [dead, whole] = &*runs else { panic!("two runs") };
        let document = journal.document(&whole.run).unwrap().unwrap();
        assert_eq!(document.steps["a"].value["result"]["stdout"], "a\n");
        let refused = journal.resume(&dead.run).unwrap_err();
        assert!(matches!(refused, ResumeError::TooOld(_)), "version {version}: {refused}");
        begin(&journal, &super::tests::document("p_1", 10.0));
        assert_eq!(journal.runs().unwrap().len(), 3);
    }
}

#[test]
fn a_newer_journal_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    drop(Journal::open(folder.path()).unwrap());
    let path = folder.path().join("journal.db");
    let connection = rusqlite::Connection::open(&path).unwrap();
    connection.pragma_update(None, "user_version", 99).unwrap();
    drop(connection);
    let error = Journal::open(folder.path()).unwrap_err();
    assert!(error.message.contains("version 99"), "{error}");
    assert!(path.exists());
}

#[test]
fn a_folder_that_cannot_be_written_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("state");
    fs::write(&file, "").unwrap();
    let error = Journal::open(&file).unwrap_err();
    assert!(
        error.message.contains("cannot write the state folder") && error.message.contains("state"),
        "{error}"
    );
}

#[test]
fn several_writers_share_a_journal() {
    let folder = tempfile::tempdir().unwrap();
    std::thread::scope(|scope| {
        for writer in 0..4 {
            let folder = folder.path();
            scope.spawn(move || {
                let journal = Journal::open(folder).unwrap();
                for run in 0..20 {
                    begin(&journal, &document(&format!("p_{writer}_{run}"), 1.0));
                }
            });
        }
    });
    assert_eq!(Journal::open(folder.path()).unwrap().runs().unwrap().len(), 80);
}

#[test]
#[ignore = "the child of `a_killed_process_loses_nothing_that_was_acknowledged`"]
fn writes_until_it_is_killed() {
    let journal =
        Journal::open(Path::new(&std::env::var_os(FOLDER).expect("run by its parent"))).unwrap();
    begin(&journal, &document("p_1", 10.0));
    for number in 0.. {
        step(
            &journal,
            "p_1",
            record(&format!("s{number}"), StepStatus::Completed, json!("x".repeat(number % 5_000))),
        );
        println!("written {number}");
    }
}

#[test]
fn a_killed_process_loses_nothing_that_was_acknowledged() {
    let folder = tempfile::tempdir().unwrap();
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "journal::tests::writes_until_it_is_killed", "--ignored", "--nocapture"])
        .env(FOLDER, folder.path())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
    let mut written = Vec::new();
    for line in lines {
        if let Some(number) = line.split("written ").nth(1) {
            written.push(format!("s{number}"));
            if written.len() == 40 {
                child.kill().unwrap();
            }
        }
    }
    child.wait().unwrap();
    assert!(written.len() >= 40);

    let journal = Journal::open(folder.path()).unwrap();
    assert_eq!(journal.set_aside(), None, "it opens as it is");
    let document = journal.document("p_1").unwrap().unwrap();
    let lost: Vec<_> = written.iter().filter(|step| document.steps.get(*step).is_none()).collect();
    assert!(lost.is_empty(), "lost: {lost:?}");
    if cfg!(target_os = "linux") {
        assert_eq!(document.status, RunStatus::Interrupted);
        assert_eq!(journal.runs().unwrap()[0].status, RunStatus::Interrupted);
    }
}

#[test]
fn a_row_that_is_not_as_it_was_written_is_never_used() {
    let folder = tempfile::tempdir().unwrap();
    let journal = Journal::open(folder.path()).unwrap();
    begin(&journal, &document("p_1", 10.0));
    step(&journal, "p_1", record("a", StepStatus::Completed, json!("noon")));
    drop(journal);
    let connection = rusqlite::Connection::open(folder.path().join("journal.db")).unwrap();
    let sql = "UPDATE steps SET record = replace(record, 'noon', 'moon') WHERE step = 'a'";
    assert_eq!(connection.execute(sql, []).unwrap(), 1);
    let error = Journal::open(folder.path()).unwrap().document("p_1").unwrap_err().to_string();
    assert!(error.contains("damaged"), "{error}");
}
