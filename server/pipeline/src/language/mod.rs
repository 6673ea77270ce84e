//! The language table: every key with its forms, its words and prose for hover. One file a level.
//!
//! Lowering, checks, completion, hover and the JSON Schema read the same table, so a key that is described here is known
//! everywhere.

mod auto;
mod context;
mod expert;
mod handler;
mod input;
mod item;
mod model;
mod output;
mod personality;
mod queue;
mod requirement;
mod selection;
mod step;
#[cfg(test)]
mod tests;
mod top;

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

pub use auto::{AUTO_ATTRIBUTES, AutoAttribute, auto_attribute};
pub use requirement::MODALITIES;

/// Where a key may stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Level {
    /// The document.
    Top,
    /// A step, or a body step of a loop.
    Step,
    /// The declaration of an input.
    Input,
    /// The map form of an output.
    Output,
    /// `create_parallel_queue`.
    Queue,
    /// An action of an `action_loop` or of a queue; keys of steps are known there too.
    ActionLoopItem,
    /// An error handler.
    Handler,
    /// The definition of a named expert.
    Expert,
    /// The definition of a personality.
    Personality,
    /// The map form of `selection`.
    Selection,
    /// The map form of `requires_model`.
    Requirement,
    /// The map form of `model`.
    Model,
    /// `context`.
    Context,
}

impl Level {
    /// A word for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Top => "top",
            Self::Step => "step",
            Self::Input => "input",
            Self::Output => "output",
            Self::Queue => "queue",
            Self::ActionLoopItem => "action",
            Self::Handler => "handler",
            Self::Expert => "expert",
            Self::Personality => "personality",
            Self::Selection => "selection",
            Self::Requirement => "requirement",
            Self::Model => "model",
            Self::Context => "context",
        }
    }

    /// The level of that [`Level::word`].
    #[must_use]
    pub fn of_word(word: &str) -> Option<Self> {
        LEVELS.into_iter().find(|level| level.word() == word)
    }
}

/// The forms a value may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Any scalar, read as text.
    Text,
    /// Text with a template or an AUTO tag, beside a form that it yields.
    Template,
    /// The id of a step.
    Id,
    /// Ids of steps: a list, or text with commas.
    Ids,
    /// A condition: text, or a YAML boolean.
    Condition,
    /// A whole number.
    Integer {
        /// The least one.
        min: i64,
    },
    /// A number.
    Number,
    /// `true` or `false`.
    Bool,
    /// Seconds, or text with a unit: `30s`, `5m`, `1h`.
    Duration,
    /// A map.
    Map,
    /// A list.
    List,
    /// A list of steps.
    Steps,
    /// Declarations of inputs: a map or a list.
    Inputs,
    /// Declarations of outputs: a map or a list.
    Outputs,
    /// A map of parameters.
    Parameters,
    /// Text, and no number or truth value in its place.
    Prose,
    /// One of these words, whatever its case.
    Word(&'static [&'static str]),
    /// Anything.
    Any,
}

impl Form {
    /// The form in words, for messages: `a list of steps`.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Text | Self::Prose => "text",
            Self::Template => "a template",
            Self::Id => "the id of a step",
            Self::Ids => "a list of step ids",
            Self::Condition => "a condition",
            Self::Integer { .. } => "a whole number",
            Self::Number => "a number",
            Self::Bool => "`true` or `false`",
            Self::Duration => "seconds or a time such as `30s`",
            Self::Map => "a map",
            Self::List => "a list",
            Self::Steps => "a list of steps",
            Self::Inputs => "a map or list of inputs",
            Self::Outputs => "a map or list of outputs",
            Self::Parameters => "a map of parameters",
            Self::Word(_) => "one of a few words",
            Self::Any => "anything",
        }
    }
}

/// One key.
#[derive(Debug, PartialEq)]
pub struct Key {
    /// Canonical spelling.
    pub name: &'static str,
    /// Where it may stand.
    pub level: Level,
    /// Accepted forms, the usual one first.
    pub forms: &'static [Form],
    /// Other accepted spellings.
    pub aliases: &'static [&'static str],
    /// Markdown for hover: what it does, when, and an example.
    pub doc: &'static str,
    /// The value when absent, for hover.
    pub default: Option<&'static str>,
    /// Templates are rendered in it.
    pub rendered: bool,
    /// Accepted and kept, without effect.
    pub ignored: bool,
    /// The least and the greatest number that are accepted, where the forms do not say so.
    pub range: Option<(f64, f64)>,
}

impl Key {
    const fn new(
        level: Level,
        name: &'static str,
        forms: &'static [Form],
        doc: &'static str,
    ) -> Self {
        Self {
            name,
            level,
            forms,
            aliases: &[],
            doc,
            default: None,
            rendered: false,
            ignored: false,
            range: None,
        }
    }

    const fn alias(mut self, aliases: &'static [&'static str]) -> Self {
        self.aliases = aliases;
        self
    }

    const fn default(mut self, value: &'static str) -> Self {
        self.default = Some(value);
        self
    }

    const fn rendered(mut self) -> Self {
        self.rendered = true;
        self
    }

    const fn ignored(mut self) -> Self {
        self.ignored = true;
        self
    }

    const fn within(mut self, least: f64, most: f64) -> Self {
        self.range = Some((least, most));
        self
    }

    /// The spelling of the table that equals `written` (the canonical name where none does).
    #[must_use]
    pub fn spelling(&'static self, written: &str) -> &'static str {
        self.aliases.iter().copied().find(|alias| *alias == written).unwrap_or(self.name)
    }
}

/// All keys of a level, in the order of documentation. For [`Level::ActionLoopItem`] they are its own; those of steps are
/// known there too.
#[must_use]
pub const fn keys(level: Level) -> &'static [Key] {
    match level {
        Level::Top => top::KEYS,
        Level::Step => step::KEYS,
        Level::Input => input::KEYS,
        Level::Output => output::KEYS,
        Level::Queue => queue::KEYS,
        Level::ActionLoopItem => item::KEYS,
        Level::Handler => handler::KEYS,
        Level::Expert => expert::KEYS,
        Level::Personality => personality::KEYS,
        Level::Selection => selection::KEYS,
        Level::Requirement => requirement::KEYS,
        Level::Model => model::KEYS,
        Level::Context => context::KEYS,
    }
}

/// The key of that spelling, canonical or alias.
#[must_use]
pub fn key(level: Level, spelling: &str) -> Option<&'static Key> {
    let own = INDEX.get(level as usize).and_then(|index| index.get(spelling)).copied();
    match level {
        Level::ActionLoopItem => own.or_else(|| key(Level::Step, spelling)),
        _ => own,
    }
}

const LEVELS: [Level; 13] = [
    Level::Top,
    Level::Step,
    Level::Input,
    Level::Output,
    Level::Queue,
    Level::ActionLoopItem,
    Level::Handler,
    Level::Expert,
    Level::Personality,
    Level::Selection,
    Level::Requirement,
    Level::Model,
    Level::Context,
];

/// Keys by spelling, one map a level, in the order of [`LEVELS`].
static INDEX: LazyLock<[FxHashMap<&'static str, &'static Key>; LEVELS.len()]> =
    LazyLock::new(|| {
        LEVELS.map(|level| {
            let spelled = |key: &'static Key| {
                key.aliases.iter().copied().chain([key.name]).map(move |spelling| (spelling, key))
            };
            keys(level).iter().flat_map(spelled).collect()
        })
    });

/// Whether a key that the table does not know is the author's own and stays free of findings: `x-...`.
#[must_use]
pub fn is_free(spelling: &str) -> bool {
    spelling.starts_with("x-")
}
