//! `downbeat pin` and `unpin`: the values that models chose for AUTO tags take the place of the tags, and go again. The tag
//! stays beside its value as a comment, so nothing of the question is lost.

mod edits;
mod places;

use std::path::Path;

use engine::Document;

use super::{
    args::{Pin, Unpin},
    check::counted_noun,
    exit::Exit,
    past,
    terminal::Terminal,
};
use crate::workspace::{self, Source};
use edits::{Edit, apply};

pub(super) fn pin(terminal: Terminal, call: &Pin) -> Exit {
    let source = match Source::read(&call.file) {
        Ok(source) => source,
        Err(error) => return wrong(terminal, &error.to_string()),
    };
    let document = match document(terminal, call) {
        Ok(document) => document,
        Err(exit) => return exit,
    };
    let (edits, left) = edits::pins(&source.text, &document);
    for reason in &left {
        terminal.note(reason);
    }
    let what = format!("of `{}` with the run `{}`", source.name, document.run);
    rewrite(terminal, &source, &edits, "pinned", &what)
}

pub(super) fn unpin(terminal: Terminal, call: &Unpin) -> Exit {
    let source = match Source::read(&call.file) {
        Ok(source) => source,
        Err(error) => return wrong(terminal, &error.to_string()),
    };
    let edits = edits::unpins(&source.text);
    rewrite(terminal, &source, &edits, "unpinned", &format!("of `{}`", source.name))
}

fn rewrite(terminal: Terminal, source: &Source, edits: &[Edit], verb: &str, what: &str) -> Exit {
    if edits.is_empty() {
        terminal.note(&format!("{verb} nothing {what}"));
        return Exit::Success;
    }
    match workspace::rewrite(source, &apply(&source.text, edits)) {
        Ok(()) => {
            let count = counted_noun(edits.len(), "AUTO tag");
            terminal.note(&format!("{verb} {count} {what}"));
            Exit::Success
        }
        Err(error) => {
            terminal.error(&error.to_string());
            Exit::Failure
        }
    }
}

/// The run whose answers are taken.
fn document(terminal: Terminal, call: &Pin) -> Result<Document, Exit> {
    let root = past::root_of(&call.file);
    let archive = past::archive(terminal, &root)?;
    let run = match &call.run {
        Some(name) => past::find_of(terminal, &archive, name, &root, Some(&call.file))?,
        None => newest(terminal, &root, &call.file)?,
    };
    match archive.document(&run) {
        Ok(Some(document)) => Ok(document),
        Ok(None) => Err(wrong(terminal, &format!("there is no run `{run}`"))),
        Err(error) => {
            terminal.error(&error.to_string());
            Err(Exit::Failure)
        }
    }
}

fn newest(terminal: Terminal, root: &Path, file: &Path) -> Result<String, Exit> {
    past::newest(terminal, root, file)?.ok_or_else(|| {
        let name = workspace::display(file);
        wrong(terminal, &format!("`{name}` has not run yet, so there is nothing to pin"))
    })
}

fn wrong(terminal: Terminal, message: &str) -> Exit {
    terminal.error(message);
    Exit::Wrong
}
