//! Any bytes as a document: it is lowered, planned and checked, and every finding and every edit lies inside the text.
//! In `server/checks`: `cargo +nightly fuzz run lowering fuzz/corpus/lowering fuzz/seeds/lowering`

#![no_main]

use std::sync::LazyLock;

use checks::{Input, NoFiles, check, configuration::Settings};
use libfuzzer_sys::fuzz_target;
use pipeline::{Plan, catalogue::Catalogue, lower, models::Roster, names::Names};
use syntax::{Document, Span};

static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(Catalogue::declared);
static ROSTER: LazyLock<Roster> = LazyLock::new(Roster::default);

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    let (catalogue, roster) = (&*CATALOGUE, &*ROSTER);
    let document = Document::new(&text);
    let pipeline = lower(&document, catalogue);
    let names = Names::new(&pipeline);
    let plan = Plan::new(&pipeline, &names);
    let found = check(&Input {
        pipeline: &pipeline,
        plan: &plan,
        names: &names,
        catalogue,
        roster,
        files: &NoFiles,
        settings: &Settings::default(),
    });
    let text = document.rope().to_string();
    let inside = |span: Span| assert!(text.get(span.range()).is_some(), "{span:?}");
    for it in &found {
        inside(it.span);
        it.related.iter().for_each(|it| inside(it.span));
        it.fixes.iter().flat_map(|fix| &fix.edits).for_each(|edit| inside(edit.span));
    }
});
