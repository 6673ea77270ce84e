//! Features on small texts with a cursor.

mod completion;
mod expression;
mod graph;
mod hints;
mod hover;
mod inputs;
mod navigation;
mod references;
mod rename;
mod selection;
mod tokens;

use std::sync::Arc;

use checks::Files;
use pipeline::catalogue::Catalogue;
use syntax::{Document, Span};

use crate::{Access, Analyst, Occurrence, Snapshot};

/// A text with `$0` in it, read: what is known of the text without, and the offset where it was.
fn at_cursor(text: &str) -> (Snapshot, u32) {
    let (before, after) = text.split_once("$0").expect("a `$0`");
    (snapshot(&format!("{before}{after}")), before.len() as u32)
}

fn snapshot(text: &str) -> Snapshot {
    Analyst::default().read(Document::new(text), &Catalogue::declared(), &no_files())
}

fn no_files() -> Arc<dyn Files> {
    Arc::new(checks::NoFiles)
}

/// A text with a cursor and marked words, read: what is known of it, the offset of the cursor, and the marked spans by
/// position. `«name»` marks a declaration, `‹name›` any other place.
fn marked(text: &str) -> (Snapshot, u32, Vec<Occurrence>) {
    let (mut plain, mut cursor, mut marks, mut open) = (String::new(), None, Vec::new(), None);
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '«' | '‹' => open = Some(plain.len() as u32),
            '»' | '›' => {
                let span = Span::new(open.take().expect("an opening mark"), plain.len() as u32);
                let access = if letter == '»' { Access::Write } else { Access::Read };
                marks.push(Occurrence { span, access });
            }
            '$' if letters.next_if_eq(&'0').is_some() => cursor = Some(plain.len() as u32),
            _ => plain.push(letter),
        }
    }
    (snapshot(&plain), cursor.expect("a `$0`"), marks)
}
