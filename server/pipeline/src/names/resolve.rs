use std::sync::Arc;

use super::{Meaning, Names, bindings, builtins};
use crate::{Pipeline, Reference, Space, Step, StepKind};

impl Names {
    /// What a reference means. `path`: enclosing steps from outermost to the one that reads; empty for outputs.
    #[must_use]
    pub fn meaning(&self, pipeline: &Pipeline, path: &[&Step], reference: &Reference) -> Meaning {
        // A step or input may be called `results`: then the word is its name, not a namespace.
        if let Some((word, _)) = &reference.namespace
            && (self.step(word).is_some() || self.input(word).is_some())
        {
            return self.resolve(pipeline, path, word);
        }
        match reference.space {
            Space::Any if is_own_test(&reference.place) => {
                self.resolve_in_test(pipeline, path, &reference.root)
            }
            Space::Any => self.resolve(pipeline, path, &reference.root),
            Space::Inputs => self.input(&reference.root).map_or(Meaning::Unknown, Meaning::Input),
            Space::Steps => body_step(path, &reference.root)
                .or_else(|| self.step(&reference.root).map(Meaning::Step))
                .unwrap_or(Meaning::Unknown),
        }
    }

    /// What a bare root name means in a rendered field. `path`: enclosing steps from outermost to the one that reads;
    /// empty for outputs.
    ///
    /// A declared input wins over a loop's bindings; inner loops win over outer ones; a step wins over an input of its
    /// name, except in that step itself, where its own result cannot be meant.
    #[must_use]
    pub fn resolve(&self, pipeline: &Pipeline, path: &[&Step], root: &str) -> Meaning {
        let root = root.trim_start_matches('$');
        let loops = path.len().saturating_sub(1);
        self.resolve_below(pipeline, path, loops, &[], root)
    }

    /// As [`Names::resolve`], in the `while`, `until` or `condition` of the innermost step of `path`.
    fn resolve_in_test(&self, pipeline: &Pipeline, path: &[&Step], root: &str) -> Meaning {
        let own = path.last().map_or(&[][..], |step| bindings::in_test(&step.kind));
        let looped = path
            .last()
            .filter(|step| matches!(step.kind, StepKind::While(_) | StepKind::ActionLoop(_)));
        if let Some(step) = looped
            && self.input(root).is_none()
        {
            if step.id_text() == root {
                return Meaning::LoopOwn;
            }
            if let Some(meaning) = body_step(&[step, step], root) {
                return meaning;
            }
        }
        self.resolve_below(pipeline, path, path.len().saturating_sub(1), own, root)
    }

    fn resolve_below(
        &self,
        pipeline: &Pipeline,
        path: &[&Step],
        loops: usize,
        own: &'static [bindings::Binding],
        root: &str,
    ) -> Meaning {
        if let Some(input) = self.input(root) {
            return match self.step(root) {
                Some(step) if path.first().is_none_or(|at| at.id_text() != root) => {
                    Meaning::Step(step)
                }
                _ => Meaning::Input(input),
            };
        }
        if let Some(binding) = own.iter().find(|binding| binding.name == root) {
            return Meaning::LoopName(binding.name);
        }
        for step in path.iter().take(loops).rev() {
            if bindings::loop_var(step) == Some(root)
                || bindings::loop_name(step) == Some(root)
                || step.id_text() == root
            {
                return Meaning::LoopOwn;
            }
            if let Some(meaning) = body_step(&[step, step], root) {
                return meaning;
            }
            if let Some(binding) =
                bindings::bindings(&step.kind).iter().find(|binding| binding.name == root)
            {
                return Meaning::LoopName(binding.name);
            }
        }
        self.resolve_outside(pipeline, root)
    }

    /// What a root means where nothing encloses it.
    fn resolve_outside(&self, pipeline: &Pipeline, root: &str) -> Meaning {
        if let Some(step) = self.step(root) {
            return Meaning::Step(step);
        }
        if let Some(step) = self.variable(root) {
            return Meaning::Variable(step);
        }
        if let Some(constant) = pipeline.constants.iter().find(|constant| constant.section == root)
        {
            return Meaning::Constants(constant.section);
        }
        if let Some(builtin) = builtins::builtin(root) {
            return Meaning::Builtin(builtin.name);
        }
        if let Some(&step) = self.index.loops.get(root) {
            return Meaning::NamedLoop(step);
        }
        self.index.bodies.get(root).map_or(Meaning::Unknown, |&step| Meaning::OutsideBody(step))
    }

