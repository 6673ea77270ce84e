use pipeline::catalogue::Field;
use pipeline::names::{Meaning, bindings, builtin};
use pipeline::{Reference, Step};

use super::{catalogue::type_word, input, step};
use crate::{Snapshot, facts};

/// What a root name means.
pub(super) fn about(snapshot: &Snapshot, meaning: &Meaning, path: &[&Step]) -> Option<String> {
    Some(match meaning {
        Meaning::Step(index) => step::about(snapshot, *index),
        Meaning::BodyStep(id) => step::about_inner(snapshot, body_step(path, id)?),
        Meaning::PreviousRound(id) => {
            format!("**`prev_{id}`**\n\nThe result of `{id}` in the previous round.")
        }
        Meaning::Input(index) => input::about(snapshot, *index)?,
        Meaning::Builtin(name) => format!("**`{name}`**\n\n{}", builtin(name)?.doc),
        Meaning::Constants(section) => format!("**`{section}`**\n\nConstants of this pipeline."),
        Meaning::LoopName(name) => format!("**`{name}`**\n\n{}", binding(path, name)?),
        Meaning::LoopOwn => {
            "The loop that this step is in; its bindings stand behind it.".to_owned()
        }
        Meaning::NamedLoop(index) => format!(
            "The loop in step `{}`; its last bindings stand behind it.",
            snapshot.pipeline.steps.get(*index)?.id_text()
        ),
        Meaning::Variable(index) => {
            format!(
                "A variable that step `{}` produces.",
                snapshot.pipeline.steps.get(*index)?.id_text()
            )
        }
        Meaning::OutsideBody(_) | Meaning::Unknown => return None,
    })
}

/// What a field behind a name is.
pub(super) fn field(
    snapshot: &Snapshot,
    meaning: &Meaning,
    reference: &Reference,
    field: usize,
    path: &[&Step],
) -> Option<String> {
    let (name, _) = reference.fields.get(field)?;
    match meaning {
        Meaning::Step(_) | Meaning::BodyStep(_) => {
            let step = match meaning {
                Meaning::Step(index) => &snapshot.pipeline.steps.get(*index)?.item,
                Meaning::BodyStep(id) => body_step(path, id)?,
                _ => return None,
            };
            let written: Vec<&str> =
                reference.fields.iter().take(field + 1).map(|(name, _)| &**name).collect();
            let found = behind_step(snapshot, step, &written)?;
            Some(format!(
                "**`{name}`** of `{}` ({})\n\n{}",
                reference.root,
                type_word(found.ty),
                found.doc
            ))
        }
        Meaning::LoopOwn | Meaning::NamedLoop(_) => {
            Some(format!("**`{name}`**\n\n{}", any_binding(name)?))
        }
        _ => None,
    }
}

/// The field that a path behind a step ends at.
pub(crate) fn behind_step(
    snapshot: &Snapshot,
    step: &Step,
    path: &[&str],
) -> Option<&'static Field> {
    let (first, rest) = path.split_first()?;
    let fields = facts::fields(snapshot, step);
    let found = fields.iter().find(|field| field.name == *first)?;
    match rest {
        [] => Some(found),
        [second, deeper @ ..] if *first == "result" => {
            let own = facts::own_fields(snapshot, step);
            inside(own.into_iter().find(|field| field.name == *second)?, deeper)
        }
        deeper => inside(found, deeper),
    }
}

fn inside(field: &'static Field, path: &[&str]) -> Option<&'static Field> {
    let Some((first, rest)) = path.split_first() else { return Some(field) };
    if first.parse::<u64>().is_ok() {
        return inside(field, rest);
    }
    inside(field.fields.iter().find(|field| field.name == *first)?, rest)
}

/// The body step of an enclosing loop that has this id.
pub(crate) fn body_step<'s>(path: &[&'s Step], id: &str) -> Option<&'s Step> {
    path.iter().rev().flat_map(|step| &step.body).find(|step| step.id_text() == id)
}

fn binding(path: &[&Step], name: &str) -> Option<&'static str> {
    let all = path.iter().rev().flat_map(|step| bindings(&step.kind));
    all.into_iter()
        .find(|binding| binding.name == name)
        .map(|binding| binding.doc)
        .or_else(|| any_binding(name))
}

/// The words for a binding of that name, whatever loop binds it.
fn any_binding(name: &str) -> Option<&'static str> {
    Some(match name {
        "item" => "The item of this iteration.",
        "items" => "All items.",
        "index" | "iteration" => "Number of this iteration, from 0.",
        "position" => "Number of this iteration, from 1.",
        "length" => "How many items there are.",
        "is_first" => "Whether this is the first iteration.",
        "is_last" => "Whether this is the last iteration.",
        "remaining" => "How many items come after this one.",
        "has_next" => "Whether an item comes after this one.",
        "has_prev" => "Whether an item came before this one.",
        "loop_state" => "What the loop knows of itself.",
        "current_result" => "Result of the last round.",
        _ => return None,
    })
}
