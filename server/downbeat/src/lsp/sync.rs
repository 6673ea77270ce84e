//! Edits of the client, applied to a document.

use std::panic::{AssertUnwindSafe, catch_unwind};

use syntax::{Document, Span};
use tower_lsp_server::ls_types::TextDocumentContentChangeEvent;

use super::encoding::Encoding;

/// The document after a change. Ranges are clamped to the text.
pub(crate) fn apply(
    document: Document,
    change: &TextDocumentContentChangeEvent,
    encoding: Encoding,
) -> Document {
    let Some(range) = change.range else {
        return Document::new(&change.text);
    };
    let span = encoding.span(&document, range);
    let mut edited = document.clone();
    match catch_unwind(AssertUnwindSafe(|| edited.edit(span, &change.text))) {
        Ok(_) => edited,
        // The text must stay the editor's text whatever becomes of its structure.
        Err(_) => Document::new(&spliced(&document, span, &change.text)),
    }
}

/// The text of `document` with `span` replaced.
fn spliced(document: &Document, span: Span, with: &str) -> String {
    let text = document.rope().to_string();
    let (before, after) = (text.get(..span.start as usize), text.get(span.end as usize..));
    [before.unwrap_or_default(), with, after.unwrap_or_default()].concat()
}
