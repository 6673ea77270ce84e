use std::fmt;
use std::ops::{Deref, Range};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::{Placed, Step};

/// The steps of a pipeline in order: a slice that is cheap to clone.
///
/// A version knows how it came to be from the one before, so who remembers something about that one looks at the
/// difference only.
#[derive(Clone, Default)]
pub struct Steps {
    list: Arc<Vec<Placed<Step>>>,
    version: u64,
    change: Option<Arc<Change>>,
}

/// What is different from the version before.
#[derive(Debug)]
pub(crate) struct Change {
    /// The version before.
    pub(crate) from: u64,
    /// How many steps stand before the changed ones.
    pub(crate) head: usize,
    /// The steps that are gone, where they stood.
    pub(crate) old: Vec<Placed<Step>>,
    /// How many stand in their place.
    pub(crate) new: usize,
    /// How far steps moved, by runs: the first step of a run and the bytes. Changed steps are in no run.
    pub(crate) moves: Vec<(usize, i64)>,
}

impl Change {
    /// How far a step that did not change moved, in bytes.
    pub(crate) fn moved(&self, step: usize) -> i64 {
        let after = self.moves.partition_point(|(first, _)| *first <= step);
        let run = after.checked_sub(1).and_then(|at| self.moves.get(at));
        run.map_or(0, |(_, by)| *by)
    }
}

impl Steps {
    /// Which version it is; no two are the same, but for those without steps.
    #[must_use]
    pub const fn version(&self) -> u64 {
        self.version
    }

    /// The steps of the version before that may be other ones now, and those that stand in their place; nothing where
    /// `version` is not the version before.
    #[must_use]
    pub fn since(&self, version: u64) -> Option<(Range<usize>, Range<usize>)> {
        let change = self.change().filter(|change| change.from == version)?;
        let of = |count: usize| change.head..change.head + count;
        Some((of(change.old.len()), of(change.new)))
    }

    /// What is different from the version before, if that is known.
    pub(crate) fn change(&self) -> Option<&Change> {
        self.change.as_deref()
    }

    /// Makes this the next version: `new` stands in the place of `old` steps behind `head`, and every step stands where
    /// `bases` says. Costs what changed where nobody holds this version any more.
    pub(crate) fn update(
        &mut self,
        head: usize,
        old: usize,
        new: Vec<Placed<Step>>,
        bases: impl Iterator<Item = u32>,
    ) {
        let list = Arc::make_mut(&mut self.list);
        let count = new.len();
        let old: Vec<_> = list.splice(head..head + old, new).collect();
        let mut moves = vec![(0, 0)];
        for (index, (step, base)) in list.iter_mut().zip(bases).enumerate() {
            if (head..head + count).contains(&index) {
                continue;
            }
            let by = i64::from(base) - i64::from(step.base);
            if moves.last().is_some_and(|(_, last)| *last != by) {
                moves.push((index, by));
            }
            if by != 0 {
                step.base = base;
            }
        }
        let from = std::mem::replace(&mut self.version, next_version());
        self.change = Some(Arc::new(Change { from, head, old, new: count, moves }));
    }
}

fn next_version() -> u64 {
    static LAST: AtomicU64 = AtomicU64::new(0);
    LAST.fetch_add(1, Ordering::Relaxed) + 1
}

impl fmt::Debug for Steps {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.list.fmt(out)
    }
}

impl Deref for Steps {
    type Target = [Placed<Step>];

    fn deref(&self) -> &[Placed<Step>] {
        &self.list
    }
}

impl<'s> IntoIterator for &'s Steps {
    type Item = &'s Placed<Step>;
    type IntoIter = std::slice::Iter<'s, Placed<Step>>;

    fn into_iter(self) -> Self::IntoIter {
        self.list.iter()
    }
}
