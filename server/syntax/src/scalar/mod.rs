//! Scalars: how one was written, its decoded text, and the way between the two.

mod core_schema;
mod decode;
mod source_map;

pub use source_map::SourceMap;

use std::borrow::Cow;

use crate::Span;
use crate::tree::Tree;
use crate::tree::arena::NodeData;

/// How a scalar was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScalarStyle {
    /// Without quotes.
    Plain,
    /// `'...'`
    SingleQuoted,
    /// `"..."`
    DoubleQuoted,
    /// `|`
    Literal,
    /// `>`
    Folded,
    /// An unquoted `<AUTO ...>...</AUTO>`: one token.
    Auto,
}

/// YAML 1.2 core type of a plain scalar; quoted, block and AUTO scalars are always `Str`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ScalarType {
    /// `null`, `~` or nothing.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A decimal, octal (`0o`) or hexadecimal (`0x`) number.
    Int(i128),
    /// A number with a point or an exponent, `.inf` or `.nan`.
    Float(f64),
    /// Everything else.
    Str,
}

/// A scalar: how it was written, its decoded text, and the way back from decoded offsets to the source.
#[derive(Clone, Debug)]
pub struct Scalar<'t> {
    tree: &'t Tree,
    data: NodeData,
    style: ScalarStyle,
    tag: Option<&'t str>,
}

impl<'t> Scalar<'t> {
    pub(crate) fn new(
        tree: &'t Tree,
        data: NodeData,
        style: ScalarStyle,
        tag: Option<&'t str>,
    ) -> Self {
        Self { tree, data, style, tag }
    }

    /// How it was written.
    #[must_use]
    pub fn style(&self) -> ScalarStyle {
        self.style
    }

    /// Source span, quotes and block header included.
    #[must_use]
    pub fn span(&self) -> Span {
        self.data.span()
    }

    /// Source span of the content: inside the quotes, below the block header.
    #[must_use]
    pub fn content_span(&self) -> Span {
        decode::content_span(self.tree.text(), self.span(), self.style)
    }

    /// Decoded text: escapes, folding, indentation done. Borrowed where nothing had to be decoded.
    #[must_use]
    pub fn value(&self) -> Cow<'t, str> {
        self.decode(&mut ())
    }

    /// Its type by the core schema; a tag `!` or `!!str` makes it text.
    #[must_use]
    pub fn ty(&self) -> ScalarType {
        if self.style != ScalarStyle::Plain || matches!(self.tag, Some("!" | "!!str")) {
            return ScalarType::Str;
        }
        core_schema::resolve(&self.value())
    }

    /// Source offset (relative to the tree) of a decoded offset.
    #[must_use]
    pub fn to_source(&self, decoded: u32) -> u32 {
        self.source_map().to_source(decoded)
    }

    /// Source span of a decoded span.
    #[must_use]
    pub fn span_to_source(&self, decoded: Span) -> Span {
        self.source_map().span_to_source(decoded)
    }

    /// Decoded offset of a source offset (nearest, for completion).
    #[must_use]
    pub fn to_decoded(&self, source: u32) -> u32 {
        self.source_map().to_decoded(source)
    }

    /// An owned map from decoded to source, for things that outlive the tree.
    #[must_use]
    pub fn source_map(&self) -> SourceMap {
        let mut runs = Vec::new();
        let value = self.decode(&mut runs);
        source_map::finish(
            runs,
            self.content_span(),
            u32::try_from(value.len()).unwrap_or(u32::MAX),
        )
    }

    fn decode(&self, sink: &mut impl decode::Runs) -> Cow<'t, str> {
        decode::decode(self.tree.text(), self.span(), self.style, self.data.first, sink)
    }
}
