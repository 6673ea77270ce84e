//! Names and what they mean: declarations, references, tools, as lowering found them. Everything that depends on other
//! segments is here, so equal names are equal tokens.

use std::hash::{Hash, Hasher};

use pipeline::names::Meaning;
use pipeline::{Input, Located, Output, Pipeline, Placed, Reference, Step, StepKind};
use rustc_hash::FxHasher;
use syntax::Span;

use super::{Class, Modifier, TokenKind};
use crate::Snapshot;

/// A name at its place, relative to the segment. Without a class it means nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Name {
    pub(super) span: Span,
    pub(super) class: Option<Class>,
}

/// The names of one segment, by position.
#[derive(Debug, Default)]
pub(super) struct Names {
    found: Vec<Name>,
    /// Values that stand for themselves although a declaration could stand there.
    plain: Vec<Span>,
}

impl Names {
    /// The name that starts at `offset`.
    pub(super) fn at(&self, offset: u32) -> Option<Name> {
        let found = self.found.binary_search_by_key(&offset, |name| name.span.start);
        found.ok().and_then(|index| self.found.get(index)).copied()
    }

    /// Whether a name stands anywhere in `span`.
    pub(super) fn any_in(&self, span: Span) -> bool {
        let first = self.found.partition_point(|name| name.span.start < span.start);
        self.found.get(first).is_some_and(|name| name.span.start < span.end)
    }

    /// Whether the value there is no declaration.
    pub(super) fn is_plain(&self, span: Span) -> bool {
        self.plain.contains(&span)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = Name> + '_ {
        self.found.iter().copied()
    }

    pub(super) fn fingerprint(&self) -> u64 {
        let mut hasher = FxHasher::default();
        self.found.hash(&mut hasher);
        hasher.finish()
    }
}

/// The items of a pipeline by the segment that they were lowered from.
pub(super) struct Items<'s> {
    steps: &'s [Placed<Step>],
    inputs: Vec<&'s Placed<Input>>,
    outputs: Vec<&'s Placed<Output>>,
    /// Names that are declared and need no more than that.
    words: Vec<(u32, Span, Class)>,
}

/// The items of one segment.
pub(super) struct ItemsAt<'i, 's> {
    steps: &'s [Placed<Step>],
    inputs: &'i [&'s Placed<Input>],
    outputs: &'i [&'s Placed<Output>],
    words: &'i [(u32, Span, Class)],
}

const DECLARED_STEP: Class = Class::with(TokenKind::Variable, Modifier::Declaration);
const STEP: Class = Class::plain(TokenKind::Variable);
const LOOP_NAME: Class = Class::with(TokenKind::Variable, Modifier::Readonly);
const FIELD: Class = Class::plain(TokenKind::Property);
const DECLARED_FIELD: Class = Class::with(TokenKind::Property, Modifier::Declaration);
const DECLARED_WORD: Class = Class::with(TokenKind::EnumMember, Modifier::Declaration);

impl<'s> Items<'s> {
    pub(super) fn new(pipeline: &'s Pipeline) -> Self {
        let mut inputs: Vec<_> = pipeline.inputs.iter().collect();
        inputs.sort_by_key(|input| input.base);
        let outputs = pipeline.outputs.iter().collect();
        let named = pipeline.experts.iter().chain(&pipeline.personalities);
        let constants = pipeline.constants.iter();
        let mut words: Vec<_> = named
            .map(|it| (it.base, it.name.span, DECLARED_WORD))
            .chain(constants.map(|it| (it.base, it.name.span, DECLARED_FIELD)))
            .collect();
        words.sort_by_key(|(base, ..)| *base);
        Self { steps: &pipeline.steps, inputs, outputs, words }
    }

    /// Those of the segment at `base`.
    pub(super) fn at(&self, base: u32) -> ItemsAt<'_, 's> {
        fn of<T>(all: &[T], base: u32, base_of: impl Fn(&T) -> u32) -> &[T] {
            let start = all.partition_point(|it| base_of(it) < base);
            let rest = all.get(start..).unwrap_or_default();
            rest.get(..rest.partition_point(|it| base_of(it) == base)).unwrap_or_default()
        }
        ItemsAt {
            steps: of(self.steps, base, |it| it.base),
            inputs: of(&self.inputs, base, |it| it.base),
            outputs: of(&self.outputs, base, |it| it.base),
            words: of(&self.words, base, |it| it.0),
        }
    }
}

impl ItemsAt<'_, '_> {
    /// What all names of the segment mean.
    pub(super) fn names(&self, snapshot: &Snapshot) -> Names {
        let mut finder = Finder { snapshot, path: Vec::new(), names: Names::default() };
        for step in self.steps {
            finder.step(step);
        }
        for input in self.inputs {
            let class = Class::with(TokenKind::Parameter, Modifier::Declaration);
            finder.add(input.name.span, class);
            finder.references(&input.references);
            finder.names.plain.extend(input.default.as_ref().map(|it| it.span));
        }
        for output in self.outputs {
            finder.add(output.name.span, DECLARED_FIELD);
            finder.references(&output.references);
            finder.names.plain.push(output.value.span);
        }
        for (_, span, class) in self.words {
            finder.add(*span, *class);
        }
        let mut names = finder.names;
        names.found.sort_by_key(|name| (name.span.start, name.span.end));
        names.found.dedup_by_key(|name| name.span.start);
        names
    }
}

