//! Real pipelines: each one gets a tree, and every error it gets was judged by hand.
//!
//! `data/corpus_errors.tsv` lists them: file, line (from 1), code, and why it is true.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    fs,
};

use checks::Severity;
use tests::reading::{files, findings};

const JUDGED: &str = include_str!("data/corpus_errors.tsv");

#[test]
fn real_pipelines_get_no_false_error() {
    let Some(shared) = tests::shared() else {
        return tests::skipped("real_pipelines_get_no_false_error", "no folder of real pipelines");
    };
    let folder = shared.join("corpus");
    let (mut found, mut beside) = (BTreeMap::new(), BTreeSet::new());
    for path in files(&folder, &["yaml"]) {
        let text = fs::read_to_string(&path).unwrap();
        let name = path.strip_prefix(&folder).unwrap().display().to_string();
        let lines = |offset: u32| text[..offset as usize].matches('\n').count() + 1;
        for error in findings(&text).into_iter().filter(|it| it.severity == Severity::Error) {
            beside.extend(
                error.related.iter().map(|it| (name.clone(), lines(it.span.start), error.code)),
            );
            found
                .entry((name.clone(), lines(error.span.start), error.code))
                .or_insert(error.message);
        }
    }
    let judged: BTreeMap<_, _> =
        JUDGED.lines().filter(|line| !line.starts_with('#')).map(judged).collect();
    let mut wrong = String::new();
    for ((file, line, code), message) in &found {
        if !judged.contains_key(&(file.as_str(), *line, *code)) {
            writeln!(wrong, "not judged: {file}\t{line}\t{code}\t{message}").unwrap();
        }
    }
    for (file, line, code) in judged.keys() {
        // What is said once has its other places beside it.
        let place = ((*file).to_owned(), *line, *code);
        if !found.contains_key(&place) && !beside.contains(&place) {
            writeln!(wrong, "not found: {file}\t{line}\t{code}").unwrap();
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

fn judged(row: &'static str) -> ((&'static str, usize, &'static str), &'static str) {
    let cells: Vec<_> = row.split('\t').collect();
    let [file, line, code, why] = cells[..] else { panic!("four cells a row: {row}") };
    assert!(!why.is_empty(), "no reason: {row}");
    ((file, line.parse().unwrap(), code), why)
}
