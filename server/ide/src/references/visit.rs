//! Every place where something is named: one walk for "what is here" and for "where else is it".

use std::sync::Arc;

use pipeline::{Handler, Located, Reference, ReferenceOrigin, Step};
use syntax::Span;

use super::calls::{self, Argument};
use super::meaning::{self, Part, Parts};
use super::thing::{Member, Thing, loop_name, loop_var};
use crate::{Snapshot, lines};

/// A place where a thing is named, absolute. The span may still hold the quotes of a scalar.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Use<'s> {
    pub(crate) span: Span,
    pub(crate) thing: Thing<'s>,
    pub(crate) access: Access,
    pub(crate) written: Written,
}

/// Whether a place makes a thing or needs it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Its declaration.
    Write,
    /// Any other place.
    Read,
}

/// How the name stands there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Written {
    /// As a value or a key.
    Word,
    /// As the first word of a path in an expression.
    Root,
    /// In a path, behind a word that ends at this absolute offset: `steps.name` or `steps['name']`.
    Behind(u32),
    /// As a part of a longer word in an expression: `prev_name`.
    Inside,
    /// Not at all: the span is that of a YAML alias through which the name came.
    Alias,
}

/// Collects uses, of one name or of all.
pub(super) struct Visit<'s, 'n> {
    snapshot: &'s Snapshot,
    only: Option<&'n str>,
    base: u32,
    pub(super) found: Vec<Use<'s>>,
}

impl<'s, 'n> Visit<'s, 'n> {
    pub(super) const fn new(snapshot: &'s Snapshot, only: Option<&'n str>) -> Self {
        Self { snapshot, only, base: 0, found: Vec::new() }
    }

    /// Everything outside steps.
    pub(super) fn top(&mut self) {
        let snapshot = self.snapshot;
        let pipeline = &snapshot.pipeline;
        for input in &pipeline.inputs {
            self.base = input.base;
            self.word(input.name.span, &input.name.value, Access::Write, |it, name| {
                it.names.input(name).map(Thing::Input)
            });
            self.references(&input.references, &[]);
        }
        for (index, output) in pipeline.outputs.iter().enumerate() {
            self.base = output.base;
            let thing = Thing::Output(index);
            self.word(output.name.span, &output.name.value, Access::Write, |_, _| Some(thing));
            self.references(&output.references, &[]);
        }
        for (index, constant) in pipeline.constants.iter().enumerate() {
            self.base = constant.base;
            let thing = Thing::Constant(index);
            self.word(constant.name.span, &constant.name.value, Access::Write, |_, _| Some(thing));
        }
        for entry in &pipeline.entries {
            self.base = entry.base;
            let section = entry.known.map(|key| key.name);
            if let Some(name @ ("variables" | "config")) = section {
                let thing = Thing::Section(name);
                self.word(entry.key.span, &entry.key.value, Access::Write, |_, _| Some(thing));
            }
            if section == Some("personalities") {
                self.extended(&entry.value.value);
            }
        }
        for it in &pipeline.experts {
            self.base = it.base;
            self.word(it.name.span, it.name.value.trim(), Access::Write, expert);
        }
        for it in &pipeline.personalities {
            self.base = it.base;
            self.word(it.name.span, it.name.value.trim(), Access::Write, personality);
        }
        for handler in &pipeline.global_error_handlers {
            self.base = handler.base;
            self.handler(handler, &[]);
            for (key, value) in &handler.fields {
                let inert = ReferenceOrigin::Inert;
                let read = pipeline::references(&key.value, &value.value, inert);
                self.references(&read, &[]);
            }
        }
    }

    /// An outermost step with its body.
    pub(super) fn outermost(&mut self, index: usize) {
        let Some(step) = self.snapshot.pipeline.steps.get(index) else { return };
        self.base = step.base;
        self.step(&mut vec![&*step.item]);
    }

