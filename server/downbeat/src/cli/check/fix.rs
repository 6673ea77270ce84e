//! `check --fix`: applies safe fixes to files.
//!
//! Fixes are text edits, so comments and quotes that they do not touch stay.

use checks::{Diagnostic, Edit, Safety, Severity};
use pipeline::catalogue::Catalogue;

use super::{Checked, Outcome, text::counted_noun};
use crate::{
    cli::terminal::Terminal,
    workspace::{self, Source},
};

/// A fix may make room for another; after so many rounds it is a dance.
const MAX_ROUNDS: usize = 10;

/// Mends what can be mended and says what was done.
pub(super) fn all(terminal: Terminal, outcome: &mut Outcome, catalogue: &Catalogue) {
    let Outcome { files, unreadable, .. } = outcome;
    for file in files.iter_mut() {
        let (mended, count) = mend(file, catalogue);
        if count == 0 {
            continue;
        }
        match workspace::rewrite(&file.source, &mended.source.text) {
            Ok(()) => {
                terminal.note(&format!(
                    "fixed {} in `{}`",
                    counted_noun(count, "finding"),
                    file.source.name
                ));
                *file = mended;
            }
            Err(error) => unreadable.push(error),
        }
    }
    let left = files.iter().flat_map(|it| &it.analysis.findings).filter(|it| is_left(it)).count();
    if left > 0 {
        terminal.note(&format!(
            "left to you: {} whose fix may not be what you mean",
            counted_noun(left, "finding")
        ));
    }
}

/// Whether there is a way to mend it, but none that is sure to be what the author means.
fn is_left(found: &Diagnostic) -> bool {
    !found.fixes.is_empty() && found.fixes.iter().all(|fix| fix.safety != Safety::Safe)
}

/// The file with all safe fixes applied, and how many that were.
pub(super) fn mend(file: &Checked, catalogue: &Catalogue) -> (Checked, usize) {
    let root = workspace::root(&file.source.folder());
    let mut current = Checked { source: file.source.clone(), analysis: file.analysis.clone() };
    let mut applied = 0;
    for _ in 0..MAX_ROUNDS {
        let edits = chosen(&current.analysis.findings);
        let Some(text) = edited(&current.source.text, &edits.edits) else { break };
        let source = Source { text: text.into(), ..current.source.clone() };
        let analysis = workspace::analyse(&source, &root, catalogue);
        if errors(&analysis.findings) > errors(&current.analysis.findings) {
            break;
        }
        applied += edits.findings;
        current = Checked { source, analysis };
    }
    (current, applied)
}

fn errors(findings: &[Diagnostic]) -> usize {
    findings.iter().filter(|found| found.severity == Severity::Error).count()
}

struct Chosen<'a> {
    edits: Vec<&'a Edit>,
    findings: usize,
}

/// The first safe fix of every finding, as long as none touches what an earlier one touches.
fn chosen(findings: &[Diagnostic]) -> Chosen<'_> {
    let mut chosen = Chosen { edits: Vec::new(), findings: 0 };
    for found in findings {
        let Some(fix) = found.fixes.iter().find(|fix| fix.safety == Safety::Safe) else { continue };
        let free = |edit: &Edit| !chosen.edits.iter().any(|taken| meet(taken, edit));
        if !fix.edits.is_empty() && fix.edits.iter().all(free) {
            chosen.edits.extend(&fix.edits);
            chosen.findings += 1;
        }
    }
    chosen.edits.sort_by_key(|edit| edit.span);
    chosen
}

fn meet(one: &Edit, other: &Edit) -> bool {
    one.span.touches(other.span.start) || other.span.touches(one.span.start)
}

/// The text with ascending `edits` applied; nothing where they change nothing or do not fit it.
fn edited(text: &str, edits: &[&Edit]) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for edit in edits {
        out.push_str(text.get(at..edit.span.start as usize)?);
        out.push_str(&edit.text);
        at = edit.span.end as usize;
    }
    out.push_str(text.get(at..)?);
    (out != text).then_some(out)
}

#[cfg(test)]
mod tests {
    use checks::{Diagnostic, Edit, Fix, Safety, Severity, Tags};
    use syntax::Span;

    use super::{chosen, edited};

    fn finding(edits: &[(u32, u32, &str)]) -> Diagnostic {
        let edits = edits.iter().map(|(start, end, text)| Edit {
            span: Span::new(*start, *end),
            text: (*text).to_owned(),
        });
        let fix = Fix { title: String::new(), safety: Safety::Safe, edits: edits.collect() };
        let (code, severity, message, span, related) =
            ("", Severity::Hint, String::new(), Span::empty(0), Vec::new());
        Diagnostic { code, severity, message, span, related, fixes: vec![fix], tags: Tags::None }
    }

    #[test]
    fn fixes_are_applied_whole_and_never_meet() {
        let findings = [
            finding(&[(8, 9, "I")]),
            finding(&[(0, 1, "A"), (8, 8, "x")]),
            finding(&[(2, 3, "C"), (5, 5, "-")]),
        ];
        let chosen = chosen(&findings);
        assert_eq!(chosen.findings, 2);
        assert_eq!(edited("abcdefghij", &chosen.edits).as_deref(), Some("abCde-fghIj"));
    }

    #[test]
    fn edits_that_do_not_fit_change_nothing() {
        let edit = Edit { span: Span::new(1, 2), text: String::new() };
        assert_eq!(edited("é", &[&edit]), None);
    }
}
