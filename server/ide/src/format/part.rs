//! The segments of a document, as far as they may be laid out.

use syntax::{Document, FindingKind, Role, Segment, Span};

/// A segment.
#[derive(Clone, Copy, Debug)]
pub(super) struct Part {
    /// Where it stands, absolute.
    pub(super) span: Span,
    pub(super) role: Role,
    state: State,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Free,
    /// Nobody asked for it.
    Outside,
    Broken,
}

impl Part {
    /// Whether its white space may change.
    pub(super) fn is_free(&self) -> bool {
        self.state == State::Free
    }

    /// Whether it stays as it is because of what is in it.
    pub(super) fn is_broken(&self) -> bool {
        self.state == State::Broken
    }

    /// From now on it stays as it is.
    pub(super) fn keep(&mut self) {
        if self.is_free() {
            self.state = State::Broken;
        }
    }
}

/// The parts of a document in order. Those that `span` does not touch, and those with syntax errors, are not free; nor is
/// anything behind the start of a second document, which is no pipeline.
pub(super) fn parts(document: &Document, span: Span) -> Vec<Part> {
    let mut broken: Vec<u32> = Vec::new();
    let mut first_ends = u32::MAX;
    for finding in document.findings() {
        match finding.kind {
            // The structure is plain, so there is no reason to leave it in disorder.
            FindingKind::DuplicateKey | FindingKind::UndefinedAlias | FindingKind::NotStrict => {}
            FindingKind::MultipleDocuments => first_ends = first_ends.min(finding.span.start),
            _ => broken.push(finding.span.start),
        }
    }
    let state = |own: Span, segment: &Segment| {
        let has_broken = || broken.iter().any(|at| own.start <= *at && *at < own.end);
        if own.end > first_ends || !is_sound(segment) || has_broken() {
            State::Broken
        } else if own.end <= span.start && span.start > 0 || span.end < own.start {
            State::Outside
        } else {
            State::Free
        }
    };
    document
        .segments()
        .map(|(base, segment)| {
            let own = Span::new(base, base + segment.len());
            Part { span: own, role: segment.role, state: state(own, segment) }
        })
        .collect()
}

fn is_sound(segment: &Segment) -> bool {
    let harmless = |kind| matches!(kind, FindingKind::NotStrict | FindingKind::DuplicateKey);
    segment.tree.findings().iter().all(|finding| harmless(finding.kind))
}
