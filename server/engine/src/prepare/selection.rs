//! Which steps a request selects.

use pipeline::{Pipeline, Placed, Plan, Selection as Choice, Step, names::Names};

use super::{Refusal, program::Draft};
use crate::Selection;

/// For each step whether it is to run.
pub(super) fn selected(
    pipeline: &Pipeline,
    plan: &Plan,
    names: &Names,
    selection: &Selection,
) -> Result<Vec<bool>, Refusal> {
    let step =
        |id: &str| names.step(id).map(|step| vec![step]).ok_or_else(|| unknown(pipeline, id));
    let choice = match selection {
        Selection::All => return Ok(vec![true; pipeline.steps.len()]),
        Selection::Only(id) => Choice { only: step(id)?, ..Choice::default() },
        Selection::From(id) => Choice { from: step(id)?, ..Choice::default() },
        Selection::Until(id) => Choice { until: step(id)?, ..Choice::default() },
    };
    let mut selected = vec![false; pipeline.steps.len()];
    for step in pipeline.selected(plan, &choice).chosen {
        if let Some(slot) = selected.get_mut(step) {
            *slot = true;
        }
    }
    Ok(selected)
}

/// The step that a selection names.
pub(super) fn chosen(draft: &Draft<'_>) -> Option<usize> {
    match draft.selection {
        Selection::Only(id) | Selection::From(id) | Selection::Until(id) => draft.names.step(id),
        Selection::All => None,
    }
}

fn unknown(pipeline: &Pipeline, id: &str) -> Refusal {
    let inside = |outer: &&Placed<Step>| {
        let below = id.strip_prefix(outer.id_text()).and_then(|rest| rest.strip_prefix('.'));
        let last = below.and_then(|below| below.rsplit('.').next());
        outer.walk().iter().skip(1).any(|step| Some(step.id_text()) == last.or(Some(id)))
    };
    let around = pipeline.steps.iter().find(inside).filter(|_| !id.is_empty());
    let near = || pipeline::names::nearest(id, pipeline.steps.iter().map(|step| step.id_text()));
    let (message, help) = match around.map(|outer| outer.id_text()) {
        Some(outer) => (
            format!(
                "`{id}` stands inside of the step `{outer}`, and only whole steps can be selected"
            ),
            Some(format!("select `{outer}`, which runs with everything inside of it")),
        ),
        None => (
            format!("there is no step `{id}`"),
            near().map(|near| format!("did you mean `{near}`?")),
        ),
    };
    Refusal { code: "unknown-step", message, help, step: None, span: None, within: None }
}
