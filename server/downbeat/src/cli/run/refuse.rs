//! Why a run does not start, drawn.

use std::sync::Arc;

use checks::{Diagnostic, Severity};
use engine::{Refusal, Selection};

use crate::{
    cli::{
        check,
        draw::{Drawing, Pen, Sheet},
        models,
        terminal::{Stream, Terminal},
    },
    workspace::{self, Analysis, Blocking, Source},
};

/// Whether no error of the file touches what is to run; else the drawn errors.
pub(in crate::cli) fn findings(
    terminal: Terminal,
    source: &Source,
    analysis: &Analysis,
    selection: &Selection,
) -> Result<(), String> {
    let blocking = Blocking::new(&analysis.pipeline, &analysis.plan, selection);
    let errors: Vec<Diagnostic> =
        analysis.findings.iter().filter(|found| blocking.is(found)).cloned().collect();
    if errors.is_empty() {
        Ok(())
    } else {
        Err(check::draw(&Pen::new(terminal, Stream::Err), source, &errors))
    }
}

/// Says why the engine refused.
pub(in crate::cli) fn refusals(terminal: Terminal, source: &Source, refusals: &[Refusal]) {
    let pen = Pen::new(terminal, Stream::Err);
    let sheet = Sheet::new(source);
    for refusal in refusals {
        let Some(span) = refusal.span else {
            terminal.error(&format!("{}: {}", refusal.code, refusal.message));
            refusal.help.iter().for_each(|help| terminal.help(help));
            continue;
        };
        let called = refusal.within.as_ref().map(of_called);
        let called = called.as_ref().map(Sheet::new);
        let drawing = Drawing {
            code: refusal.code.to_owned(),
            severity: Severity::Error,
            message: refusal.message.clone(),
            span,
            label: String::new(),
            related: Vec::new(),
            help: refusal.help.clone(),
        };
        terminal.write(Stream::Err, &pen.draw(called.as_ref().unwrap_or(&sheet), &drawing));
    }
    // Whom nobody knows, a file may name that cannot be read.
    if refusals.iter().any(|it| ["no-model", "auto-unresolved"].contains(&it.code)) {
        models::complain_of_files(terminal, &workspace::root(&source.folder()));
    }
    terminal.note("nothing ran");
}

/// A called pipeline as a text to draw in.
fn of_called(source: &engine::Source) -> Source {
    let name = source.file.as_deref().map_or_else(|| "-".to_owned(), workspace::display);
    Source { name: name.into(), path: source.file.clone(), text: Arc::clone(&source.text) }
}
