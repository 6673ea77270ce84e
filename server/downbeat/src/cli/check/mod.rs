//! `downbeat check`: what is wrong with pipelines.

mod find;
mod fix;
mod github;
mod json;
mod judge;
mod junit;
mod sarif;
mod text;

use std::mem::ManuallyDrop;

pub(super) use self::text::{counted_noun, findings as draw};
use checks::Severity;

use super::{
    args::{Check, CheckFormat, Deny},
    exit::Exit,
    terminal::Terminal,
};
use crate::workspace::{self, Analysis, Source, Unreadable};

/// What was found, file by file, in the order asked for.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    pub(super) files: Vec<Checked>,
    /// The `downbeat.toml`s and `models.yaml`s that count for them and have something wrong.
    pub(super) configurations: Vec<Checked>,
    pub(super) unreadable: Vec<Unreadable>,
}

/// A file that was checked.
#[derive(Debug)]
pub(super) struct Checked {
    pub(super) source: Source,
    pub(super) analysis: Analysis,
}

pub(super) fn run(terminal: Terminal, call: &Check) -> Exit {
    let catalogue = workspace::catalogue();
    // The process ends soon: freeing a large analysis piece by piece is left to the system.
    let mut outcome = ManuallyDrop::new(find::all(terminal, &call.paths, &catalogue));
    if call.fix {
        fix::all(terminal, &mut outcome, &catalogue);
    }
    if call.judge {
        judge::all(terminal, &mut outcome, &catalogue);
    }
    for unreadable in &outcome.unreadable {
        terminal.error(&unreadable.to_string());
    }
    match call.format {
        CheckFormat::Text => text::print(terminal, &outcome),
        CheckFormat::Json => json::print(terminal, &outcome),
        CheckFormat::Sarif => sarif::print(terminal, &outcome),
        CheckFormat::Github => github::print(terminal, &outcome),
        CheckFormat::Junit => junit::print(terminal, &outcome),
    }
    exit(&outcome, call.deny)
}

fn exit(outcome: &Outcome, deny: Option<Deny>) -> Exit {
    let worst_allowed = match deny {
        Some(Deny::Warnings) => Severity::Warning,
        None => Severity::Error,
    };
    if outcome.findings().any(|(_, found)| found.severity <= worst_allowed) {
        Exit::Wrong
    } else if outcome.unreadable.is_empty() {
        Exit::Success
    } else {
        Exit::Failure
    }
}

impl Outcome {
    /// All findings with the file they are in.
    pub(super) fn findings(&self) -> impl Iterator<Item = (&Checked, &checks::Diagnostic)> {
        self.all().flat_map(|file| file.analysis.findings.iter().map(move |found| (file, found)))
    }

    /// Everything that was looked at.
    pub(super) fn all(&self) -> impl Iterator<Item = &Checked> {
        self.files.iter().chain(&self.configurations)
    }
}

impl Checked {
    /// The finding as JSON formats show it.
    pub(super) fn finding(&self, found: &checks::Diagnostic) -> crate::shape::Finding {
        crate::shape::Finding::new(&self.source.name, &self.analysis.document, found)
    }
}
