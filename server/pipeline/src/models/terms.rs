//! What a document says of models beside its steps, from version to version.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::{Definition, Pipeline, Placed, TopEntry};

/// The entries that [`super::Wanted::of_any_step`] reads, beside the experts.
const READ: [&str; 4] = ["selection_schema", "selection", "default_model", "model"];

/// What the last version says. Two pipelines of one number say the same, so what follows from a step and from them is the
/// same while the step is.
#[derive(Debug, Default)]
pub(crate) struct Terms {
    number: u64,
    entries: [Option<Arc<TopEntry>>; READ.len()],
    experts: Vec<Arc<Definition>>,
}

impl Terms {
    /// The number of what `pipeline` says, which is the last one where that is the same.
    pub(crate) fn follow(&mut self, pipeline: &Pipeline) -> u64 {
        let entries = READ.map(|key| pipeline.entry(key).map(|it| Arc::clone(&it.item)));
        let same_entries = self.entries.iter().zip(&entries).all(|pair| match pair {
            (Some(before), Some(now)) => Arc::ptr_eq(before, now),
            (None, None) => true,
            _ => false,
        });
        let same_experts = self.experts.len() == pipeline.experts.len()
            && self.experts.iter().zip(&pipeline.experts).all(is_same);
        if self.number == 0 || !same_entries || !same_experts {
            self.number = next_number();
            self.entries = entries;
            self.experts = pipeline.experts.iter().map(|it| Arc::clone(&it.item)).collect();
        }
        self.number
    }
}

fn is_same((before, now): (&Arc<Definition>, &Placed<Definition>)) -> bool {
    Arc::ptr_eq(before, &now.item)
}

fn next_number() -> u64 {
    static LAST: AtomicU64 = AtomicU64::new(0);
    LAST.fetch_add(1, Ordering::Relaxed) + 1
}