struct Finder<'s> {
    snapshot: &'s Snapshot,
    path: Vec<&'s Step>,
    names: Names,
}

impl<'s> Finder<'s> {
    fn add(&mut self, span: Span, class: impl Into<Option<Class>>) {
        if !span.is_empty() {
            self.names.found.push(Name { span, class: class.into() });
        }
    }

    fn step(&mut self, step: &'s Step) {
        self.path.push(step);
        if let Some(id) = &step.id {
            self.add(id.span, DECLARED_STEP);
        }
        self.kind(step);
        let routes = step.routing.targets().map(|(_, id)| id);
        let tasks = step.handlers.iter().filter_map(|handler| handler.task.as_ref());
        let ids = step.dependencies.iter().chain(routes);
        for id in ids.chain(tasks) {
            self.add(id.span, self.knows(&id.value).then_some(STEP));
        }
        let pipeline = &self.snapshot.pipeline;
        for (name, declared) in
            [(&step.expert, &pipeline.experts), (&step.personality, &pipeline.personalities)]
        {
            let Some(name) = name else { continue };
            let known =
                name.value == "standard" || declared.iter().any(|it| it.name.value == name.value);
            self.add(name.span, known.then_some(Class::plain(TokenKind::EnumMember)));
        }
        for variable in &step.vars {
            self.add(variable.span, DECLARED_STEP);
        }
        for product in &step.products {
            self.add(product.variable.span, STEP);
        }
        self.references(&step.references);
        for inner in &step.body {
            self.step(inner);
        }
        self.path.pop();
    }

    /// What the step calls, and what a loop names.
    fn kind(&mut self, step: &Step) {
        let catalogue = &self.snapshot.catalogue;
        let tool = |name: &Located<String>| {
            catalogue.tool(&name.value).map(|_| Class::plain(TokenKind::Class))
        };
        const CALLED: Class = Class::plain(TokenKind::Function);
        match &step.kind {
            StepKind::Tool { tool: name, operation } => {
                self.add(name.span, tool(name));
                if let Some(operation) = operation {
                    let signature = catalogue.tool(&name.value);
                    let known = signature.and_then(|it| it.operation(&operation.value));
                    self.add(operation.span, known.map(|_| CALLED));
                }
            }
            StepKind::Action(name) => {
                let is_key = step.keys.iter().any(|entry| entry.key.span == name.span);
                if !is_key {
                    self.add(name.span, catalogue.action(&name.value).map(|_| CALLED));
                }
            }
            StepKind::Echo(text) => {
                let written = &text.value.value;
                let start = written.len() - written.trim_start().len();
                let verb = written.split_whitespace().next().map_or(0, str::len);
                let span = Span::new(start as u32, (start + verb) as u32);
                self.add(text.value.source(span), CALLED);
            }
            StepKind::ForEach(it) => {
                for name in [&it.loop_var, &it.loop_name].into_iter().flatten() {
                    self.add(name.span, DECLARED_STEP);
                }
            }
            StepKind::While(it) => {
                if let Some(name) = &it.loop_name {
                    self.add(name.span, DECLARED_STEP);
                }
            }
            StepKind::Queue(it) => {
                if let Some(name) = &it.tool {
                    self.add(name.span, tool(name));
                }
            }
            _ => {}
        }
    }

    fn references(&mut self, references: &[Reference]) {
        for reference in references.iter().filter(|it| !it.aliased) {
            if let Some((_, span)) = &reference.namespace {
                self.add(*span, Class::plain(TokenKind::Namespace));
            }
            for (_, span) in &reference.fields {
                self.add(*span, FIELD);
            }
            if !reference.called {
                let class = self.meaning(reference);
                self.add(reference.root_span, class);
            }
        }
    }

    fn meaning(&self, reference: &Reference) -> Option<Class> {
        let Snapshot { names, pipeline, .. } = self.snapshot;
        match names.meaning(pipeline, &self.path, reference) {
            Meaning::Step(_)
            | Meaning::BodyStep(_)
            | Meaning::PreviousRound(_)
            | Meaning::Variable(_) => Some(STEP),
            Meaning::Input(_) => Some(Class::plain(TokenKind::Parameter)),
            Meaning::Builtin(
                "inputs" | "parameters" | "steps" | "results" | "step_results" | "previous_results",
            ) => Some(Class::plain(TokenKind::Namespace)),
            Meaning::Builtin(_) => Some(Class::with(TokenKind::Variable, Modifier::DefaultLibrary)),
            Meaning::Constants(_) => Some(Class::plain(TokenKind::Namespace)),
            Meaning::LoopName(_) | Meaning::LoopOwn | Meaning::NamedLoop(_) => Some(LOOP_NAME),
            Meaning::OutsideBody(_) | Meaning::Unknown => None,
        }
    }

    /// Whether a step of that id can be waited for here.
    fn knows(&self, id: &str) -> bool {
        self.snapshot.names.step(id).is_some()
            || self.path.iter().flat_map(|step| &step.body).any(|step| step.id_text() == id)
    }
}
