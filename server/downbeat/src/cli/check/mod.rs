//! `downbeat check`: what is wrong with pipelines.

mod find;
mod fix;
mod github;
mod json;
mod judge;
mod junit;
mod sarif;
mod text;

use std::{mem::ManuallyDrop, path::PathBuf};

pub(super) use self::text::{counted_noun, findings as draw};
use checks::Severity;
use pipeline::catalogue::Catalogue;

use super::{
    args::{Check, CheckFormat, Deny},
    exit::Exit,
    terminal::{ColorChoice, Terminal, Verbosity},
};
use crate::workspace::{self, Analysis, Source, Unreadable};

/// What was found, file by file, in the order asked for.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    pub(crate) files: Vec<Checked>,
    /// The `downbeat.toml`s and `models.yaml`s that count for them and have something wrong.
    pub(super) configurations: Vec<Checked>,
    pub(crate) unreadable: Vec<Unreadable>,
}

/// A file that was checked.
#[derive(Debug)]
pub(crate) struct Checked {
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

/// Everything that `paths` name, checked; nothing is said.
pub(crate) fn found(paths: &[PathBuf], catalogue: &Catalogue) -> Outcome {
    find::all(Terminal::new(ColorChoice::Never, Verbosity::Quiet), paths, catalogue)
}

/// A text, checked.
pub(crate) fn found_in(source: Source, catalogue: &Catalogue) -> Outcome {
    Outcome { files: vec![find::check(source, catalogue)], ..Outcome::default() }
}

/// The text of a file with all safe fixes in it. None: there is nothing to mend.
pub(crate) fn mended(file: &Checked, catalogue: &Catalogue) -> Option<String> {
    let (mended, count) = fix::mend(file, catalogue);
    (count > 0).then(|| mended.source.text.to_string())
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
    pub(crate) fn findings(&self) -> impl Iterator<Item = (&Checked, &checks::Diagnostic)> {
        self.all().flat_map(|file| file.analysis.findings.iter().map(move |found| (file, found)))
    }

    /// Everything that was looked at.
    pub(super) fn all(&self) -> impl Iterator<Item = &Checked> {
        self.files.iter().chain(&self.configurations)
    }
}

impl Checked {
    /// The finding as JSON formats show it.
    pub(crate) fn finding(&self, found: &checks::Diagnostic) -> crate::shape::Finding {
        crate::shape::Finding::new(&self.source.name, &self.analysis.document, found)
    }
}
