//! What rules look at: the parts of an item, each with its surroundings.

mod bare;
mod called;
mod constant;
mod fields;
mod gather;
mod included;
mod model;
mod reference;
mod representative;
mod routing;
mod taint;
mod text;

use std::sync::Arc;

use pipeline::{
    Entry, Reference, Step, StepKind,
    catalogue::Signature,
    language::Level,
    names::{self, Meaning},
    types::Types,
};
use syntax::Span;

use crate::Input;

pub(crate) use bare::{BarePath, Place, bare_path, may_be_bare};
pub(crate) use called::{Called, MAX_BYTES, called, file_names, load};
pub use called::{Callee, callee};
pub(crate) use constant::constant;
pub(crate) use fields::{OF_EVERY_STEP, fields_of};
pub(crate) use gather::{Gathered, Part, gather};
pub(crate) use included::{Included, MOST, included};
pub(crate) use model::{asked, unknown_capabilities};
pub use pipeline::files::{Named, Use, files};
pub(crate) use reference::{LoopName, ReferenceView, Sense, is_function, is_of_conditions};
pub(crate) use representative::refuses;
pub(crate) use routing::{Target, targets};
pub(crate) use syntax::template::{each_expression, each_expression_of};
pub(crate) use taint::{Arrivals, Taint};
pub(crate) use text::{Field, Parsed, TextView, each_tag, each_typed_in};

/// Of the names that a loop binds: those that are in question.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum LoopNames {
    All,
    /// What everybody thinks of in a loop: the item, and names that its author chose.
    Item,
}

/// Where something stands: what may be read there.
#[derive(Clone, Copy)]
pub(crate) struct Scope<'a> {
    pub(crate) input: &'a Input<'a>,
    /// Enclosing steps, outermost first, and the step itself; empty outside steps.
    pub(crate) path: &'a [&'a Step],
    /// The outermost step's place in the document.
    pub(crate) index: Option<usize>,
}

impl<'a> Scope<'a> {
    /// What values are here.
    pub(crate) fn types(&self) -> Types<'a> {
        let Input { pipeline, names, catalogue, .. } = *self.input;
        Types { pipeline, names, catalogue }
    }

    pub(crate) fn resolve(&self, name: &str) -> Meaning {
        self.input.names.resolve(self.input.pipeline, self.path, name)
    }

    pub(crate) fn meaning(&self, reference: &Reference) -> Meaning {
        self.input.names.meaning(self.input.pipeline, self.path, reference)
    }

    /// The names that could stand here.
    pub(crate) fn visible(&self) -> Vec<Arc<str>> {
        self.input.names.visible(self.input.pipeline, self.path)
    }

    /// Whether a step of that id can be waited for here: an outermost one, or a neighbour of the step or of a loop
    /// around it.
    pub(crate) fn knows_step(&self, id: &str) -> bool {
        self.input.names.step(id).is_some()
            || self.path.iter().any(|step| step.body.position(id).is_some())
    }

    /// Ids of all steps that can be waited for here.
    pub(crate) fn step_ids(&self) -> Vec<&'a str> {
        let outermost = self.input.pipeline.steps.iter().map(|step| step.id_text());
        outermost.chain(self.neighbours().map(Step::id_text)).filter(|id| !id.is_empty()).collect()
    }

    /// Body steps of the loops around.
    fn neighbours(&self) -> impl Iterator<Item = &'a Step> {
        self.path.iter().flat_map(|step| &step.body)
    }

    /// The loop, not around this place, whose body has a step of that id.
    pub(crate) fn loop_of(&self, id: &str) -> Option<&'a Step> {
        if self.knows_step(id) {
            return None;
        }
        let steps = self.input.pipeline.steps.iter().flat_map(|step| step.walk());
        steps.into_iter().find(|step| step.body.position(id).is_some())
    }

    /// Whether an error handler runs the outermost step here.
    pub(crate) fn is_handler(&self) -> bool {
        let Some(id) = self.path.first().map(|step| step.id_text()) else { return false };
        let pipeline = self.input.pipeline;
        pipeline.steps.iter().any(|step| calls(step, id))
            || pipeline
                .global_error_handlers
                .iter()
                .filter_map(|handler| handler.task.as_ref())
                .any(|task| *task.value == *id)
    }

    /// Whether a loop around this place binds the name, whatever else has it.
    pub(crate) fn is_bound_by_loop(&self, name: &str, which: LoopNames) -> bool {
        self.path.iter().rev().skip(1).any(|step| {
            let mut bound = names::bindings(&step.kind).iter();
            names::loop_var(step) == Some(name)
                || names::loop_name(step) == Some(name)
                || ((which == LoopNames::All || name == "item") && bound.any(|it| it.name == name))
        })
    }

    /// The step itself.
    pub(crate) fn step(&self) -> Option<&'a Step> {
        self.path.last().copied()
    }
}

/// Whether a handler of a step, or of one inside it, runs the step of that id.
fn calls(step: &Step, id: &str) -> bool {
    let mut tasks = step.handlers.iter().filter_map(|handler| handler.task.as_ref());
    tasks.any(|task| *task.value == *id) || step.body.iter().any(|inner| calls(inner, id))
}

/// A step or a body step.
#[derive(Clone, Copy)]
pub(crate) struct StepView<'a> {
    pub(crate) scope: Scope<'a>,
    pub(crate) step: &'a Step,
}

impl<'a> StepView<'a> {
    /// Declaration of what the step calls; `None` for loops, prose, and what nobody declares.
    pub(crate) fn signature(&self) -> Option<&'static Signature> {
        let catalogue = self.scope.input.catalogue;
        match &self.step.kind {
            StepKind::Action(action) => catalogue.action(&action.value),
            StepKind::Tool { tool, .. } => catalogue.tool(&tool.value),
            _ => None,
        }
    }

    /// Where the step says what it calls.
    pub(crate) fn does(&self) -> Option<Span> {
        match &self.step.kind {
            StepKind::Action(name) | StepKind::Tool { tool: name, .. } => Some(name.span),
            _ => None,
        }
    }

    /// The operation that it names.
    pub(crate) fn operation(&self) -> Option<&'a str> {
        match &self.step.kind {
            StepKind::Tool { operation: Some(operation), .. } => Some(&operation.value),
            StepKind::Action(_) => {
                let action = self.step.parameter("action")?;
                Some(&action.value.value.as_text()?.value)
            }
            _ => None,
        }
    }
}

/// Where `name` stands within a span that may hold its quotes too.
pub(crate) fn inside_quotes(span: Span, name: &str) -> Span {
    let is_quoted = span.len() as usize == name.len() + 2;
    if is_quoted { Span::new(span.start + 1, span.end - 1) } else { span }
}

/// A key of the document or of a step.
#[derive(Clone, Copy)]
pub(crate) struct KeyView<'a> {
    pub(crate) level: Level,
    pub(crate) entry: &'a Entry,
    /// Its neighbours, itself among them.
    pub(crate) siblings: &'a [&'a Entry],
}
