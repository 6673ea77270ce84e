use std::sync::Arc;
use std::time::Duration;

use syntax::{Finding, Span};

use crate::insight::{Kept, Own, Told, Wish};
use crate::models::Charged;

use super::{
    Attempts, Body, Cache, Condition, Data, Entry, FailurePolicy, Handler, Located, Parameter,
    Problem, Product, QualityGate, Reference, Routing, StepKind, Text, Variable,
};

/// A step, or a body step of a loop (then it shares the segment, and the base, of the outermost step).
#[derive(Clone, Debug)]
pub struct Step {
    /// Own id, or the slug of `name`; none is invented where there is neither.
    pub id: Option<Located<Arc<str>>>,
    /// The whole item.
    pub span: Span,
    /// Every key in order, as written.
    pub keys: Vec<Entry>,
    /// `name`
    pub name: Option<Located<String>>,
    /// `description`
    pub description: Option<String>,
    /// What it does.
    pub kind: StepKind,
    /// `dependencies` and `depends_on`, union in order.
    pub dependencies: Vec<Located<Arc<str>>>,
    /// `depends_on` with AUTO: resolved at run time.
    pub dynamic_dependencies: Option<Box<Located<Text>>>,
    /// `condition` or `if`
    pub condition: Option<Box<Condition>>,
    /// `parameters` (with `prompt` at step level, and `inputs` where they stand for parameters).
    pub parameters: Vec<Parameter>,
    /// Where it sends the run.
    pub routing: Routing,
    /// What its failure means.
    pub on_failure: FailurePolicy,
    /// How often it may be tried.
    pub attempts: Attempts,
    /// `on_quality` and `min_quality`
    pub quality: Option<QualityGate>,
    /// How long an attempt may take.
    pub timeout: Option<Located<Duration>>,
    /// `cache`
    pub cache: Option<Cache>,
    /// `on_error` and `error_handlers`, in order.
    pub handlers: Vec<Handler>,
    /// Variables it produces.
    pub vars: Vec<Located<Variable>>,
    /// Files it leaves.
    pub products: Vec<Product>,
    /// `expert`
    pub expert: Option<Located<String>>,
    /// `personality`
    pub personality: Option<Located<String>>,
    /// `model` of the step, else `parameters.model`.
    pub model: Option<Box<Located<Data>>>,
    /// `location`
    pub location: Option<Box<Located<Text>>>,
    /// Every reference of this step in order of keys; body steps carry their own.
    pub references: Vec<Reference>,
    /// Body steps of a loop; empty for others.
    pub body: Body,
    /// What could not be accepted.
    pub problems: Vec<Problem>,
    /// Syntax findings of the segment (outermost step only).
    pub syntax: Vec<Finding>,
    /// It stands in a list that is no YAML as a whole, which the entry around says.
    pub in_damage: bool,
    /// Hash of what others may know of this step: id, kind, tool, operation, names of its keys and parameters, whether it is understood,
    /// condition, declared fields, body ids.
    pub shape: u64,
    /// What it says of itself, once somebody asks; it goes with the text that it follows from.
    pub(crate) own: Kept<Own>,
    /// Which model it asks, once somebody asks that.
    pub(crate) wish: Wish,
    /// What the models of it and its body cost, once somebody asks that (outermost step only).
    pub(crate) charged: Charged,
    /// What it and its body put on the sheet, once somebody asks for that (outermost step only).
    pub(crate) told: Told,
}

impl Step {
    /// The id, or an empty text.
    #[must_use]
    pub fn id_text(&self) -> &str {
        self.id.as_ref().map_or("", |id| &id.value)
    }

    /// The first key of that canonical name.
    #[must_use]
    pub fn key(&self, canonical: &str) -> Option<&Entry> {
        self.keys.iter().find(|entry| entry.known.is_some_and(|key| key.name == canonical))
    }

    /// The parameter of that name.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<&Parameter> {
        self.parameters.iter().find(|parameter| parameter.name.value == name)
    }

    /// The step and all body steps inside, outermost first.
    #[must_use]
    pub fn walk(&self) -> Vec<&Self> {
        let mut all = Vec::with_capacity(1 + self.body.len());
        self.walk_into(&mut all);
        all
    }

    /// Whether it was not understood as a whole: then nobody knows what it answers.
    #[must_use]
    pub fn is_unclear(&self) -> bool {
        !self.problems.is_empty() || self.keys.iter().any(|entry| entry.known.is_none())
    }

    fn walk_into<'s>(&'s self, all: &mut Vec<&'s Self>) {
        all.push(self);
        for step in &self.body {
            step.walk_into(all);
        }
    }
}
