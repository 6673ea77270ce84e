//! Words to declare signatures with: short, and evaluated by the compiler.

use super::{Effect, Field, Parameter, Type};

/// The result follows from the parameters alone.
pub(super) const PURE: &[Effect] = &[Effect::Pure];
/// Looks at files.
pub(super) const READS: &[Effect] = &[Effect::Reads];
/// Changes files.
pub(super) const WRITES: &[Effect] = &[Effect::Writes];
/// Looks at some files and changes others.
pub(super) const READS_AND_WRITES: &[Effect] = &[Effect::Reads, Effect::Writes];
/// Runs code of the pipeline, which may do anything.
pub(super) const RUNS_CODE: &[Effect] = &[Effect::RunsCode];
/// Talks to other machines.
pub(super) const NETWORK: &[Effect] = &[Effect::Network];
/// Asks a model.
pub(super) const MODEL: &[Effect] = &[Effect::Model];
/// Waits for a person.
pub(super) const ASKS_PERSON: &[Effect] = &[Effect::AsksPerson];
/// Waits for a person, and may change files.
pub(super) const ASKS_PERSON_AND_WRITES: &[Effect] = &[Effect::AsksPerson, Effect::Writes];

/// An optional parameter without default.
pub(super) const fn parameter(name: &'static str, ty: Type, doc: &'static str) -> Parameter {
    Parameter {
        name,
        ty,
        required: false,
        default: None,
        choices: &[],
        range: None,
        doc,
        aliases: &[],
        effects: &[],
    }
}

impl Parameter {
    pub(super) const fn required(self) -> Self {
        Self { required: true, ..self }
    }
    /// `json`: the default as JSON text.
    pub(super) const fn or(self, json: &'static str) -> Self {
        Self { default: Some(json), ..self }
    }
    pub(super) const fn one_of(self, words: &'static [&'static str]) -> Self {
        Self { choices: words, ..self }
    }
    pub(super) const fn within(self, least: f64, most: f64) -> Self {
        Self { range: Some((least, most)), ..self }
    }
    pub(super) const fn at_least(self, least: f64) -> Self {
        self.within(least, f64::INFINITY)
    }
    pub(super) const fn doing(self, effects: &'static [(&'static str, &'static [Effect])]) -> Self {
        Self { effects, ..self }
    }
    pub(super) const fn also(self, spellings: &'static [&'static str]) -> Self {
        Self { aliases: spellings, ..self }
    }
}

/// A field whose inside is not known.
pub(super) const fn field(name: &'static str, ty: Type, doc: &'static str) -> Field {
    Field { name, ty, doc, fields: &[] }
}

impl Field {
    pub(super) const fn of(self, fields: &'static [Self]) -> Self {
        Self { fields, ..self }
    }
}
