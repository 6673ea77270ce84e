//! Lists of names and sentences, as long as there is room for them.

use std::hash::Hash;

use rustc_hash::{FxHashMap, FxHashSet};

use super::super::say::{code, flat, listed, one_line};
use super::super::sheet::{Sheet, StepFact};

/// How much of what is many is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// The first of it, and how much more there is: what somebody looks over.
    Brief,
    /// Everything.
    Whole,
}

impl Extent {
    /// The most names in a row, and the most sentences of a kind.
    pub(super) const fn most(self) -> usize {
        match self {
            Self::Brief => 12,
            Self::Whole => usize::MAX,
        }
    }

    /// The most stages that are listed.
    pub(super) const fn stages(self) -> usize {
        match self {
            Self::Brief => 30,
            Self::Whole => usize::MAX,
        }
    }

    /// Names as code.
    pub(in super::super) fn ids<T: AsRef<str>>(self, all: &[T]) -> String {
        self.row(all.iter().map(|it| || code(it.as_ref()))).unwrap_or_default()
    }

    /// A text of the author's as code.
    pub(super) fn text(self, text: &str) -> String {
        match self {
            Self::Brief => code(&one_line(text)),
            Self::Whole => code(&flat(text)),
        }
    }

    /// Words in a row; nothing where there are none.
    pub(super) fn row<W: FnOnce() -> String>(self, all: impl Iterator<Item = W>) -> Option<String> {
        let (count, mut words) = self.firsts(all);
        if let Some(more @ 1..) = count.checked_sub(words.len()) {
            words.push(format!("{more} more"));
        }
        (count > 0).then(|| listed(&words))
    }

    /// Sentences, and how many `one`s were left out.
    pub(super) fn sentences<W: FnOnce() -> String>(
        self,
        all: impl Iterator<Item = W>,
        one: &str,
    ) -> Vec<String> {
        let (count, mut said) = self.firsts(all);
        said.extend(left_out(count - said.len(), one));
        said
    }

    /// A sentence for all steps that have the same to say.
    pub(super) fn of_groups<'s, K: Eq + Hash>(
        self,
        sheet: &'s Sheet,
        key: impl Fn(&'s StepFact) -> Option<K>,
        say: impl Fn(&K, &[&'s StepFact]) -> String,
    ) -> Vec<String> {
        let groups = groups(sheet.steps.iter().map(|it| &**it), key);
        let told = groups.iter().take(self.most());
        let mut said: Vec<String> = told.map(|(key, steps)| say(key, steps)).collect();
        let out = groups.iter().skip(self.most()).map(|(_, steps)| steps.len()).sum();
        said.extend(left_out(out, "such step"));
        said
    }

    /// How many there are, and the words of the first: what is not told is not put into words.
    fn firsts<W: FnOnce() -> String>(self, all: impl Iterator<Item = W>) -> (usize, Vec<String>) {
        let (mut count, mut said) = (0, Vec::new());
        for word in all {
            count += 1;
            if count <= self.most() {
                said.push(word());
            }
        }
        (count, said)
    }
}

/// Steps by what is the same of them, in the order of the first of each.
pub(super) fn groups<'s, K: Eq + Hash>(
    steps: impl Iterator<Item = &'s StepFact>,
    key: impl Fn(&'s StepFact) -> Option<K>,
) -> Vec<(K, Vec<&'s StepFact>)> {
    let mut found: FxHashMap<K, (usize, Vec<&StepFact>)> = FxHashMap::default();
    for step in steps {
        let Some(key) = key(step) else { continue };
        let number = found.len();
        found.entry(key).or_insert_with(|| (number, Vec::new())).1.push(step);
    }
    let mut found: Vec<_> = found.into_iter().collect();
    found.sort_unstable_by_key(|(_, (number, _))| *number);
    found.into_iter().map(|(key, (_, steps))| (key, steps)).collect()
}

/// The names of steps.
pub(super) fn names<'s>(steps: &[&'s StepFact]) -> Vec<&'s str> {
    steps.iter().map(|it| &*it.id).collect()
}

/// The sentence about what is not told.
pub(super) fn left_out(count: usize, one: &str) -> Option<String> {
    match count {
        0 => None,
        1 => Some(format!("There is 1 more {one}.")),
        more => Some(format!("There are {more} more {one}s.")),
    }
}

/// A number of things: "1 step", "2 steps".
pub(super) fn count(count: impl Into<u64>, one: &str) -> String {
    match count.into() {
        1 => format!("1 {one}"),
        many => format!("{many} {one}s"),
    }
}

/// What steps are called in sentences about the ones around them.
pub(super) struct Called<'s>(FxHashSet<&'s str>);

impl<'s> Called<'s> {
    pub(super) fn of(sheet: &'s Sheet) -> Self {
        let outer = sheet.steps.iter().filter(|it| it.inside.is_none());
        Self(outer.map(|it| &*it.id).collect())
    }

    /// The name of a step in a sentence about `holder`: without that, where no other step is called so.
    pub(super) fn inside<'i>(&self, holder: &str, id: &'i str) -> &'i str {
        let own = id.strip_prefix(holder).and_then(|it| it.strip_prefix('.'));
        own.filter(|it| !self.0.contains(it)).unwrap_or(id)
    }
}
