//! The tree of one segment (or of one whole text). Contract: bodies are the owner's to write.
use std::borrow::Cow;

use crate::Span;

/// Index of a node in its [`Tree`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct NodeId(pub u32);

/// What a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NodeKind {
    Mapping,
    Sequence,
    Scalar,
    Alias,
    /// a value that is not there (`key:` and nothing)
    Null,
}

/// How a scalar was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScalarStyle {
    Plain,
    SingleQuoted,
    DoubleQuoted,
    Literal,
    Folded,
    /// an unquoted `<AUTO ...>...</AUTO>`: one token
    Auto,
}

/// YAML 1.2 core type of a plain scalar; quoted and block scalars are always `Str`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ScalarType {
    Null,
    Bool(bool),
    Int(i128),
    Float(f64),
    Str,
}

/// A syntax error or warning at a place. Spans are relative to the tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    pub kind: FindingKind,
    pub span: Span,
}

/// What is wrong. Words for people are the business of `checks`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FindingKind {
    UnclosedQuote,
    UnclosedFlow,
    UnclosedAuto,
    TabIndentation,
    BadIndentation,
    MissingColon,
    UnexpectedToken,
    UnexpectedText,
    DuplicateKey,
    BadEscape,
    BadBlockHeader,
    BadDirective,
    ReservedIndicator,
    UndefinedAlias,
    BadAnchor,
    MultipleDocuments,
    MissingComma,
    NestedMappingOnOneLine,
    TooDeep,
    InvalidCharacter,
    /// strict YAML 1.2 refuses it, PyYAML takes it: a warning
    NotStrict,
}

/// An immutable parsed text with its own copy of that text. Spans are relative to its start.
#[derive(Debug)]
pub struct Tree {
    _private: (),
}

impl Tree {
    /// Parses a whole text (one document's worth; further documents are reported and ignored).
    pub fn parse(_text: &str) -> Self {
        todo!()
    }
    /// The text that was parsed.
    pub fn text(&self) -> &str {
        todo!()
    }
    /// The outermost node, unless the text holds none.
    pub fn root(&self) -> Option<Node<'_>> {
        todo!()
    }
    /// The node of that id.
    pub fn node(&self, _id: NodeId) -> Node<'_> {
        todo!()
    }
    /// Everything that was wrong, by position.
    pub fn findings(&self) -> &[Finding] {
        todo!()
    }
    /// The innermost node whose span touches `offset`.
    pub fn node_at(&self, _offset: u32) -> Option<Node<'_>> {
        todo!()
    }
    /// Comments, by position (`#` included).
    pub fn comments(&self) -> impl Iterator<Item = Span> + '_ {
        std::iter::empty()
    }
    /// The node that carries anchor `name`.
    pub fn anchor(&self, _name: &str) -> Option<Node<'_>> {
        todo!()
    }
}

/// A node together with its tree; `Copy`, cheap.
#[derive(Clone, Copy, Debug)]
pub struct Node<'t> {
    pub tree: &'t Tree,
    pub id: NodeId,
}

/// A `key: value` of a mapping.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'t> {
    pub key: Node<'t>,
    /// `Null` where nothing is written
    pub value: Node<'t>,
}

impl<'t> Entry<'t> {
    /// From the start of the key to the end of the value.
    pub fn span(&self) -> Span {
        todo!()
    }
    /// Text of a scalar key; empty for other keys.
    pub fn name(&self) -> Cow<'t, str> {
        todo!()
    }
}

impl<'t> Node<'t> {
    pub fn kind(self) -> NodeKind {
        todo!()
    }
    pub fn span(self) -> Span {
        todo!()
    }
    pub fn parent(self) -> Option<Node<'t>> {
        todo!()
    }
    pub fn anchor(self) -> Option<&'t str> {
        todo!()
    }
    pub fn tag(self) -> Option<&'t str> {
        todo!()
    }
    /// Name of an alias, without `*`.
    pub fn alias(self) -> Option<&'t str> {
        todo!()
    }
    /// Entries of a mapping in order; empty for others.
    pub fn entries(self) -> impl Iterator<Item = Entry<'t>> {
        std::iter::empty()
    }
    /// Items of a sequence in order; empty for others.
    pub fn items(self) -> impl Iterator<Item = Node<'t>> {
        std::iter::empty()
    }
    /// First entry of that key.
    pub fn get(self, _key: &str) -> Option<Entry<'t>> {
        todo!()
    }
    pub fn scalar(self) -> Option<Scalar<'t>> {
        todo!()
    }
    /// Whether it is written in flow style (`[..]`, `{..}`).
    pub fn is_flow(self) -> bool {
        todo!()
    }
}

/// A scalar: how it was written, its decoded text, and the way back from decoded offsets to the source.
#[derive(Clone, Debug)]
pub struct Scalar<'t> {
    _p: std::marker::PhantomData<&'t ()>,
}

impl<'t> Scalar<'t> {
    pub fn style(&self) -> ScalarStyle {
        todo!()
    }
    /// Source span, quotes and block header included.
    pub fn span(&self) -> Span {
        todo!()
    }
    /// Source span of the content: inside the quotes, below the block header.
    pub fn content_span(&self) -> Span {
        todo!()
    }
    /// Decoded text: escapes, folding, indentation done. Borrowed where nothing had to be decoded.
    pub fn value(&self) -> Cow<'t, str> {
        todo!()
    }
    pub fn ty(&self) -> ScalarType {
        todo!()
    }
    /// Source offset (relative to the tree) of a decoded offset.
    pub fn to_source(&self, _decoded: u32) -> u32 {
        todo!()
    }
    /// Source span of a decoded span.
    pub fn span_to_source(&self, _decoded: Span) -> Span {
        todo!()
    }
    /// Decoded offset of a source offset (nearest, for completion).
    pub fn to_decoded(&self, _source: u32) -> u32 {
        todo!()
    }
    /// An owned map decoded -> source, for things that outlive the tree borrow. Empty map = constant shift.
    pub fn source_map(&self) -> SourceMap {
        todo!()
    }
}

/// Piecewise-constant shifts from decoded to source offsets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SourceMap {
    /// (decoded offset, source offset) at the start of each run, ascending; both relative, runs are 1:1
    pub runs: Box<[(u32, u32)]>,
}
impl SourceMap {
    pub fn to_source(&self, _decoded: u32) -> u32 {
        todo!()
    }
    pub fn span_to_source(&self, _decoded: Span) -> Span {
        todo!()
    }
    pub fn to_decoded(&self, _source: u32) -> u32 {
        todo!()
    }
}
