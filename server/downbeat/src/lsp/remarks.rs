//! What is held against the results of the last run of a document, as findings on the steps that they came from. They are read
//! when a document is opened, when its run ends and when files change; with a key stroke nothing is done but to ask whether
//! the few steps that they are about are still the same objects.

use std::sync::Arc;

use checks::{Diagnostic, Severity, Tags};
use engine::{Archive, Issue, RunStatus};
use ide::Snapshot;
use pipeline::{Pipeline, Step, names::Names};
use syntax::Document;

use super::desk::Desk;
use crate::{report::Report, workspace};

/// Code of these findings, as `downbeat qc` spells it.
const CODE: &str = "poor-value";

/// Most of them for one document.
const MOST: usize = 50;

/// A value of a step that follows from more steps than this is told of as long as the step itself is the same.
const FOLLOWED: usize = 200;

/// See the module.
#[derive(Debug, Default)]
pub(super) struct Remarks {
    found: Vec<Remark>,
}

#[derive(Debug)]
struct Remark {
    message: String,
    /// The step that it is about, and those that its value follows from, as they were when this was read.
    steps: Vec<(String, Arc<Step>)>,
}

impl Remarks {
    /// Those of the newest run of a document, as far as its steps have not changed since. None where nothing can be told.
    pub(super) fn read(desk: &Desk, snapshot: &Snapshot) -> Self {
        last(desk).map_or_else(Self::default, |last| Self::of(&last, snapshot))
    }

    fn of(last: &Last, snapshot: &Snapshot) -> Self {
        let document = Document::new(&last.text);
        let pipeline = pipeline::lower(&document, &snapshot.catalogue);
        let before =
            Texts { names: Names::new(&pipeline), document: &document, pipeline: &pipeline };
        let mut found = Vec::new();
        for (path, issue) in &last.issues {
            let id = path.split(['[', '.']).next().unwrap_or(path);
            let Some(steps) = unchanged(snapshot, &before, id) else { continue };
            let place = if path == id { String::new() } else { format!(" (`{path}`)") };
            let message = format!("in the last run, of what it came to{place}: {}", issue.message);
            found.push(Remark { message, steps });
        }
        Self { found }
    }

    /// Those that still hold, absolute.
    pub(super) fn now(&self, snapshot: &Snapshot) -> Vec<Diagnostic> {
        self.found.iter().filter_map(|remark| remark.now(snapshot)).collect()
    }
}

impl Remark {
    fn now(&self, snapshot: &Snapshot) -> Option<Diagnostic> {
        let current = |id: &str| snapshot.pipeline.steps.get(snapshot.names.step(id)?);
        let same = |(id, step): &(String, Arc<Step>)| {
            current(id).is_some_and(|now| Arc::ptr_eq(&now.item, step))
        };
        if !self.steps.iter().all(same) {
            return None;
        }
        let step = current(&self.steps.first()?.0)?;
        let span = step.id.as_ref().map_or(step.span, |id| id.span);
        Some(Diagnostic {
            code: CODE,
            severity: Severity::Warning,
            message: self.message.clone(),
            span: step.absolute(span),
            related: Vec::new(),
            fixes: Vec::new(),
            tags: Tags::None,
        })
    }
}

/// The newest run.
struct Last {
    /// The pipeline's text then.
    text: String,
    /// By the path of the step.
    issues: Vec<(String, Issue)>,
}

fn last(desk: &Desk) -> Option<Last> {
    let root = workspace::root(&desk.folder());
    let newest = workspace::runs(&root, Some(desk.path()?), 1).ok()?.into_iter().next()?;
    if !matches!(newest.status, RunStatus::Completed | RunStatus::Failed) {
        return None;
    }
    let archive = Archive::open(&root.join(workspace::STATE)).ok()??;
    let document = archive.document(&newest.run).ok()??;
    let issues = Report::new(&document).steps.into_iter().flat_map(|step| {
        let issues = step.quality.map(|quality| quality.issues).unwrap_or_default();
        issues.into_iter().map(move |issue| (step.path.clone(), issue))
    });
    let issues: Vec<_> = issues.take(MOST).collect();
    if issues.is_empty() {
        return None;
    }
    Some(Last { text: archive.text(&newest.run).ok()??, issues })
}

/// A text whose steps are looked up by id.
struct Texts<'t> {
    names: Names,
    document: &'t Document,
    pipeline: &'t Pipeline,
}

impl Texts<'_> {
    fn of(&self, id: &str) -> Option<String> {
        let step = self.pipeline.steps.get(self.names.step(id)?)?;
        text(self.document, step.absolute(step.span))
    }
}

fn text(document: &Document, span: syntax::Span) -> Option<String> {
    let range = span.start as usize..span.end as usize;
    let slice = document.rope().get_byte_slice(range)?;
    Some(slice.to_string().trim_end().to_owned())
}

/// A step and those that its value follows from, where all of them read as they did before.
fn unchanged(
    snapshot: &Snapshot,
    before: &Texts<'_>,
    id: &str,
) -> Option<Vec<(String, Arc<Step>)>> {
    let Snapshot { pipeline, names, plan, document, .. } = snapshot;
    let index = names.step(id)?;
    let mut all = vec![index];
    let ancestors = plan.ancestors(index);
    if ancestors.len() <= FOLLOWED {
        all.extend(ancestors);
    }
    all.into_iter()
        .map(|at| {
            let step = pipeline.steps.get(at)?;
            let id = step.id_text();
            let same = text(document, step.absolute(step.span))? == before.of(id)?;
            same.then(|| (id.to_owned(), Arc::clone(&step.item)))
        })
        .collect()
}
