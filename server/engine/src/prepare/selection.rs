//! Which steps a request selects.

use pipeline::{Selection as Choice, names::Names};

use super::Refusal;
use crate::{Request, Selection};

/// For each step whether it is to run.
pub(super) fn selected(request: &Request, names: &Names) -> Result<Vec<bool>, Refusal> {
    let pipeline = &request.pipeline;
    let step = |id: &str| names.step(id).map(|step| vec![step]).ok_or_else(|| unknown(request, id));
    let choice = match &request.selection {
        Selection::All => return Ok(vec![true; pipeline.steps.len()]),
        Selection::Only(id) => Choice { only: step(id)?, ..Choice::default() },
        Selection::From(id) => Choice { from: step(id)?, ..Choice::default() },
        Selection::Until(id) => Choice { until: step(id)?, ..Choice::default() },
    };
    let mut selected = vec![false; pipeline.steps.len()];
    for step in pipeline.selected(&request.plan, &choice).chosen {
        if let Some(slot) = selected.get_mut(step) {
            *slot = true;
        }
    }
    Ok(selected)
}

fn unknown(request: &Request, id: &str) -> Refusal {
    let near =
        pipeline::names::nearest(id, request.pipeline.steps.iter().map(|step| step.id_text()));
    Refusal {
        code: "unknown-step",
        message: format!("there is no step `{id}`"),
        help: near.map(|near| format!("did you mean `{near}`?")),
        step: None,
        span: None,
    }
}