    /// The last step of `path`, with its body.
    fn step(&mut self, path: &mut Vec<&'s Step>) {
        let Some(&step) = path.last() else { return };
        let member = Member { step, base: self.base };
        if let Some(id) = &step.id {
            self.word(id.span, &id.value, Access::Write, |_, _| Some(Thing::Step(member)));
        }
        // The step keeps no id twice; its keys may name one twice.
        let names_it = |id: &Located<Arc<str>>| self.only.is_none_or(|only| *id.value == *only);
        if step.dependencies.iter().any(names_it) {
            let entries = step.keys.iter().filter(|entry| entry.known.is_some_and(is_dependencies));
            for id in entries.flat_map(|entry| pipeline::ids(&entry.value.value)) {
                self.waits_for(id.span, &id.value, path);
            }
        }
        for (_, target) in step.routing.targets() {
            self.waits_for(target.span, &target.value, path);
        }
        step.handlers.iter().for_each(|handler| self.handler(handler, path));
        if let Some(name) = &step.expert {
            self.word(name.span, &name.value, Access::Read, expert);
        }
        if let Some(name) = &step.personality {
            self.word(name.span, name.value.trim(), Access::Read, personality);
        }
        for (name, thing) in
            [(loop_var(step), Thing::LoopVar(member)), (loop_name(step), Thing::LoopName(member))]
        {
            if let Some(name) = name {
                let plain = name.value.trim_start_matches('$');
                self.word(name.span, plain, Access::Write, |_, _| Some(thing));
            }
        }
        for variable in &step.vars {
            let thing = Thing::Variable(member, &variable.value.name);
            self.word(variable.span, &variable.value.name, Access::Write, |_, _| Some(thing));
        }
        for product in &step.products {
            self.word(product.variable.span, &product.variable.value, Access::Read, |_, name| {
                let declared = step.vars.iter().find(|it| it.value.name == name)?;
                Some(Thing::Variable(member, &declared.value.name))
            });
        }
        self.references(&step.references, path);
        self.loop_arguments(step, path);
        for inner in &step.body {
            path.push(inner);
            self.step(path);
            path.pop();
        }
    }