    /// All names that could stand in a rendered field, for completion and suggestions: innermost first, no duplicates.
    #[must_use]
    pub fn visible(&self, pipeline: &Pipeline, path: &[&Step]) -> Vec<Arc<str>> {
        let mut all: Vec<Arc<str>> = Vec::new();
        for step in path.iter().rev().skip(1) {
            all.extend(bindings::loop_var(step).map(Arc::from));
            all.extend(bindings::loop_name(step).map(Arc::from));
            all.extend(
                step.body
                    .iter()
                    .enumerate()
                    .filter_map(|(index, inner)| body_name(step, inner, index)),
            );
            all.extend(
                bindings::bindings(&step.kind).iter().map(|binding| Arc::from(binding.name)),
            );
        }
        let own = path.first().map_or("", |step| step.id_text());
        all.extend(pipeline.inputs.iter().map(|input| Arc::from(input.name.value.as_str())));
        all.extend(
            pipeline
                .steps
                .iter()
                .filter_map(|step| step.id.as_ref())
                .map(|id| Arc::clone(&id.value))
                .filter(|id| &**id != own),
        );
        all.extend(
            pipeline
                .steps
                .iter()
                .flat_map(|step| &step.vars)
                .map(|variable| Arc::from(variable.value.name.as_str())),
        );
        all.extend(pipeline.constants.iter().map(|constant| Arc::from(constant.section)));
        all.extend(builtins::builtins().iter().map(|builtin| Arc::from(builtin.name)));
        let mut seen = rustc_hash::FxHashSet::default();
        all.retain(|name| seen.insert(Arc::clone(name)));
        all
    }
}

/// Whether the field is a test of the step itself, which sees more than the step's other fields do.
pub(super) fn is_own_test(place: &str) -> bool {
    matches!(place, "while" | "until" | "while_condition")
        || place.ends_with(".until")
        || place.ends_with(".while")
}

/// A body step of the innermost loop of `path` that has one of that id.
fn body_step(path: &[&Step], root: &str) -> Option<Meaning> {
    let enclosing = path.iter().take(path.len().saturating_sub(1)).rev();
    for step in enclosing {
        let own = body_position(step, root);
        let earlier = root.strip_prefix("prev_").filter(|_| is_looped(step));
        let earlier = earlier.and_then(|name| Some((body_position(step, name)?, name)));
        match (own, earlier) {
            (own, Some((at, name))) if own.is_none_or(|own| at < own) => {
                return Some(Meaning::PreviousRound(name.into()));
            }
            (Some(_), _) => return Some(Meaning::BodyStep(root.into())),
            (None, _) => {}
        }
    }
    None
}

pub(super) const fn is_looped(step: &Step) -> bool {
    matches!(step.kind, StepKind::ActionLoop(_) | StepKind::Queue(_))
}

/// The first body step that is read under that name: the other way round than [`body_name`].
pub(crate) fn body_position(step: &Step, name: &str) -> Option<usize> {
    let of_id = step.body.position(name);
    let counted = name.strip_prefix("action_").filter(|_| is_looped(step));
    let counted = counted.and_then(|number| number.parse::<usize>().ok()).filter(|at| {
        let nameless = step.body.get(*at).filter(|inner| inner.id.is_none());
        nameless.is_some_and(|inner| body_name(step, inner, *at).as_deref() == Some(name))
    });
    match (of_id, counted) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    }
}

/// The name under which body step `index` of `step` is read: its id; a looped action's `name`, else `action_<index>`.
#[must_use]
pub fn body_name(step: &Step, inner: &Step, index: usize) -> Option<Arc<str>> {
    match &inner.id {
        Some(id) => Some(Arc::clone(&id.value)),
        None if is_looped(step) => Some(format!("action_{index}").into()),
        None => None,
    }
}
