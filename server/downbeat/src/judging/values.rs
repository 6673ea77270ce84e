//! Whether the values that models wrote in a run are what their steps ask for, as a model judges it.

use std::path::Path;

use engine::{Document, StepStatus};
use pipeline::{Pipeline, Step, catalogue::Catalogue, models::Wanted};
use serde_json::Value as Json;
use tokio_util::sync::CancellationToken;

use super::{Control, Matter, Ruling, examine, judge};
use crate::report::{Judged, Report, step_at};

/// Most values of one run that are judged.
const MOST: usize = 50;

/// What a model says of the values of a run that are texts of models. `text` is that of its pipeline, `folder` its workspace.
///
/// # Errors
/// Why nobody judges, for people; what was judged before that is lost.
pub(crate) fn values(
    document: &Document,
    text: &str,
    folder: &Path,
    catalogue: &Catalogue,
) -> Result<Vec<Judged>, String> {
    let source = syntax::Document::new(text);
    let pipeline = pipeline::lower(&source, catalogue);
    let wanted = Wanted::of_orchestration(&pipeline);
    let report = Report::new(document);
    let written = report.steps.iter().filter(|step| {
        step.model.is_some() && step.success && step.status == StepStatus::Completed
    });
    let mut judged = Vec::new();
    for step in written.take(MOST) {
        let Some(value) = step_at(document, &step.path).and_then(|record| said(&record.value))
        else {
            continue;
        };
        let Some(task) = task(&pipeline, &source, &step.path) else { continue };
        if judged.is_empty() {
            let kind = Matter { task: TASK, examples: EXAMPLES, shown: "" };
            examine(folder, &wanted, &kind, CONTROLS, &CancellationToken::new())?;
        }
        let shown = format!("The step:\n{task}\n\nWhat came out:\n{value}");
        let matter = Matter { task: TASK, examples: EXAMPLES, shown: &shown };
        let judgement = judge(folder, &wanted, &matter, &CancellationToken::new())?;
        judged.push(Judged {
            step: step.path.clone(),
            model: judgement.model,
            passed: judgement.ruling == Ruling::Pass,
            reason: judgement.reason,
        });
    }
    Ok(judged)
}

/// The text of a value, or the JSON of what a model gave in a shape.
fn said(value: &Json) -> Option<String> {
    let inner = value.get("result").unwrap_or(value);
    match inner {
        Json::Null => None,
        Json::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}

/// The text of the step of a path, those inside of others by their ids.
fn task(pipeline: &Pipeline, source: &syntax::Document, path: &str) -> Option<String> {
    let ids: Vec<&str> =
        path.split('.').map(|part| part.split('[').next().unwrap_or(part)).collect();
    let outer = pipeline
        .steps
        .iter()
        .find(|step| step.id_text() == ids.first().copied().unwrap_or_default())?;
    let step = ids.iter().skip(1).try_fold(&*outer.item, |step: &Step, id| step.body.of_id(id))?;
    let span = outer.absolute(step.span);
    let text = source.rope().get_byte_slice(span.start as usize..span.end as usize)?;
    Some(text.to_string())
}

const TASK: &str = "You judge whether what came out of a step of a data pipeline is what the step asks for. Answer with a JSON object: `reason`, one \
    short sentence that quotes or names what decides it, and `verdict`: `pass` where it is what was asked for, `fail` where it is \
    something else, is beside the point, contradicts itself or leaves out what was asked for. Where the step puts in values that you \
    cannot see, do not hold them against it.";

const CONTROLS: &[Control] = &[
    (
        "The step:\nid: poem\nprompt: Write a poem about the sea.\n\nWhat came out:\nInvoice 4711: two chairs, 90 euros.",
        Ruling::Fail,
    ),
    (
        "The step:\nid: capital\nprompt: Which city is the capital of Norway?\n\nWhat came out:\nOslo",
        Ruling::Pass,
    ),
    (
        "The step:\nid: seasons\nprompt: List the four seasons.\n\nWhat came out:\nI cannot help with that.",
        Ruling::Fail,
    ),
    (
        "The step:\nid: shout\nprompt: Write this in capital letters, stop\n\nWhat came out:\nSTOP",
        Ruling::Pass,
    ),
];

const EXAMPLES: &[(&str, &str)] = &[
    (
        "The step:\nid: name\nprompt: Give one name for a cat.\n\nWhat came out:\nMinka",
        r#"{"reason": "`Minka` is one name for a cat.", "verdict": "pass"}"#,
    ),
    (
        "The step:\nid: list\nprompt: List three rivers of France.\n\nWhat came out:\nParis is the capital of France.",
        r#"{"reason": "It names a city and no river.", "verdict": "fail"}"#,
    ),
];
