use crate::Span;

/// A syntax error or warning at a place. Spans are relative to the tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What is wrong.
    pub kind: FindingKind,
    /// Where.
    pub span: Span,
}

/// What is wrong. Words for people are the business of `checks`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FindingKind {
    /// A quoted scalar without its closing quote.
    UnclosedQuote,
    /// A flow collection without its closing bracket.
    UnclosedFlow,
    /// An AUTO tag without `</AUTO>`.
    UnclosedAuto,
    /// A tab where only spaces may indent.
    TabIndentation,
    /// A line whose column fits no open collection.
    BadIndentation,
    /// Text in the place of a key.
    MissingColon,
    /// An indicator that cannot stand there.
    UnexpectedToken,
    /// Text where no value is expected.
    UnexpectedText,
    /// A key that its mapping already has.
    DuplicateKey,
    /// An escape that YAML does not know.
    BadEscape,
    /// Something unreadable behind `|` or `>`.
    BadBlockHeader,
    /// A directive that is malformed or misplaced.
    BadDirective,
    /// A scalar that starts with a character kept for later versions.
    ReservedIndicator,
    /// An alias without its anchor.
    UndefinedAlias,
    /// An anchor without a name, or one too many.
    BadAnchor,
    /// A tag whose handle no directive declares.
    UndefinedTag,
    /// A second document.
    MultipleDocuments,
    /// Two flow entries without a comma between.
    MissingComma,
    /// `a: b: c`
    NestedMappingOnOneLine,
    /// More nesting than is read.
    TooDeep,
    /// A character that YAML forbids.
    InvalidCharacter,
    /// A template tag where it must be quoted.
    UnquotedTemplate,
    /// The root is no mapping.
    RootNotMapping,
    /// Strict YAML 1.2 refuses it, PyYAML takes it: a warning.
    NotStrict,
}
