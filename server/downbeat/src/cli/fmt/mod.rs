//! `downbeat fmt`: one layout for all pipelines.

mod hunks;

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use ide::{Formatted, Indent};
use syntax::Document;

use super::{
    args::Fmt,
    check::counted_noun,
    exit::Exit,
    search::{self, identity, is_named_pipeline},
    terminal::{Stream, Terminal},
};
use crate::workspace::{self, Source, Unreadable};

/// What was done.
#[derive(Debug, Default)]
struct Tally {
    /// Files that were changed, or would be.
    changed: usize,
    in_order: usize,
    unreadable: Vec<Unreadable>,
}

pub(super) fn run(terminal: Terminal, call: &Fmt) -> Exit {
    let mut tally = Tally::default();
    for path in files(&call.paths, &mut tally.unreadable) {
        match Source::read(&path) {
            Ok(source) => lay_out(terminal, call, &source, &mut tally),
            Err(unreadable) => tally.unreadable.push(unreadable),
        }
    }
    for unreadable in &tally.unreadable {
        terminal.error(&unreadable.to_string());
    }
    if tally.changed + tally.in_order > 1 {
        let verb = if call.check || call.diff { "would be changed" } else { "changed" };
        let changed = counted_noun(tally.changed, "file");
        terminal.note(&format!("{changed} {verb}, {} in order", tally.in_order));
    }
    if !tally.unreadable.is_empty() {
        Exit::Wrong
    } else if call.check && tally.changed > 0 {
        Exit::Failure
    } else {
        Exit::Success
    }
}

/// The files that `paths` name, each once.
fn files(paths: &[PathBuf], unreadable: &mut Vec<Unreadable>) -> Vec<PathBuf> {
    let (mut files, mut seen) = (Vec::new(), BTreeSet::new());
    for path in paths {
        let found = if path.is_dir() { in_folder(path, unreadable) } else { vec![path.clone()] };
        files.extend(found.into_iter().filter(|path| seen.insert(identity(path))));
    }
    files
}

fn in_folder(path: &Path, unreadable: &mut Vec<Unreadable>) -> Vec<PathBuf> {
    let mut search = search::yaml_files(path);
    search.files.retain(|path| is_named_pipeline(path));
    if search.files.is_empty() && search.unreadable.is_empty() {
        unreadable.push(search::nothing_in(path));
    }
    unreadable.extend(search.unreadable);
    search.files
}

fn lay_out(terminal: Terminal, call: &Fmt, source: &Source, tally: &mut Tally) {
    let document = Document::new(&source.text);
    let formatted = ide::format(&document, Indent::default());
    let text = ide::apply(&source.text, &formatted.edits);
    if !formatted.left.is_empty() {
        terminal.note(&left(source, &document, &formatted));
    }
    if formatted.edits.is_empty() {
        tally.in_order += 1
    } else {
        tally.changed += 1
    }
    if call.diff {
        let paint = terminal.paint(Stream::Out);
        terminal.write(Stream::Out, &hunks::unified(source, &formatted.edits, paint));
    } else if call.check {
        if !formatted.edits.is_empty() {
            terminal.line(&source.name);
        }
    } else if source.path.is_none() {
        terminal.write(Stream::Out, &text);
    } else if !formatted.edits.is_empty() {
        match workspace::rewrite(source, &text) {
            Ok(()) => terminal.note(&format!("laid out `{}`", source.name)),
            Err(error) => tally.unreadable.push(error),
        }
    }
}

/// What to say of the parts that stay as they are.
fn left(source: &Source, document: &Document, formatted: &Formatted) -> String {
    let line = |offset| document.line_of(offset) + 1;
    let mut ranges: Vec<(u32, u32)> = Vec::new();
    for span in &formatted.left {
        let (first, last) = (line(span.start), line(span.end.saturating_sub(1).max(span.start)));
        match ranges.last_mut() {
            Some(before) if before.1 + 1 >= first => before.1 = last,
            _ => ranges.push((first, last)),
        }
    }
    let range = |(first, last): &(u32, u32)| {
        if first == last { first.to_string() } else { format!("{first}-{last}") }
    };
    let lines: Vec<String> = ranges.iter().map(range).collect();
    let (name, lines) = (&source.name, lines.join(", "));
    let subject = if lines.bytes().all(|it| it.is_ascii_digit()) {
        format!("line {lines} stays as it is")
    } else {
        format!("lines {lines} stay as they are")
    };
    format!(
        "`{name}`: {subject}, because of what cannot be read; `downbeat check {name}` says more"
    )
}
