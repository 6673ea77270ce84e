//! Things of a pipeline that have a name of the author's choice, and where each is declared.

use pipeline::{Definition, Located, Placed, Step, StepKind};
use syntax::Span;

use crate::Snapshot;

/// A step or body step and what its spans are relative to. Two are equal when they are the same step.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Member<'s> {
    pub(crate) step: &'s Step,
    pub(crate) base: u32,
}

impl PartialEq for Member<'_> {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.step, other.step)
    }
}

impl<'s> Member<'s> {
    /// The outermost step of that index.
    pub(crate) fn outermost(snapshot: &'s Snapshot, index: usize) -> Option<Self> {
        let step: &Placed<Step> = snapshot.pipeline.steps.get(index)?;
        Some(Self { step: &step.item, base: step.base })
    }

    pub(crate) const fn inner(self, step: &'s Step) -> Self {
        Self { step, base: self.base }
    }

    /// The first of itself and the steps in its body that is the one.
    pub(crate) fn find(self, is_it: impl Fn(&Step) -> bool) -> Option<Self> {
        self.step.walk().into_iter().find(|step| is_it(step)).map(|step| self.inner(step))
    }
}

/// Something that is declared once and named elsewhere.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Thing<'s> {
    /// A step, a body step or a looped action.
    Step(Member<'s>),
    /// The first input of its name: index into `pipeline.inputs`.
    Input(usize),
    /// `loop_var` of a loop.
    LoopVar(Member<'s>),
    /// `loop_name` of a loop.
    LoopName(Member<'s>),
    /// A name that a loop binds by itself, such as `item`.
    Binding(Member<'s>, &'static str),
    /// An entry of `vars` of a step.
    Variable(Member<'s>, &'s str),
    /// Index into `pipeline.constants`.
    Constant(usize),
    /// A section of constants.
    Section(&'static str),
    /// Index into `pipeline.outputs`.
    Output(usize),
    /// The first expert of its name: index into `pipeline.experts`.
    Expert(usize),
    /// The first personality of its name: index into `pipeline.personalities`.
    Personality(usize),
    /// A YAML anchor, by its name.
    Anchor(&'s str),
}

/// A declaration, absolute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Declaration {
    /// All of it.
    pub(crate) whole: Span,
    /// Its name, which may still hold quotes.
    pub(crate) name: Span,
}

impl<'s> Thing<'s> {
    /// The name by which it is read.
    pub(crate) fn name(self, snapshot: &'s Snapshot) -> Option<&'s str> {
        let pipeline = &snapshot.pipeline;
        let plain = |name: &'s str| name.trim_start_matches('$');
        Some(match self {
            Self::Step(member) => &member.step.id.as_ref()?.value,
            Self::Input(index) => &pipeline.inputs.get(index)?.name.value,
            Self::LoopVar(member) => plain(&loop_var(member.step)?.value),
            Self::LoopName(member) => plain(&loop_name(member.step)?.value),
            Self::Variable(_, name) | Self::Anchor(name) => name,
            Self::Binding(_, name) | Self::Section(name) => name,
            Self::Constant(index) => &pipeline.constants.get(index)?.name.value,
            Self::Output(index) => &pipeline.outputs.get(index)?.name.value,
            Self::Expert(index) => pipeline.experts.get(index)?.name.value.trim(),
            Self::Personality(index) => pipeline.personalities.get(index)?.name.value.trim(),
        })
    }

    /// Where it is declared; a binding at the loop that binds it.
    pub(crate) fn declaration(self, snapshot: &Snapshot) -> Option<Declaration> {
        let pipeline = &snapshot.pipeline;
        let alone = |span: Span| Declaration { whole: span, name: span };
        Some(match self {
            Self::Step(member) | Self::Binding(member, _) => {
                let Member { step, base } = member;
                let name = step.id.as_ref().map_or(step.span, |id| id.span);
                Declaration { whole: step.span.join(name).shift(base), name: name.shift(base) }
            }
            Self::Input(index) => {
                let input = pipeline.inputs.get(index)?;
                let (whole, name) = (input.absolute(input.span), input.absolute(input.name.span));
                Declaration { whole: whole.join(name), name }
            }
            Self::LoopVar(it) => alone(loop_var(it.step)?.span.shift(it.base)),
            Self::LoopName(it) => alone(loop_name(it.step)?.span.shift(it.base)),
            Self::Variable(it, name) => {
                let variable = it.step.vars.iter().find(|variable| variable.value.name == name)?;
                alone(variable.span.shift(it.base))
            }
            Self::Constant(index) => {
                let constant = pipeline.constants.get(index)?;
                let name = constant.absolute(constant.name.span);
                Declaration { whole: name.join(constant.absolute(constant.value.span)), name }
            }
            Self::Section(name) => {
                let entry = pipeline.entry(name)?;
                let name = entry.absolute(entry.key.span);
                Declaration { whole: name.join(entry.absolute(entry.value.span)), name }
            }
            Self::Output(index) => {
                let output = pipeline.outputs.get(index)?;
                let name = output.absolute(output.name.span);
                Declaration { whole: name.join(output.absolute(output.value.span)), name }
            }
            Self::Expert(index) => alone(place(pipeline.experts.get(index)?)),
            Self::Personality(index) => alone(place(pipeline.personalities.get(index)?)),
            Self::Anchor(name) => {
                let mut uses = snapshot.document.anchor_uses();
                let declares = |it: &syntax::AnchorUse<'_>| {
                    it.name == name && it.role == syntax::AnchorRole::Anchor
                };
                alone(uses.find(declares)?.span)
            }
        })
    }
}

fn place(definition: &Placed<Definition>) -> Span {
    definition.absolute(definition.name.span)
}

/// The `loop_var` that a step declares.
pub(crate) const fn loop_var(step: &Step) -> Option<&Located<String>> {
    match &step.kind {
        StepKind::ForEach(it) => it.loop_var.as_ref(),
        _ => None,
    }
}

/// The `loop_name` that a step declares.
pub(crate) const fn loop_name(step: &Step) -> Option<&Located<String>> {
    match &step.kind {
        StepKind::ForEach(it) => it.loop_name.as_ref(),
        StepKind::While(it) => it.loop_name.as_ref(),
        _ => None,
    }
}
