//! Findings that their author allows: `# downbeat: allow(rule) reason`.

use std::cell::Cell;

use pipeline::{Allow, Pipeline};

use crate::{Diagnostic, Severity, rule};

/// The comments of a document, and which of them were of use.
pub(crate) struct Allowed<'a> {
    comments: Vec<(&'a Allow, Box<[Cell<bool>]>)>,
}

impl<'a> Allowed<'a> {
    pub(crate) fn new(pipeline: &'a Pipeline) -> Self {
        let unused = |allow: &Allow| allow.rules.iter().map(|_| Cell::new(false)).collect();
        Self { comments: pipeline.allows.iter().map(|allow| (allow, unused(allow))).collect() }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.comments.is_empty()
    }

    /// Whether no comment allows the finding. `base`: what its spans are relative to.
    pub(crate) fn keeps(&self, finding: &Diagnostic, base: u32) -> bool {
        if finding.severity == Severity::Error
            && rule(finding.code).is_some_and(|rule| rule.is_firm())
        {
            return true;
        }
        let mut kept = true;
        for (allow, used) in
            self.comments.iter().filter(|(it, _)| it.covers(finding.span.start + base))
        {
            for (name, used) in allow.rules.iter().zip(used) {
                if name.value == finding.code {
                    used.set(true);
                    kept = false;
                }
            }
        }
        kept
    }

    /// Each comment with the places, among its rules, of those that allowed nothing.
    pub(crate) fn unused(&self) -> impl Iterator<Item = (&'a Allow, Vec<usize>)> + '_ {
        self.comments.iter().map(|(allow, used)| {
            let idle = used.iter().enumerate().filter(|(_, used)| !used.get());
            (*allow, idle.map(|(index, _)| index).collect())
        })
    }
}
