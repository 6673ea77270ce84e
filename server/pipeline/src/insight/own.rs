//! What a step says of itself: what follows from its own text, whatever stands around it.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::Serialize;

use super::deed::Deed;
use super::sheet::{Bound, Failure, FileFact, FileUse, Policy, ProductFact, Repeats};
use super::{calls, say};
use crate::catalogue::{Catalogue, Effect};
use crate::files::{Use, files};
use crate::{Count, Data, FailurePolicy, Located, Step, StepKind, facts};

/// What follows from the text of a step alone. A loop that is its own body speaks for both.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Own {
    /// In a few words, names in backticks: "`write` of `filesystem`".
    pub does: String,
    /// What it may do to the world, its body and the tools that it lends to a model included; empty: nothing is known of it.
    pub effects: Vec<Effect>,
    /// It runs another pipeline, and may do whatever that does.
    pub calls_pipeline: bool,
    /// What must hold for it to run, in one line.
    pub condition: Option<String>,
    /// What must hold for a round of a loop that is its own body, in one line.
    pub round_condition: Option<String>,
    /// What it repeats.
    pub repeats: Option<Repeats>,
    /// What it does is to ask a model, or it takes asking one.
    pub asks_model: bool,
    /// AUTO tags leave values to a model that are not the model's own name.
    pub has_auto: bool,
    /// Files that it names, products left out.
    pub files: Vec<FileFact>,
    /// Files that it leaves.
    pub products: Vec<ProductFact>,
    /// What its failure means.
    pub failure: Failure,
    /// The verb of a sentence about it.
    #[serde(skip)]
    pub(crate) deed: Deed,
    /// The same number: the same call, where names mean the same.
    #[serde(skip)]
    pub(crate) call: Option<u64>,
    /// What it may do itself, without its body.
    #[serde(skip)]
    pub(crate) effects_alone: Vec<Effect>,
    /// What a model may do with the tools that it lends.
    #[serde(skip)]
    pub(crate) effects_lent: Vec<Effect>,
    /// An error handler of its own does something that is no step.
    #[serde(skip)]
    pub(crate) handlers_act: bool,
    /// Steps of their own stand in it.
    #[serde(skip)]
    pub(crate) holds: bool,
}

impl Own {
    /// What the step says of itself.
    #[must_use]
    pub fn of(step: &Step) -> Arc<Self> {
        step.own.get(|| Self::read(step, &Catalogue::declared()))
    }

    fn read(step: &Step, catalogue: &Catalogue) -> Self {
        // A loop with an action of its own has handed what belongs to a round to its only body step.
        let acting =
            if step.kind.is_shorthand() { step.body.first().unwrap_or(step) } else { step };
        let calls_pipeline = facts::calls_a_pipeline(acting);
        let effects_alone = facts::effects_alone(acting, catalogue);
        let line =
            |condition: Option<&crate::Condition>| condition.map(|it| say::flat(&it.text.value));
        let round = if step.kind.is_shorthand() { acting.condition.as_deref() } else { None };
        let named = files(acting, catalogue).into_iter().filter(|it| it.usage != Use::Product);
        let files: Vec<FileFact> = named
            .filter_map(|it| {
                let usage = if it.usage == Use::Reads { FileUse::Reads } else { FileUse::Writes };
                Some(FileFact { path: say::flat(&it.path()?), usage })
            })
            .collect();
        Self {
            deed: Deed::of(step, acting, &files, catalogue),
            does: say::does(acting),
            effects: facts::effects(step, catalogue),
            calls_pipeline,
            condition: line(step.condition.as_deref()),
            round_condition: line(round),
            repeats: repeats(step),
            asks_model: !calls_pipeline && effects_alone.contains(&Effect::Model),
            has_auto: calls::has_auto(step) || calls::has_auto(acting),
            files,
            products: acting
                .products
                .iter()
                .map(|it| ProductFact {
                    variable: it.variable.value.clone(),
                    file: say::flat(&it.file.value.value),
                })
                .collect(),
            failure: failure(step, acting),
            call: calls::key(step, &effects_alone),
            effects_alone,
            effects_lent: facts::effects_lent(acting, catalogue),
            handlers_act: step.handlers.iter().any(|it| it.action.is_some()),
            holds: !step.body.is_empty() && !step.kind.is_shorthand(),
        }
    }
}

fn repeats(step: &Step) -> Option<Repeats> {
    let (kind, at_once) = match &step.kind {
        StepKind::ForEach(it) => ("for_each", count(it.max_parallel.as_ref(), 1)),
        StepKind::Queue(it) => ("create_parallel_queue", count(it.max_parallel.as_ref(), 10)),
        StepKind::While(it) if it.test.is_none() => ("until", Some(1)),
        StepKind::While(_) => ("while", Some(1)),
        StepKind::ActionLoop(_) => ("action_loop", Some(1)),
        _ => return None,
    };
    let may_end_early =
        matches!(&step.kind, StepKind::Queue(it) if it.test.is_some() || it.until.is_some());
    Some(Repeats { kind, bound: bound(step)?, at_once, over: over(step), may_end_early })
}

/// The words of what a loop goes through.
fn over(step: &Step) -> Vec<String> {
    let items = match &step.kind {
        StepKind::ForEach(it) => Some(&it.items.value),
        StepKind::Queue(it) => it.on.as_ref().map(|it| &it.value),
        _ => None,
    };
    let text = items.and_then(Data::as_text).map(|it| it.value.to_string()).unwrap_or_default();
    let is_word = |it: char| it.is_alphanumeric() || it == '_' || it == '-';
    text.split(|it| !is_word(it)).filter(|it| !it.is_empty()).map(str::to_owned).collect()
}

fn count(written: Option<&Located<Count>>, default: u64) -> Option<u64> {
    match written.map(|it| &it.value) {
        None => Some(default),
        Some(Count::Fixed(count)) => Some(*count),
        Some(Count::Text(_)) => None,
    }
}

/// How often a step goes round; `None` for what is no loop.
pub(super) fn bound(step: &Step) -> Option<Bound> {
    let items = |data: Option<&Data>| match data {
        Some(Data::List(items)) => Bound::Items(items.len() as u64),
        _ => Bound::List,
    };
    let rounds = |written: Option<&Located<Count>>, default| match written.map(|it| &it.value) {
        None => Bound::AtMost(default),
        Some(Count::Fixed(count)) => Bound::AtMost(*count),
        Some(Count::Text(text)) => Bound::Written(say::flat(&text.value)),
    };
    match &step.kind {
        StepKind::ForEach(it) => Some(items(Some(&it.items.value))),
        StepKind::Queue(it) => Some(items(it.on.as_ref().map(|it| &it.value))),
        StepKind::While(it) => Some(rounds(it.max_iterations.as_ref(), 10)),
        StepKind::ActionLoop(it) => Some(rounds(it.max_iterations.as_ref(), 100)),
        _ => None,
    }
}

fn failure(step: &Step, acting: &Step) -> Failure {
    let attempts = [step.attempts, acting.attempts].into_iter().find(|it| it.explicit);
    let timeout = step.timeout.as_ref().or(acting.timeout.as_ref());
    Failure {
        policy: match step.on_failure {
            FailurePolicy::Fail => Policy::Stop,
            FailurePolicy::Continue | FailurePolicy::Retry => Policy::GoOn,
            FailurePolicy::Skip => Policy::Skip,
            FailurePolicy::Route => Policy::Route,
        },
        handlers: step.handlers.len(),
        attempts: attempts.map(|it| it.total),
        timeout: timeout.map(|it| it.value.as_secs_f64()),
    }
}
