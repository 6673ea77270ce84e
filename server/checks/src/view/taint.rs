//! Where text that nobody has looked at goes: from the web and from models, through steps, to a place that reads it.

use pipeline::{
    Reference, ReferenceOrigin, Step, StepKind,
    catalogue::Effect,
    names::Meaning,
    types::{Lookup, Type},
};
use syntax::Span;

use super::Scope;
use crate::facts::{Whole, is_source, origin};

/// How text came into a step.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Cause {
    /// The step brings it in itself.
    Source,
    /// It was read of that step, there (absolute).
    Read(usize, Span),
}

/// For every outermost step, how such text comes out of it, if it does.
pub(crate) struct Taint<'a> {
    whole: &'a Whole<'a>,
    causes: Vec<Option<Cause>>,
}

/// How deep loops and bodies are followed.
const DEPTH: usize = 32;
/// How many hops a way has at most.
const HOPS: usize = 20;

impl<'a> Taint<'a> {
    /// Looks only at what lies behind a source. Nothing where no source, or nothing that runs code, is there.
    pub(crate) fn new(whole: &'a Whole<'a>) -> Option<Self> {
        let sources: Vec<usize> =
            (0..whole.facts.len()).filter(|&step| whole.facts[step].is_source).collect();
        if sources.is_empty() || !whole.facts.iter().any(|facts| facts.is_sink) {
            return None;
        }
        let plan = whole.input.plan;
        let mut reached = vec![false; whole.facts.len()];
        let mut open = sources;
        while let Some(step) = open.pop() {
            if !std::mem::replace(&mut reached[step], true) {
                open.extend(plan.dependents(step));
            }
        }
        let mut it = Self { whole, causes: vec![None; whole.facts.len()] };
        for &step in plan.stages.iter().flatten().filter(|step| reached[**step]) {
            it.causes[step] = it.cause(step);
        }
        Some(it)
    }

    fn cause(&self, index: usize) -> Option<Cause> {
        let step = self.whole.input.pipeline.steps.get(index)?;
        if self.whole.facts[index].is_source {
            return Some(Cause::Source);
        }
        passes(self.whole, step).then(|| self.read_in(index, &mut Vec::new(), step)).flatten()
    }

    fn read_in<'s>(&self, index: usize, path: &mut Vec<&'s Step>, step: &'s Step) -> Option<Cause> {
        path.push(step);
        let own = step
            .references
            .iter()
            .find_map(|reference| self.arrives(index, path, reference, DEPTH));
        let found =
            own.or_else(|| step.body.iter().find_map(|inner| self.read_in(index, path, inner)));
        path.pop();
        found
    }

    /// How what a reference reads came there; nothing where it is clean, or a number.
    pub(crate) fn arrives(
        &self,
        index: usize,
        path: &[&Step],
        reference: &Reference,
        depth: usize,
    ) -> Option<Cause> {
        if !hands_on(reference) || depth == 0 {
            return None;
        }
        let input = self.whole.input;
        let scope = Scope { input, path, index: Some(index) };
        if is_harmless(&scope, reference) {
            return None;
        }
        let base = input.pipeline.steps.get(index)?.base;
        match scope.meaning(reference) {
            Meaning::Step(from)
            | Meaning::Variable(from)
            | Meaning::NamedLoop(from)
            | Meaning::OutsideBody(from)
                if from != index =>
            {
                self.causes.get(from)?.map(|_| Cause::Read(from, reference.span.shift(base)))
            }
            Meaning::BodyStep(name) | Meaning::PreviousRound(name) => {
                let depth_of = (0..path.len())
                    .rev()
                    .find(|&at| path[at].body.iter().any(|inner| *inner.id_text() == *name))?;
                let inner = path[depth_of].body.iter().find(|inner| *inner.id_text() == *name)?;
                if is_source(inner, input.catalogue) {
                    return Some(Cause::Source);
                }
                let mut inside: Vec<&Step> = path[..=depth_of].to_vec();
                inside.push(inner);
                inner.references.iter().find_map(|it| self.arrives(index, &inside, it, depth - 1))
            }
            Meaning::LoopName("item" | "items" | "queue") | Meaning::LoopOwn => {
                let at = (0..path.len().saturating_sub(1)).rev().find(|&at| {
                    matches!(path[at].kind, StepKind::ForEach(_) | StepKind::Queue(_))
                })?;
                let around = path.get(..=at)?;
                let items = around.last()?.references.iter().filter(|it| is_items(&it.place));
                items.into_iter().find_map(|it| self.arrives(index, around, it, depth - 1))
            }
            _ => None,
        }
    }

    /// The way back from a step to where the text comes from: places and words, the nearest first; and the source.
    pub(crate) fn way(&self, cause: Cause, at: usize) -> (Vec<(Span, String)>, Option<usize>) {
        let (mut hops, mut cause, mut at) = (Vec::new(), cause, at);
        let steps = &self.whole.input.pipeline.steps;
        while let Cause::Read(from, span) = cause {
            if !hops.is_empty() {
                let id = steps.get(at).map_or("", |step| step.id_text());
                hops.push((span, format!("`{id}` passes it on")));
            } else {
                hops.push((span, String::new()));
            }
            let Some(next) = self.causes.get(from).copied().flatten().filter(|_| hops.len() < HOPS)
            else {
                return (hops, None);
            };
            (cause, at) = (next, from);
        }
        (hops.into_iter().skip(1).collect(), Some(at))
    }

    /// What brings text in: the step, or the one in its body.
    pub(crate) fn source(&self, index: usize) -> Option<(&'a Step, Effect)> {
        let step = self.whole.input.pipeline.steps.get(index)?;
        let catalogue = self.whole.input.catalogue;
        let inner = step.walk().into_iter().find(|inner| is_source(inner, catalogue))?;
        Some((inner, origin(inner, catalogue).unwrap_or(Effect::Model)))
    }
}

/// Whether what a step reads can come out of it again.
fn passes(whole: &Whole<'_>, step: &Step) -> bool {
    let effects = pipeline::facts::effects(step, whole.input.catalogue);
    !(effects.len() == 1 && effects.contains(&Effect::Writes))
}

/// A condition lets through or holds back, and hands nothing on.
fn hands_on(reference: &Reference) -> bool {
    reference.origin == ReferenceOrigin::Template || is_items(&reference.place)
}

fn is_items(place: &str) -> bool {
    matches!(place, "for_each" | "foreach" | "on" | "true") || place.ends_with(".on")
}

/// Numbers, truths, and what a step's record says of itself cannot carry a command.
fn is_harmless(scope: &Scope<'_>, reference: &Reference) -> bool {
    const RECORD: &[&str] = &["status", "success", "skipped", "duration", "attempts"];
    let mut ty = scope.types().of_reference_root(scope.path, reference);
    for (field, _) in &reference.fields {
        match ty.field(field) {
            Lookup::Found(found) => ty = found,
            _ => return false,
        }
    }
    matches!(ty, Type::Integer | Type::Number | Type::Bool)
        || matches!(reference.fields.as_slice(), [(field, _)] if RECORD.contains(&&**field))
}
