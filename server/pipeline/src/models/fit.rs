//! Whether a model fits what is asked, and on what it fails.

use super::{Candidate, CostLimit, Kind, Model, Requirement, Wanted};

impl CostLimit {
    /// US dollars that a model costs in the limit's time; `None`: its price is not known.
    #[must_use]
    pub fn cost_of(self, model: &Model) -> Option<f64> {
        let millions = f64::from(self.period.tokens()) / 1e6;
        Some(millions * (model.input_price? + model.output_price?))
    }
}

/// What speaks against taking a candidate that was not named: nothing where it fits. Of one that could not be taken
/// whatever it can do, only that is said.
pub(super) fn failings(candidate: &Candidate<'_>, wanted: &Wanted) -> Vec<String> {
    let model = &*candidate.model;
    let barred = barred(candidate, &wanted.requirement);
    if !barred.is_empty() {
        return barred;
    }
    match unasked(model) {
        Some(why) => vec![why],
        None => shortcomings(model, wanted),
    }
}

/// What no strategy gets round: it cannot be had, it is excluded, it costs more than the limit.
pub(super) fn barred(candidate: &Candidate<'_>, requirement: &Requirement) -> Vec<String> {
    let mut failings: Vec<String> = candidate.closed.iter().cloned().collect();
    if requirement.excluded.iter().any(|it| candidate.is_called(it)) {
        failings.push("it is excluded".to_owned());
    }
    failings
}

/// Why a model is not taken unless somebody names it; nothing where it may be chosen.
#[must_use]
pub fn unasked(model: &Model) -> Option<String> {
    if model.kind == Kind::Embedding {
        return Some("it makes embeddings, no text".to_owned());
    }
    if model.is_special {
        return Some("it is made for one special thing".to_owned());
    }
    let is_gone = model.retires.as_deref().is_some_and(|day| *day <= *super::built_in().date);
    is_gone.then(|| "it is not served any more".to_owned())
}

/// What a model lacks of what is asked, in words; nothing where it fits.
#[must_use]
pub fn shortcomings(model: &Model, wanted: &Wanted) -> Vec<String> {
    let Wanted { requirement, leaning, .. } = wanted;
    let mut lacks = Vec::new();
    if let Some(provider) = &requirement.provider
        && !model.provider.eq_ignore_ascii_case(provider)
    {
        lacks.push(format!("`{}` serves it, not `{provider}`", model.provider));
    }
    sizes(model, requirement, &mut lacks);
    for capability in &requirement.capabilities {
        match model.can(*capability) {
            Some(true) => {}
            Some(false) => lacks.push(format!("it has no `{}`", capability.word())),
            None => lacks.push(format!("nobody says that it has `{}`", capability.word())),
        }
    }
    for capability in &leaning.capabilities {
        if model.can(*capability) == Some(false) {
            lacks.push(format!("it has no `{}`", capability.word()));
        }
    }
    for tag in &requirement.tags {
        if !model.tags.iter().any(|it| it.eq_ignore_ascii_case(tag)) {
            lacks.push(format!("nobody says that it is good at `{tag}`"));
        }
    }
    if let Some(least) = requirement.level {
        match model.level() {
            Some(level) if level >= least => {}
            Some(level) => lacks.push(below(level.word(), least.word())),
            None => lacks.push("its expertise is not known".to_owned()),
        }
    }
    if let (Some(least), Some(level)) = (leaning.level, model.level())
        && level < least
    {
        lacks.push(below(level.word(), least.word()));
    }
    measures(model, requirement, &mut lacks);
    lacks
}

fn below(level: &str, least: &str) -> String {
    format!("its expertise is `{level}`, below `{least}`")
}

fn sizes(model: &Model, requirement: &Requirement, lacks: &mut Vec<String>) {
    match (model.size, requirement.min_size) {
        (Some(size), Some(least)) if size < least => {
            lacks.push(format!("it has {size} billion parameters, fewer than {least}"));
        }
        _ => {}
    }
    match (model.size, requirement.max_size) {
        (_, None) => {}
        (Some(size), Some(most)) if size > most => {
            lacks.push(format!("it has {size} billion parameters, more than {most}"));
        }
        (Some(_), Some(_)) => {}
        (None, Some(_)) => lacks.push("its size is not known".to_owned()),
    }
    match (model.context, requirement.context) {
        (_, None) => {}
        (Some(window), Some(least)) if window < least => {
            lacks.push(format!("its window has {window} tokens, fewer than {least}"));
        }
        (Some(_), Some(_)) => {}
        (None, Some(_)) => lacks.push("its window is not known".to_owned()),
    }
}

fn measures(model: &Model, requirement: &Requirement, lacks: &mut Vec<String>) {
    if let Some(most) = requirement.max_latency_ms {
        match model.latency_ms {
            Some(latency) if latency <= most => {}
            Some(latency) => lacks.push(format!("it begins after {latency} ms, not {most}")),
            None => lacks.push("how soon it begins is not known".to_owned()),
        }
    }
    if let Some(least) = requirement.min_tokens_per_second {
        match model.tokens_per_second {
            Some(speed) if speed >= least => {}
            Some(speed) => {
                lacks.push(format!("it writes {speed} tokens in a second, not {least}"));
            }
            None => lacks.push("how fast it writes is not known".to_owned()),
        }
    }
    if let Some(least) = requirement.min_accuracy {
        match model.judged_accuracy() {
            Some(accuracy) if accuracy >= least => {}
            Some(accuracy) => lacks.push(format!("its accuracy is {accuracy}, below {least}")),
            None => lacks.push("its accuracy is not known".to_owned()),
        }
    }
    if let Some(limit) = requirement.cost_limit {
        match limit.cost_of(model) {
            Some(cost) if cost <= limit.dollars => {}
            Some(cost) => lacks.push(format!(
                "it costs ${} {}, more than ${}",
                super::dollars(cost),
                limit.period.word().replace("per-", "a "),
                limit.dollars
            )),
            None => lacks.push("its price is not known".to_owned()),
        }
    }
}