    fn handler(&mut self, handler: &Handler, path: &[&'s Step]) {
        if let Some(task) = &handler.task {
            self.waits_for(task.span, &task.value, path);
        }
    }

    /// A step that another one names by its id.
    fn waits_for(&mut self, span: Span, id: &str, path: &[&'s Step]) {
        let base = self.base;
        self.word(span, id, Access::Read, |snapshot, id| {
            step_called(snapshot, path, base, id).map(Thing::Step)
        });
    }

    /// `extends` in the definitions of personalities.
    fn extended(&mut self, definitions: &pipeline::Data) {
        for (_, definition) in definitions.as_map().unwrap_or_default() {
            for name in
                definition.value.get("extends").iter().flat_map(|it| pipeline::ids(&it.value))
            {
                self.word(name.span, &name.value, Access::Read, personality);
            }
        }
    }

    fn references(&mut self, references: &[Reference], path: &[&'s Step]) {
        for reference in references {
            if self.may_name(reference) {
                self.reference(reference, path);
            }
        }
    }

    fn reference(&mut self, reference: &Reference, path: &[&'s Step]) {
        let (snapshot, base) = (self.snapshot, self.base);
        let meaning = snapshot.names.meaning(&snapshot.pipeline, path, reference);
        let Parts { root, field } = Parts::of(snapshot, reference);
        let named = meaning::root(snapshot, path, base, reference, &meaning, root.name);
        let Some(named) = named else { return self.dashed(reference, path) };
        let mut add = |part: Part<'_>, span: Span, thing, inside: bool| {
            let written = match part.after {
                _ if reference.aliased => Written::Alias,
                _ if inside => Written::Inside,
                Some(end) => Written::Behind(end + base),
                None => Written::Root,
            };
            self.found.push(Use { span: span.shift(base), thing, access: Access::Read, written });
        };
        if !reference.called {
            let start = root.span.start + named.skip;
            let length = named.thing.name(snapshot).map_or(0, |name| name.len() as u32);
            let end = if named.more { start + length } else { root.span.end };
            let span = if reference.aliased { root.span } else { Span::new(start, end) };
            add(root, span, named.thing, named.skip > 0 || named.more);
        }
        if let Some(field) = field
            && let Some(thing) = meaning::field(snapshot, named.thing, &meaning, field.name)
        {
            add(field, field.span, thing, false);
        }
    }

    /// Names of loops in the calls of functions.
    fn loop_arguments(&mut self, step: &'s Step, path: &[&'s Step]) {
        let Some((call, arguments)) = calls::loops_in(step) else { return };
        let (snapshot, base) = (self.snapshot, self.base);
        for Argument { name, span } in arguments {
            let reference = Reference { root: name.as_str().into(), called: false, ..call.clone() };
            self.word(span, &name, Access::Read, |_, name| {
                let meaning = snapshot.names.meaning(&snapshot.pipeline, path, &reference);
                let named = meaning::root(snapshot, path, base, &reference, &meaning, name)?;
                (!named.more).then_some(named.thing)
            });
        }
    }

    /// The step that is meant where its id with `-` is written as if it were a name.
    fn dashed(&mut self, reference: &Reference, path: &[&'s Step]) {
        if reference.aliased || reference.namespace.is_some() {
            return;
        }
        let start = reference.root_span.start + self.base;
        let text = lines::slice(&self.snapshot.document, Span::new(start, start + LONGEST_ID));
        let id = text.split(|it: char| !(it.is_alphanumeric() || matches!(it, '_' | '-')));
        let id = id.into_iter().next().unwrap_or_default();
        if !id.contains('-') || self.only.is_some_and(|only| only != id) {
            return;
        }
        if let Some(member) = step_called(self.snapshot, path, self.base, id) {
            let span = Span::new(start, start + id.len() as u32);
            let (thing, access) = (Thing::Step(member), Access::Read);
            self.found.push(Use { span, thing, access, written: Written::Root });
        }
    }

    /// Whether a path may hold the wanted name: cheap, before it is resolved.
    fn may_name(&self, reference: &Reference) -> bool {
        let Some(only) = self.only else { return true };
        let is_it = |name: &str| name == only;
        let longer = |name: &str| {
            name.strip_prefix("prev_") == Some(only)
                || name.strip_prefix(only).is_some_and(|rest| rest.starts_with("_loop_"))
                || only.strip_prefix(name).is_some_and(|rest| rest.starts_with('-'))
        };
        is_it(&reference.root)
            || longer(&reference.root)
            || reference.fields.first().is_some_and(|(name, _)| is_it(name))
            || reference.namespace.as_ref().is_some_and(|(name, _)| is_it(name))
    }

    /// A name that stands as a value or key.
    fn word(
        &mut self,
        span: Span,
        name: &str,
        access: Access,
        thing: impl FnOnce(&'s Snapshot, &str) -> Option<Thing<'s>>,
    ) {
        if self.only.is_some_and(|only| only != name) {
            return;
        }
        if let Some(thing) = thing(self.snapshot, name) {
            let span = span.shift(self.base);
            self.found.push(Use { span, thing, access, written: Written::Word });
        }
    }
}

/// How much of a text is looked at for an id with `-`.
const LONGEST_ID: u32 = 256;

/// The step that is meant by its id alone: a neighbour in the nearest loop that has it, else an outermost one.
fn step_called<'s>(
    snapshot: &'s Snapshot,
    path: &[&'s Step],
    base: u32,
    id: &str,
) -> Option<Member<'s>> {
    let around = path.iter().rev().skip(1);
    let neighbour = around.flat_map(|step| &step.body).find(|step| step.id_text() == id);
    match neighbour {
        Some(step) => Some(Member { step, base }),
        None => Member::outermost(snapshot, snapshot.names.step(id)?),
    }
}

fn is_dependencies(key: &'static pipeline::language::Key) -> bool {
    key.name == "dependencies"
}

fn expert<'s>(snapshot: &'s Snapshot, name: &str) -> Option<Thing<'s>> {
    snapshot.pipeline.experts.iter().position(|it| it.name.value.trim() == name).map(Thing::Expert)
}

fn personality<'s>(snapshot: &'s Snapshot, name: &str) -> Option<Thing<'s>> {
    let mut all = snapshot.pipeline.personalities.iter();
    all.position(|it| it.name.value.trim() == name).map(Thing::Personality)
}
