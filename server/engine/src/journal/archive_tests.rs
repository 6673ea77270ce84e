//! Which runs are found again, in which order, and which are forgotten.

use std::{fs, path::Path, sync::Arc};

use serde_json::{Value as Json, json};

use super::{
    lease,
    tests::{begin_of, document, record, step, write},
    *,
};
use crate::document::StepStatus;

/// A journal of finished runs, each (id, file, Unix seconds of its start).
fn journal(folder: &Path, runs: &[(&str, &str, f64)]) -> Journal {
    let journal = Journal::open(folder).unwrap();
    for (run, file, started_at) in runs {
        let mut document = document(run, *started_at);
        write(&journal, begin_of(&document, file)).unwrap();
        document.status = RunStatus::Completed;
        write(&journal, Entry::Finish { document: Arc::new(document) }).unwrap();
    }
    journal
}

fn ids(runs: &[RunSummary]) -> Vec<&str> {
    runs.iter().map(|run| run.run.as_str()).collect()
}

const FOUR: [(&str, &str, f64); 4] =
    [("p_1", "/w/p", 10.0), ("p_2", "/w/q", 20.0), ("p_21", "/w/p", 30.0), ("q_1", "/w/p", 5.0)];

#[test]
fn where_nothing_ran_there_is_no_archive() {
    let folder = tempfile::tempdir().unwrap();
    assert!(Archive::open(folder.path()).unwrap().is_none());
    assert!(fs::read_dir(folder.path()).unwrap().next().is_none(), "looking leaves nothing");
}

#[test]
fn runs_are_listed_newest_first_of_a_file_and_not_too_many() {
    let folder = tempfile::tempdir().unwrap();
    let writer = journal(folder.path(), &FOUR);
    let archive = Archive::open(folder.path()).unwrap().unwrap();
    let listed = |files: Option<&[&str]>, limit| {
        let files = files.map(|files| files.iter().map(|&file| file.to_owned()).collect());
        archive.runs(&Wanted { files, limit }).unwrap()
    };
    assert_eq!(ids(&listed(None, usize::MAX)), ["p_21", "p_2", "p_1", "q_1"]);
    assert_eq!(ids(&listed(None, 2)), ["p_21", "p_2"]);
    assert_eq!(ids(&listed(Some(&["/w/p"]), 2)), ["p_21", "p_1"]);
    assert_eq!(ids(&listed(Some(&["/w/q", "/w/p"]), 3)), ["p_21", "p_2", "p_1"]);
    assert!(listed(Some(&[]), 3).is_empty());
    assert_eq!(archive.files().unwrap(), ["/w/p", "/w/q"]);
    assert_eq!(archive.runs(&Wanted { files: None, limit: 9 }).unwrap(), writer.runs().unwrap());
    drop(writer);
    assert_eq!(listed(None, usize::MAX).len(), 4, "without a writer, too");
}

#[test]
fn a_run_is_found_by_its_beginning() {
    let folder = tempfile::tempdir().unwrap();
    drop(journal(folder.path(), &FOUR));
    let archive = Archive::open(folder.path()).unwrap().unwrap();
    for (name, found) in [
        ("latest", Found::Run("p_21".into())),
        ("q", Found::Run("q_1".into())),
        ("p_2", Found::Run("p_2".into())),
        ("p", Found::Several(vec!["p_1".into(), "p_2".into(), "p_21".into()])),
        ("p_3", Found::Nothing),
        ("%", Found::Nothing),
    ] {
        assert_eq!(archive.find(name).unwrap(), found, "{name}");
    }
    assert_eq!(archive.summary("p_2").unwrap().unwrap().file.as_deref(), Some("/w/q"));
    assert_eq!(archive.summary("p_3").unwrap(), None);
}

