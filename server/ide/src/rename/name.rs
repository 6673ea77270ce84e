//! Which things may be renamed, and which names they may have.

use pipeline::names::{bindings, builtin};
use pipeline::{Pipeline, StepKind};

use super::{NoRename, refuse};
use crate::Snapshot;
use crate::references::{Member, Thing};

/// Words that `on_failure` takes for a policy.
const POLICIES: [&str; 4] = ["fail", "continue", "skip", "retry"];

/// Words in front of a name that say what kind of thing it is.
const NAMESPACES: [&str; 6] =
    ["steps", "results", "step_results", "previous_results", "inputs", "parameters"];

/// Words of expressions.
const WORDS: [&str; 15] = [
    "true", "false", "none", "null", "True", "False", "None", "and", "or", "not", "if", "else",
    "is", "in", "for",
];

/// Whether the name of a thing is the author's to choose.
pub(super) fn is_free(snapshot: &Snapshot, thing: Thing<'_>) -> Result<(), NoRename> {
    match thing {
        Thing::Binding(_, name) => refuse(format!(
            "`{name}` is the loop's own name for it; `loop_var` gives the item a further one"
        )),
        Thing::Section(name) => refuse(format!("`{name}` is a key of the language")),
        Thing::Expert(_) if is_tool(snapshot, thing) => {
            refuse("experts for tools are called as their tools are".to_owned())
        }
        Thing::Step(it) if it.step.id.is_none() => {
            refuse("the step has no name; give it one first".to_owned())
        }
        _ => Ok(()),
    }
}

fn is_tool(snapshot: &Snapshot, thing: Thing<'_>) -> bool {
    thing.name(snapshot).is_some_and(|name| snapshot.catalogue.tool(name).is_some())
}

/// Whether `thing` may be called `new`, as far as names alone tell.
pub(super) fn check(snapshot: &Snapshot, thing: Thing<'_>, new: &str) -> Result<(), NoRename> {
    let form = match thing {
        Thing::Step(_) => Form::Id,
        Thing::Input(_) | Thing::Constant(_) => Form::Name,
        Thing::LoopVar(_) | Thing::LoopName(_) | Thing::Variable(..) => Form::Word,
        _ => Form::Label,
    };
    if !form.fits(new) {
        return refuse(format!("`{new}` is no {}", form.words()));
    }
    if form != Form::Label
        && let Some(reason) = reserved(new)
    {
        return refuse(format!("`{new}` cannot be a name here: {reason}"));
    }
    match taken(snapshot, thing, new) {
        Some(by) => refuse(format!("`{new}` is already {by}")),
        None => Ok(()),
    }
}

/// What a name must look like.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    /// Of a step.
    Id,
    /// Read in expressions, if need be in quotes.
    Name,
    /// Read in expressions as it is.
    Word,
    /// Read by keys only.
    Label,
}

impl Form {
    fn fits(self, name: &str) -> bool {
        let mut letters = name.chars();
        let Some(first) = letters.next() else { return false };
        match self {
            Self::Id => {
                first.is_ascii_alphabetic()
                    && letters.all(|it| it.is_ascii_alphanumeric() || matches!(it, '_' | '-'))
            }
            Self::Name => {
                (first.is_alphabetic() || first == '_')
                    && letters.all(|it| it.is_alphanumeric() || matches!(it, '_' | '-'))
            }
            Self::Word => {
                (first.is_alphabetic() || first == '_')
                    && letters.all(|it| it.is_alphanumeric() || it == '_')
            }
            Self::Label => {
                first.is_alphanumeric()
                    && letters.all(|it| it.is_alphanumeric() || matches!(it, '_' | '-' | '.'))
            }
        }
    }

    const fn words(self) -> &'static str {
        match self {
            Self::Id => "id: a letter, then letters, digits, `_` or `-`",
            Self::Name => "name: a letter or `_`, then letters, digits, `_` or `-`",
            Self::Word => {
                "name that expressions can read: a letter or `_`, then letters, digits or `_`"
            }
            Self::Label => "name: letters, digits, `_`, `-` or `.`",
        }
    }
}

fn reserved(name: &str) -> Option<&'static str> {
    if POLICIES.contains(&name) {
        Some("`on_failure` takes it for a policy")
    } else if NAMESPACES.contains(&name) {
        Some("templates read other names behind it")
    } else if WORDS.contains(&name) {
        Some("it is a word of expressions")
    } else if builtin(name).is_some() {
        Some("every pipeline has a value of that name")
    } else {
        None
    }
}

/// What has that name where `thing` would have it too.
fn taken(snapshot: &Snapshot, thing: Thing<'_>, new: &str) -> Option<&'static str> {
    let Snapshot { pipeline, names, .. } = snapshot;
    let step = names.step(new).map(|_| "the id of a step");
    let input = names.input(new).map(|_| "an input");
    match thing {
        Thing::Step(it) if is_outermost(pipeline, it) => step.or(input),
        Thing::Step(it) => neighbour(pipeline, it, new).map(|()| "the id of a step of this loop"),
        Thing::Input(_) => input.or(step),
        Thing::LoopVar(it) | Thing::LoopName(it) => own_binding(it, new),
        Thing::Variable(it, _) => {
            it.step.vars.iter().find(|it| it.value.name == new).map(|_| "a variable of this step")
        }
        Thing::Constant(index) => {
            let section = pipeline.constants.get(index)?.section;
            let mut all = pipeline.constants.iter();
            let twin = all.find(|it| it.section == section && it.name.value == new);
            twin.map(|_| "a constant")
        }
        Thing::Output(_) => {
            pipeline.outputs.iter().find(|it| it.name.value == new).map(|_| "an output")
        }
        Thing::Expert(_) => {
            pipeline.experts.iter().find(|it| it.name.value.trim() == new).map(|_| "an expert")
        }
        Thing::Personality(_) if new == "standard" => Some("the personality that is built in"),
        Thing::Personality(_) => {
            let twin = pipeline.personalities.iter().find(|it| it.name.value.trim() == new);
            twin.map(|_| "a personality")
        }
        Thing::Anchor(_) => {
            snapshot.document.anchor_uses().find(|it| it.name == new).map(|_| "an anchor")
        }
        Thing::Binding(..) | Thing::Section(_) => None,
    }
}

fn is_outermost(pipeline: &Pipeline, it: Member<'_>) -> bool {
    pipeline.steps.iter().any(|step| std::ptr::eq(&*step.item, it.step))
}

/// A step of that id beside `it` in a body.
fn neighbour(pipeline: &Pipeline, it: Member<'_>, id: &str) -> Option<()> {
    let all = pipeline.steps.iter().filter(|step| step.base == it.base);
    let mut bodies = all.flat_map(|step| step.walk()).map(|step| &step.body);
    let body = bodies.find(|body| body.iter().any(|step| std::ptr::eq(step, it.step)))?;
    body.iter().any(|step| step.id_text() == id).then_some(())
}

/// A name that the loop has anyway.
fn own_binding(it: Member<'_>, new: &str) -> Option<&'static str> {
    let bound = bindings(&it.step.kind).iter().any(|binding| binding.name == new);
    let twin = match &it.step.kind {
        StepKind::ForEach(it) => [&it.loop_var, &it.loop_name]
            .into_iter()
            .flatten()
            .any(|name| name.value.trim_start_matches('$') == new),
        _ => false,
    };
    if bound {
        Some("a name that the loop binds by itself")
    } else if twin || it.step.id_text() == new {
        Some("a name of this loop")
    } else {
        None
    }
}
