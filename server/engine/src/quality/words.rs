//! Texts that say nothing, decline, or were left unfinished.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value as Json;

use super::{Issue, IssueCode};

/// A refusal stands at the beginning of a text, and is short.
const OPENING: usize = 300;
const LONGEST_REFUSAL: usize = 1_500;

/// How much of a text is searched for parts that were to be filled in.
const SEARCHED: usize = 256 * 1024;

static REFUSAL: LazyLock<Regex> = LazyLock::new(|| {
    let declines = r"(?:cannot|can't|can’t|won't|won’t|will not|am unable to|'m unable to|’m unable to|am not able to|'m not able to|’m not able to|must decline to)";
    let what = r"(?:help|assist|provide|do|fulfil|fulfill|comply|answer|generate|create|write|complete|access|process|discuss|continue|proceed|share|support|engage)";
    pattern(&format!(
        r"(?i)\bI\s?{declines}\s(?:\w+\s){{0,2}}?{what}\b|\bas an? (?:AI|artificial intelligence|language model)\b|^(?:I'm|I’m|I am) sorry,? but\b|^sorry,? (?:but )?I\b"
    ))
});

static PLACEHOLDER: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:TODO|TBD|FIXME)\b|(?i:\blorem ipsum\b)|(?i:[\[<](?:insert|your|add|enter|placeholder)\b[^\]>\n]{0,80}[\]>])|\{\{[^{}\n]{0,80}\}\}",
    )
});

fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("the patterns of this file are well-formed")
}

/// What is held against the words of a value. Values that are neither text nor empty have none.
pub(super) fn issues(thing: &Json) -> Vec<Issue> {
    let is_empty = match thing {
        Json::Null => true,
        Json::String(text) => text.trim().is_empty(),
        Json::Array(items) => items.is_empty(),
        Json::Object(fields) => fields.is_empty(),
        Json::Bool(_) | Json::Number(_) => false,
    };
    match thing {
        _ if is_empty => vec![Issue::new(IssueCode::Empty, "there is nothing in it")],
        Json::String(text) => of_text(text.trim()),
        _ => Vec::new(),
    }
}

fn of_text(text: &str) -> Vec<Issue> {
    let mut issues = Vec::new();
    let opening = text.get(..text.floor_char_boundary(OPENING)).unwrap_or(text);
    if text.len() <= LONGEST_REFUSAL && REFUSAL.is_match(opening) {
        issues.push(Issue::new(IssueCode::Refusal, "it reads like a refusal"));
    }
    let searched = text.get(..text.floor_char_boundary(SEARCHED)).unwrap_or(text);
    if let Some(found) = PLACEHOLDER.find(searched) {
        let message = format!("`{}` was to be filled in", found.as_str());
        issues.push(Issue::new(IssueCode::Placeholder, message));
    }
    if text.lines().filter(|line| line.trim_start().starts_with("```")).count() % 2 == 1 {
        issues.push(Issue::new(IssueCode::CutOff, "it ends inside a block of code"));
    }
    issues
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn codes(thing: &Json) -> Vec<IssueCode> {
        issues(thing).into_iter().map(|issue| issue.code).collect()
    }

    #[test]
    fn what_says_nothing_or_declines_or_is_unfinished_is_seen() {
        use IssueCode::{CutOff, Empty, Placeholder, Refusal};
        for (thing, expected) in [
            (json!(null), vec![Empty]),
            (json!(" \n"), vec![Empty]),
            (json!([]), vec![Empty]),
            (json!("I'm sorry, but I can't help with that."), vec![Refusal]),
            (json!("As an AI language model, I have no opinion."), vec![Refusal]),
            (json!("I am unable to directly access the file."), vec![Refusal]),
            (json!("Dear [Your Name],"), vec![Placeholder]),
            (json!("Costs: TBD"), vec![Placeholder]),
            (json!("Hello {{ name }}"), vec![Placeholder]),
            (json!("```python\nprint(1)"), vec![CutOff]),
        ] {
            assert_eq!(codes(&thing), expected, "{thing}");
        }
    }

    #[test]
    fn ordinary_texts_are_left_alone() {
        let long = format!("I cannot help admiring it. {}", "Tides rise and fall. ".repeat(100));
        for thing in [
            json!("The ferry cannot sail at low tide."),
            json!("I can't believe how well this works."),
            json!("We do provide an AI."),
            json!("See [the page](http://example.org) and <b>this</b>."),
            json!("```\ncode\n```"),
            json!(0),
            json!(false),
            json!({"a": null}),
            json!(long),
        ] {
            assert_eq!(codes(&thing), [], "{thing}");
        }
    }
}
