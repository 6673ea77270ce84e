//! What a step needs of its model by what it does, and how many tokens it asks for.

use syntax::template::Part;

use super::read::{text, whole};
use super::{Capability, Wanted};
use crate::{Data, Step, StepKind, Text};

/// Tools that no model for texts serves, and those that do: nobody's price list tells them apart.
const MAKERS: [(&str, &[&str]); 2] = [
    ("image-generation", &["openai:gpt-image-1", "google:gemini-2.5-flash-image"]),
    (LISTENS, &["openai:gpt-4o-mini-transcribe"]),
];
/// The tools that have a model look at pictures.
const LOOKS: [&str; 2] = ["image-analysis", "video-processing"];
/// The tool that has a model write down what is said.
const LISTENS: &str = "audio-processing";

/// Parameters whose text is part of what the model reads.
pub(super) const READ: [&str; 8] = [
    "prompt",
    "text",
    "system_prompt",
    "task",
    "task_description",
    "content_to_debug",
    "error_context",
    "expected_outcome",
];

/// What a step needs of its model, and the name of what needs it.
#[must_use]
pub fn needs(step: &Step) -> Option<(Capability, &'static str)> {
    let called = called(step)?;
    LOOKS.into_iter().find(|it| *it == called).map(|it| (Capability::Vision, it))
}

/// Whether a model looks at pictures or listens for a step.
pub(super) fn perceives(step: &Step) -> bool {
    called(step).is_some_and(|it| LOOKS.contains(&it) || it == LISTENS)
}

/// The tool of a step that no model for texts serves, and the models among which is chosen for it.
pub(super) fn makers(step: &Step) -> Option<(&'static str, Vec<String>)> {
    let called = called(step)?;
    let (tool, names) = MAKERS.iter().find(|(tool, _)| *tool == called)?;
    Some((tool, names.iter().map(|it| (*it).to_owned()).collect()))
}

fn called(step: &Step) -> Option<&str> {
    match &step.kind {
        StepKind::Tool { tool, .. } => Some(&tool.value),
        _ => None,
    }
}

/// About how many tokens a text has: four characters each.
#[must_use]
pub fn tokens(characters: usize) -> u64 {
    (characters as u64).div_ceil(4)
}

/// The tokens that a model reads of a step, as far as they are written in the pipeline: what templates stand for is not
/// counted.
#[must_use]
pub fn prompt_tokens(step: &Step, wanted: &Wanted) -> u64 {
    let instruction = match &step.kind {
        StepKind::Auto(text) => written(&text.value),
        _ => 0,
    };
    let parameters = step.parameters.iter().filter(|it| READ.contains(&it.name.value.as_str()));
    let read = parameters.map(|it| match &it.value.value {
        Data::Text(text) => written(text),
        other => text(other).map_or(0, |it| it.chars().count()),
    });
    let system = wanted.settings.system_prompt.as_deref().map_or(0, |it| it.chars().count());
    tokens(instruction + system + read.sum::<usize>())
}

/// Characters outside templates.
fn written(text: &Text) -> usize {
    let Some(template) = &text.template else { return text.value.chars().count() };
    let literal = template.parts.iter().filter_map(|part| match part {
        Part::Text(span) => text.value.get(span.range()),
        _ => None,
    });
    literal.map(|it| it.chars().count()).sum()
}

/// The most tokens of an answer that a step allows, where it says so itself; nothing for templates.
#[must_use]
pub fn asked_tokens(step: &Step, wanted: &Wanted) -> Option<u32> {
    let own = ["max_tokens", "max_completion_tokens"].iter().find_map(|it| step.parameter(it));
    match own.map(|it| &it.value.value) {
        Some(Data::Text(text)) if !text.is_static() => None,
        Some(value) => whole(value),
        None => wanted.settings.max_tokens,
    }
}
