//! A finding as `check --format json` prints it.

use checks::{Diagnostic, Safety};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use syntax::{Document, Span};

/// One finding of `downbeat check`.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct Finding {
    /// The file, as it was asked for; `-` for standard input.
    pub(crate) file: String,
    /// Kebab-case and stable; `downbeat explain CODE` shows its page.
    pub(crate) code: String,
    /// How much it weighs.
    pub(crate) severity: Severity,
    /// One line for people.
    pub(crate) message: String,
    /// Where.
    pub(crate) range: Range,
    /// Other places that take part.
    pub(crate) related: Vec<Related>,
    /// Ways to mend it, the best first.
    pub(crate) fixes: Vec<Fix>,
    /// The page of its code.
    pub(crate) url: String,
}

/// How much a finding weighs. An `error` keeps the pipeline from running.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Severity {
    Error,
    Warning,
    Information,
    Hint,
}

/// A half-open range of text.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
pub(crate) struct Range {
    /// Its first character.
    pub(crate) start: Position,
    /// The character behind its last.
    pub(crate) end: Position,
}

/// A place in a text.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
pub(crate) struct Position {
    /// Line, from 0.
    pub(crate) line: u32,
    /// Character in the line, from 0, in UTF-16 units.
    pub(crate) character: u32,
    /// Byte in the file, from 0.
    pub(crate) offset: u32,
}

/// Another place that takes part in a finding.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct Related {
    /// The file.
    pub(crate) file: String,
    /// Where.
    pub(crate) range: Range,
    /// Its part in it.
    pub(crate) message: String,
}

/// A way to mend a finding.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct Fix {
    /// What it does.
    pub(crate) title: String,
    /// Whether `check --fix` applies it unasked.
    pub(crate) safe: bool,
    /// Replacements, none of which overlap.
    pub(crate) edits: Vec<Edit>,
}

/// A replacement of text.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct Edit {
    /// What is replaced; empty for an insertion.
    pub(crate) range: Range,
    /// By what.
    pub(crate) new_text: String,
}

/// The page of a finding's code, relative to the project.
pub(crate) fn rule_url(code: &str) -> String {
    format!("docs/rules/{code}.md")
}

impl Finding {
    /// What `found` is to people who read `file`, whose text is `document`.
    pub(crate) fn new(file: &str, document: &Document, found: &Diagnostic) -> Self {
        let range = |span| Range::new(document, span);
        Self {
            file: file.to_owned(),
            code: found.code.to_owned(),
            severity: found.severity.into(),
            message: found.message.clone(),
            range: range(found.span),
            related: found
                .related
                .iter()
                .map(|it| Related {
                    file: file.to_owned(),
                    range: range(it.span),
                    message: it.message.to_string(),
                })
                .collect(),
            fixes: found
                .fixes
                .iter()
                .map(|fix| Fix {
                    title: fix.title.clone(),
                    safe: fix.safety == Safety::Safe,
                    edits: fix
                        .edits
                        .iter()
                        .map(|edit| Edit { range: range(edit.span), new_text: edit.text.clone() })
                        .collect(),
                })
                .collect(),
            url: rule_url(found.code),
        }
    }
}

impl Range {
    pub(crate) fn new(document: &Document, span: Span) -> Self {
        let position = |offset| {
            let at = document.position_utf16(offset);
            Position { line: at.line, character: at.column, offset }
        };
        Self { start: position(span.start), end: position(span.end) }
    }
}

impl From<checks::Severity> for Severity {
    fn from(severity: checks::Severity) -> Self {
        match severity {
            checks::Severity::Error => Self::Error,
            checks::Severity::Warning => Self::Warning,
            checks::Severity::Information => Self::Information,
            checks::Severity::Hint => Self::Hint,
        }
    }
}
