use pipeline::Step;
use pipeline::facts::{operation, signature};

use super::{gives, quoted, some};
use crate::{Snapshot, facts};

/// A step of the pipeline: what it does, when, and why then.
pub(super) fn about(snapshot: &Snapshot, index: usize) -> String {
    let Some(step) = snapshot.pipeline.steps.get(index) else { return String::new() };
    let mut text = head(snapshot, step);
    if let Some(stage) = snapshot.plan.stage_of(index) {
        text.push_str(&format!("\n- stage {} of {}", stage + 1, snapshot.plan.stages.len()));
    }
    if snapshot.plan.on_call.contains(&index) {
        text.push_str("\n- runs only when an error handler calls it");
    }
    for edge in snapshot.plan.edges_to(index) {
        let before = snapshot.pipeline.steps.get(edge.from).map_or("", |step| step.id_text());
        text.push_str(&format!(
            "\n- after `{before}`: {}",
            snapshot.plan.because(&snapshot.pipeline, edge)
        ));
    }
    let mut after: Vec<_> = snapshot.plan.dependents(index).collect();
    after.sort_unstable();
    after.dedup();
    if !after.is_empty() {
        let steps = after.iter().filter_map(|step| snapshot.pipeline.steps.get(*step));
        let names: Vec<_> = steps.map(|step| quoted(step.id_text())).collect();
        text.push_str(&format!("\n- before {}", some(&names)));
    }
    tail(snapshot, &[], step, &mut text);
    text
}

/// A body step of a loop.
pub(super) fn about_inner(snapshot: &Snapshot, step: &Step) -> String {
    let mut text = head(snapshot, step);
    let outermost = snapshot.pipeline.steps.iter();
    let around = outermost.filter_map(|it| path(it, step)).next().unwrap_or_default();
    tail(snapshot, &around, step, &mut text);
    text
}

/// The steps around `wanted` inside `step`, that one first.
fn path<'s>(step: &'s Step, wanted: &Step) -> Option<Vec<&'s Step>> {
    if std::ptr::eq(step, wanted) {
        return Some(Vec::new());
    }
    let mut below = step.body.iter().find_map(|it| path(it, wanted))?;
    below.insert(0, step);
    Some(below)
}

fn head(snapshot: &Snapshot, step: &Step) -> String {
    let mut text = format!("**step {}**", quoted(step.id_text()));
    let name = step.name.as_ref().filter(|name| name.value != step.id_text());
    if let Some(name) = name {
        text.push_str(&format!(" {}", name.value));
    }
    if let Some(description) = &step.description {
        text.push_str(&format!("\n\n{description}"));
    }
    text.push_str(&format!("\n\n- does: {}", facts::does(step)));
    if let Some(sentence) = sentence(snapshot, step) {
        text.push_str(&format!(": {sentence}"));
    }
    text
}

/// What its tool or operation says of itself, in one sentence.
fn sentence(snapshot: &Snapshot, step: &Step) -> Option<&'static str> {
    let signature = signature(step, &snapshot.catalogue)?;
    let named = operation(step).or(signature.default_operation);
    let doc = named.and_then(|it| signature.operation(it)).map_or(signature.doc, |it| it.doc);
    let first = doc.lines().next()?;
    Some(first.split_once(". ").map_or(first, |(sentence, _)| sentence).trim_end_matches('.'))
}

fn tail(snapshot: &Snapshot, around: &[&Step], step: &Step, text: &mut String) {
    if let Some(lines) = super::choice::lines(snapshot, around, step) {
        text.push_str(&lines);
    }
    let mut line = |label: &str, words: &str| text.push_str(&format!("\n- {label}{words}"));
    let effects: Vec<_> = facts::effects(snapshot, step).into_iter().map(facts::effect).collect();
    line("effects: ", &if effects.is_empty() { "none".to_owned() } else { effects.join(", ") });
    if let Some(bound) = facts::bound(step) {
        line("repeats: ", &bound);
    }
    if let Some(condition) = &step.condition {
        line("only if ", &format!("`{}`", facts::one_line(&condition.text.value)));
    }
    if let Some(attempts) = facts::attempts(step) {
        line("attempts: ", &attempts);
    }
    line("on failure: ", &facts::on_failure(step));
    if !step.handlers.is_empty() {
        line("handlers: ", &step.handlers.len().to_string());
    }
    if let Some(fields) = gives(snapshot, step) {
        line("gives: ", &fields);
    }
}