#[test]
fn a_step_is_read_by_its_path() {
    let folder = tempfile::tempdir().unwrap();
    let writer = Journal::open(folder.path()).unwrap();
    write(&writer, begin_of(&document("p_1", 1.0), "/w/p")).unwrap();
    let inner = record("body", StepStatus::Completed, json!("in"));
    let entry = StepEntry {
        run: "p_1".into(),
        path: "loop[3].body".into(),
        record: inner.into(),
        ended: None,
    };
    write(&writer, Entry::Step(entry)).unwrap();
    let archive = Archive::open(folder.path()).unwrap().unwrap();
    let value = |path| archive.step("p_1", path).unwrap().map(|step| step.value);
    assert_eq!(value("loop[3].body"), Some(json!("in")));
    assert_eq!(value("loop[2].body"), None);
}

#[test]
fn runs_that_every_rule_lets_go_are_forgotten() {
    let now = lease::now();
    let runs = [
        ("old_1", "/p", now - 500.0),
        ("old_2", "/p", now - 400.0),
        ("old_3", "/p", now - 300.0),
        ("new_1", "/p", now - 10.0),
    ];
    for (keep, older_than, gone) in [
        (None, None, &[][..]),
        (Some(1), None, &["old_3", "old_2", "old_1"]),
        (None, Some(350.0), &["old_2", "old_1"]),
        (Some(3), Some(100.0), &["old_1"]),
        (Some(9), Some(0.0), &[]),
    ] {
        let folder = tempfile::tempdir().unwrap();
        drop(journal(folder.path(), &runs));
        let archive = Archive::open(folder.path()).unwrap().unwrap();
        let which = Forget { keep, older_than };
        let rehearsed = archive.forget(which, Earnest::Rehearsal).unwrap();
        let all = Wanted { files: None, limit: 9 };
        assert_eq!(archive.runs(&all).unwrap().len(), 4, "a rehearsal forgets nothing");
        let forgotten = archive.forget(which, Earnest::Real).unwrap();
        assert_eq!((ids(&forgotten.runs), &rehearsed), (gone.to_vec(), &forgotten));
        assert_eq!(archive.runs(&all).unwrap().len(), 4 - gone.len());
    }
}

#[test]
fn a_run_in_flight_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let writer = journal(folder.path(), &FOUR);
    write(&writer, begin_of(&document("flying", 1.0), "/w/p")).unwrap();
    let archive = Archive::open(folder.path()).unwrap().unwrap();
    let which = Forget { keep: Some(0), older_than: None };
    assert_eq!(archive.forget(which, Earnest::Real).unwrap().runs.len(), 4);
    assert_eq!(ids(&archive.runs(&Wanted { files: None, limit: 9 }).unwrap()), ["flying"]);
}

#[test]
fn large_values_go_with_the_last_run_that_refers_to_them() {
    let folder = tempfile::tempdir().unwrap();
    let writer = journal(folder.path(), &FOUR);
    let large = |letter: &str| Json::from(letter.repeat(100_000));
    for (run, value) in [("p_1", "a"), ("p_21", "a"), ("p_2", "b")] {
        step(&writer, run, record("s", StepStatus::Completed, large(value)));
    }
    drop(writer);
    let archive = Archive::open(folder.path()).unwrap().unwrap();
    let forget =
        |keep| archive.forget(Forget { keep: Some(keep), older_than: None }, Earnest::Real);
    let first = forget(1).unwrap();
    assert_eq!((first.runs.len(), first.values), (3, 1), "`b` is garbage, `a` is not");
    assert!(first.bytes > 100_000);
    assert_eq!(archive.step("p_21", "s").unwrap().unwrap().value, large("a"));
    assert_eq!(archive.step("p_1", "s").unwrap(), None);
    assert_eq!(forget(0).unwrap().values, 1);
}

#[test]
fn what_is_left_of_a_journal_is_put_aside_and_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("journal.db");
    drop(Journal::open(folder.path()).unwrap());
    fs::write(&file, &fs::read(&file).unwrap()[..50]).unwrap();
    let error = Archive::open(folder.path()).unwrap_err().to_string();
    assert!(error.contains("damaged") && error.contains("put aside as"), "{error}");
    assert!(Archive::open(folder.path()).unwrap().is_some(), "a new one is in its place");
}
