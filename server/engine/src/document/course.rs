//! The course of a run that its records do not tell: what failed before it ended well, what handlers came to, and which rounds
//! were gone once more. By it, a run is told again from its document alone.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::StepRecord;

/// Something that came in while a run went on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Turn {
    /// Path of the step or round that it came to, with the number of the attempt behind every step around it that was tried
    /// again: `loop@2[3].body`.
    pub key: String,
    /// What had been asked: `2` is the call of the second attempt, `1/handler/0/1` the first call of the first handler after
    /// the first attempt. Absent where a step ended without an answer of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub question: Option<String>,
    /// What came; absent where it is told by a record.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<Json>,
    /// That record, where `steps` does not have it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub record: Option<Box<StepRecord>>,
}

/// The path that a key is for; nothing where no record of the document has it.
pub(crate) fn path_of(key: &str) -> Option<String> {
    if key.contains("/handler/") {
        return None;
    }
    let mut parts = key.split('@');
    let mut path = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        path.push_str(part.trim_start_matches(|it: char| it.is_ascii_digit()));
    }
    Some(path)
}

/// Every record of a document with its path, those inside of others first.
pub(crate) fn records(document: &super::Document) -> Vec<(String, &StepRecord)> {
    let mut all = Vec::new();
    for record in document.steps.values() {
        collect(record, record.id.clone(), &mut all);
    }
    all
}

fn collect<'d>(record: &'d StepRecord, path: String, all: &mut Vec<(String, &'d StepRecord)>) {
    for inner in record.called.iter().flat_map(|called| called.steps.values()) {
        collect(inner, format!("{path}.{}", inner.id), all);
    }
    for round in record.iterations.iter().flatten() {
        for inner in round.steps.values() {
            collect(inner, format!("{}.{}", round.path, inner.id), all);
        }
    }
    all.push((path, record));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attempts_are_no_part_of_a_path() {
        for (key, path) in [
            ("a", "a"),
            ("loop@2[3].body", "loop[3].body"),
            ("call@12.each@3[0].one", "call.each[0].one"),
        ] {
            assert_eq!(path_of(key).as_deref(), Some(path));
        }
        assert_eq!(path_of("a@2/handler/0/1.mend"), None);
    }
}
