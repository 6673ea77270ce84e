//! Routing, failure policy, attempts.

use syntax::Span;
use syntax::template::{self, Expr, ExprKind};

use super::fields::Fields;
use super::scalars::{Source, boolean, ids_in, whole_number};
use crate::{
    Attempts, ChosenRoute, FailurePolicy, Located, Merged, Problem, ProblemKind, Routing, Text,
};

use std::sync::Arc;

/// `on_false`, `on_success`, `on_failure` (unless a policy word), `goto`, and what a failure means.
pub(super) fn routing(source: Source<'_>, fields: &Fields<'_>) -> (Routing, FailurePolicy) {
    let chosen: Vec<ChosenRoute> = ["on_false", "on_success", "on_failure"]
        .into_iter()
        .filter_map(|key| {
            let to = fields.get(key).and_then(|value| source.located_text(value))?;
            let targets = choices(&to.value);
            (!to.value.autos.is_empty()).then_some(ChosenRoute { key, to, targets })
        })
        .collect();
    let is_chosen = |key: &str| chosen.iter().any(|it| it.key == key);
    let id =
        |key: &str| fields.get(key).filter(|_| !is_chosen(key)).and_then(|value| source.id(value));
    let mut routing =
        Routing { on_false: id("on_false"), on_success: id("on_success"), ..Routing::default() };
    let failure = id("on_failure");
    let policy = match &failure {
        Some(written) => policy(&written.value).unwrap_or(FailurePolicy::Route),
        None if is_chosen("on_failure") => FailurePolicy::Route,
        None => policy_elsewhere(source, fields),
    };
    routing.chosen = chosen;
    routing.on_failure = failure.filter(|_| policy == FailurePolicy::Route);
    routing.goto = fields.get("goto").and_then(|value| source.located_text(value)).map(Box::new);
    routing.goto_targets =
        routing.goto.as_ref().map(|goto| goto_targets(&goto.value)).unwrap_or_default();
    (routing, policy)
}

/// Words that say what a failure means.
pub(super) const POLICIES: &[&str] = &["fail", "continue", "skip", "retry"];

/// The policy word, whatever its case.
pub(super) fn policy(word: &str) -> Option<FailurePolicy> {
    match word.trim().to_ascii_lowercase().as_str() {
        "fail" => Some(FailurePolicy::Fail),
        "continue" => Some(FailurePolicy::Continue),
        "skip" => Some(FailurePolicy::Skip),
        "retry" => Some(FailurePolicy::Retry),
        _ => None,
    }
}

fn policy_elsewhere(source: Source<'_>, fields: &Fields<'_>) -> FailurePolicy {
    let word = fields
        .get("on_error")
        .and_then(|value| source.text(value))
        .and_then(|text| policy(&text.value));
    let goes_on =
        fields.get("continue_on_error").and_then(|value| boolean(&value.value)) == Some(true);
    word.unwrap_or(if goes_on { FailurePolicy::Continue } else { FailurePolicy::Fail })
}

/// Ids that a `goto` can be seen to lead to: a plain id, or the branches of a conditional.
fn goto_targets(text: &Text) -> Vec<Located<Arc<str>>> {
    let mut targets = Vec::new();
    if !text.autos.is_empty() {
        return choices(text);
    }
    if let Some(template) = &text.template
        && let Some(expr) = template::sole_expression(template)
    {
        branches(text, expr, Branch::Text, &mut targets);
    } else if text.value.contains('?') {
        branches(text, &template::parse_condition(&text.value).expr, Branch::Bare, &mut targets);
    } else if text.template.is_none() {
        targets.extend(ids_in(text, false));
    }
    targets
}

/// Ids among the words that an AUTO tag chooses from, where its answer is the whole target.
fn choices(text: &Text) -> Vec<Located<Arc<str>>> {
    let [tag] = &*text.autos else { return Vec::new() };
    let (before, after) =
        (text.value.get(..tag.span.start as usize), text.value.get(tag.span.end as usize..));
    let is_whole = [before, after].into_iter().flatten().all(|it| it.trim().is_empty());
    let choices = tag.attributes.iter().find(|it| it.name.eq_ignore_ascii_case("choices"));
    let Some(choices) = choices.filter(|_| is_whole) else { return Vec::new() };
    let mut at = choices.value_span.start;
    let mut ids = Vec::new();
    for word in choices.value.split(',') {
        let id = word.trim();
        let start = at + word.find(id).unwrap_or_default() as u32;
        if is_id(id) && policy(id).is_none() {
            let span = Span::new(start, start + id.len() as u32);
            ids.push(Located::new(id.into(), text.source(span)));
        }
        at += word.len() as u32 + 1;
    }
    ids
}

/// How an id stands in a branch: quoted, or (in `cond ? a : b`) bare.
#[derive(Clone, Copy)]
enum Branch {
    Text,
    Bare,
}

fn branches(text: &Text, expr: &Expr, branch: Branch, targets: &mut Vec<Located<Arc<str>>>) {
    if let ExprKind::Conditional { then, otherwise, .. } = &expr.kind {
        branches(text, then, branch, targets);
        if let Some(otherwise) = otherwise {
            branches(text, otherwise, branch, targets);
        }
        return;
    }
    let written = text.value.get(expr.span.range()).unwrap_or_default();
    let id = match (&expr.kind, branch) {
        (ExprKind::Str(id), _) => id.trim(),
        (_, Branch::Bare) if is_id(written) => written,
        _ => return,
    };
    targets.push(Located::new(id.into(), text.source(id_in(written, id, expr.span))));
}

/// Where an id stands in a branch, its quotes left out; the whole branch where it is spelled otherwise.
fn id_in(written: &str, id: &str, branch: Span) -> Span {
    match written.find(id) {
        Some(at) => {
            let start = branch.start + at as u32;
            Span::new(start, start + id.len() as u32)
        }
        None => branch,
    }
}

/// Whether a text has the form of an id.
pub(super) fn is_id(text: &str) -> bool {
    let mut letters = text.chars();
    letters.next().is_some_and(|first| first.is_ascii_alphabetic())
        && letters.all(|it| it.is_ascii_alphanumeric() || matches!(it, '_' | '-'))
}

/// `max_retries` counts attempts in all, `retry` those after the first; `retry_config.max_retries` stands for the former.
pub(super) fn attempts(fields: &Fields<'_>, problems: &mut Vec<Problem>) -> Attempts {
    let number = |value: &Located<crate::Data>| {
        whole_number(&value.value).and_then(|number| u32::try_from(number).ok())
    };
    let explicit = |total: u32| Attempts { total: total.max(1), explicit: true };
    if let Some(total) = fields.get("max_retries").and_then(number) {
        if let Some((key, _)) = fields.pair("retry") {
            let kind = ProblemKind::BothSpellings {
                canonical: "max_retries",
                alias: key.value.clone(),
                merged: Merged::CanonicalWins,
            };
            problems.push(Problem { kind, span: key.span });
        }
        return explicit(total);
    }
    if let Some(further) = fields.get("retry").and_then(number) {
        return explicit(further.saturating_add(1));
    }
    let Some((key, config)) = fields.pair("retry_config") else { return Attempts::default() };
    let Some(total) = config.value.get("max_retries").and_then(number) else {
        return Attempts::default();
    };
    let kind =
        ProblemKind::MovedKey { written: "retry_config.max_retries", canonical: "max_retries" };
    problems.push(Problem { kind, span: key.span });
    explicit(total)
}
