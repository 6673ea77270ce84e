//! What the models of a pipeline can cost, for `plan`.

use std::{fmt::Write, path::Path, sync::Arc};

use pipeline::{
    Pipeline,
    catalogue::Catalogue,
    insight::leaves_models_open,
    models::{Item, Most, bill, dollars},
};

use crate::{
    cli::{paint::Paint, printable::printable},
    shape::{PlanCost, PlanStepCost},
    workspace,
};

/// The ceiling of a pipeline; nothing where it asks no model. Who can be asked is looked at only where a step leaves open
/// which model answers, or where the catalogue knows too little of the one that it names: a server of this machine may have it.
pub(in crate::cli) fn cost(
    pipeline: &Pipeline,
    catalogue: &Catalogue,
    root: &Path,
) -> Option<PlanCost> {
    let mut roster = Arc::new(workspace::roster(root));
    let mut all = bill(pipeline, catalogue, &roster);
    let is_open = |it: &Item| !matches!(it.most, Most::Dollars(_));
    if leaves_models_open(pipeline) || all.items.iter().any(is_open) {
        Arc::make_mut(&mut roster).reach = workspace::reach(root);
        all = bill(pipeline, catalogue, &roster);
    }
    let asks = !all.items.is_empty() || !all.not_counted.is_empty();
    asks.then(|| PlanCost {
        dollars: all.total().filter(|_| all.not_counted.is_empty()),
        known_dollars: all.known(),
        not_counted: all.not_counted.clone(),
        steps: all.items.into_iter().map(step).collect(),
    })
}

fn step(item: Item) -> PlanStepCost {
    let (dollars, unknown, unbounded) = match item.most {
        Most::Dollars(dollars) => (Some(dollars), None, None),
        Most::Unknown(why) => (None, Some(why), None),
        Most::Unbounded(why) => (None, None, Some(why)),
    };
    PlanStepCost {
        step: item.step,
        model: item.model,
        calls: item.calls,
        read_tokens: item.reads,
        written_tokens: item.writes,
        dollars,
        unknown,
        unbounded,
    }
}

/// A line for all, one for each step, one for what is not counted.
pub(super) fn render(out: &mut String, cost: &PlanCost, paint: Paint) {
    let is_open = |it: &PlanStepCost| it.dollars.is_none();
    let head = match cost.dollars {
        Some(most) => format!("at most ${}", dollars(most)),
        None if cost.steps.iter().all(is_open) => "not known".to_owned(),
        None => format!("${} and what is not known", dollars(cost.known_dollars)),
    };
    // Writing to a `String` cannot fail; the same holds below.
    let _ = writeln!(out, "{} {head}", paint.dim("costs"));
    for step in &cost.steps {
        let model = step.model.as_deref().unwrap_or("no model");
        let most = match (&step.dollars, &step.unknown, &step.unbounded) {
            (Some(most), ..) => calculation(step, *most),
            (None, Some(why), _) => format!("unknown: {why}"),
            (None, None, why) => format!("unbounded: {}", why.as_deref().unwrap_or_default()),
        };
        let line = format!("  {}  {model}, {most}", step.step);
        let _ = writeln!(out, "{}", printable(&line));
    }
    if !cost.not_counted.is_empty() {
        let line = format!("  not counted: {}", cost.not_counted.join(", "));
        let _ = writeln!(out, "{}", printable(&line));
    }
}

fn calculation(step: &PlanStepCost, most: f64) -> String {
    let tokens = |it: Option<u64>| it.map_or_else(|| "?".to_owned(), |it| it.to_string());
    let times = step.calls.map_or_else(|| "any number of".to_owned(), |it| it.to_string());
    let noun = if step.calls == Some(1) { "call" } else { "calls" };
    let token = if step.read_tokens == Some(1) { "token" } else { "tokens" };
    let (read, written) = (tokens(step.read_tokens), tokens(step.written_tokens));
    let free = if most == 0.0 { ", of a model that costs nothing" } else { "" };
    format!(
        "at most ${}{free}: {times} {noun} of {read} {token} read, {written} written",
        dollars(most)
    )
}
