//! The outline of a document.

use pipeline::Step;
use syntax::Span;

use crate::{Snapshot, facts};

/// An entry of the outline, absolute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outline {
    /// A step's is its id.
    pub name: String,
    /// A few words beside it.
    pub detail: String,
    /// What it is.
    pub kind: OutlineKind,
    /// Everything that belongs to it.
    pub whole: Span,
    /// Its name; inside `whole`.
    pub focus: Span,
    /// What is inside, in order.
    pub children: Vec<Self>,
}

/// Kinds of entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutlineKind {
    /// A section such as `inputs` or `steps`.
    Section,
    /// A declared input.
    Input,
    /// A step.
    Step,
    /// A loop.
    Loop,
    /// A declared output.
    Output,
}

/// The outline, in order of position.
#[must_use]
pub fn symbols(snapshot: &Snapshot) -> Vec<Outline> {
    let pipeline = &snapshot.pipeline;
    let mut children: Vec<Outline> = pipeline
        .inputs
        .iter()
        .map(|input| {
            let detail = input.ty.as_ref().map(|ty| ty.value.clone()).unwrap_or_default();
            entry(
                input.name.value.as_str(),
                detail,
                OutlineKind::Input,
                input.absolute(input.span),
                input.absolute(input.name.span),
            )
        })
        .collect();
    children.extend(pipeline.steps.iter().enumerate().map(|(index, it)| step(it, it.base, index)));
    children.extend(pipeline.outputs.iter().map(|output| {
        let name = output.absolute(output.name.span);
        let whole = name.join(output.absolute(output.value.span));
        entry(output.name.value.as_str(), String::new(), OutlineKind::Output, whole, name)
    }));
    children.sort_by_key(|child| child.whole.start);
    sections(snapshot, children)
}

/// Puts what is inside a section under it.
fn sections(snapshot: &Snapshot, children: Vec<Outline>) -> Vec<Outline> {
    let mut heads: Vec<Outline> = snapshot
        .pipeline
        .entries
        .iter()
        .filter(|it| {
            it.known.is_some_and(|key| {
                matches!(key.name, "inputs" | "parameters" | "steps" | "outputs")
            })
        })
        .map(|it| {
            let focus = it.absolute(it.key.span);
            let whole = focus.join(it.absolute(it.value.span));
            entry(it.key.value.as_str(), String::new(), OutlineKind::Section, whole, focus)
        })
        .collect();
    heads.sort_by_key(|head| head.focus.start);
    let mut loose = Vec::new();
    for child in children {
        let before = heads.partition_point(|head| head.focus.start <= child.whole.start);
        match before.checked_sub(1).and_then(|at| heads.get_mut(at)) {
            Some(head) => {
                head.whole = head.whole.join(child.whole);
                head.children.push(child);
            }
            None => loose.push(child),
        }
    }
    loose.extend(heads);
    loose
}

fn step(step: &Step, base: u32, number: usize) -> Outline {
    let name = match step.id_text() {
        "" => format!("step {}", number + 1),
        id => id.to_owned(),
    };
    let whole = step.span.shift(base);
    let focus = step.id.as_ref().map(|id| id.span.shift(base)).filter(|focus| whole.covers(*focus));
    let kind = if facts::is_loop(step) { OutlineKind::Loop } else { OutlineKind::Step };
    let focus = focus.unwrap_or(Span::empty(whole.start));
    let children = step
        .body
        .iter()
        .enumerate()
        .map(|(number, inner)| self::step(inner, base, number))
        .collect();
    let mut detail = facts::does(step);
    detail.retain(|letter| letter != '`');
    Outline { children, ..entry(name, detail, kind, whole, focus) }
}

fn entry(
    name: impl Into<String>,
    detail: String,
    kind: OutlineKind,
    whole: Span,
    focus: Span,
) -> Outline {
    let mut name = name.into();
    if name.is_empty() {
        // An editor shows nothing for an entry without a name.
        "(no name)".clone_into(&mut name);
    }
    Outline { name, detail, kind, whole, focus, children: Vec::new() }
}
