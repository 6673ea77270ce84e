use syntax::Span;

use super::Located;
use crate::language::Level;

/// What lowering could not accept. Words and codes for people are the business of `checks`; this carries the facts.
#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    /// What is wrong.
    pub kind: ProblemKind,
    /// Where, relative to the segment (absolute in [`Pipeline::problems`](super::Pipeline::problems)).
    pub span: Span,
}

/// Kinds of problems.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum ProblemKind {
    /// A key's value has the wrong form.
    WrongType {
        /// The key, as written.
        key: String,
        /// The accepted form, in words (`a list of step ids`).
        expected: String,
        /// What stands there, in words (`a map`).
        found: &'static str,
    },
    /// A word outside a closed set.
    UnknownWord {
        /// The key, as written.
        key: String,
        /// The word.
        word: String,
        /// The words of the set.
        allowed: Vec<&'static str>,
    },
    /// A word of a closed set in other letters than it usually has.
    OtherCase {
        /// As it usually is.
        usual: &'static str,
    },
    /// A required key is missing.
    MissingKey {
        /// Canonical name of the key.
        key: &'static str,
    },
    /// No kind of step: no action, tool, loop, queue or prompt.
    NoKind,
    /// More than one kind of step.
    SeveralKinds {
        /// The keys that say so, in order.
        keys: Vec<Located<String>>,
    },
    /// An id that is no id.
    BadId {
        /// As written.
        id: String,
    },
    /// A number out of its range.
    OutOfRange {
        /// The key, as written.
        key: String,
        /// What is allowed, in words (`at least 1`).
        allowed: String,
    },
    /// Two spellings of one key stand beside each other.
    BothSpellings {
        /// Canonical name of the key.
        canonical: &'static str,
        /// The other spelling, as written.
        alias: String,
        /// What became of the two.
        merged: Merged,
    },
    /// A YAML alias that resolves to nothing, or to itself, or to more than the budget of nodes.
    BadAlias {
        /// Name of the anchor.
        name: String,
    },
    /// A `<<` whose value is no map and no list of maps.
    BadMerge,
    /// The `pipeline:` wrapper was unwrapped.
    Wrapped,
    /// `action` is no operation of the tool while `parameters.action` is one: the parameter wins.
    OperationFromParameters {
        /// The operation that is used.
        operation: String,
    },
    /// `inputs` of a step is read as its `parameters`.
    InputsAsParameters,
    /// A value that takes effect under another key (`retry_config.max_retries` is `max_retries`).
    MovedKey {
        /// As written, dotted.
        written: &'static str,
        /// The canonical key.
        canonical: &'static str,
    },
    /// A key that the table does not know, inside a declaration, a queue, a handler. (Keys of steps and of the top level
    /// are [`Entry`](super::Entry)s with `known: None` instead.)
    UnknownKey {
        /// As written.
        key: String,
        /// Whose table was looked in.
        level: Level,
    },
    /// A default that is itself a declaration was unwrapped.
    NestedDefault,
}

/// What became of two spellings of one key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Merged {
    /// Both count.
    Union,
    /// The canonical spelling counts, the other is dropped.
    CanonicalWins,
}
