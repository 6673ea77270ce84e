//! What other steps bring into a step, and into the commands that it runs: worked out once for each step, so that a look at
//! the whole only follows numbers.

use pipeline::{
    Parameter, Reference, ReferenceOrigin, Step, StepKind,
    catalogue::Effect,
    names::Meaning,
    types::{Lookup, Type},
};
use rustc_hash::FxHashSet;
use syntax::{
    Span,
    template::{Expr, ExprKind, Part},
};

use crate::{
    Input,
    facts::{code, is_source},
    view::{Scope, each_typed_in},
};

/// How text may come into a step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Inflow {
    /// A step inside brings it in.
    Own,
    /// It is read of that outermost step.
    Read(usize),
}

/// Ways into one outermost step; values that cannot carry a command are left out.
#[derive(Clone, Debug)]
pub(crate) struct Flows {
    /// What comes in and can come out again, in the order in which it is written.
    pub(crate) inflows: Box<[Inflow]>,
    /// What runs as code and reads anything.
    pub(crate) commands: Box<[Command]>,
}

/// A parameter that is run as code.
#[derive(Clone, Debug)]
pub(crate) struct Command {
    pub(crate) parameter: Box<str>,
    /// The references in it in the order in which they are written, each with a way in; relative to the step.
    pub(crate) doubts: Box<[(Span, Inflow)]>,
}

/// How deep loops and bodies are followed.
const DEPTH: usize = 32;

impl Flows {
    pub(crate) fn of(input: &Input<'_>, index: usize, step: &Step) -> Self {
        let reader = Reader { input, index };
        let (mut inflows, mut commands) = (Vec::new(), Vec::new());
        if passes(input, step) {
            reader.read_in(&mut Vec::new(), step, &mut FxHashSet::default(), &mut inflows);
        }
        reader.read_commands(&mut Vec::new(), step, &mut commands);
        Self { inflows: inflows.into(), commands: commands.into() }
    }

    /// Steps from `first` on are `by` places further on.
    pub(crate) fn renumber(&mut self, first: usize, by: isize) {
        let doubts = self.commands.iter_mut().flat_map(|it| &mut it.doubts);
        for inflow in self.inflows.iter_mut().chain(doubts.map(|(_, inflow)| inflow)) {
            if let Inflow::Read(from) = inflow
                && *from >= first
            {
                *from = from.saturating_add_signed(by);
            }
        }
    }
}

/// Reads what stands in one outermost step.
struct Reader<'a> {
    input: &'a Input<'a>,
    index: usize,
}

/// References that were followed already: nothing new comes of them.
type Seen = FxHashSet<*const Reference>;

