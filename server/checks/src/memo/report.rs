//! What a check found, in parts.

use std::sync::Arc;

use pipeline::Steps;

use crate::{Diagnostic, check::sort};

/// Findings in parts, each with its base: what an editor publishes without copying.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// The steps that were looked at.
    pub(super) steps: Steps,
    /// What was found in each; shared with earlier reports that nobody changed.
    pub(super) parts: Arc<Vec<Arc<[Diagnostic]>>>,
    /// Those about the document, absolute.
    pub(super) document: Arc<[Diagnostic]>,
}

/// Findings of a step, or of the document.
#[derive(Clone, Copy, Debug)]
pub struct Part<'r> {
    /// Which step it is.
    pub step: usize,
    /// Where it starts.
    pub base: u32,
    /// Relative to the base; a new object whenever a step changed that one of them names.
    pub found: &'r Arc<[Diagnostic]>,
}

impl Report {
    /// A report of a text that is no pipeline; spans are absolute.
    #[must_use]
    pub fn of(found: Vec<Diagnostic>) -> Self {
        Self { document: found.into(), ..Self::default() }
    }

    /// That of every step, then that of the document, whose step is none: there are as many before it. Parts may be empty.
    pub fn parts(&self) -> impl ExactSizeIterator<Item = Part<'_>> + DoubleEndedIterator {
        (0..self.parts.len() + 1).map(|step| match self.parts.get(step) {
            Some(found) => Part { step, base: self.base_of(step), found },
            None => Part { step, base: 0, found: &self.document },
        })
    }

    /// Where every step starts.
    pub fn bases(&self) -> impl ExactSizeIterator<Item = u32> + '_ {
        self.steps.iter().map(|step| step.base)
    }

    /// Where a step starts; 0 if there is none.
    #[must_use]
    pub fn base_of(&self, step: usize) -> u32 {
        self.steps.get(step).map_or(0, |step| step.base)
    }

    /// All findings, absolute, by position.
    #[must_use]
    pub fn diagnostics(&self) -> Vec<Diagnostic> {
        let found = self.parts().flat_map(|part| part.found.iter().map(move |it| (part.step, it)));
        let mut all: Vec<_> =
            found.map(|(step, it)| it.clone().settled(step, |step| self.base_of(step))).collect();
        sort(&mut all);
        all
    }
}
