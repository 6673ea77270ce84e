use syntax::Span;

use crate::place::Place;
use crate::topic::Topic;

/// A proposal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// What is shown, and filtered by.
    pub label: String,
    /// What it is.
    pub kind: ItemKind,
    /// What belongs directly behind the label: the parameters of a function.
    pub parameters: String,
    /// A few words at the far side.
    pub detail: String,
    /// More about it.
    pub doc: Doc,
    /// What is typed.
    pub insert: Insert,
    /// What it replaces, absolute: the whole word at the cursor.
    pub replace: Span,
}

/// More about a proposal.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Doc {
    /// Nothing.
    #[default]
    None,
    /// Markdown.
    Text(String),
    /// To be had by name: see [`documentation`](crate::documentation).
    Topic(Topic),
}

/// What a proposal types.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Insert {
    /// This text.
    Plain(String),
    /// A snippet in the editor's syntax, and the text for editors without snippets. Further lines are indented relative to
    /// the indentation of the line at the cursor.
    Snippet {
        /// With tab stops.
        snippet: String,
        /// Without.
        plain: String,
    },
}

/// Kinds of proposals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ItemKind {
    /// A key of the language or of a tool.
    Key,
    /// A tool or action.
    Tool,
    /// An operation of a tool.
    Operation,
    /// One of a closed set of words.
    Word,
    /// A step.
    Step,
    /// A name in scope of an expression.
    Name,
    /// A field behind a name.
    Field,
    /// A filter, test or function.
    Function,
    /// A method of a value.
    Method,
    /// A word of the grammar: `and`, `if`, `endfor`.
    Keyword,
    /// An expert of the document.
    Expert,
    /// A personality.
    Personality,
    /// A model.
    Model,
    /// A file.
    File,
    /// A piece of text with gaps.
    Piece,
}

impl Item {
    /// A proposal that types its label at `replace`.
    pub(super) fn new(label: impl Into<String>, kind: ItemKind, replace: Span) -> Self {
        let label = label.into();
        let insert = Insert::Plain(label.clone());
        Self {
            label,
            kind,
            parameters: String::new(),
            detail: String::new(),
            doc: Doc::None,
            insert,
            replace,
        }
    }

    /// A proposal for the scalar at a place, quoted where it must be.
    pub(super) fn scalar(place: &Place, label: &str, kind: ItemKind) -> Self {
        let text = match place.word.quote {
            Some('\'') => label.replace('\'', "''"),
            Some(_) => escaped(label),
            None if is_plain(label) => label.to_owned(),
            None => format!("\"{}\"", escaped(label)),
        };
        Self::new(label, kind, place.word.span).typing(place, Insert::Plain(text))
    }

    /// The same, typing something else at a place.
    pub(super) fn typing(self, place: &Place, insert: Insert) -> Self {
        let lead = place.lead;
        let insert = match insert {
            Insert::Plain(text) => Insert::Plain(format!("{lead}{text}")),
            Insert::Snippet { snippet, plain } => Insert::Snippet {
                snippet: format!("{lead}{snippet}"),
                plain: format!("{lead}{plain}"),
            },
        };
        Self { insert, ..self }
    }

    pub(super) fn detail(self, detail: impl Into<String>) -> Self {
        Self { detail: detail.into(), ..self }
    }

    pub(super) fn text(self, doc: impl Into<String>) -> Self {
        let doc = doc.into();
        Self { doc: if doc.is_empty() { Doc::None } else { Doc::Text(doc) }, ..self }
    }

    pub(super) fn topic(self, topic: Topic) -> Self {
        Self { doc: Doc::Topic(topic), ..self }
    }
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"")
}

/// Whether a text may stand unquoted, in brackets too, and means itself there.
fn is_plain(text: &str) -> bool {
    let safe = |it: char| {
        it.is_alphanumeric() || matches!(it, '_' | '-' | '.' | '/' | ':' | '+' | '*' | '(' | ')')
    };
    let starts =
        text.chars().next().is_some_and(|it| it.is_alphanumeric() || matches!(it, '_' | '.' | '/'));
    let is_word = !matches!(text.to_lowercase().as_str(), "null" | "true" | "false" | "~");
    starts && is_word && !text.ends_with(':') && text.chars().all(safe)
}
