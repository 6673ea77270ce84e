//! `models.yaml`: what an author says of models, and which servers have them.
//!
//! Reading is pure: the text comes from the caller, and what is wrong in it comes back as [`Mistake`]s with their places. What
//! can be understood counts all the same.

mod describe;
mod read;
mod table;
#[cfg(test)]
mod tests;

use syntax::{Span, Tree};

pub use self::describe::Fact;
use crate::Located;

/// A `models.yaml`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ModelsFile {
    /// What it says of models, in order.
    pub models: Vec<Described>,
    /// A tag, and the model that is preferred where it is asked for.
    pub preferences: Vec<(String, String)>,
    /// What is taken where nothing fits, in order; nothing where the file does not say.
    pub fallbacks: Option<Vec<String>>,
    /// The servers that it names, in order.
    pub servers: Vec<Located<NamedServer>>,
}

/// What a file says of a model.
#[derive(Clone, Debug, PartialEq)]
pub struct Described {
    /// The canonical name of who serves it.
    pub provider: String,
    /// Its name there.
    pub name: String,
    /// In order; the last word counts.
    pub facts: Vec<Fact>,
}

/// A server that a file names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedServer {
    /// As model strings name it.
    pub name: String,
    /// Its address, as it is written.
    pub url: String,
    /// The variable that has its key.
    pub key: Option<String>,
    /// What it speaks, one of [`PROTOCOLS`].
    pub protocol: &'static str,
}

/// What servers may speak; the first is meant where a file does not say it.
pub const PROTOCOLS: [&str; 5] = ["openai", "openai-responses", "anthropic", "google", "ollama"];

/// Most models that a file may describe.
pub const MOST: usize = 5_000;

/// Something in a file that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// What is wrong.
    pub kind: MistakeKind,
    /// Where.
    pub span: Span,
}

/// What is wrong with a place of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MistakeKind {
    /// A key that is none there, and those that are.
    UnknownKey {
        /// As it is written.
        key: String,
        /// What may stand there.
        known: &'static [&'static str],
    },
    /// A value of another kind, or out of its bounds.
    Wrong {
        /// What belongs there, in words.
        wanted: &'static str,
    },
    /// A key that must be there.
    Missing {
        /// It.
        key: &'static str,
        /// What it says.
        about: &'static str,
    },
    /// Something that was said before under the same name.
    Twice {
        /// The name.
        name: String,
        /// Where it was first.
        first: Span,
    },
    /// There are more than [`MOST`].
    TooMany,
    /// An alias that leads nowhere or to too much, or a merge of what is no map.
    Alias,
}

impl ModelsFile {
    /// What the text of a `models.yaml` says, as far as it can be understood.
    #[must_use]
    pub fn of_text(text: &str) -> Self {
        read::read(&Tree::parse(text)).0
    }

    /// Whether a text of that name is such a file: others have files called `models.yaml`, too.
    #[must_use]
    pub fn is_one(tree: &Tree) -> bool {
        let Some(root) = tree.root() else { return false };
        let is_model =
            |it: syntax::Node<'_>| it.get("source").is_some() || it.get("provider").is_some();
        let has_models = || root.get("models").is_some_and(|it| it.value.items().any(is_model));
        let has = |key: &str| root.get(key).is_some();
        !has("steps") && (has("providers") || has("defaults") || has_models())
    }

    /// Reads the tree of a `models.yaml`.
    #[must_use]
    pub fn read(tree: &Tree) -> (Self, Vec<Mistake>) {
        read::read(tree)
    }
}
