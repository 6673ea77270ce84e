//! Semantic tokens: what each word of a document is, as far as the language says more than YAML does.
//!
//! The tokens of a segment depend on the segment and on what its names mean, so they are remembered per segment, relative
//! to its start: an edit costs the segments that it touches. Text that no rule gives a meaning has no token, and a name
//! that means nothing has none either; the editor's grammar colours both as it likes.

mod layout;
mod memo;
mod names;
mod pieces;
mod segment;
mod template;
mod words;

pub use memo::TokenMemo;

use std::borrow::Cow;

use syntax::{Segment, Span};

use crate::Snapshot;
use names::Items;

/// A word with a meaning. It lies on one line, and tokens neither overlap nor touch each other's bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    /// Relative to the segment.
    pub span: Span,
    /// What it is.
    pub kind: TokenKind,
    /// What else is known of it.
    pub modifiers: Modifiers,
}

/// Kinds of tokens, named as the protocol's own types; [`TokenKind::ALL`] is their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TokenKind {
    /// The word before a name that says what it is one of: `steps`, `inputs`.
    Namespace,
    /// The type of an input.
    Type,
    /// A tool.
    Class,
    /// A word of a closed set, an expert, a personality.
    EnumMember,
    /// An input; the name of an argument.
    Parameter,
    /// A step, a variable, a loop's binding, a name that exists without being declared.
    Variable,
    /// A field, or a key that the author or a tool names.
    Property,
    /// An action or operation, a filter, a test, a function.
    Function,
    /// What is called on a value.
    Method,
    /// The tags of AUTO, a macro.
    Macro,
    /// A key of the language, a word of a statement, `true`, `none`.
    Keyword,
    /// A comment of YAML or of a template.
    Comment,
    /// A quoted text in a template, a path, the instruction in an AUTO tag.
    String,
    /// A number.
    Number,
    /// An operator, also one that is a word.
    Operator,
}

impl TokenKind {
    /// All kinds; the number of a kind is its place here.
    pub const ALL: [Self; 15] = [
        Self::Namespace,
        Self::Type,
        Self::Class,
        Self::EnumMember,
        Self::Parameter,
        Self::Variable,
        Self::Property,
        Self::Function,
        Self::Method,
        Self::Macro,
        Self::Keyword,
        Self::Comment,
        Self::String,
        Self::Number,
        Self::Operator,
    ];
}

/// A set of [`Modifier`]s.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Modifiers(u8);

/// What may be said of a token beside its kind; [`Modifier::ALL`] is their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Modifier {
    /// Here the name begins to exist.
    Declaration,
    /// Set by the loop or the document, never by a step.
    Readonly,
    /// Another spelling is the canonical one.
    Deprecated,
    /// Part of the language, not of the document.
    DefaultLibrary,
}

impl Modifier {
    /// All modifiers; the bit of a modifier is its place here.
    pub const ALL: [Self; 4] =
        [Self::Declaration, Self::Readonly, Self::Deprecated, Self::DefaultLibrary];
}

impl Modifiers {
    /// None.
    pub const NONE: Self = Self(0);

    /// The bits, in the order of [`Modifier::ALL`].
    #[must_use]
    pub const fn bits(self) -> u8 {
        self.0
    }

    /// Whether it is among them.
    #[must_use]
    pub const fn has(self, modifier: Modifier) -> bool {
        self.0 & 1 << modifier as u8 != 0
    }
}

impl From<Modifier> for Modifiers {
    fn from(modifier: Modifier) -> Self {
        Self(1 << modifier as u8)
    }
}

/// What a word is, without its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Class {
    kind: TokenKind,
    modifiers: Modifiers,
}

impl Class {
    const fn plain(kind: TokenKind) -> Self {
        Self { kind, modifiers: Modifiers::NONE }
    }

    const fn with(kind: TokenKind, modifier: Modifier) -> Self {
        Self { kind, modifiers: Modifiers(1 << modifier as u8) }
    }
}

/// The tokens of one segment.
#[derive(Clone, Debug)]
pub struct Tokens<'s> {
    /// Offset of the segment.
    pub base: u32,
    /// Line of its start, from 0.
    pub line: u32,
    /// The segment.
    pub segment: &'s Segment,
    /// By position.
    pub tokens: Cow<'s, [Token]>,
}

/// The tokens of the segments that `span` touches.
#[must_use]
pub fn tokens_in(snapshot: &Snapshot, span: Span) -> Vec<Tokens<'_>> {
    let items = Items::new(&snapshot.pipeline);
    let touched = pieces::pieces(snapshot)
        .into_iter()
        .filter(|piece| piece.base <= span.end && span.start <= piece.base + piece.segment.len());
    touched
        .map(|piece| {
            let names = items.at(piece.base).names(snapshot);
            let tokens = segment::tokens(piece.segment, &names, piece.layout).into();
            Tokens { base: piece.base, line: piece.line, segment: piece.segment, tokens }
        })
        .collect()
}
