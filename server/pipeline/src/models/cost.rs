//! The most that the model of a step can cost, as far as its text tells: tokens x price x rounds of loops.
//!
//! Attempts that failed are not counted: providers charge for answers. What templates, pictures and files bring into a prompt is
//! counted as the whole window of the model, for more it cannot read.

use super::{
    Ask, FRAME, Model, NoChoice, Nothing, Reach, Roster, Wanted, asked_tokens, choose_in, meant,
    most_read,
};
use crate::catalogue::{AUTO_DEBUGGER, Catalogue, VIDEO_PROCESSING};
use crate::facts::{lent, signature};
use crate::{Count, Data, Pipeline, Step, StepKind};

/// What a step's model can cost.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// Its id, behind those of the loops around it: `loop.body`.
    pub step: String,
    /// The full name of the model; nothing where none can be told.
    pub model: Option<String>,
    /// How often it is asked at most; nothing where that has no bound in the text.
    pub calls: Option<u64>,
    /// Tokens that it reads at most in a call.
    pub reads: Option<u64>,
    /// Tokens that it writes at most in a call.
    pub writes: Option<u64>,
    /// What all calls cost at most.
    pub most: Most,
}

/// An upper bound of a cost.
#[derive(Clone, Debug, PartialEq)]
pub enum Most {
    /// US dollars.
    Dollars(f64),
    /// It is not known, and why.
    Unknown(String),
    /// There is no bound in the text, and why.
    Unbounded(String),
}

/// What the model of a step can cost, the steps around it first; nothing where it asks none.
#[must_use]
pub fn bill_of(
    pipeline: &Pipeline,
    catalogue: &Catalogue,
    roster: &Roster,
    reach: &Reach,
    around: &[&Step],
    step: &Step,
) -> Option<Item> {
    let wanted = Wanted::of_step(pipeline, catalogue, around, step)?;
    Some(item((around, step), &wanted, (pipeline, catalogue), (roster, reach)))
}

fn item(
    (around, step): (&[&Step], &Step),
    wanted: &Wanted,
    (pipeline, catalogue): (&Pipeline, &Catalogue),
    (roster, reach): (&Roster, &Reach),
) -> Item {
    let rounds = rounds(around);
    let mut item = Item {
        step: step.id_text().to_owned(),
        model: None,
        calls: rounds.as_ref().ok().copied(),
        reads: None,
        writes: None,
        most: Most::Dollars(0.0),
    };
    let model = match model(wanted, roster, reach) {
        Ok(model) => model,
        Err(none) => {
            item.most = Most::Unknown(no_model(&none));
            return item;
        }
    };
    item.model = Some(model.full_name());
    let (questions, window) = (questions(step), model.context.map(u64::from));
    item.calls = item.calls.and_then(|it| it.checked_mul(questions));
    item.writes = longest_answer(step, wanted, &model, catalogue);
    item.reads = match (most_read(pipeline, step, wanted), questions) {
        (first, 1) => first,
        // Behind the first question stand its answer and the reason.
        (Some(first), 2) => item.writes.map(|answer| first + answer + FRAME),
        _ => None,
    };
    if lends_tools(step) {
        (item.calls, item.reads) = (None, window);
    }
    item.reads = match (item.reads, window) {
        (Some(most), Some(window)) => Some(most.min(window)),
        (most, window) => most.or(window),
    };
    item.most = most(&item, &model, step, rounds.err());
    item
}

/// The model that is named, whether it can be had or not; else the one that is chosen, and where none can be had, the one
/// that would be if all could.
fn model(wanted: &Wanted, roster: &Roster, reach: &Reach) -> Result<Model, NoChoice> {
    let anyhow = || choose_in(wanted, roster.field(&Reach::NotKnown)).map(|it| it.model);
    match &wanted.ask {
        Ask::Named(names) if names.len() == 1 => {
            let named = names.first().and_then(|it| meant(it, wanted, roster.field(reach)));
            named.map_or_else(anyhow, Ok)
        }
        _ => roster.choose_from(wanted, reach).map(|it| it.model).or_else(|_| anyhow()),
    }
}

