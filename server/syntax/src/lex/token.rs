/// What a token is. Block indicators carry their column; flow tokens need none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Where a node starts that turned out not to be an implicit key.
    Start,
    /// Where an implicit key starts, before its properties.
    Key,
    /// The `:` behind an implicit key.
    Colon,
    /// `- `
    Dash,
    /// `? ` in block context.
    Question,
    /// `: ` that is no implicit key's.
    ExplicitColon,
    Anchor,
    Tag,
    Alias,
    Plain,
    Single,
    Double,
    /// `aux` is the indentation of the content.
    Literal,
    /// `aux` is the indentation of the content.
    Folded,
    Auto,
    MapOpen,
    SeqOpen,
    FlowClose,
    Comma,
    FlowColon,
    FlowQuestion,
    Comment,
    DocumentStart,
    DocumentEnd,
    Directive,
}

/// A piece of a logical line; offsets are those of the lexed text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) kind: Kind,
    pub(crate) start: u32,
    pub(crate) end: u32,
    /// The column of a block indicator, or what [`Kind`] says.
    pub(crate) aux: u32,
}
