//! Edges: what the declared lists, the references and the routes of every step say.

use crate::names::{Meaning, Names};
use crate::{Pipeline, Placed, ReferenceOrigin, Step};

use super::{Edge, Origin, Why};

/// Edges by what becomes of them.
#[derive(Default)]
pub(super) struct Found {
    /// Between different steps, without routes.
    pub(super) ordering: Vec<Edge>,
    /// From a step to itself.
    pub(super) own: Vec<Edge>,
    /// From a step to the target of its route.
    pub(super) routes: Vec<Edge>,
}

pub(super) fn collect(pipeline: &Pipeline, names: &Names) -> Found {
    of_steps(pipeline, names, pipeline.steps.iter().enumerate())
}

/// What single steps of a pipeline say.
pub(super) fn of_steps<'s>(
    pipeline: &Pipeline,
    names: &Names,
    steps: impl Iterator<Item = (usize, &'s Placed<Step>)>,
) -> Found {
    let mut found = Found::default();
    let mut seen = Seen { last: vec![[u32::MAX; 3]; pipeline.steps.len()] };
    for (to, step) in steps {
        add_step(pipeline, names, step, to, &mut seen, &mut found);
    }
    found
}

fn add_step(
    pipeline: &Pipeline,
    names: &Names,
    step: &Placed<Step>,
    to: usize,
    seen: &mut Seen,
    found: &mut Found,
) {
    declared(step, to, names, seen, found);
    let mut reader = Reader { pipeline, names, step, to, index: 0, path: Vec::new() };
    reader.read(&step.item, seen, found);
    routes(step, to, names, found);
}

/// Which (from, origin) pairs the step at hand already has: the last `to` of each.
struct Seen {
    last: Vec<[u32; 3]>,
}

impl Seen {
    fn first(&mut self, edge: &Edge) -> bool {
        let slot = match edge.origin {
            Origin::Declared => 0,
            Origin::Template => 1,
            Origin::ControlFlow | Origin::Routing => 2,
        };
        let to = edge.to as u32;
        std::mem::replace(&mut self.last[edge.from][slot], to) != to
    }
}

impl Found {
    fn add(&mut self, edge: Edge, seen: &mut Seen) {
        if edge.from == edge.to {
            self.own.push(edge);
        } else if seen.first(&edge) {
            self.ordering.push(edge);
        }
    }
}

fn declared(step: &Placed<Step>, to: usize, names: &Names, seen: &mut Seen, found: &mut Found) {
    for inner in step.walk() {
        for dependency in &inner.dependencies {
            if let Some(from) = names.step(&dependency.value)
                && (from != to || std::ptr::eq(inner, &*step.item))
            {
                let span = step.absolute(dependency.span);
                found.add(
                    Edge { from, to, origin: Origin::Declared, why: Why::Declared, span },
                    seen,
                );
            }
        }
    }
}

/// Walks a step and its body, keeping the path that names are resolved along.
struct Reader<'p> {
    pipeline: &'p Pipeline,
    names: &'p Names,
    step: &'p Placed<Step>,
    to: usize,
    index: u32,
    path: Vec<&'p Step>,
}

impl<'p> Reader<'p> {
    fn read(&mut self, at: &'p Step, seen: &mut Seen, found: &mut Found) {
        self.path.push(at);
        for reference in &at.references {
            let why = Why::Reads(self.index);
            self.index += 1;
            let origin = match reference.origin {
                ReferenceOrigin::Template => Origin::Template,
                ReferenceOrigin::ControlFlow => Origin::ControlFlow,
                ReferenceOrigin::Inert => continue,
            };
            let from = match self.names.meaning(self.pipeline, &self.path, reference) {
                Meaning::Step(from) if from != self.to || self.path.len() == 1 => from,
                Meaning::Variable(from) | Meaning::NamedLoop(from) | Meaning::OutsideBody(from)
                    if from != self.to =>
                {
                    from
                }
                _ => continue,
            };
            found.add(
                Edge { from, to: self.to, origin, why, span: self.step.absolute(reference.span) },
                seen,
            );
        }
        for inner in &at.body {
            self.read(inner, seen, found);
        }
        self.path.pop();
    }
}

fn routes(step: &Placed<Step>, from: usize, names: &Names, found: &mut Found) {
    let mut known: Vec<usize> = Vec::new();
    for (key, target) in step.routing.targets() {
        let Some(to) = names.step(&target.value) else { continue };
        if known.contains(&to) {
            continue;
        }
        known.push(to);
        let edge = Edge {
            from,
            to,
            origin: Origin::Routing,
            why: Why::Routes(key),
            span: step.absolute(target.span),
        };
        if from == to { found.own.push(edge) } else { found.routes.push(edge) }
    }
}
