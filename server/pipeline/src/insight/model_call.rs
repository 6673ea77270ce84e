//! Which model a step asks, kept with the step.

use std::sync::Arc;

use super::KeptFor;
use super::own::Own;
use super::say;
use super::sheet::ModelCall;
use crate::catalogue::Catalogue;
use crate::models::{Ask, Source, TermsNumber, Wanted};
use crate::{Pipeline, Step};

/// What a step asks of models, for the terms of the document that it was read under.
pub(crate) type Wish = KeptFor<TermsNumber, Asked>;

/// What a step asks of models.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    /// Which model it asks; a loop that is its own body speaks for both. Nothing where it asks none.
    pub(crate) call: Option<Arc<ModelCall>>,
    /// The step itself leaves open which model it asks.
    pub(crate) leaves_open: bool,
}

impl Asked {
    /// What the last step of `path`, which leads there from the outermost step, asks of models.
    pub(crate) fn of(pipeline: &Pipeline, path: &[&Step]) -> Option<Self> {
        let (step, around) = path.split_last()?;
        Some(step.wish.get(pipeline.terms, || Self::read(pipeline, around, step)))
    }

    fn read(pipeline: &Pipeline, around: &[&Step], step: &Step) -> Self {
        let wanted = Wanted::of_step(pipeline, &Catalogue::declared(), around, step);
        let leaves_open = wanted.as_ref().is_some_and(|it| it.ask == Ask::Any);
        if !Own::of(step).asks_model {
            return Self { call: None, leaves_open };
        }
        let wanted = match step.body.first().filter(|_| step.kind.is_shorthand()) {
            Some(acting) => {
                let around: Vec<&Step> = around.iter().copied().chain([step]).collect();
                Wanted::of_any_step(pipeline, &around, acting)
            }
            None => wanted.unwrap_or_else(|| Wanted::of_any_step(pipeline, around, step)),
        };
        Self { call: Some(Arc::new(call(wanted))), leaves_open }
    }
}

fn call(wanted: Wanted) -> ModelCall {
    let (models, template) = match wanted.ask {
        Ask::Named(models) => (models, None),
        Ask::Later(template) => (Vec::new(), Some(say::flat(&template))),
        Ask::Any => (Vec::new(), None),
    };
    let is_own = wanted.source == Source::Step;
    ModelCall { models, template, source: wanted.source.to_string(), is_own }
}

/// Whether a step of the pipeline leaves open which model it asks, so that it matters who can be asked.
#[must_use]
pub fn leaves_models_open(pipeline: &Pipeline) -> bool {
    pipeline.steps.iter().any(|step| leaves_open(pipeline, &mut vec![&step.item]))
}

fn leaves_open(pipeline: &Pipeline, path: &mut Vec<&Step>) -> bool {
    let Some(step) = path.last().copied() else { return false };
    Asked::of(pipeline, path).is_some_and(|it| it.leaves_open)
        || step.body.iter().any(|inner| {
            path.push(inner);
            let is_open = leaves_open(pipeline, path);
            path.pop();
            is_open
        })
}
