/// What a token is. Block indicators carry their column; flow tokens need none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
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
    /// `&name`
    Anchor,
    /// `!name`
    Tag,
    /// `*name`
    Alias,
    /// Text without quotes, with the lines that continue it.
    Plain,
    /// `'...'`
    Single,
    /// `"..."`
    Double,
    /// `|`, header and content. `aux` is the indentation of the content.
    Literal,
    /// `>`, header and content. `aux` is the indentation of the content.
    Folded,
    /// Plain text that starts with an AUTO tag.
    Auto,
    /// `{`
    MapOpen,
    /// `[`
    SeqOpen,
    /// `}` or `]`
    FlowClose,
    /// `,`
    Comma,
    /// `:` in a flow collection.
    FlowColon,
    /// `?` in a flow collection.
    FlowQuestion,
    /// `#` and the rest of its line.
    Comment,
    /// `---`
    DocumentStart,
    /// `...`
    DocumentEnd,
    /// `%` and the rest of its line.
    Directive,
}

/// A piece of a logical line; offsets are those of the lexed text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: Kind,
    /// First byte.
    pub start: u32,
    /// One past the last byte; `start` for [`Kind::Start`] and [`Kind::Key`], which only mark a place.
    pub end: u32,
    /// The column of a block indicator, or what [`Kind`] says.
    pub aux: u32,
}
