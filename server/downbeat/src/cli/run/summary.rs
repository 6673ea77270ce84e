//! What is said when a run is over.

use std::{collections::HashMap, fmt::Write};

use checks::Severity;
use engine::{Document, RunStatus, StepRecord, StepStatus};
use pipeline::{Step, Steps};
use serde_json::Value as Json;
use syntax::Span;

use crate::{
    cli::{
        draw::{Drawing, Pen, Sheet},
        printable::printable,
        terminal::{Stream, Terminal},
    },
    workspace::Source,
};

/// Draws every step that failed at its place in the file, then the warnings and what stopped the run.
pub(super) fn failures(terminal: Terminal, source: &Source, steps: &Steps, document: &Document) {
    let pen = Pen::new(terminal, Stream::Err);
    let sheet = Sheet::new(source);
    let mut told = Vec::new();
    let mut by_id = HashMap::new();
    for step in steps {
        by_id.entry(step.id_text()).or_insert(step);
    }
    for step in document.steps.values() {
        let declared = by_id.get(step.id.as_str()).copied();
        // What a queue counts as failed fails nothing.
        let counted = |it: &Failed<'_>| it.rounds == 0 || !document.success;
        for failed in failed(step).into_iter().filter(counted) {
            let message = failed.message();
            told.push(message.clone());
            let Some(declared) = declared else {
                terminal.error(&format!("step `{}`: {message}", step.id));
                continue;
            };
            let retries = failed.step.retries;
            let drawing = Drawing {
                code: failed.step.error_type.clone().unwrap_or_else(|| "step-failed".to_owned()),
                severity: Severity::Error,
                message,
                span: declared.absolute(span_of(declared, &cause(failed.step).id)),
                label: "this step failed".to_owned(),
                related: Vec::new(),
                help: (retries > 0).then(|| format!("it was tried {} times", retries + 1)),
            };
            terminal.write(Stream::Err, &pen.draw(&sheet, &drawing));
        }
    }
    for warning in &document.warnings {
        terminal.note(&printable(&format!("warning[{}]: {}", warning.code, warning.message)));
    }
    if let Some(error) =
        document.error.as_ref().filter(|error| !told.iter().any(|it| error.contains(it.as_str())))
    {
        terminal.error(error);
    }
}

/// A step that failed, and in how many rounds.
struct Failed<'d> {
    step: &'d StepRecord,
    rounds: usize,
    /// The pipeline that it is in, where another step calls that.
    pipeline: Option<&'d str>,
}

impl Failed<'_> {
    fn message(&self) -> String {
        let message = self.step.complaint().unwrap_or_default();
        let message = match self.pipeline {
            Some(pipeline) => format!("in `{pipeline}`, the step `{}`: {message}", self.step.id),
            None => message,
        };
        match self.rounds {
            0 => message,
            1 => format!("in one round: {message}"),
            rounds => format!("in {rounds} rounds, first: {message}"),
        }
    }
}

/// A step itself, if it failed; else each step inside it that did, once.
fn failed(step: &StepRecord) -> Vec<Failed<'_>> {
    if step.status == StepStatus::Failed || reported(step) {
        return vec![Failed { step, rounds: 0, pipeline: None }];
    }
    let mut all: Vec<Failed<'_>> = Vec::new();
    let rounds = step.iterations.iter().flatten();
    for inner in rounds.flat_map(|round| round.steps.values()).flat_map(failed) {
        match all.iter_mut().find(|known| known.step.id == inner.step.id) {
            Some(known) => known.rounds += inner.rounds.max(1),
            None => all.push(Failed { rounds: inner.rounds.max(1), ..inner }),
        }
    }
    if let Some(called) = &step.called {
        let inner = called.steps.values().flat_map(failed);
        let pipeline = Some(called.pipeline_id.as_str());
        all.extend(inner.map(|it| Failed { pipeline: it.pipeline.or(pipeline), ..it }));
    }
    all
}

/// The step whose failure was that of the loops around it: the innermost that their errors name; else the step itself.
fn cause(step: &StepRecord) -> &StepRecord {
    let Some(error) = &step.error else { return step };
    let rounds = step.iterations.iter().flatten();
    let is_named = |inner: &&StepRecord| {
        let failed = inner.status == StepStatus::Failed || reported(inner);
        failed && error.contains(&format!("`{}`", inner.id))
    };
    rounds.flat_map(|round| round.steps.values()).find(is_named).map_or(step, cause)
}

/// Where a step or a step inside it is declared.
fn span_of(declared: &Step, id: &str) -> Span {
    let all = declared.walk();
    let step = all.iter().find(|step| step.id_text() == id).copied().unwrap_or(declared);
    step.id.as_ref().map_or(step.span, |id| id.span)
}

fn reported(step: &StepRecord) -> bool {
    step.status == StepStatus::Completed && !step.success
}

/// The outputs, one under the other.
pub(in crate::cli) fn outputs(document: &Document, terminal: Terminal) -> String {
    let paint = terminal.paint(Stream::Out);
    let mut out = String::new();
    for (name, value) in &document.outputs {
        let text = shown(value);
        let text =
            if terminal.interactive(Stream::Out) { printable(&text).into_owned() } else { text };
        let name = paint.bold(&printable(name));
        // Writing to a `String` cannot fail.
        let _ = if text.contains('\n') {
            writeln!(out, "{name}:\n  {}", text.trim_end().replace('\n', "\n  "))
        } else {
            writeln!(out, "{name}: {text}")
        };
    }
    out
}

fn shown(value: &Json) -> String {
    match value {
        Json::String(text) => text.clone(),
        Json::Null => "(nothing)".to_owned(),
        other => other.to_string(),
    }
}

/// `completed in 0.4 s: 5 steps, 1 skipped (run r_1_2)`.
pub(in crate::cli) fn last_line(document: &Document) -> String {
    let of = |status| {
        document.steps.values().filter(|step| step.status == status && !reported(step)).count()
    };
    let failed =
        of(StepStatus::Failed) + document.steps.values().filter(|step| reported(step)).count();
    let word = match document.status {
        RunStatus::Completed if !document.success => "failed",
        status => status.as_str(),
    };
    let mut parts =
        vec![format!("{} of {} steps done", of(StepStatus::Completed), document.steps.len())];
    let pending = if document.success { "not to run" } else { "not reached" };
    for (count, word) in [
        (failed, "failed"),
        (of(StepStatus::Skipped), "skipped"),
        (of(StepStatus::Cancelled), "cancelled"),
        (of(StepStatus::Pending), pending),
    ] {
        if count > 0 {
            parts.push(format!("{count} {word}"));
        }
    }
    if let Some(saved) = &document.usage.saved {
        let calls = if saved.calls == 1 { "call" } else { "calls" };
        parts.push(format!(
            "{} {calls} and {:.1} s saved by earlier runs",
            saved.calls, saved.seconds
        ));
    }
    let took = document.duration.map_or_else(String::new, |seconds| format!(" in {seconds:.1} s"));
    format!("{word}{took}: {} (run `{}`)", parts.join(", "), document.run)
}
