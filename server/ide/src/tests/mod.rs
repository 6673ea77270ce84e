//! Features on small texts with a cursor.

mod accepting;
mod allow;
mod architecture;
mod called;
mod completion;
mod diff;
mod expression;
mod format;
mod graph;
mod hints;
mod hover;
mod inputs;
mod navigation;
mod references;
mod rename;
mod selection;
mod suite;
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

/// The text after accepting a proposal as an editor without snippets does: further lines are indented as the line at the
/// cursor.
fn accept(text: &str, item: &crate::Item) -> String {
    let insert = match &item.insert {
        crate::Insert::Plain(text) | crate::Insert::Snippet { plain: text, .. } => text,
    };
    let start = text[..item.replace.start as usize].rfind('\n').map_or(0, |at| at + 1);
    let line = &text[start..];
    let indentation = &line[..line.len() - line.trim_start_matches(' ').len()];
    let mut text = text.to_owned();
    text.replace_range(item.replace.range(), &insert.replace('\n', &format!("\n{indentation}")));
    text
}
