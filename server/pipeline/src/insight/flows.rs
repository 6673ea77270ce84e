//! What the steps in an outermost step read of others.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::roll::Roll;
use super::seats::Seats;
use super::sheet::{Flow, Id};
use crate::names::{Meaning, Names, body_position};
use crate::{Pipeline, Reference, ReferenceOrigin, Step};

/// What is read.
#[derive(Default)]
pub(super) struct Flows {
    pub(super) between: Vec<Arc<Flow>>,
    /// The inputs, each once.
    pub(super) inputs: Vec<usize>,
}

impl Flows {
    /// What the steps at `seats` read, which are those of the outermost step at `outer`.
    pub(super) fn of(
        pipeline: &Pipeline,
        names: &Names,
        roll: &Roll,
        seats: &Seats<'_>,
        outer: usize,
    ) -> Self {
        let mut flows = Self::default();
        for at in 0..seats.len() {
            let mut reader = Reader {
                pipeline,
                names,
                roll,
                seats,
                outer,
                at,
                found: Vec::new(),
                known: FxHashMap::default(),
            };
            let path = seats.path(at);
            reader.read(&path, &mut flows.inputs);
            if seats[at].body.is_empty() {
                // A loop that is its own body speaks for it.
                for inner in &seats[at].step.body {
                    let path: Vec<&Step> = path.iter().copied().chain([inner]).collect();
                    reader.read(&path, &mut flows.inputs);
                }
            }
            flows.between.extend(reader.found.into_iter().map(Arc::new));
        }
        flows.inputs.sort_unstable();
        flows.inputs.dedup();
        flows
    }
}

/// Who is read.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Giver {
    /// A step of the pipeline.
    Outermost(usize),
    /// The step at another seat of the same outermost step.
    Beside(usize),
}

/// The step at a seat, and what it is known to read.
struct Reader<'r, 'p> {
    pipeline: &'r Pipeline,
    names: &'r Names,
    roll: &'r Roll,
    seats: &'r Seats<'p>,
    outer: usize,
    at: usize,
    found: Vec<Flow>,
    known: FxHashMap<Giver, usize>,
}

impl Reader<'_, '_> {
    fn read(&mut self, path: &[&Step], inputs: &mut Vec<usize>) {
        let Some(step) = path.last() else { return };
        for reference in step.references.iter().filter(|it| it.origin != ReferenceOrigin::Inert) {
            let meaning = self.names.meaning(self.pipeline, path, reference);
            if let Meaning::Input(input) = meaning {
                inputs.push(input);
            }
            if let Some(giver) = self.giver(path, reference, &meaning) {
                self.add(giver, reference);
            }
        }
    }

    fn giver(&self, path: &[&Step], reference: &Reference, meaning: &Meaning) -> Option<Giver> {
        match meaning {
            Meaning::Step(step)
            | Meaning::Variable(step)
            | Meaning::NamedLoop(step)
            | Meaning::OutsideBody(step) => {
                Some(Giver::Outermost(*step)).filter(|_| *step != self.outer)
            }
            Meaning::BodyStep(name) => {
                let depth = self.names.owner(path, reference, meaning)?;
                let holder = &self.seats[self.seats.around(self.at, depth)?];
                let giver = *holder.body.get(body_position(holder.step, name)?)?;
                Some(Giver::Beside(giver)).filter(|_| giver != self.at)
            }
            _ => None,
        }
    }

    fn id(&self, giver: Giver) -> Option<Id> {
        let id = match giver {
            Giver::Outermost(step) => self.roll.id(step),
            Giver::Beside(seat) => self.roll.ids(self.outer).get(seat),
        };
        id.cloned()
    }

    fn add(&mut self, giver: Giver, reference: &Reference) {
        let at = match self.known.get(&giver) {
            Some(at) => *at,
            None => {
                let ids = self.id(giver).zip(self.id(Giver::Beside(self.at)));
                let Some((from, to)) = ids else { return };
                self.found.push(Flow { from, to, fields: Vec::new() });
                self.known.insert(giver, self.found.len() - 1);
                self.found.len() - 1
            }
        };
        let field: Arc<str> = match reference.fields.as_slice() {
            [] => return,
            [(first, _), (second, _), ..] if &**first == "result" => {
                format!("result.{second}").into()
            }
            [(first, _), ..] => Arc::clone(first),
        };
        if let Some(flow) = self.found.get_mut(at)
            && !flow.fields.contains(&field)
        {
            flow.fields.push(field);
        }
    }
}
