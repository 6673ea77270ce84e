//! What the models of a whole pipeline can cost: its steps' costs, each reckoned once for the same text.

use std::sync::Arc;

use super::{Item, Most, Roster, TermsNumber, bill_of, is_at_home};
use crate::catalogue::Catalogue;
use crate::facts::calls_a_pipeline;
use crate::insight::KeptFor;
use crate::{Pipeline, Step, StepKind};

/// What the models of a pipeline can cost.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Bill {
    /// Every step that asks a model, in the order of the file.
    pub items: Vec<Item>,
    /// What is not in it, in words.
    pub not_counted: Vec<String>,
}

impl Bill {
    /// US dollars of all items, where each has a bound that is known.
    #[must_use]
    pub fn total(&self) -> Option<f64> {
        let all = self.items.iter().map(|it| match it.most {
            Most::Dollars(dollars) => Some(dollars),
            Most::Unknown(_) | Most::Unbounded(_) => None,
        });
        all.sum()
    }

    /// US dollars of the items whose bound is known.
    #[must_use]
    pub fn known(&self) -> f64 {
        let known = self.items.iter().filter_map(|it| match it.most {
            Most::Dollars(dollars) => Some(dollars),
            Most::Unknown(_) | Most::Unbounded(_) => None,
        });
        known.sum()
    }
}

/// What an outermost step and those in it add to the bill. It is kept with the step, for the terms, the roster and, where
/// the step has no name but its number, the place that it was reckoned for.
pub(crate) type Charged = KeptFor<(TermsNumber, ByAddress, usize), Option<Arc<Part>>>;

/// A roster that is the same only if it is the same object.
#[derive(Clone, Debug)]
pub(crate) struct ByAddress(Arc<Roster>);

impl PartialEq for ByAddress {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

#[derive(Debug, Default)]
pub(crate) struct Part {
    items: Vec<Item>,
    /// AUTO tags that a model answers.
    tags: usize,
    /// Steps that call a pipeline.
    calling: Vec<String>,
    has_handlers: bool,
}

impl Part {
    /// That of the step at `index`; nothing where it adds nothing.
    fn of(
        pipeline: &Pipeline,
        catalogue: &Catalogue,
        roster: &Roster,
        index: usize,
    ) -> Option<Arc<Self>> {
        let step = pipeline.steps.get(index)?;
        let name = match step.id_text() {
            "" => format!("#{}", index + 1),
            id => id.to_owned(),
        };
        let mut part = Self::default();
        part.take((pipeline, catalogue, roster), name, &mut Vec::new(), step);
        let is_empty = part.items.is_empty()
            && part.tags == 0
            && part.calling.is_empty()
            && !part.has_handlers;
        (!is_empty).then(|| Arc::new(part))
    }

    fn take<'s>(
        &mut self,
        given: (&Pipeline, &Catalogue, &Roster),
        name: String,
        around: &mut Vec<&'s Step>,
        step: &'s Step,
    ) {
        let (pipeline, catalogue, roster) = given;
        self.tags += tags_to_answer(step);
        self.has_handlers |= !step.handlers.is_empty();
        if calls_a_pipeline(step) {
            self.calling.push(name.clone());
        }
        if let Some(item) = bill_of(pipeline, catalogue, roster, &roster.reach, around, step) {
            self.items.push(Item { step: name.clone(), ..item });
        }
        around.push(step);
        for inner in &step.body {
            let inner_name = match inner.id_text() {
                "" => name.clone(),
                id => format!("{name}.{id}"),
            };
            self.take(given, inner_name, around, inner);
        }
        around.pop();
    }
}

/// What the models of a pipeline can cost. A model that is named has its price whether it can be asked or not. What was
/// reckoned of a step before is taken as it is while the step, what the document says of models, and the roster are the same.
#[must_use]
pub fn bill(pipeline: &Pipeline, catalogue: &Catalogue, roster: &Arc<Roster>) -> Bill {
    let mut bill = Bill::default();
    let (mut tags, mut handled) = (0, !pipeline.global_error_handlers.is_empty());
    for part in parts(pipeline, catalogue, roster) {
        bill.items.extend(part.items.iter().cloned());
        let calling = part.calling.iter();
        bill.not_counted.extend(calling.map(|name| format!("the pipeline that `{name}` calls")));
        tags += part.tags;
        handled |= part.has_handlers;
    }
    if tags > 0 {
        let noun = if tags == 1 { "AUTO tag" } else { "AUTO tags" };
        bill.not_counted.push(format!("the answers to {tags} {noun}"));
    }
    if handled && !bill.items.is_empty() {
        bill.not_counted.push("what error handlers ask".to_owned());
    }
    bill
}

/// What the steps of a pipeline add to its bill, those that add something.
fn parts<'p>(
    pipeline: &'p Pipeline,
    catalogue: &'p Catalogue,
    roster: &'p Arc<Roster>,
) -> impl Iterator<Item = Arc<Part>> + 'p {
    pipeline.steps.iter().enumerate().filter_map(move |(index, step)| {
        let place = if step.id_text().is_empty() { index } else { 0 };
        let key = (pipeline.terms, ByAddress(Arc::clone(roster)), place);
        step.charged.get(key, || Part::of(pipeline, catalogue, roster, index))
    })
}

/// What a bill comes to.
#[derive(Default)]
pub(crate) struct Sum {
    /// US dollars of the items whose bound is known.
    pub(crate) known: f64,
    /// Steps of which no bound is known.
    pub(crate) open: Vec<String>,
    /// Whether one of them costs nothing, if its server runs on this machine.
    pub(crate) hangs_on_place: bool,
}

/// What the [`bill`] of a pipeline comes to; nothing where no step asks a model.
pub(crate) fn sum(pipeline: &Pipeline, catalogue: &Catalogue, roster: &Arc<Roster>) -> Option<Sum> {
    let mut sum = None;
    for part in parts(pipeline, catalogue, roster) {
        for item in &part.items {
            let sum: &mut Sum = sum.get_or_insert_default();
            match item.most {
                Most::Dollars(dollars) => sum.known += dollars,
                Most::Unknown(_) | Most::Unbounded(_) => {
                    sum.open.push(item.step.clone());
                    let parts = item.model.as_deref().and_then(|it| it.split_once(':'));
                    sum.hangs_on_place |=
                        parts.is_some_and(|(provider, name)| is_at_home(provider, name));
                }
            }
        }
    }
    sum
}

/// AUTO tags that a model answers before the step starts: all but those that choose a model, and the step's own instruction.
fn tags_to_answer(step: &Step) -> usize {
    let mut count = 0;
    for entry in &step.keys {
        let key = entry.known.map_or("", |it| it.name);
        let is_own = key == "action" && matches!(step.kind, StepKind::Auto(_));
        if matches!(key, "model" | "steps" | "requires_model") || is_own {
            continue;
        }
        entry.value.value.texts("", &mut |place, text| {
            if !(key == "parameters" && place == "model") {
                count += text.autos.len();
            }
        });
    }
    count
}
