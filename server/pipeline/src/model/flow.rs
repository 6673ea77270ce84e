use std::sync::Arc;

use syntax::{Span, template};

use super::{Data, Located, Problem, Reference, Text};

/// A condition as written. Spans of `parsed` are offsets in `text.value`.
#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    /// The text (a YAML boolean is its word).
    pub text: Text,
    /// The whole scalar.
    pub span: Span,
    /// The key as written, e.g. `if`.
    pub key: &'static str,
    /// The expression; of no use where the text holds AUTO tags.
    pub parsed: Arc<template::Condition>,
}

/// One parameter of a step.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameter {
    /// Its name.
    pub name: Located<String>,
    /// Its value.
    pub value: Located<Data>,
}

/// Where a step sends the run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Routing {
    /// When its own condition is false.
    pub on_false: Option<Located<Arc<str>>>,
    /// When it succeeded.
    pub on_success: Option<Located<Arc<str>>>,
    /// When it failed; a policy word is in [`Step::on_failure`](super::Step::on_failure) instead.
    pub on_failure: Option<Located<Arc<str>>>,
    /// An id, a template, AUTO, or `cond ? a : b`.
    pub goto: Option<Box<Located<Text>>>,
    /// Ids that `goto` can be seen to lead to.
    pub goto_targets: Vec<Located<Arc<str>>>,
    /// The other routes whose target is left to a model; they stand in none of the fields above.
    pub chosen: Vec<ChosenRoute>,
}

/// A route other than `goto` whose target an AUTO tag asks for.
#[derive(Clone, Debug, PartialEq)]
pub struct ChosenRoute {
    /// `on_false`, `on_success` or `on_failure`.
    pub key: &'static str,
    /// What is written there.
    pub to: Located<Text>,
    /// Ids that the tag's `choices` name.
    pub targets: Vec<Located<Arc<str>>>,
}

impl Routing {
    /// Every id that a route can be seen to lead to, by the key of the route.
    pub fn targets(&self) -> impl Iterator<Item = (&'static str, &Located<Arc<str>>)> {
        let named = [
            ("on_false", &self.on_false),
            ("on_success", &self.on_success),
            ("on_failure", &self.on_failure),
        ];
        let named = named.into_iter().filter_map(|(key, to)| Some((key, to.as_ref()?)));
        let chosen = self.chosen.iter().flat_map(|it| it.targets.iter().map(|to| (it.key, to)));
        named.chain(self.goto_targets.iter().map(|to| ("goto", to))).chain(chosen)
    }

    /// Every route whose targets nobody can see, by its key.
    pub fn open(&self) -> impl Iterator<Item = (&'static str, &Located<Text>)> {
        let goto =
            self.goto.iter().filter(|goto| !goto.value.is_static() && self.goto_targets.is_empty());
        let chosen = self.chosen.iter().filter(|it| it.targets.is_empty());
        goto.map(|goto| ("goto", &**goto)).chain(chosen.map(|it| (it.key, &it.to)))
    }

    /// What is left to a model at this key: `on_false`, `on_success` or `on_failure`.
    #[must_use]
    pub fn chosen(&self, key: &str) -> Option<&Located<Text>> {
        self.chosen.iter().find(|it| it.key == key).map(|it| &it.to)
    }
}

/// What a failed step means for the run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum FailurePolicy {
    /// Nothing more is scheduled.
    #[default]
    Fail,
    /// The run goes on.
    Continue,
    /// Everything that depends on it is skipped.
    Skip,
    /// As `Continue`; the attempts are already spent.
    Retry,
    /// The run goes on at `routing.on_failure`.
    Route,
}

/// How often a step may be tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Attempts {
    /// In all, at least 1; default 3.
    pub total: u32,
    /// Whether the author wrote a number: then an own timeout is tried again too.
    pub explicit: bool,
}

impl Default for Attempts {
    fn default() -> Self {
        Self { total: 3, explicit: false }
    }
}

/// What is asked of the quality of a step's value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct QualityGate {
    /// The least score, from 0 to 1.
    pub least: f64,
    /// What a value below it means.
    pub then: PoorQuality,
}

impl QualityGate {
    /// The least score where the author gives none.
    pub const USUAL: f64 = 0.7;
}

/// What a value of too low a quality means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PoorQuality {
    /// The attempt failed in a way that may pass.
    Retry,
    /// The step failed.
    Fail,
}

/// Whether an earlier run's answer to the same call may stand for a new one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Cache {
    /// No.
    Never,
    /// Yes, whatever its age, also where the call reaches the network or runs code.
    Always,
    /// The same for an answer that is no older than this.
    For(std::time::Duration),
}

/// An error handler (LANGUAGE §2.9).
#[derive(Clone, Debug, PartialEq)]
pub struct Handler {
    /// The whole handler.
    pub span: Span,
    /// `handler_task_id`
    pub task: Option<Located<Arc<str>>>,
    /// `handler_action`, or the text form.
    pub action: Option<Located<Text>>,
    /// All keys of the map form, in order.
    pub fields: Vec<(Located<String>, Located<Data>)>,
    /// Names that one of the document's own reads; those of a step's handlers are among the step's.
    pub references: Vec<Reference>,
    /// What could not be accepted.
    pub problems: Vec<Problem>,
}

/// A declared variable of a model step.
#[derive(Clone, Debug, PartialEq)]
pub struct Variable {
    /// Its name.
    pub name: String,
    /// Prose, a type word, or a map like a JSON Schema.
    pub declaration: Data,
}

/// `variable: file`: the variable is written to that file after the step.
#[derive(Clone, Debug, PartialEq)]
pub struct Product {
    /// Name of the variable.
    pub variable: Located<String>,
    /// File name, a template.
    pub file: Located<Text>,
}
