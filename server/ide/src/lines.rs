//! The text of a document by lines, as far as a feature needs it.

use std::borrow::Cow;

use syntax::{Document, Span};

/// A line and where it starts.
pub(crate) struct Line<'d> {
    pub(crate) start: u32,
    /// Without its line break.
    pub(crate) text: Cow<'d, str>,
}

/// How many lines there are; at least one.
pub(crate) fn count(document: &Document) -> u32 {
    document.rope().len_lines() as u32
}

/// The number of the line that `offset` is on.
pub(crate) fn number_at(document: &Document, offset: u32) -> u32 {
    let offset = offset.min(document.len());
    document.rope().byte_to_line(offset as usize) as u32
}

/// A line by its number.
pub(crate) fn line(document: &Document, number: u32) -> Option<Line<'_>> {
    let rope = document.rope();
    let slice = rope.get_line(number as usize)?;
    let start = rope.line_to_byte(number as usize) as u32;
    let text = match Cow::from(slice) {
        Cow::Borrowed(text) => Cow::Borrowed(text.trim_end_matches(['\r', '\n'])),
        Cow::Owned(text) => Cow::Owned(text.trim_end_matches(['\r', '\n']).to_owned()),
    };
    Some(Line { start, text })
}

/// The text of a span, cut to whole characters inside it.
pub(crate) fn slice(document: &Document, span: Span) -> String {
    let rope = document.rope();
    let end = (span.end as usize).min(rope.len_bytes());
    let start = (span.start as usize).min(end);
    let (start, end) = (rope.byte_to_char(start), rope.byte_to_char(end));
    rope.get_slice(start..end).map_or_else(String::new, |slice| slice.to_string())
}
