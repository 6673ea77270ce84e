//! Laying out a text changes nothing that it says, and nothing more when it is done again.

#![expect(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "helpers of tests unwrap, and say what was skipped"
)]

use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

use checks::NoFiles;
use ide::diff::{Difference, Side, diff};
use ide::{Analyst, Indent, Snapshot, apply, format};
use pipeline::catalogue::Catalogue;
use proptest::prelude::*;
use regex::Regex;
use serde_json::Value;
use syntax::{Document, FindingKind};

fn shared() -> Option<PathBuf> {
    let beside = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    let shared = std::env::var_os("DOWNBEAT_SHARED").map_or_else(beside, PathBuf::from);
    if !shared.is_dir() {
        eprintln!("SKIPPED: no folder {}", shared.display());
        return None;
    }
    Some(shared)
}

/// Pipelines of the project and, where they are there, real ones.
fn pipelines() -> Vec<String> {
    fn collect(folder: &Path, texts: &mut Vec<String>) {
        let mut paths: Vec<_> =
            std::fs::read_dir(folder).unwrap().map(|it| it.unwrap().path()).collect();
        paths.sort();
        for path in paths {
            if path.is_dir() {
                collect(&path, texts);
            } else if path.extension().is_some_and(|extension| extension == "yaml") {
                texts.push(std::fs::read_to_string(&path).unwrap());
            }
        }
    }
    let mut texts = Vec::new();
    collect(&PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../fixtures"), &mut texts);
    if let Some(shared) = shared() {
        collect(&shared.join("corpus"), &mut texts);
    }
    texts
}

/// Texts of the YAML test suite: whether a strict parser takes it, and the text.
fn suite() -> Vec<(bool, String)> {
    let Some(shared) = shared() else { return Vec::new() };
    let text = std::fs::read_to_string(shared.join("yaml-test-suite/cases.jsonl")).unwrap();
    let case = |line| {
        let case: Value = serde_json::from_str(line).unwrap();
        (case["valid"] == true, case["yaml"].as_str().unwrap().to_owned())
    };
    text.lines().map(case).collect()
}

/// The pipeline that a text is, without places.
fn meaning(text: &str) -> String {
    static PLACES: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"Span \{[^}]*\}|base: \d+|SourceMap \{[^}]*\}|Finding \{ kind: NotStrict, span: Span \}(, )?")
            .unwrap()
    });
    let pipeline = pipeline::lower(&Document::new(text), &Catalogue::declared());
    let without = PLACES.replace_all(&format!("{pipeline:?}"), "_").into_owned();
    without
        .replace("Finding { kind: NotStrict, span: _ }, ", "")
        .replace("Finding { kind: NotStrict, span: _ }", "")
}

fn is_sound(text: &str) -> bool {
    syntax::events(text).1.iter().all(|finding| finding.kind == FindingKind::NotStrict)
}

/// Lays `text` out and holds it to the promises. Says which parts were left as they are.
fn hold(text: &str) -> Vec<String> {
    let formatted = format(&Document::new(text), Indent::default());
    let out = apply(text, &formatted.edits);
    let letters = |text: &str| text.chars().filter(|it| !it.is_whitespace()).collect::<String>();
    assert_eq!(letters(text), letters(&out), "letters of {text:?}");
    assert_eq!(meaning(text), meaning(&out), "meaning of\n{text}\n-----\n{out}");
    if is_sound(text) {
        assert_eq!(
            syntax::events(text).0,
            syntax::events(&out).0,
            "events of\n{text}\n-----\n{out}"
        );
    }
    let again = format(&Document::new(&out), Indent::default());
    assert_eq!(apply(&out, &again.edits), out, "not stable:\n{text:?}\n-----\n{out:?}");
    for pair in formatted.edits.windows(2) {
        assert!(pair[0].span.end <= pair[1].span.start, "{:?}", formatted.edits);
    }
    formatted.left.iter().map(|span| text[span.range()].to_owned()).collect()
}

