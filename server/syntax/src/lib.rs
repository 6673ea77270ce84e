//! Text to a lossless tree, in byte offsets. Nothing here fails, does I/O, or knows what a pipeline is.
//!
//! [`Document`] is the incremental layer: the text of one file, cut into [`Segment`]s (a top-level entry, or one item of
//! a sequence under a top-level key) that keep their identity while the text around them is edited. A segment owns a
//! [`Tree`]; every span in it is relative to the segment's start, so nothing shifts when text before it grows.
//!
//! [`template`] and [`auto`] parse what stands *inside* scalars, on the decoded text; [`Scalar::to_source`] maps their
//! offsets back into the tree.

pub mod auto;
mod build;
mod document;
mod events;
mod lex;
mod scalar;
mod span;
pub mod template;
mod tokens;
mod tree;

pub use document::{
    AnchorRole, AnchorUse, Change, Document, Position, Role, Segment, SegmentId, TopEntry, TopValue,
};
pub use events::events;
pub use lex::{Kind as TokenKind, Token};
pub use scalar::{Scalar, ScalarStyle, ScalarType, SourceMap};
pub use span::Span;
pub use tokens::tokens;
pub use tree::{Entry, Finding, FindingKind, Node, NodeId, NodeKind, Tree};
