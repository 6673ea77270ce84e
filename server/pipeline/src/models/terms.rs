//! What a document says of models beside its steps, from version to version.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use crate::{Definition, Pipeline, Placed, TopEntry};

/// The entries that [`super::Wanted::of_any_step`] reads, beside experts and personalities.
const READ: [&str; 4] = ["selection_schema", "selection", "default_model", "model"];

/// The number of what a document says. It is no part of what the document means, so it has no digits for people.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct TermsNumber(u64);

impl TermsNumber {
    fn fresh() -> Self {
        static LAST: AtomicU64 = AtomicU64::new(0);
        Self(LAST.fetch_add(1, Ordering::Relaxed) + 1)
    }
}

impl fmt::Debug for TermsNumber {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("TermsNumber")
    }
}

/// What the last version says. Two pipelines of one number say the same, so what follows from a step and from them is the
/// same while the step is.
#[derive(Debug, Default)]
pub(crate) struct Terms {
    number: TermsNumber,
    entries: [Option<Arc<TopEntry>>; READ.len()],
    definitions: Vec<Arc<Definition>>,
}

impl Terms {
    /// The number of what `pipeline` says, which is the last one where that is the same.
    pub(crate) fn follow(&mut self, pipeline: &Pipeline) -> TermsNumber {
        let entries = READ.map(|key| pipeline.entry(key).map(|it| Arc::clone(&it.item)));
        let same_entries = self.entries.iter().zip(&entries).all(|pair| match pair {
            (Some(before), Some(now)) => Arc::ptr_eq(before, now),
            (None, None) => true,
            _ => false,
        });
        let definitions = || pipeline.experts.iter().chain(&pipeline.personalities);
        let same_definitions = self.definitions.len() == definitions().count()
            && self.definitions.iter().zip(definitions()).all(is_same);
        if self.number == TermsNumber::default() || !same_entries || !same_definitions {
            self.number = TermsNumber::fresh();
            self.entries = entries;
            self.definitions = definitions().map(|it| Arc::clone(&it.item)).collect();
        }
        self.number
    }
}

fn is_same((before, now): (&Arc<Definition>, &Placed<Definition>)) -> bool {
    Arc::ptr_eq(before, &now.item)
}