#[test]
fn real_pipelines_mean_the_same() {
    for text in pipelines() {
        let left = hold(&text);
        assert!(!is_sound(&text) || left.is_empty(), "left although it can be read: {left:?}");
    }
}

fn read(text: &str) -> Snapshot {
    let files: Arc<dyn checks::Files> = Arc::new(NoFiles);
    Analyst::default().read(Document::new(text), &Catalogue::declared(), &files)
}

fn side(snapshot: &Snapshot) -> Side<'_> {
    let Snapshot { document, pipeline, plan, catalogue, .. } = snapshot;
    Side { document, pipeline, plan, catalogue }
}

fn compared(old: &Snapshot, new: &Snapshot) -> Difference {
    diff(&side(old), &side(new))
}

#[test]
fn real_pipelines_do_not_differ_from_their_layout() {
    for text in pipelines() {
        let out = apply(&text, &format(&Document::new(&text), Indent::default()).edits);
        let (old, new) = (read(&text), read(&out));
        assert_eq!(compared(&old, &new), Difference::default(), "{text}");
        assert_eq!(compared(&old, &old), Difference::default(), "{text}");
    }
}

/// A text below a key, and in an item of steps.
fn nested(text: &str) -> [String; 2] {
    let deep = |text: &str, columns: usize| {
        let indent = |line: &str| {
            if line.trim().is_empty() {
                line.to_owned()
            } else {
                format!("{}{line}", " ".repeat(columns))
            }
        };
        text.lines().map(indent).collect::<Vec<_>>().join("\n")
    };
    [
        format!("x:\n{}\ny: 1\n", deep(text, 3)),
        format!("steps:\n- id: a\n- parameters:\n      k:\n{}\n  id: b\n- id: c\n", deep(text, 7)),
    ]
}

#[test]
fn texts_of_the_yaml_test_suite_mean_the_same() {
    let mut left = Vec::new();
    for (valid, text) in suite() {
        for text in nested(&text).into_iter().chain([text]) {
            let kept = hold(&text);
            if valid
                && is_sound(&text)
                && !kept.is_empty()
                && Document::new(&text).findings().is_empty()
            {
                left.push(text);
            }
        }
    }
    assert!(
        left.is_empty(),
        "{} left although they can be read:\n{}",
        left.len(),
        left.join("\n=====\n")
    );
}

/// Pieces that break texts, or bend them.
const PIECES: [&str; 24] = [
    " ", "  ", "\n", "\n\n", "\t", "- ", "-", ": ", ":", "# x\n", " # y", "\"", "'", "[", "]", "{",
    "}", ", ", "|\n", ">-\n", "{{ a }}", "&a ", "*a", "\r\n",
];

/// `PROPTEST_CASES`, or what an everyday run has time for.
fn cases() -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|it| it.parse().ok()).unwrap_or(100)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), ..ProptestConfig::default() })]
    #[test]
    fn damaged_texts_mean_the_same(
        which in any::<prop::sample::Index>(),
        start in any::<prop::sample::Index>(),
        edits in prop::collection::vec((any::<prop::sample::Index>(), 0..PIECES.len(), 0_usize..6), 1..6),
    ) {
        static TEXTS: LazyLock<Vec<String>> = LazyLock::new(|| {
            let suite = suite().into_iter().flat_map(|(_, text)| nested(&text));
            pipelines().into_iter().chain(suite).collect()
        });
        let text = which.get(&TEXTS);
        // A piece of a long text does, and is quicker.
        let lines: Vec<&str> = text.split_inclusive('\n').collect();
        let first = start.index(lines.len().saturating_sub(30) + 1);
        let mut text = lines.into_iter().skip(first).take(40).collect::<String>();
        for (at, piece, cut) in edits {
            let places: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
            let at = at.index(places.len());
            let (from, to) = (places[at], places[(at + cut).min(places.len() - 1)]);
            text.replace_range(from..to, PIECES[piece]);
        }
        hold(&text);
    }
}