fn most(item: &Item, model: &Model, step: &Step, endless: Option<String>) -> Most {
    if model.input_price == Some(0.0) && model.output_price == Some(0.0) {
        return Most::Dollars(0.0);
    }
    if let Some(why) = endless {
        return Most::Unbounded(why);
    }
    if lends_tools(step) {
        return Most::Unbounded(
            "how often its model calls `tools` is known when it runs".to_owned(),
        );
    }
    let name = &model.name;
    let (Some(read), Some(written)) = (model.input_price, model.output_price) else {
        return Most::Unknown(format!("the price of `{name}` is not known"));
    };
    let Some(reads) = item.reads else {
        return Most::Unknown(format!(
            "the window of `{name}` is not known, and not all that it reads is in the text"
        ));
    };
    let Some(writes) = item.writes else {
        return Most::Unknown(format!(
            "how much `{name}` writes is not known; `max_tokens` limits it"
        ));
    };
    let Some(calls) = item.calls else {
        return Most::Unbounded("it is asked more often than can be counted".to_owned());
    };
    let call = (reads as f64).mul_add(read, writes as f64 * written) / 1e6;
    Most::Dollars(call * calls as f64)
}

fn lends_tools(step: &Step) -> bool {
    lent(step).any(|it| {
        !matches!(&it.value, Data::Null) && it.value.as_list().is_none_or(|it| !it.is_empty())
    })
}

fn no_model(none: &NoChoice) -> String {
    match &none.why {
        Nothing::Later(_) => none.to_string(),
        Nothing::Unknown(name, _) => format!("nobody is known to serve `{name}`"),
        Nothing::NoneOf(provider, _) => format!("no model of `{provider}` is known"),
        Nothing::Unreachable(_) | Nothing::NoneFits => "no model fits".to_owned(),
    }
}

/// The most tokens of an answer: what the step says, else what its action takes when nothing is said, else the model's.
fn longest_answer(
    step: &Step,
    wanted: &Wanted,
    model: &Model,
    catalogue: &Catalogue,
) -> Option<u64> {
    let most = model.max_output.map(u64::from);
    let usual = || {
        if step.parameter("max_tokens").is_some()
            || step.parameter("max_completion_tokens").is_some()
        {
            // A template: anything up to what the model writes.
            return None;
        }
        signature(step, catalogue)?.parameter("max_tokens")?.default?.parse().ok()
    };
    let asked = asked_tokens(step, wanted).map(u64::from).or_else(usual);
    match (asked, most) {
        (Some(asked), Some(most)) => Some(asked.min(most)),
        (asked, most) => asked.or(most),
    }
}

/// How often a call of the step asks its model at most: an answer that has not the shape that was asked for is asked for once
/// more.
fn questions(step: &Step) -> u64 {
    match &step.kind {
        // Three parts of a film, and all of it.
        StepKind::Tool { tool, .. } if tool.value == VIDEO_PROCESSING.name => 2 * 4,
        // The content is asked for three times.
        StepKind::Tool { tool, .. } if tool.value == AUTO_DEBUGGER.name => 2 * 3,
        _ if is_structured(step) => 2,
        _ => 1,
    }
}

/// Whether the answer has a shape.
fn is_structured(step: &Step) -> bool {
    let is_action =
        matches!(&step.kind, StepKind::Action(action) if action.value == "generate_structured");
    is_action || !step.vars.is_empty()
}

/// How often a step is run at most in these loops.
///
/// # Errors
/// That is not in the text: which loop, and why.
fn rounds(around: &[&Step]) -> Result<u64, String> {
    let mut all = 1_u64;
    for step in around {
        let once = |count: Option<&Count>, usual| match count {
            None => Ok(usual),
            Some(Count::Fixed(count)) => Ok(*count),
            Some(Count::Text(_)) => Err("`max_iterations` is known when it runs"),
        };
        let of_items = |items: &Data| {
            let listed = items.as_list().map(|it| it.len() as u64);
            listed.ok_or("its items are known when it runs")
        };
        let times = match &step.kind {
            StepKind::ForEach(each) => of_items(&each.items.value),
            StepKind::Queue(queue) => {
                let none = Err("its items are known when it runs");
                queue.on.as_ref().map_or(none, |it| of_items(&it.value))
            }
            StepKind::While(each) => once(each.max_iterations.as_ref().map(|it| &it.value), 10),
            StepKind::ActionLoop(each) => {
                once(each.max_iterations.as_ref().map(|it| &it.value), 100)
            }
            _ => Ok(1),
        };
        let times = times.map_err(|why| {
            format!("how often `{}` goes round has no bound: {why}", step.id_text())
        })?;
        all = all.saturating_mul(times);
    }
    Ok(all)
}
