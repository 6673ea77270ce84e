use pipeline::Step;

use crate::{Snapshot, facts};

/// A step of the pipeline: what it does, when, and why then.
pub(super) fn about(snapshot: &Snapshot, index: usize) -> String {
    let Some(step) = snapshot.pipeline.steps.get(index) else { return String::new() };
    let mut text = head(step);
    if let Some(stage) = snapshot.plan.stage_of(index) {
        text.push_str(&format!("\n- stage {} of {}", stage + 1, snapshot.plan.stages.len()));
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
        let names: Vec<_> = after
            .iter()
            .filter_map(|step| snapshot.pipeline.steps.get(*step))
            .map(|step| format!("`{}`", step.id_text()))
            .collect();
        text.push_str(&format!("\n- before {}", names.join(", ")));
    }
    tail(snapshot, step, &mut text);
    text
}

/// A body step of a loop.
pub(super) fn about_inner(snapshot: &Snapshot, step: &Step) -> String {
    let mut text = head(step);
    tail(snapshot, step, &mut text);
    text
}

fn head(step: &Step) -> String {
    let mut text = format!("**step `{}`**", step.id_text());
    let name = step.name.as_ref().filter(|name| name.value != step.id_text());
    if let Some(name) = name {
        text.push_str(&format!(" {}", name.value));
    }
    if let Some(description) = &step.description {
        text.push_str(&format!("\n\n{description}"));
    }
    text.push_str(&format!("\n\n- does: {}", facts::does(step)));
    text
}

fn tail(snapshot: &Snapshot, step: &Step, text: &mut String) {
    let effects: Vec<_> = facts::effects(snapshot, step).into_iter().map(facts::effect).collect();
    let effects = if effects.is_empty() { "none".to_owned() } else { effects.join(", ") };
    text.push_str(&format!("\n- effects: {effects}"));
    if let Some(bound) = facts::bound(step) {
        text.push_str(&format!("\n- repeats: {bound}"));
    }
    if let Some(condition) = &step.condition {
        text.push_str(&format!("\n- only if `{}`", facts::one_line(&condition.text.value)));
    }
    text.push_str(&format!("\n- on failure: {}", facts::on_failure(step)));
}
