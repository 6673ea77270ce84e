//! Mendings of findings.

use checks::{Diagnostic, Edit, Safety};
use syntax::Span;

use crate::{Snapshot, allow::allow};

/// A mending of one finding, absolute.
#[derive(Clone, Debug, PartialEq)]
pub struct Action {
    /// What it does.
    pub title: String,
    /// Code of the finding that it mends.
    pub code: &'static str,
    /// Where the finding is.
    pub span: Span,
    /// Whether it is the one way to mend it.
    pub is_preferred: bool,
    /// What it changes.
    pub edits: Vec<Edit>,
}

/// The mendings of all findings that touch `span`, and behind them the comments that allow these findings.
#[must_use]
pub fn fixes(snapshot: &Snapshot, span: Span) -> Vec<Action> {
    let (mut actions, mut allowing) = (Vec::new(), Vec::new());
    each(snapshot, |base, finding| {
        let place = finding.span.shift(base);
        if !(place.touches(span.start) || place.touches(span.end) || span.covers(place)) {
            return;
        }
        for fix in &finding.fixes {
            actions.push(Action {
                title: fix.title.clone(),
                code: finding.code,
                span: place,
                is_preferred: fix.safety == Safety::Safe && finding.fixes.len() == 1,
                edits: shifted(&fix.edits, base),
            });
        }
        let allowed = allow(snapshot, finding.code, finding.severity, place);
        allowing.extend(allowed.filter(|it| !allowing.contains(it)));
    });
    actions.extend(allowing);
    actions
}

/// The edits of every safe mending; of two that touch each other the first stays.
#[must_use]
pub fn fix_all(snapshot: &Snapshot) -> Vec<Edit> {
    let mut groups: Vec<Vec<Edit>> = Vec::new();
    each(snapshot, |base, finding| {
        let safe = finding.fixes.iter().find(|fix| fix.safety == Safety::Safe);
        groups.extend(safe.map(|fix| shifted(&fix.edits, base)));
    });
    let mut taken: Vec<Edit> = Vec::new();
    for group in groups {
        let free = group.iter().all(|edit| taken.iter().all(|other| apart(edit.span, other.span)));
        if free {
            taken.extend(group);
        }
    }
    taken.sort_by_key(|edit| edit.span);
    taken
}

fn apart(a: Span, b: Span) -> bool {
    a.end < b.start || b.end < a.start
}

fn each(snapshot: &Snapshot, mut visit: impl FnMut(u32, &Diagnostic)) {
    for part in snapshot.report.parts() {
        for finding in part.found.iter() {
            visit(part.base, finding);
        }
    }
}

fn shifted(edits: &[Edit], base: u32) -> Vec<Edit> {
    edits.iter().map(|edit| Edit { span: edit.span.shift(base), text: edit.text.clone() }).collect()
}
