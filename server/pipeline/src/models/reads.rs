//! The most tokens that a call of a step reads, for what it can cost. A token is at least one byte, so that no language and no
//! model reads more of a text than that.

use super::Wanted;
use super::needs::{READ, perceives};
use super::read::text;
use crate::personality::{self, STANDARD};
use crate::{Data, Pipeline, Step, StepKind, Text, variables};

/// Tokens beside what a step says: roles, marks, the usual instructions of a model, those about the shape of an answer.
pub const FRAME: u64 = 256;

/// Parameters that say a shape, often in a short form.
const SHAPES: [&str; 2] = ["schema", "response_format"];
/// How many times longer the JSON Schema of a short form is at most, in tokens.
const SPELLED_OUT: usize = 4;

/// The tokens that the first question of a call has at most; nothing where its text does not say: where templates, pictures,
/// sound or texts of other files are in it.
pub(super) fn most_read(pipeline: &Pipeline, step: &Step, wanted: &Wanted) -> Option<u64> {
    if perceives(step) {
        return None;
    }
    let mut bytes = match &step.kind {
        StepKind::Auto(question) => fixed(&question.value)?,
        _ => 0,
    };
    for parameter in &step.parameters {
        let name = parameter.name.value.as_str();
        let times = if SHAPES.contains(&name) { SPELLED_OUT } else { 1 };
        let length = length(&parameter.value.value);
        bytes += times * if is_asked(name) { length? } else { length.unwrap_or_default() };
    }
    if !step.vars.is_empty() {
        bytes += variables::schema(step.vars.iter().map(|it| &it.value)).to_string().len();
    }
    Some((bytes + system(pipeline, step, wanted)?) as u64 + FRAME)
}

/// Whether a parameter is part of the question: what a template brings into it has no bound.
fn is_asked(name: &str) -> bool {
    READ.contains(&name) || SHAPES.contains(&name)
}

/// Bytes of what the model is told before the question.
fn system(pipeline: &Pipeline, step: &Step, wanted: &Wanted) -> Option<usize> {
    let expert = wanted.settings.system_prompt.as_deref().unwrap_or_default().trim();
    let named = step.personality.as_ref().map(|it| it.value.as_str());
    let Some(name) = named.or_else(|| expert.is_empty().then_some(STANDARD)) else {
        return Some(expert.len());
    };
    let personality = personality::resolve(pipeline, name, &|_| Ok(None)).ok()?;
    Some(expert.len() + personality.text.len())
}

/// Bytes of a value; nothing where a template or a model makes it.
fn length(data: &Data) -> Option<usize> {
    match data {
        Data::Text(text) if !text.autos.is_empty() => None,
        Data::Text(text) => fixed(text),
        Data::List(items) => items.iter().map(|it| Some(length(&it.value)? + 1)).sum(),
        Data::Map(entries) => entries
            .iter()
            .map(|(key, value)| Some(key.value.len() + length(&value.value)? + 1))
            .sum(),
        other => Some(text(other).map_or(4, |it| it.len())),
    }
}

/// Bytes of a text without templates.
fn fixed(text: &Text) -> Option<usize> {
    text.template.is_none().then(|| text.value.len())
}
