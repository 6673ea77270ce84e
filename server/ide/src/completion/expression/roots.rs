//! Names that an expression may begin with.

use std::sync::Arc;

use pipeline::names::{Meaning, bindings, builtin};
use pipeline::{Pipeline, Step};
use syntax::Span;

use super::super::{Item, ItemKind, MOST_STEPS, is_subsequence};
use super::Waiting;
use crate::enclosing::Enclosing;
use crate::hover::type_word;
use crate::{Snapshot, facts, known};

/// Names in scope at the cursor: bindings of loops, inputs, steps that may be read, and what is always there. `typed`: what is
/// written of the name; `member`: the name that follows it behind a `.`.
pub(super) fn items(
    snapshot: &Snapshot,
    offset: u32,
    replace: Span,
    typed: &str,
    member: Option<&str>,
) -> Vec<Item> {
    let enclosing = Enclosing::at(&snapshot.pipeline, offset);
    let path = enclosing.as_ref().map(|it| it.path.as_slice()).unwrap_or_default();
    let own = enclosing.as_ref().map(|it| it.index);
    let in_defaults = own.is_none() && in_inputs(&snapshot.pipeline, offset);
    let waiting = Waiting::at(snapshot, offset);
    let typed = typed.trim_start_matches('$');
    let mut found: Vec<(Rank, Arc<str>, Meaning)> = Vec::new();
    for name in snapshot.names.visible(&snapshot.pipeline, path) {
        if !is_name(&name) || !is_subsequence(typed, &name) {
            continue;
        }
        let meaning = snapshot.names.resolve(&snapshot.pipeline, path, &name);
        let rank = match (&meaning, own) {
            (Meaning::Step(_) | Meaning::Variable(_), _) if in_defaults => continue,
            (Meaning::Step(step) | Meaning::Variable(step), _) if waiting.outermost(*step) => {
                continue;
            }
            (Meaning::BodyStep(id), _) if waiting.sibling(id) => continue,
            (Meaning::Builtin(_), _) if !has_member(snapshot, path, &name, &meaning, member) => {
                continue;
            }
            (Meaning::Variable(step), Some(own)) if *step == own => continue,
            (Meaning::Step(step), Some(own)) if *step < own => (1, own - step),
            (Meaning::Step(step), _) => (2, *step),
            (Meaning::LoopName(_) | Meaning::LoopOwn | Meaning::BodyStep(_), _) => (0, 0),
            (Meaning::PreviousRound(_), _) => (0, 1),
            (Meaning::Input(_) | Meaning::Variable(_), _) => (1, 0),
            _ => (3, 0),
        };
        found.push((rank, name, meaning));
    }
    found.sort_by_key(|(rank, ..)| *rank);
    let mut steps = 0;
    found.retain(|(_, _, meaning)| {
        steps += usize::from(matches!(meaning, Meaning::Step(_)));
        steps <= MOST_STEPS || !matches!(meaning, Meaning::Step(_))
    });
    found.iter().map(|(_, name, meaning)| root(snapshot, path, name, meaning, replace)).collect()
}

/// Whether what follows behind a `.` is there in a value with a known set of members.
fn has_member(
    snapshot: &Snapshot,
    path: &[&Step],
    name: &str,
    meaning: &Meaning,
    member: Option<&str>,
) -> bool {
    let known = known::root(snapshot, path, name, meaning);
    member.is_none_or(|member| known.is_none_or(|it| it.member(snapshot, path, member).is_some()))
}

/// Lower comes first: what it is, then how far away.
type Rank = (u8, usize);

/// Whether a place is in the declaration of inputs.
fn in_inputs(pipeline: &Pipeline, offset: u32) -> bool {
    let before =
        pipeline.entries.iter().rev().find(|entry| entry.absolute(entry.key.span).start <= offset);
    before
        .and_then(|entry| entry.known)
        .is_some_and(|key| matches!(key.name, "inputs" | "parameters"))
}

fn root(snapshot: &Snapshot, path: &[&Step], name: &str, meaning: &Meaning, replace: Span) -> Item {
    let pipeline = &snapshot.pipeline;
    let item = |kind| Item::new(name, kind, replace);
    match meaning {
        Meaning::Step(index) => {
            let step = pipeline.steps.get(*index);
            let does = step.map(|step| facts::does(step).replace('`', "")).unwrap_or_default();
            let doc = step.and_then(|step| step.description.clone()).unwrap_or_default();
            item(ItemKind::Step).detail(format!("step: {does}")).text(doc)
        }
        Meaning::BodyStep(_) => item(ItemKind::Step).detail("step of this loop"),
        Meaning::PreviousRound(_) => item(ItemKind::Step).detail("the round before"),
        Meaning::Input(index) => {
            let input = pipeline.inputs.get(*index);
            let ty = input.and_then(|it| known::input_type(it)).map_or("", type_word);
            let doc = input.and_then(|input| input.description.clone()).unwrap_or_default();
            item(ItemKind::Name).detail(format!("input {ty}").trim_end()).text(doc)
        }
        Meaning::Builtin(_) => item(ItemKind::Name).text(builtin(name).map_or("", |it| it.doc)),
        Meaning::LoopName(_) => {
            let all = path.iter().rev().flat_map(|step| bindings(&step.kind));
            let doc = all.into_iter().find(|it| it.name == name).map_or("", |it| it.doc);
            item(ItemKind::Name).detail("of this loop").text(doc)
        }
        Meaning::LoopOwn => item(ItemKind::Name).detail("this loop"),
        Meaning::Variable(index) => {
            let step = pipeline.steps.get(*index).map_or("", |it| it.id_text());
            item(ItemKind::Name).detail(format!("variable of {step}"))
        }
        Meaning::Constants(_) => item(ItemKind::Name).detail("constants"),
        _ => item(ItemKind::Name),
    }
}

fn is_name(text: &str) -> bool {
    text.chars().all(|it| it.is_alphanumeric() || it == '_')
}
