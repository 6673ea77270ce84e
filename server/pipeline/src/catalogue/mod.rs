//! Signatures of every tool and action of the language, whether this build can run them or not.
//!
//! A signature is data: checks, completion, hover, the schema and the engine read the same one, so a
//! tool that is declared here is known everywhere, and adding one touches one file and one word.

mod actions;
mod build;
mod documented;
mod lookup;
mod prose;
#[cfg(test)]
mod tests;
mod tools;

use schemars::JsonSchema;
use serde::Serialize;

pub use actions::{
    ANALYZE_TEXT, CAPTURE_RESULT, CONTROL_FLOW, DEBUG, ECHO, EVALUATE_CONDITION, FILE_PROSE,
    GENERATE, GENERATE_STRUCTURED, LOOP_COMPLETE, PROCESS, VALIDATE,
};
pub use documented::DOCUMENTED_ONLY;
pub use lookup::{Catalogue, normalise};
pub use prose::{Family, INSTRUCTIONS, family};
pub use tools::{
    APPROVAL_GATE, AUDIO_PROCESSING, AUTO_DEBUGGER, CHECKPOINT, DATA_PROCESSING,
    FEEDBACK_COLLECTION, FILESYSTEM, HEADLESS_BROWSER, IMAGE_ANALYSIS, IMAGE_GENERATION,
    MCP_MEMORY, MCP_RESOURCE, MCP_SERVER, MULTI_MODEL_ROUTING, PDF_COMPILER, PROMPT_OPTIMIZATION,
    PYTHON_EXECUTOR, RECURSION_CONTROL, REPORT_GENERATOR, SEARCH_BACKENDS, TASK_DELEGATION,
    TERMINAL, USER_PROMPT, VALIDATION, VIDEO_PROCESSING, VISUALIZATION, WEB_SEARCH,
};

/// What kind of value a parameter or field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    /// Anything.
    Any,
    /// Text.
    Text,
    /// A whole number.
    Integer,
    /// Any number.
    Number,
    /// True or false.
    Bool,
    /// A list.
    List,
    /// A map.
    Map,
    /// Text that names a file or folder.
    Path,
    /// Text that names a model.
    Model,
}

impl Type {
    /// In words: "`path` takes text".
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Any => "a value",
            Self::Text => "text",
            Self::Integer => "a whole number",
            Self::Number => "a number",
            Self::Bool => "true or false",
            Self::List => "a list",
            Self::Map => "a map",
            Self::Path => "a path",
            Self::Model => "the name of a model",
        }
    }
}

/// What a call does to the world, and therefore what may be reused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// The result follows from the parameters alone.
    Pure,
    /// Reads files.
    Reads,
    /// Writes, moves or deletes files.
    Writes,
    /// Runs code that the pipeline brings along.
    RunsCode,
    /// Talks to other machines.
    Network,
    /// Asks a model.
    Model,
    /// Waits for a person.
    AsksPerson,
}

/// A parameter.
#[derive(Debug, PartialEq)]
pub struct Parameter {
    /// Canonical spelling.
    pub name: &'static str,
    /// What it holds.
    pub ty: Type,
    /// Whether every call needs it.
    pub required: bool,
    /// The value when absent, as JSON text.
    pub default: Option<&'static str>,
    /// The closed set of words, matched without case; empty: open.
    pub choices: &'static [&'static str],
    /// The least and the greatest number that make sense.
    pub range: Option<(f64, f64)>,
    /// Markdown for hover.
    pub doc: &'static str,
    /// Other accepted spellings.
    pub aliases: &'static [&'static str],
    /// What a call does to the world by the word that stands here; empty: the word decides nothing of that.
    pub effects: &'static [(&'static str, &'static [Effect])],
}

/// A field of a result.
#[derive(Debug, PartialEq)]
pub struct Field {
    /// Its key.
    pub name: &'static str,
    /// What it holds.
    pub ty: Type,
    /// Markdown for hover.
    pub doc: &'static str,
    /// Known fields inside a map, or inside each item of a list; empty: open.
    pub fields: &'static [Self],
}

