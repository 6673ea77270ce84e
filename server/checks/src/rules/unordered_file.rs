use std::sync::Arc;

use pipeline::{Placed, Step};
use rustc_hash::FxHashMap;

use crate::{
    Fix,
    facts::Whole,
    findings::{Findings, Topic},
    insert::insert_key,
    kept::Reads,
    rule::declare_rule,
    view::Use,
};

declare_rule!(
    "unordered-file",
    Warning,
    "unordered_file.md",
    Kept(Reads::GRAPH.with(Reads::FILES), detect)
);

/// A file that one step writes and another reads, when nothing says which comes first.
fn detect(whole: &Whole<'_>, findings: &mut Findings) {
    let steps = &whole.input.pipeline.steps;
    let files = || {
        whole
            .facts
            .iter()
            .enumerate()
            .flat_map(|(step, facts)| facts.files.iter().map(move |fact| (step, fact)))
    };
    if !files().any(|(_, fact)| fact.usage == Use::Reads) {
        return;
    }
    let mut writers: FxHashMap<&str, usize> = FxHashMap::default();
    for (step, fact) in files().filter(|(_, fact)| fact.usage != Use::Reads) {
        writers.entry(&fact.path).or_insert(step);
    }
    if writers.is_empty() {
        return;
    }
    for (reader, fact) in files().filter(|(_, fact)| fact.usage == Use::Reads) {
        let Some(&writer) = writers.get(&*fact.path).filter(|writer| **writer != reader) else {
            continue;
        };
        if whole.is_before(writer, reader) || whole.is_before(reader, writer) {
            continue;
        }
        let (Some(from), Some(to)) = (steps.get(writer), steps.get(reader)) else { continue };
        if from.id.is_none() || to.id.is_none() {
            continue;
        }
        let draft = findings
            .report(to.absolute(fact.span), words(&fact.path, from.id_text(), to.id_text()))
            .topic(Topic::File(Arc::clone(&fact.path)));
        if let Some(id) = &from.id {
            draft.related(from.absolute(id.span), "written by this step");
        }
        draft.fix(wait_for(to, from.id_text()));
    }
}

/// A step that waits for nothing yet waits for the writer.
fn wait_for(reader: &Placed<Step>, writer: &str) -> Option<Fix> {
    let waits = reader.key("dependencies").is_some();
    let title = format!("wait for `{writer}`");
    let fix = insert_key(reader, title, &format!("dependencies: [{writer}]"));
    fix.filter(|_| !waits).map(|mut fix| {
        fix.edits.iter_mut().for_each(|edit| edit.span = reader.absolute(edit.span));
        fix
    })
}

fn words(path: &str, writer: &str, reader: &str) -> String {
    format!(
        "`{writer}` writes `{path}`, and nothing makes `{reader}` wait for it; add it to `dependencies`"
    )
}
