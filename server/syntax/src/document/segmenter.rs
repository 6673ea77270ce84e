//! Where segments start. Decided line by line, from the line's first token and what is known from the lines before.

use crate::Role;
use crate::build::Scope;
use crate::lex::{Kind, Line, Token, UNINDENTED};

/// What the root of the document is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Root {
    /// Nothing was seen yet.
    #[default]
    Unknown,
    /// A block mapping whose keys stand in this column.
    Mapping(u32),
    /// Anything else.
    Foreign,
}

/// What the entry that is open can still take.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Open {
    /// Nothing but lines that belong to it.
    #[default]
    Whole,
    /// Its key has no value yet: items make it a sequence.
    Key,
    /// Its value stands on the line of the key.
    Filled,
    /// It is a sequence.
    Items,
}

/// What is known at the start of a segment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct State {
    root: Root,
    open: Open,
    /// Column of the dashes of the last sequence of items.
    dashes: Option<u32>,
    /// Items with dashes before this column end the one that is open.
    content: u32,
    /// Whether the entry began with `? `.
    question: bool,
}

/// How a segment starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Start {
    pub(crate) role: Role,
    pub(crate) scope: Scope,
    /// Whether the segment before is the head of a sequence.
    pub(crate) after_head: bool,
}

impl State {
    /// The state as far as it matters to a line that starts a segment: any dash then starts an item.
    pub(crate) fn at_start(self) -> Self {
        Self { content: u32::MAX, ..self }
    }

    /// Takes the next line; says whether and how it starts a segment. `in_other` says that the open segment is of role
    /// [`Role::Other`].
    pub(crate) fn line(&mut self, line: Line, tokens: &[Token], in_other: bool) -> Option<Start> {
        let first = tokens.iter().find(|token| token.kind != Kind::Comment)?;
        match first.kind {
            Kind::Directive => None,
            Kind::DocumentStart | Kind::DocumentEnd => {
                if let Some(Kind::Start | Kind::Key | Kind::Dash) =
                    tokens.get(1).map(|token| token.kind)
                    && self.root == Root::Unknown
                {
                    self.root = Root::Foreign;
                }
                self.content = u32::MAX;
                self.open = if self.open == Open::Items { Open::Items } else { Open::Whole };
                (!in_other).then_some(other())
            }
            _ if line.indent == UNINDENTED => None,
            Kind::Key | Kind::Question | Kind::ExplicitColon => {
                self.entry(line, first.kind, tokens)
            }
            Kind::Dash => self.dash(line, tokens, in_other),
            _ if self.root == Root::Unknown => {
                self.root = Root::Foreign;
                if opens_mapping(tokens) { Some(braces()) } else { (!in_other).then_some(other()) }
            }
            _ => None,
        }
    }

    fn entry(&mut self, line: Line, kind: Kind, tokens: &[Token]) -> Option<Start> {
        let root = match self.root {
            Root::Unknown => line.indent,
            Root::Mapping(column) => column,
            Root::Foreign => 0,
        };
        if line.indent > root || self.question && kind == Kind::ExplicitColon && line.indent == root
        {
            return None;
        }
        // A first key that stands too far right takes no later one for its own.
        self.root = Root::Mapping(line.indent.min(root));
        self.question = kind == Kind::Question;
        self.open = match kind {
            Kind::Key if has_value(tokens) => Open::Filled,
            Kind::Key => Open::Key,
            _ => Open::Whole,
        };
        Some(Start { role: Role::Entry, scope: Scope::Entry(root), after_head: false })
    }

    fn dash(&mut self, line: Line, tokens: &[Token], in_other: bool) -> Option<Start> {
        let root = match self.root {
            Root::Unknown => {
                self.root = Root::Foreign;
                return (!in_other).then_some(other());
            }
            Root::Foreign => return None,
            Root::Mapping(column) => column,
        };
        let after_head = self.open == Open::Key && line.indent >= root;
        let item = match self.open {
            Open::Key => after_head,
            Open::Items => line.indent < self.content,
            Open::Filled => self.dashes == Some(line.indent),
            Open::Whole => false,
        };
        if !item {
            return None;
        }
        if after_head {
            self.dashes = Some(line.indent);
        }
        self.open = Open::Items;
        let mapping = tokens.get(1).filter(|token| token.kind == Kind::Key).map(|token| token.aux);
        self.content = mapping.unwrap_or(self.dashes.unwrap_or(line.indent) + 1);
        let column = self.dashes.unwrap_or(line.indent);
        Some(Start { role: Role::Item, scope: Scope::Item(column), after_head })
    }

    /// Called with every line that starts no segment: a key's value may be complete now.
    pub(crate) fn continued(&mut self, line: Line, tokens: &[Token]) {
        let entry = tokens.first().is_some_and(|token| {
            matches!(token.kind, Kind::Key | Kind::Dash | Kind::Question | Kind::ExplicitColon)
        });
        if entry && self.open == Open::Key && line.indent != UNINDENTED {
            self.open = Open::Whole;
        }
    }
}

fn other() -> Start {
    Start { role: Role::Other, scope: Scope::Other, after_head: false }
}

/// A root mapping in braces, with all its entries.
fn braces() -> Start {
    Start { role: Role::Entry, scope: Scope::Other, after_head: false }
}

fn opens_mapping(tokens: &[Token]) -> bool {
    let mut node = tokens.iter().map(|token| token.kind).filter(|kind| *kind != Kind::Start);
    node.next() == Some(Kind::MapOpen)
}

/// Whether something other than properties and comments follows the key.
fn has_value(tokens: &[Token]) -> bool {
    let value = tokens.iter().skip_while(|token| token.kind != Kind::Colon).skip(1);
    value.into_iter().any(|token| !matches!(token.kind, Kind::Comment | Kind::Anchor | Kind::Tag))
}