/// A word of `action:` beside a `tool:`.
#[derive(Debug, PartialEq)]
pub struct Operation {
    /// Its spelling.
    pub name: &'static str,
    /// Markdown for hover.
    pub doc: &'static str,
    /// Parameters that this operation needs beyond the signature's own.
    pub required: &'static [&'static str],
    /// Fields of its result beyond the signature's own.
    pub result: &'static [Field],
    /// What it does to the world.
    pub effects: &'static [Effect],
}

/// How a result reaches templates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Envelope {
    /// `{result, success, error}`: the fields are inside `result`.
    Wrapped,
    /// The fields stand beside `success`.
    Flat,
}

/// A tool or an action.
#[derive(Debug, PartialEq)]
pub struct Signature {
    /// Canonical spelling.
    pub name: &'static str,
    /// Other accepted spellings.
    pub aliases: &'static [&'static str],
    /// Markdown for hover: what it does, what it returns, an example.
    pub doc: &'static str,
    /// Words of `action:`; empty: the tool does one thing and `action:` says nothing.
    pub operations: &'static [Operation],
    /// The operation when none is named.
    pub default_operation: Option<&'static str>,
    /// Parameters in the order of documentation.
    pub parameters: &'static [Parameter],
    /// Fields that every operation's result has.
    pub result: &'static [Field],
    /// Where the fields stand.
    pub envelope: Envelope,
    /// What a call may do, over all operations.
    pub effects: &'static [Effect],
    /// The field that the step alone prints in text.
    pub primary: Option<&'static str>,
}

impl Signature {
    /// The parameter of that spelling (canonical or alias), `_` and `-` being different here.
    pub fn parameter(&self, spelling: &str) -> Option<&'static Parameter> {
        self.parameters
            .iter()
            .find(|parameter| parameter.name == spelling || parameter.aliases.contains(&spelling))
    }

    /// The operation of that spelling; `_`, `-` and case are normalised.
    pub fn operation(&self, spelling: &str) -> Option<&'static Operation> {
        let spelling = normalise(spelling);
        self.operations.iter().find(|operation| normalise(operation.name) == spelling)
    }

    /// What a call of this operation may do; of the whole tool when the operation is not known.
    pub fn effects_of(&self, operation: Option<&str>) -> &'static [Effect] {
        operation
            .or(self.default_operation)
            .and_then(|name| self.operation(name))
            .map_or(self.effects, |operation| operation.effects)
    }

    /// What a call may do whose parameters say these words; as [`Self::effects_of`] where none of them decides it.
    pub fn effects_given<'w>(
        &self,
        operation: Option<&str>,
        word: impl Fn(&str) -> Option<&'w str>,
    ) -> &'static [Effect] {
        let decided = self.parameters.iter().find_map(|parameter| {
            if parameter.effects.is_empty() {
                return None;
            }
            let said = normalise(word(parameter.name)?);
            let mut known = parameter.effects.iter();
            known.find(|(word, _)| normalise(word) == said).map(|(_, effects)| *effects)
        });
        decided.unwrap_or_else(|| self.effects_of(operation))
    }

    /// Names of the parameters that a call of this operation needs.
    pub fn required(&self, operation: Option<&str>) -> Vec<&'static str> {
        let operation = operation.or(self.default_operation).and_then(|name| self.operation(name));
        let own = self.parameters.iter().filter(|it| it.required).map(|it| it.name);
        own.chain(operation.into_iter().flat_map(|it| it.required.iter().copied())).collect()
    }

    /// Fields of the result of this operation; of all operations when it is not known.
    pub fn fields(&self, operation: Option<&str>) -> Vec<&'static Field> {
        let operation = operation.or(self.default_operation);
        let mut fields: Vec<&'static Field> = self.result.iter().collect();
        for known in self.operations {
            if operation.is_some_and(|name| normalise(name) != normalise(known.name)) {
                continue;
            }
            for field in known.result {
                if !fields.iter().any(|it| it.name == field.name) {
                    fields.push(field);
                }
            }
        }
        fields
    }
}
