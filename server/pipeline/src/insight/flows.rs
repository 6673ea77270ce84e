//! Which step reads what of which.

use rustc_hash::{FxBuildHasher, FxHashMap};

use super::gather::{Seat, Seats};
use super::sheet::Flow;
use crate::names::{Meaning, Names, body_position};
use crate::{Pipeline, Reference, ReferenceOrigin, Step};

/// What is read.
pub(super) struct Flows {
    pub(super) between: Vec<Flow>,
    /// For each input the outermost steps that read it.
    pub(super) input_readers: Vec<Vec<usize>>,
    known: FxHashMap<(usize, usize), usize>,
}

impl Flows {
    pub(super) fn read(pipeline: &Pipeline, names: &Names, seats: &Seats<'_>) -> Self {
        let mut flows = Self {
            between: Vec::with_capacity(seats.all.len()),
            input_readers: vec![Vec::new(); pipeline.inputs.len()],
            known: FxHashMap::with_capacity_and_hasher(seats.all.len(), FxBuildHasher),
        };
        for (at, seat) in seats.all.iter().enumerate() {
            flows.of(pipeline, names, seats, at, &seat.path);
            if seat.body.is_empty() {
                // A loop that is its own body speaks for it.
                for inner in &seat.step().body {
                    let path: Vec<&Step> = seat.path.iter().copied().chain([inner]).collect();
                    flows.of(pipeline, names, seats, at, &path);
                }
            }
        }
        flows
    }

    fn of(
        &mut self,
        pipeline: &Pipeline,
        names: &Names,
        seats: &Seats<'_>,
        at: usize,
        path: &[&Step],
    ) {
        let (Some(step), seat) = (path.last(), &seats.all[at]) else { return };
        for reference in step.references.iter().filter(|it| it.origin != ReferenceOrigin::Inert) {
            let meaning = names.meaning(pipeline, path, reference);
            let from = match &meaning {
                Meaning::Input(input) => {
                    if let Some(readers) = self.input_readers.get_mut(*input)
                        && readers.last() != Some(&seat.outer)
                    {
                        readers.push(seat.outer);
                    }
                    None
                }
                Meaning::Step(step)
                | Meaning::Variable(step)
                | Meaning::NamedLoop(step)
                | Meaning::OutsideBody(step) => Some(*step)
                    .filter(|it| *it != seat.outer)
                    .and_then(|it| seats.outermost.get(it).copied()),
                Meaning::BodyStep(name) => names
                    .owner(path, reference, &meaning)
                    .and_then(|depth| neighbour(seats, seat, depth, name)),
                _ => None,
            };
            if let Some(from) = from.filter(|it| *it != at) {
                self.add(seats, from, at, reference);
            }
        }
    }

    fn add(&mut self, seats: &Seats<'_>, from: usize, to: usize, reference: &Reference) {
        let at = *self.known.entry((from, to)).or_insert_with(|| {
            let id = |seat: usize| seats.all[seat].id.to_string();
            self.between.push(Flow { from: id(from), to: id(to), fields: Vec::new() });
            self.between.len() - 1
        });
        let field = match reference.fields.as_slice() {
            [] => return,
            [(first, _), (second, _), ..] if &**first == "result" => format!("result.{second}"),
            [(first, _), ..] => first.to_string(),
        };
        if let Some(flow) = self.between.get_mut(at)
            && !flow.fields.contains(&field)
        {
            flow.fields.push(field);
        }
    }
}

/// The seat of the body step of that name in the loop at `depth` around a seat.
fn neighbour(seats: &Seats<'_>, seat: &Seat<'_>, depth: usize, name: &str) -> Option<usize> {
    let holder = seats.all.get(*seat.seats.get(depth)?)?;
    holder.body.get(body_position(holder.step(), name)?).copied()
}
