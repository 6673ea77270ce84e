use pipeline::names::{Meaning, bindings, builtin};
use pipeline::{Reference, Step};

use super::{catalogue::type_word, input, step};
use crate::known::{self, Known, body_step};
use crate::{Snapshot, expression, facts};

/// What a root name means. `path`: the steps round the place, outermost first.
pub(super) fn about(
    snapshot: &Snapshot,
    meaning: &Meaning,
    path: &[&Step],
    offset: u32,
) -> Option<String> {
    let id = |index: usize| snapshot.pipeline.steps.get(index).map(|step| step.id_text());
    Some(match meaning {
        Meaning::Step(index) => step::about(snapshot, *index),
        Meaning::BodyStep(id) => step::about_inner(snapshot, body_step(path, id)?),
        Meaning::PreviousRound(id) => {
            format!("**`prev_{id}`**\n\nThe result of `{id}` in the previous round.")
        }
        Meaning::Input(index) => input::about(snapshot, *index)?,
        Meaning::Builtin(name) => format!("**`{name}`**\n\n{}", builtin(name)?.doc),
        Meaning::Constants(section) => {
            format!("**`{section}`**\n\nConstants of this file; callers cannot change them.")
        }
        Meaning::LoopName(name) => {
            let known = known::root(snapshot, path, name, meaning);
            format!(
                "**`{name}`**{}\n\n{}{}",
                typed(snapshot, known),
                binding(path, name)?,
                source(path, name)
            )
        }
        Meaning::LoopOwn => {
            let word = expression::word_at(snapshot, offset)?.text;
            let name = word.trim_start_matches('$');
            match known::root(snapshot, path, name, meaning) {
                Some(Known::Loop(_)) => {
                    format!(
                        "**`{name}`**\n\nThe loop that this step is in: `{name}.item`, `{name}.index` and so on."
                    )
                }
                known => format!(
                    "**`{name}`**{}\n\nThe item of this iteration.{}",
                    typed(snapshot, known),
                    source(path, "item")
                ),
            }
        }
        Meaning::NamedLoop(index) => {
            format!("The loop in step `{}`; its last bindings stand behind it.", id(*index)?)
        }
        Meaning::Variable(index) => {
            let word = expression::word_at(snapshot, offset)?.text;
            let step = snapshot.pipeline.steps.get(*index)?;
            let promised = facts::promised(step).into_iter().find(|it| it.name == word);
            let doc = promised.map(|it| it.doc).filter(|it| !it.is_empty());
            let doc = doc.map(|it| format!("\n\n{it}")).unwrap_or_default();
            format!("**`{word}`**\n\nA variable that step `{}` produces.{doc}", step.id_text())
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
    let before = reference.fields.get(..field)?;
    let root = known::root(snapshot, path, &reference.root, meaning)?;
    let owner =
        before.iter().try_fold(root, |known, (name, _)| known.member(snapshot, path, name))?;
    let found = owner.member(snapshot, path, name);
    if let (Known::Input(_) | Known::Namespace(_), Some(Known::Input(input))) = (owner, found) {
        return input::about(snapshot, snapshot.names.input(&input.name.value)?);
    }
    let members = || owner.members(snapshot).into_iter().find(|it| it.name == **name);
    let doc = match (owner, found) {
        (Known::Loop(_), _) => any_binding(name)?.to_owned(),
        (_, Some(Known::Field(field))) => field.doc.to_owned(),
        (Known::Step(step), Some(Known::Result(_))) => {
            let fields =
                super::gives(snapshot, step).map(|it| format!(": {it}")).unwrap_or_default();
            format!("What the step produced{fields}.")
        }
        (_, Some(Known::Data(data))) => super::short(data).map_or_else(
            || format!("Written here as {}.", data.kind()),
            |it| format!("Written here: `{it}`"),
        ),
        _ => members()?.doc,
    };
    let by = match owner {
        Known::Step(step) | Known::Result(step) => giver(snapshot, step),
        _ => String::new(),
    };
    Some(format!("**`{name}`** of `{}`{}\n\n{doc}{by}", reference.root, typed(snapshot, found)))
}

/// The type of a value in parentheses, where it is known.
fn typed(snapshot: &Snapshot, known: Option<Known<'_>>) -> String {
    let ty = known.and_then(|it| it.ty(snapshot));
    ty.map(|it| format!(" ({})", type_word(it))).unwrap_or_default()
}

/// Which tool gives what a step produces.
fn giver(snapshot: &Snapshot, step: &Step) -> String {
    match pipeline::facts::signature(step, &snapshot.catalogue) {
        Some(_) => format!("\n\nGiven by {}.", facts::does(step)),
        None => String::new(),
    }
}

/// The loop that binds a name.
fn source(path: &[&Step], name: &str) -> String {
    let binds = |step: &&&Step| bindings(&step.kind).iter().any(|it| it.name == name);
    match path.iter().rev().find(binds).and_then(|step| Some((step, facts::bound(step)?))) {
        Some((step, bound)) => format!("\n\nThe loop is `{}`: {bound}.", step.id_text()),
        None => String::new(),
    }
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
