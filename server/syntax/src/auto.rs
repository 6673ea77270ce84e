//! AUTO tags: `<AUTO attribute="value">instruction</AUTO>`, found in decoded text. Contract: bodies are the owner's.
use crate::Span;

/// One tag. Spans are relative to the text it was found in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AutoTag {
    /// From `<` to the last `>`.
    pub span: Span,
    pub attributes: Vec<Attribute>,
    /// The instruction between the tags; empty for a bare `<AUTO>`.
    pub body: Span,
    /// Tags inside the body, outermost first.
    pub nested: Vec<AutoTag>,
    pub close: Close,
}
/// How a tag ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Close {
    /// `</AUTO>`
    Tag,
    /// a bare `<AUTO>` that is the whole value
    Bare,
    /// no end: an error at the opening position
    Missing,
}
/// `name="value"`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attribute {
    pub name: String,
    pub name_span: Span,
    pub value: String,
    pub value_span: Span,
}

/// All outermost tags of a decoded text, by position.
pub fn find(_text: &str) -> Vec<AutoTag> {
    todo!()
}
