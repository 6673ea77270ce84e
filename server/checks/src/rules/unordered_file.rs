use std::sync::Arc;

use pipeline::{Entry, Placed, Step, names::Meaning};
use rustc_hash::FxHashMap;
use syntax::Span;

use crate::{
    Fix, Severity,
    facts::Whole,
    findings::{Findings, Topic},
    insert::insert_key,
    kept::Reads,
    rule::declare_rule,
    view::{Part, ReferenceView, Scope, Sense, Use, gather, included},
};

declare_rule!(
    "unordered-file",
    Warning,
    "unordered_file.md",
    Kept(Reads::GRAPH.with(Reads::FILES), detect),
    Kept(Reads::GRAPH.with(Reads::NAMES), of_included)
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

/// A step whose result an included file reads, when nothing says that it comes first: what the file reads makes nobody wait.
fn of_included(whole: &Whole<'_>, findings: &mut Findings) {
    let steps = &whole.input.pipeline.steps;
    let reading = whole.facts.iter().enumerate().filter(|(_, facts)| facts.includes);
    for (reader, _) in reading {
        let Some(to) = steps.get(reader) else { continue };
        let mut reads = Vec::new();
        read_through_files(whole, reader, &mut Vec::new(), to, &mut reads);
        for Read { step, file, place } in reads {
            let Some(from) = steps.get(step).filter(|_| step != reader) else { continue };
            if whole.is_before(step, reader) {
                continue;
            }
            findings
                .report(to.absolute(place), included_words(&file, from.id_text(), to.id_text()))
                .severity(Severity::Error)
                .topic(Topic::File(file.into()))
                .fix(wait_for(to, from.id_text()));
        }
    }
}

/// A step whose result a file reads, and the directive that leads to the file.
struct Read {
    step: usize,
    file: String,
    place: Span,
}

fn read_through_files<'a>(
    whole: &Whole<'a>,
    reader: usize,
    path: &mut Vec<&'a Step>,
    step: &'a Step,
    reads: &mut Vec<Read>,
) {
    path.push(step);
    let siblings: Vec<&Entry> = step.keys.iter().collect();
    let scope = Scope { input: whole.input, path, index: Some(reader) };
    let item = gather(scope, Part::Step(step), &siblings);
    for text in item.texts.iter().filter(|it| it.field.rendered) {
        for (place, file) in included(text) {
            for reference in &file.reads {
                let Sense::Known(
                    Meaning::Step(step) | Meaning::Variable(step) | Meaning::NamedLoop(step),
                ) = ReferenceView::of_included(scope, reference).sense()
                else {
                    continue;
                };
                reads.push(Read { step, file: file.path.clone(), place });
            }
        }
    }
    drop(item);
    for inner in &step.body {
        read_through_files(whole, reader, path, inner, reads);
    }
    path.pop();
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

fn included_words(file: &str, read: &str, reader: &str) -> String {
    format!(
        "`{file}` reads `{read}`, and nothing makes `{reader}` wait for it; add it to `dependencies`"
    )
}

fn words(path: &str, writer: &str, reader: &str) -> String {
    format!(
        "`{writer}` writes `{path}`, and nothing makes `{reader}` wait for it; add it to `dependencies`"
    )
}
