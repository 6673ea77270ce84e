//! The one way to lay out a pipeline, as edits of white space.
//!
//! Between the tokens of a text there is only white space, and only that is rewritten, with the white space round the lines
//! of a token that goes over several. So comments, quotes, templates and the order of everything stay by construction.
//! What was laid out is read again nevertheless: a part that would mean anything else is left as it is.

mod column;
mod frames;
mod gap;
mod inside;
mod layout;
mod part;
mod proof;

use checks::Edit;
use syntax::{Document, Span};

pub use column::Indent;
use part::Part;

/// How often a layout is tried again without the parts that it would change in meaning.
const TRIES: usize = 4;

/// What to change.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Formatted {
    /// By position; none touches another.
    pub edits: Vec<Edit>,
    /// Parts that stay as they are because something in them cannot be read, absolute, by position.
    pub left: Vec<Span>,
}

/// Lays out a whole document.
#[must_use]
pub fn format(document: &Document, indent: Indent) -> Formatted {
    format_range(document, Span::new(0, document.len()), indent)
}

/// Lays out the top-level entries, and the steps, that `span` touches. All others keep their text and their columns.
#[must_use]
pub fn format_range(document: &Document, span: Span, indent: Indent) -> Formatted {
    let text = document.rope().to_string();
    let tokens = syntax::tokens(&text);
    let mut parts = part::parts(document, span);
    for _ in 0..TRIES {
        let edits = layout::edits(&text, &tokens, &parts, indent);
        let changed = proof::changed(document, &Document::new(&apply(&text, &edits)));
        let mut again = false;
        for part in
            parts.iter_mut().zip(0..).filter_map(|(part, at)| changed.has(at).then_some(part))
        {
            again |= part.is_free();
            part.keep();
        }
        if !again && changed.is_empty() {
            return Formatted { edits, left: left(&parts) };
        }
        if !again {
            break;
        }
    }
    parts.iter_mut().for_each(Part::keep);
    Formatted { edits: Vec::new(), left: left(&parts) }
}

/// The text after edits that are in order and apart.
#[must_use]
pub fn apply(text: &str, edits: &[Edit]) -> String {
    let (mut edited, mut done) = (String::with_capacity(text.len()), 0);
    for edit in edits {
        let range = edit.span.range();
        edited.push_str(text.get(done..range.start).unwrap_or_default());
        edited.push_str(&edit.text);
        done = range.end;
    }
    edited.push_str(text.get(done..).unwrap_or_default());
    edited
}

fn left(parts: &[Part]) -> Vec<Span> {
    parts.iter().filter(|part| part.is_broken()).map(|part| part.span).collect()
}
