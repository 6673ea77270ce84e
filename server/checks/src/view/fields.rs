//! What a step answers to.

use pipeline::{
    Step, StepKind,
    catalogue::{Catalogue, Signature},
    facts::{operation, signature},
};

/// Fields that every step answers to: those of its record, its envelope, and the words for its primary value.
pub(crate) const OF_EVERY_STEP: &[&str] = &[
    "status", "success", "error", "skipped", "reason", "duration", "attempts", "result", "results",
    "content", "text", "value", "output", "outputs", "data", "response", "action",
];

/// All fields of a step; `None` where they follow from what the step is given, or are not known.
pub(crate) fn fields_of(step: &Step, catalogue: &Catalogue) -> Option<Vec<&'static str>> {
    if matches!(step.kind, StepKind::Echo(_) | StepKind::Debug(_)) {
        return Some(OF_EVERY_STEP.to_vec());
    }
    let signature = signature(step, catalogue)?;
    let mut fields: Vec<&str> =
        signature.fields(operation(step)).into_iter().map(|it| it.name).collect();
    if fields.is_empty() || is_open(signature) || step.key("outputs").is_some() {
        return None;
    }
    fields.extend(OF_EVERY_STEP);
    Some(fields)
}

/// Results whose fields follow from what the step is given.
fn is_open(signature: &Signature) -> bool {
    matches!(
        signature.name,
        "generate_structured" | "pipeline-executor" | "mcp-server" | "process" | "validate"
    )
}
