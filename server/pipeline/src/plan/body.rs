//! How the steps of a body follow one another.

use std::collections::BTreeSet;

use crate::names::{Meaning, Names, loop_name};
use crate::{Pipeline, ReferenceOrigin, Step, StepKind};

use super::on_call;

/// The order of the steps inside a loop: what names what, as between the steps of the pipeline. Body steps are indices
/// into `body` of the step that holds them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BodyOrder {
    /// For each body step the ones that it waits for, ascending. Has no cycle.
    pub waits: Vec<Vec<usize>>,
    /// Pairs of a body step and one declared behind it that waits for it. Where rounds follow one another this reads the
    /// round before; elsewhere it is a cycle.
    pub earlier: Vec<(usize, usize)>,
    /// Steps that only failures call for; see [`super::Plan::on_call`].
    pub on_call: Vec<usize>,
}

impl BodyOrder {
    /// The order inside the last step of `path`, which leads there from the outermost step.
    #[must_use]
    pub fn new(pipeline: &Pipeline, names: &Names, path: &[&Step]) -> Self {
        let Some(holder) = path.last() else { return Self::default() };
        let mut order = Self { waits: vec![Vec::new(); holder.body.len()], ..Self::default() };
        let mut backward = Vec::new();
        for (index, inner) in holder.body.iter().enumerate() {
            let mut named = BTreeSet::new();
            let mut reader =
                Reader { pipeline, names, holder, depth: path.len() - 1, path: path.to_vec() };
            reader.read(inner, &mut named);
            named.remove(&index);
            let (before, behind) = named.into_iter().partition(|other| *other < index);
            order.waits[index] = before;
            let behind: Vec<usize> = behind;
            backward.extend(behind.into_iter().map(|other| (index, other)));
        }
        for (index, other) in backward {
            if order.reaches(other, index) {
                order.earlier.push((index, other));
            } else {
                order.waits[index].push(other);
            }
        }
        order.on_call = on_call::of_body(names, path, &order.waits);
        order
    }

    /// Whether `from` waits for `goal`, transitively.
    #[must_use]
    pub fn reaches(&self, from: usize, goal: usize) -> bool {
        let mut seen = vec![false; self.waits.len()];
        let mut open = vec![from];
        while let Some(at) = open.pop() {
            for &next in self.waits.get(at).map_or(&[][..], Vec::as_slice) {
                if next == goal {
                    return true;
                }
                if !std::mem::replace(&mut seen[next], true) {
                    open.push(next);
                }
            }
        }
        false
    }
}

/// Collects the siblings that a body step and what is inside it name.
struct Reader<'p> {
    pipeline: &'p Pipeline,
    names: &'p Names,
    holder: &'p Step,
    /// Where the holder is in `path`.
    depth: usize,
    path: Vec<&'p Step>,
}

impl<'p> Reader<'p> {
    fn read(&mut self, at: &'p Step, named: &mut BTreeSet<usize>) {
        self.path.push(at);
        for dependency in &at.dependencies {
            named.extend(self.sibling(&dependency.value));
        }
        for reference in &at.references {
            if reference.origin == ReferenceOrigin::Inert {
                continue;
            }
            let meaning = self.names.meaning(self.pipeline, &self.path, reference);
            match &meaning {
                Meaning::BodyStep(name)
                    if self.names.owner(&self.path, reference, &meaning) == Some(self.depth) =>
                {
                    named.extend(self.sibling(name));
                }
                Meaning::OutsideBody(_) | Meaning::NamedLoop(_) => {
                    named.extend(self.around(&reference.root));
                }
                _ => {}
            }
        }
        for inner in &at.body {
            self.read(inner, named);
        }
        self.path.pop();
    }

    /// Index of the body step of that name.
    fn sibling(&self, name: &str) -> Option<usize> {
        on_call::position(self.holder, name)
    }

    /// Index of the body step that holds a loop or step of that name somewhere inside.
    fn around(&self, name: &str) -> Option<usize> {
        self.holder.body.iter().position(|sibling| holds(sibling, name, self.depth + 1))
    }
}

/// Whether a body step of that name, or a loop of that name, is in `step`, which stands `depth` steps deep.
fn holds(step: &Step, name: &str, depth: usize) -> bool {
    let is_loop = !step.body.is_empty() && !matches!(step.kind, StepKind::Parallel);
    (is_loop
        && (loop_name(step) == Some(name)
            || name == crate::names::automatic_name(step.id_text(), depth)))
        || step.body.iter().any(|inner| inner.id_text() == name || holds(inner, name, depth + 1))
}
