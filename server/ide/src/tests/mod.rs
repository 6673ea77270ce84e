//! Features on small texts with a cursor.

mod completion;
mod expression;
mod hover;
mod inputs;
mod navigation;

use std::sync::Arc;

use checks::Files;
use pipeline::catalogue::Catalogue;
use syntax::Document;

use crate::{Analyst, Snapshot};

/// A text with `$0` in it, read: what is known of the text without, and the offset where it was.
fn at_cursor(text: &str) -> (Snapshot, u32) {
    let (before, after) = text.split_once("$0").expect("a `$0`");
    (snapshot(&format!("{before}{after}")), before.len() as u32)
}

fn snapshot(text: &str) -> Snapshot {
    let files: Arc<dyn Files> = Arc::new(checks::NoFiles);
    Analyst::default().read(Document::new(text), &Catalogue::declared(), &files)
}
