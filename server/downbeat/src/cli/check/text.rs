//! Findings drawn for people, and a summary.

use std::sync::Arc;

use checks::{Diagnostic, Safety, Severity, suite::Suite};

use super::Outcome;
use crate::{
    cli::{
        draw::{Drawing, Pen, Sheet},
        terminal::{Stream, Terminal},
    },
    workspace::Source,
};

/// More findings of one file than this are listed, not drawn.
const MAX_DRAWN: usize = 100;

/// Places beside a finding that are drawn.
const MAX_PLACES: usize = 8;

pub(super) fn print(terminal: Terminal, outcome: &Outcome) {
    let pen = Pen::new(terminal, Stream::Out);
    for file in &outcome.files {
        terminal.write(Stream::Out, &findings(&pen, &file.source, &file.analysis.findings));
        if !file.analysis.pipeline.is_pipeline && !Suite::is_named(&file.source.name) {
            terminal.note(&format!(
                "`{}` does not look like a pipeline: it has no `steps`",
                file.source.name
            ));
        }
    }
    for file in &outcome.configurations {
        terminal.write(Stream::Out, &findings(&pen, &file.source, &file.analysis.findings));
    }
    if !outcome.files.is_empty() {
        terminal.note(&summary(outcome));
    }
}

/// All findings of one text.
pub(in crate::cli) fn findings(pen: &Pen, source: &Source, findings: &[Diagnostic]) -> String {
    if findings.is_empty() {
        return String::new();
    }
    let sheet = Sheet::new(source);
    let drawn = findings.iter().take(MAX_DRAWN).map(|found| pen.draw(&sheet, &drawing(found)));
    let listed = findings.iter().skip(MAX_DRAWN).map(|found| line(&sheet, found));
    drawn.chain(listed).collect()
}

fn line(sheet: &Arc<Sheet>, found: &Diagnostic) -> String {
    format!(
        "{}: {}[{}]: {}\n",
        sheet.place(found.span),
        found.severity.word(),
        found.code,
        found.message
    )
}

fn drawing(found: &Diagnostic) -> Drawing {
    Drawing {
        code: found.code.to_owned(),
        severity: found.severity,
        message: found.message.clone(),
        span: found.span,
        label: String::new(),
        related: found
            .related
            .iter()
            .take(MAX_PLACES)
            .map(|it| (it.span, it.message.to_string()))
            .collect(),
        help: Some(match found.related.len().saturating_sub(MAX_PLACES) {
            0 => help(found),
            more => format!("{}; {} are not drawn", help(found), counted_noun(more, "place")),
        }),
    }
}

/// The best fix, or where to read on.
fn help(found: &Diagnostic) -> String {
    match found.fixes.first() {
        Some(fix) if fix.safety == Safety::Safe => {
            format!("{} (`downbeat check --fix` does it)", fix.title)
        }
        Some(fix) => fix.title.clone(),
        None => format!("`downbeat explain {}` says more", found.code),
    }
}

fn summary(outcome: &Outcome) -> String {
    let of = |severity| outcome.findings().filter(|(_, found)| found.severity == severity).count();
    let counted = [
        (of(Severity::Error), "error"),
        (of(Severity::Warning), "warning"),
        (of(Severity::Information), "note"),
        (of(Severity::Hint), "hint"),
    ];
    let found: Vec<String> = counted
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, noun)| counted_noun(count, noun))
        .collect();
    let files = counted_noun(outcome.files.len(), "pipeline");
    if found.is_empty() {
        format!("{files}: nothing to mend")
    } else {
        format!("{files}: {}", found.join(", "))
    }
}

/// `1 step`, `2 steps`.
pub(in crate::cli) fn counted_noun(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}
