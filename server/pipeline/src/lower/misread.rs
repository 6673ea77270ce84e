//! Names that stand where a declaration would, in text that could not be understood.

use std::sync::Arc;

use syntax::{Finding, FindingKind, Segment};

use super::top::{Lowered, Place};
use crate::{Entry, Misread, Problem, ProblemKind, Step};

/// What a segment adds.
#[derive(Clone, Debug, Default)]
pub(super) struct Lost {
    damaged: bool,
    unknown_entry: bool,
    /// `None`: all that the segment declares is known.
    names: Option<Arc<[Box<str>]>>,
}

impl Lost {
    pub(super) fn of(segment: &Segment, place: Place, lowered: &Lowered) -> Self {
        let damaged = segment.tree.findings().iter().any(is_damage);
        let unknown_entry = match lowered {
            Lowered::Step(_) => false,
            Lowered::Parts(parts) => parts.entries.iter().any(|entry| is_unknown(entry)),
        };
        let is_lost = damaged
            || unknown_entry
            || place == Place::Stray
            || lowered.steps().iter().flat_map(|step| step.walk()).any(is_misread);
        Self { damaged, unknown_entry, names: is_lost.then(|| names(segment.tree.text())) }
    }

    pub(super) fn add_to(&self, misread: &mut Misread) {
        misread.damaged |= self.damaged;
        misread.unknown_entry |= self.unknown_entry;
        misread.names.extend(self.names.iter().cloned());
    }
}

/// Whether behind a finding something may be missing.
pub(super) fn is_damage(finding: &Finding) -> bool {
    !matches!(finding.kind, FindingKind::NotStrict | FindingKind::UndefinedAlias)
}

fn is_unknown(entry: &Entry) -> bool {
    entry.known.is_none() && !entry.key.value.starts_with("x-")
}

/// Whether a key is unknown, or there is no id.
fn is_misread(step: &Step) -> bool {
    let lacks_id = |problem: &Problem| match &problem.kind {
        ProblemKind::MissingKey { key } => *key == "id",
        ProblemKind::WrongType { key, .. } => key == "id",
        _ => false,
    };
    step.keys.iter().any(is_unknown) || step.problems.iter().any(lacks_id)
}

/// Keys whose values only name what is declared elsewhere.
const READING: [&str; 9] = [
    "dependencies",
    "depends_on",
    "condition",
    "if",
    "else",
    "goto",
    "on_success",
    "on_failure",
    "on_false",
];

/// The first two words of every line, the second not where the first is a key that only reads, and every word before a
/// `:`; sorted.
fn names(text: &str) -> Arc<[Box<str>]> {
    let is_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
    let mut names: Vec<Box<str>> = Vec::new();
    for line in text.lines() {
        let mut rest = line;
        let mut nth = 0;
        let mut declares = 2;
        while let Some(start) = rest.find(|c| is_word(c) && c != '-') {
            let word = rest.get(start..).unwrap_or_default();
            let end = word.find(|c| !is_word(c)).unwrap_or(word.len());
            let (word, behind) = word.split_at_checked(end).unwrap_or((word, ""));
            let is_key = behind.trim_start_matches([' ', '\t']).starts_with(':');
            if nth == 0 && is_key && READING.contains(&word) {
                declares = 1;
            }
            if nth < declares || is_key {
                names.push(word.into());
            }
            nth += 1;
            rest = behind;
        }
    }
    names.sort_unstable();
    names.dedup();
    names.into()
}

#[cfg(test)]
mod tests {
    use super::names;

    #[test]
    fn names_stand_first_in_lines_and_before_colons() {
        let text = "  - id fetch-it: now\n  topic &one: {tone : mild, {{ style }}\n  dependencies: [gone]\n";
        let expected = ["dependencies", "fetch-it", "id", "one", "tone", "topic"];
        assert_eq!(names(text).iter().map(|it| &**it).collect::<Vec<_>>(), expected);
    }
}
