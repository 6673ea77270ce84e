//! The format of a rule's page.
//!
//! ```text
//! # the-code
//!
//! One line: what.
//!
//! ## Why it matters / ## How to mend it, prose
//!
//! ```yaml bad            the rule speaks exactly where a line of carets says, in these words
//! steps: ...
//!        ^^^ message     `^^^ warning: message` where the weight is not the rule's usual one
//!        ~~~ message     a related place of the finding before
//! ```
//! ```yaml fixed          the block before, after the first fix of each finding
//! ```yaml good           the rule is silent
//! ```
//! The same with `toml` for a rule that looks at `downbeat.toml`, with `test` for one that looks at files of
//! tests, and with `models` for one that looks at `models.yaml`.

use crate::{Diagnostic, Severity};

/// An example of a page.
#[derive(Debug)]
pub(super) struct Example {
    pub(super) kind: Kind,
    pub(super) what: What,
    /// Without markers.
    pub(super) text: String,
    pub(super) expected: Vec<Mark>,
}

/// What an example is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What {
    Pipeline,
    /// A `downbeat.toml`.
    Configuration,
    /// A file of tests.
    Suite,
    /// A `models.yaml`.
    Models,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Bad,
    Good,
    Fixed,
}

/// A line of carets or tildes: what it says, and under what.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Mark {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) related: bool,
    pub(super) words: String,
}

/// The examples of a page, in order.
pub(super) fn examples(page: &str) -> Vec<Example> {
    let mut found = Vec::new();
    for block in page.split("\n```").skip(1).step_by(2) {
        let (head, body) = block.split_once('\n').unwrap();
        let Some((language, kind)) = head.split_once(' ') else { continue };
        let kind = match kind.trim() {
            "bad" => Kind::Bad,
            "good" => Kind::Good,
            "fixed" => Kind::Fixed,
            other => panic!("an example is bad, good or fixed, not `{other}`"),
        };
        let (text, expected) = unmark(&format!("{body}\n"));
        let what = match language {
            "toml" => What::Configuration,
            "test" => What::Suite,
            "models" => What::Models,
            _ => What::Pipeline,
        };
        found.push(Example { kind, what, text, expected });
    }
    found
}

/// Takes the marks out of a text.
pub(super) fn unmark(marked: &str) -> (String, Vec<Mark>) {
    let (mut text, mut marks, mut above) = (String::new(), Vec::new(), 0);
    for line in marked.split_inclusive('\n') {
        let column = line.find(|c: char| c != ' ').unwrap_or(0);
        let sign = line[column..].chars().next().filter(|sign| matches!(sign, '^' | '~'));
        let Some(sign) = sign else {
            above = text.len();
            text.push_str(line);
            continue;
        };
        let width = line[column..].chars().take_while(|c| *c == sign).count();
        let source = &text[above..];
        let at = |column: usize| {
            above + source.char_indices().nth(column).map_or(source.trim_end().len(), |(at, _)| at)
        };
        let words = line[column + width..].trim().to_owned();
        marks.push(Mark {
            start: at(column),
            end: at(column + width),
            related: sign == '~',
            words,
        });
    }
    (text, marks)
}

/// Findings as marks: a finding over several lines is marked to the end of its first line, an empty one as one wide.
pub(super) fn marks(text: &str, found: &[Diagnostic], usual: Severity) -> Vec<Mark> {
    let mut marks = Vec::new();
    let mut add = |span: syntax::Span, related: bool, words: String| {
        let (start, end) = (span.start as usize, span.end as usize);
        let line_end = text[start..].find('\n').map_or(text.len(), |at| start + at);
        let end = end.min(line_end).max(start + 1).min(line_end.max(start));
        marks.push(Mark { start, end, related, words });
    };
    for it in found {
        let weight =
            if it.severity == usual { String::new() } else { format!("{}: ", it.severity.word()) };
        add(it.span, false, weight + &it.message);
        for related in &it.related {
            add(related.span, true, related.message.to_string());
        }
    }
    marks
}
