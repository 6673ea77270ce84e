//! Texts that are written like a path to a value, and stand in no braces.

use pipeline::{Data, Located, Step, StepKind, Text};

/// A path that is a whole text: `read.content`, or a name alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct BarePath<'a> {
    pub(crate) root: &'a str,
    /// The first field.
    pub(crate) field: Option<&'a str>,
}

/// Parameters whose text is an expression or code of its own.
const OF_THEIR_OWN: &[&str] = &[
    "action",
    "code",
    "condition",
    "expression",
    "operation",
    "pattern",
    "pipeline",
    "until",
    "while",
];

/// What a text reads like; nothing where something in it is rendered.
pub(crate) fn bare_path(text: &Text) -> Option<BarePath<'_>> {
    if !text.is_static() || text.value.len() > 128 {
        return None;
    }
    let mut names = text.value.split('.');
    let root = names.next().filter(|it| is_name(it, "-"))?;
    let field = names.next();
    let fits = field.into_iter().chain(names).all(|it| is_name(it, ""));
    fits.then_some(BarePath { root, field })
}

fn is_name(word: &str, more: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && word.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || more.contains(c))
}

/// Values of a step that may be such a text: what it hands over, and what it loops over.
pub(crate) fn may_be_bare(step: &Step) -> impl Iterator<Item = (Place, &Located<Data>)> {
    let given = step.parameters.iter();
    let given = given.filter(|it| !OF_THEIR_OWN.contains(&it.name.value.as_str()));
    let looped = match &step.kind {
        StepKind::ForEach(it) => Some(&it.items),
        StepKind::Queue(it) => it.on.as_ref(),
        _ => None,
    };
    given.map(|it| (Place::Parameter, &it.value)).chain(looped.map(|items| (Place::Items, items)))
}

/// Where a value stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Parameter,
    /// A loop goes over it: then a name alone is one, too.
    Items,
}
