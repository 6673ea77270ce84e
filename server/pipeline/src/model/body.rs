use std::fmt;
use std::ops::Deref;
use std::sync::{Arc, OnceLock};

use rustc_hash::FxHashMap;

use super::Step;

/// How many steps are found as quickly by looking at each.
const FEW: usize = 16;

/// The steps inside a step, in order.
#[derive(Clone, Default)]
pub struct Body {
    steps: Box<[Step]>,
    /// The first step of an id, once one is looked for.
    index: OnceLock<Box<FxHashMap<Arc<str>, usize>>>,
}

impl Body {
    /// Where the first step of that id stands.
    #[must_use]
    pub fn position(&self, id: &str) -> Option<usize> {
        if self.steps.len() <= FEW {
            let has_id = |step: &Step| step.id.as_ref().is_some_and(|it| *it.value == *id);
            return self.steps.iter().position(has_id);
        }
        let index = self.index.get_or_init(|| {
            let ids = self.steps.iter().enumerate().rev();
            let named =
                ids.filter_map(|(at, step)| Some((Arc::clone(&step.id.as_ref()?.value), at)));
            Box::new(named.collect())
        });
        index.get(id).copied()
    }

    /// The first step of that id.
    #[must_use]
    pub fn of_id(&self, id: &str) -> Option<&Step> {
        self.steps.get(self.position(id)?)
    }
}

impl From<Vec<Step>> for Body {
    fn from(steps: Vec<Step>) -> Self {
        Self { steps: steps.into(), index: OnceLock::new() }
    }
}

impl Deref for Body {
    type Target = [Step];

    fn deref(&self) -> &[Step] {
        &self.steps
    }
}

impl<'b> IntoIterator for &'b Body {
    type Item = &'b Step;
    type IntoIter = std::slice::Iter<'b, Step>;

    fn into_iter(self) -> Self::IntoIter {
        self.steps.iter()
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.steps.fmt(out)
    }
}
