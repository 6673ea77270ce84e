//! Texts that are JSON from end to end, but for a slip.

use serde::de::IgnoredAny;

use super::{Issue, IssueCode};

/// What is wrong with a text that begins and ends as a JSON object or a list of those, or is one block of JSON.
pub(super) fn find(text: &str) -> Option<Issue> {
    let inner = block(text).unwrap_or(text);
    let (object, end) = match inner.strip_prefix('[') {
        Some(items) => (items.trim_start(), ']'),
        None => (inner, '}'),
    };
    let rest = object.strip_prefix('{')?.trim_start();
    if !rest.starts_with(['"', '\'']) || !inner.ends_with(end) {
        return None;
    }
    let error = serde_json::from_str::<IgnoredAny>(inner).err()?;
    // One object a line is a format of its own.
    let is_lines = inner.lines().count() > 1
        && inner.lines().all(|line| serde_json::from_str::<IgnoredAny>(line).is_ok());
    (!is_lines).then(|| Issue::new(IssueCode::Format, format!("it is JSON with a slip: {error}")))
}

/// The inside of a text that is one fenced block of JSON.
fn block(text: &str) -> Option<&str> {
    let inner = text.strip_prefix("```json")?.strip_suffix("```")?;
    (!inner.contains("```")).then(|| inner.trim())
}