impl Reader<'_> {
    fn read_in<'s>(
        &self,
        path: &mut Vec<&'s Step>,
        step: &'s Step,
        seen: &mut Seen,
        found: &mut Vec<Inflow>,
    ) {
        path.push(step);
        for reference in &step.references {
            self.follow(path, reference, DEPTH, seen, found);
        }
        for inner in &step.body {
            self.read_in(path, inner, seen, found);
        }
        path.pop();
    }

    fn read_commands<'s>(
        &self,
        path: &mut Vec<&'s Step>,
        step: &'s Step,
        found: &mut Vec<Command>,
    ) {
        path.push(step);
        for parameter in code(step, self.input.catalogue) {
            let doubts = self.doubts(path, step, parameter);
            if !doubts.is_empty() {
                found.push(Command {
                    parameter: parameter.name.value.as_str().into(),
                    doubts: doubts.into(),
                });
            }
        }
        for inner in &step.body {
            self.read_commands(path, inner, found);
        }
        path.pop();
    }

    fn doubts(&self, path: &[&Step], step: &Step, parameter: &Parameter) -> Vec<(Span, Inflow)> {
        let own = || step.references.iter().filter(|it| parameter.value.span.covers(it.span));
        if own().next().is_none() {
            return Vec::new();
        }
        let harmless = self.harmless(path, parameter);
        let (mut seen, mut found) = (Seen::default(), Vec::new());
        for reference in own().filter(|it| !harmless.iter().any(|span| span.covers(it.span))) {
            let mut ways = Vec::new();
            self.follow(path, reference, DEPTH, &mut seen, &mut ways);
            found.extend(ways.into_iter().map(|way| (reference.span, way)));
        }
        found
    }

    /// How what a reference reads came there; nothing where it is a number, or holds back only.
    fn follow(
        &self,
        path: &[&Step],
        reference: &Reference,
        depth: usize,
        seen: &mut Seen,
        found: &mut Vec<Inflow>,
    ) {
        if !hands_on(reference) || depth == 0 || !seen.insert(std::ptr::from_ref(reference)) {
            return;
        }
        let scope = Scope { input: self.input, path, index: Some(self.index) };
        if is_harmless(&scope, reference) {
            return;
        }
        match scope.meaning(reference) {
            Meaning::Step(from)
            | Meaning::Variable(from)
            | Meaning::NamedLoop(from)
            | Meaning::OutsideBody(from)
                if from != self.index =>
            {
                found.push(Inflow::Read(from));
            }
            Meaning::BodyStep(name) | Meaning::PreviousRound(name) => {
                self.follow_body(path, &name, depth, seen, found);
            }
            Meaning::LoopName("item" | "items" | "queue") | Meaning::LoopOwn => {
                self.follow_items(path, depth, seen, found);
            }
            _ => {}
        }
    }

    fn follow_body(
        &self,
        path: &[&Step],
        name: &str,
        depth: usize,
        seen: &mut Seen,
        found: &mut Vec<Inflow>,
    ) {
        let named =
            |(at, step): (usize, &&'_ Step)| step.body.position(name).map(|inner| (at, inner));
        let Some((at, inner)) = path.iter().enumerate().rev().find_map(named) else { return };
        let Some(inner) = path.get(at).and_then(|step| step.body.get(inner)) else { return };
        if is_source(inner, self.input.catalogue) {
            found.push(Inflow::Own);
            return;
        }
        let mut inside: Vec<&Step> = path.iter().copied().take(at + 1).collect();
        inside.push(inner);
        for reference in &inner.references {
            self.follow(&inside, reference, depth - 1, seen, found);
        }
    }

    /// An item of the innermost loop over items around came by what the loop runs over.
    fn follow_items(&self, path: &[&Step], depth: usize, seen: &mut Seen, found: &mut Vec<Inflow>) {
        let outside = path.len().saturating_sub(1);
        let is_loop = |step: &&Step| matches!(step.kind, StepKind::ForEach(_) | StepKind::Queue(_));
        let Some(at) = path.iter().take(outside).rposition(is_loop) else { return };
        let Some((around, step)) = path.get(..=at).zip(path.get(at)) else { return };
        for reference in step.references.iter().filter(|it| is_items(&it.place)) {
            self.follow(around, reference, depth - 1, seen, found);
        }
    }

    /// Places in a command where only a number, or a value in the quotes of its language, is put in; relative to the step.
    fn harmless(&self, path: &[&Step], parameter: &Parameter) -> Vec<Span> {
        let Some(text) = parameter.value.value.as_text() else { return Vec::new() };
        let Some(template) = &text.template else { return Vec::new() };
        let scope = Scope { input: self.input, path, index: Some(self.index) };
        let mut spans = Vec::new();
        each_typed_in(&scope, template, &mut |expr, locals| {
            let ty = scope.types().of_expr(path, expr, locals);
            if matches!(ty, Type::Integer | Type::Number | Type::Bool)
                || is_literal(expr) && parameter.name.value == "code"
            {
                spans.push(text.source(expr.span));
            }
        });
        tests(&template.parts).into_iter().for_each(|span| spans.push(text.source(span)));
        spans
    }
}

/// Whether what a step reads can come out of it again.
fn passes(input: &Input<'_>, step: &Step) -> bool {
    pipeline::facts::effects(step, input.catalogue) != [Effect::Writes]
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

/// JSON text is a literal of Python.
fn is_literal(expr: &Expr) -> bool {
    matches!(&expr.kind, ExprKind::Filter { name, .. } if matches!(name.as_str(), "tojson" | "to_json" | "json" | "json_encode" | "pprint"))
}

/// What `{% if %}` asks puts nothing in.
fn tests(parts: &[Part]) -> Vec<Span> {
    let mut found = Vec::new();
    for part in parts {
        match part {
            Part::If { branches, otherwise, .. } => {
                for (test, body) in branches {
                    found.push(test.span);
                    found.extend(tests(body));
                }
                found.extend(tests(otherwise));
            }
            Part::For { body, .. } => found.extend(tests(body)),
            _ => {}
        }
    }
    found
}
