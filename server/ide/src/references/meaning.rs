//! What a path in an expression names: the thing that its root is, and the one that the field behind it is.

use pipeline::names::{LOOP_FIELDS, Meaning};
use pipeline::{Reference, Step};
use syntax::Span;

use super::thing::{Member, Thing, loop_name, loop_var};
use crate::Snapshot;

/// A name in a path, relative to the item.
#[derive(Clone, Copy, Debug)]
pub(super) struct Part<'r> {
    pub(super) name: &'r str,
    pub(super) span: Span,
    /// End of the word before it, unless it begins the path.
    pub(super) after: Option<u32>,
}

/// A path as it is resolved: a step or input that is called `results` makes a root of what else is a namespace.
pub(super) struct Parts<'r> {
    pub(super) root: Part<'r>,
    pub(super) field: Option<Part<'r>>,
}

impl<'r> Parts<'r> {
    pub(super) fn of(snapshot: &Snapshot, reference: &'r Reference) -> Self {
        let names = &snapshot.names;
        let own = Part { name: &reference.root, span: reference.root_span, after: None };
        match &reference.namespace {
            Some((word, span)) if names.step(word).is_some() || names.input(word).is_some() => {
                let root = Part { name: word, span: *span, after: None };
                Self { root, field: Some(Part { after: Some(span.end), ..own }) }
            }
            namespace => {
                let after = namespace.as_ref().map(|(_, span)| span.end);
                let field = reference.fields.first().map(|(name, span)| Part {
                    name,
                    span: *span,
                    after: Some(reference.root_span.end),
                });
                Self { root: Part { after, ..own }, field }
            }
        }
    }
}

/// A thing and the part of the written name that is its name.
pub(super) struct Named<'s> {
    pub(super) thing: Thing<'s>,
    /// Bytes in front of it.
    pub(super) skip: u32,
    /// Whether more is written behind it.
    pub(super) more: bool,
}

impl<'s> Named<'s> {
    const fn whole(thing: Thing<'s>) -> Self {
        Self { thing, skip: 0, more: false }
    }
}

/// The thing that the root of a path means.
pub(super) fn root<'s>(
    snapshot: &'s Snapshot,
    path: &[&'s Step],
    base: u32,
    reference: &Reference,
    meaning: &Meaning,
    name: &str,
) -> Option<Named<'s>> {
    let owner = || {
        let index = snapshot.names.owner(path, reference, meaning)?;
        path.get(index).map(|step| Member { step, base })
    };
    Some(match meaning {
        Meaning::Step(index) => Named::whole(Thing::Step(Member::outermost(snapshot, *index)?)),
        Meaning::OutsideBody(index) => {
            let outermost = Member::outermost(snapshot, *index)?;
            let inner = outermost
                .step
                .body
                .iter()
                .find_map(|inner| outermost.inner(inner).find(|step| step.id_text() == name))?;
            Named::whole(Thing::Step(inner))
        }
        Meaning::BodyStep(id) => Named::whole(Thing::Step(in_body(owner()?, id)?)),
        Meaning::PreviousRound(id) => Named {
            thing: Thing::Step(in_body(owner()?, id)?),
            skip: u32::try_from("prev_".len()).ok()?,
            more: false,
        },
        Meaning::Input(_) => Named::whole(Thing::Input(snapshot.names.input(name)?)),
        Meaning::LoopName(binding) => Named::whole(Thing::Binding(owner()?, binding)),
        Meaning::LoopOwn => Named::whole(of_loop(owner()?, name)),
        Meaning::NamedLoop(index) => {
            let outermost = Member::outermost(snapshot, *index)?;
            match outermost.find(|step| is_called(step, name)) {
                Some(found) => Named::whole(Thing::LoopName(found)),
                None => automatic(outermost, name)?,
            }
        }
        Meaning::Variable(index) => Named::whole(variable(snapshot, *index, name)?),
        Meaning::Constants(section) => Named::whole(Thing::Section(section)),
        Meaning::Builtin(_) | Meaning::Unknown => return None,
    })
}

/// The thing that the field behind a root is, if it has a name of its own.
pub(super) fn field<'s>(
    snapshot: &'s Snapshot,
    root: Thing<'s>,
    meaning: &Meaning,
    name: &str,
) -> Option<Thing<'s>> {
    match (root, meaning) {
        (Thing::LoopName(it) | Thing::Step(it), Meaning::LoopOwn | Meaning::NamedLoop(_)) => {
            let binding = LOOP_FIELDS.iter().find(|field| **field == name)?;
            Some(Thing::Binding(it, binding))
        }
        (Thing::Step(it), _) => {
            let declared = it.step.vars.iter().find(|variable| variable.value.name == name)?;
            Some(Thing::Variable(it, &declared.value.name))
        }
        (Thing::Section(section), _) => {
            let mut constants = snapshot.pipeline.constants.iter();
            let is_it = |it: &pipeline::Placed<pipeline::Constant>| {
                it.section == section && it.name.value == name
            };
            constants.position(is_it).map(Thing::Constant)
        }
        _ => None,
    }
}

/// What a loop's own name is: its `loop_var`, its `loop_name` or its id.
fn of_loop<'s>(owner: Member<'s>, name: &str) -> Thing<'s> {
    if loop_var(owner.step).is_some_and(|it| it.value.trim_start_matches('$') == name) {
        Thing::LoopVar(owner)
    } else if is_called(owner.step, name) {
        Thing::LoopName(owner)
    } else {
        Thing::Step(owner)
    }
}

fn is_called(step: &Step, name: &str) -> bool {
    loop_name(step).is_some_and(|it| it.value.trim_start_matches('$') == name)
}

/// `<id>_loop_<depth>`: the name that a loop has without a given one.
fn automatic<'s>(outermost: Member<'s>, name: &str) -> Option<Named<'s>> {
    let (id, depth) = name.rsplit_once("_loop_")?;
    depth.parse::<u32>().ok()?;
    let thing = Thing::Step(outermost.find(|step| step.id_text() == id)?);
    Some(Named { thing, skip: 0, more: true })
}

/// The step of the body of `owner` that is read by that name.
fn in_body<'s>(owner: Member<'s>, name: &str) -> Option<Member<'s>> {
    let mut body = owner.step.body.iter().enumerate();
    let unnamed = |index: usize| format!("action_{index}") == name;
    let found = body.find(|(index, inner)| match &inner.id {
        Some(id) => *id.value == *name,
        None => unnamed(*index),
    });
    found.map(|(_, step)| owner.inner(step))
}

/// The first variable of that name in the outermost step `index`.
fn variable<'s>(snapshot: &'s Snapshot, index: usize, name: &str) -> Option<Thing<'s>> {
    let outermost = Member::outermost(snapshot, index)?;
    outermost.step.walk().into_iter().find_map(|step| {
        let declared = step.vars.iter().find(|variable| variable.value.name == name)?;
        Some(Thing::Variable(outermost.inner(step), &declared.value.name))
    })
}
