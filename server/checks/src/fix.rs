//! Mending a text.

use crate::{Diagnostic, Edit, Fix, Safety};

/// Applies the safe fixes of `diagnostics` (absolute spans) to `text`. A fix whose edits would overlap those of an
/// earlier one is left for the next round; nothing outside the edits changes.
#[must_use]
pub fn apply(text: &str, diagnostics: &[Diagnostic]) -> String {
    let safe =
        diagnostics.iter().filter_map(|it| it.fixes.iter().find(|fix| fix.safety == Safety::Safe));
    let mut edits: Vec<&Edit> = Vec::new();
    for fix in safe {
        if fits(fix, &edits, text) {
            edits.extend(&fix.edits);
        }
    }
    replace(text, edits)
}

/// Applies one fix.
#[must_use]
pub fn apply_one(text: &str, fix: &Fix) -> String {
    if fits(fix, &[], text) { replace(text, fix.edits.iter().collect()) } else { text.to_owned() }
}

fn fits(fix: &Fix, taken: &[&Edit], text: &str) -> bool {
    fix.edits.iter().all(|edit| {
        text.get(edit.span.range()).is_some()
            && taken.iter().all(|other| {
                edit.span.end < other.span.start
                    || other.span.end < edit.span.start
                    || (edit.span != other.span
                        && (edit.span.end == other.span.start || other.span.end == edit.span.start))
            })
    })
}

fn replace(text: &str, mut edits: Vec<&Edit>) -> String {
    edits.sort_by_key(|edit| (edit.span.start, edit.span.end));
    let (mut mended, mut done) = (String::with_capacity(text.len()), 0);
    for edit in edits {
        let range = edit.span.range();
        mended.push_str(text.get(done..range.start).unwrap_or_default());
        mended.push_str(&edit.text);
        done = range.end;
    }
    mended.push_str(text.get(done..).unwrap_or_default());
    mended
}
