//! What is wrong, and how to mend it.

use std::path::PathBuf;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    cli::check::{Outcome, found, found_in, mended},
    mcp::{
        bench::{Bench, Refusal},
        offer::{Look, Said},
    },
    shape::{Finding, Severity},
    workspace,
};

pub(super) struct Check;

/// Findings that are told.
const TOLD: usize = 200;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Given {
    /// A pipeline, a file of tests, or a folder with some; the workspace's folder where neither this nor `text` is given.
    file: Option<String>,
    /// A pipeline that is not saved: this text is checked, as if it lay at `file`.
    text: Option<String>,
    /// Give the text with all safe fixes in it, too; nothing is written.
    #[serde(default)]
    mend: bool,
}

#[derive(Serialize, JsonSchema)]
pub(super) struct Answer {
    /// How many findings keep a pipeline from running.
    errors: usize,
    /// How many are doubts.
    warnings: usize,
    /// File by file, then by position.
    findings: Vec<Finding>,
    /// How many further findings there are.
    left_out: usize,
    /// What could not be read, and why.
    unreadable: Vec<String>,
    /// The text with all safe fixes, where one pipeline was to be mended and there was something to mend.
    #[serde(skip_serializing_if = "Option::is_none")]
    mended: Option<String>,
}

impl Look for Check {
    const NAME: &'static str = "check";
    const TITLE: &'static str = "Check pipelines";
    const ABOUT: &'static str = "Says what is wrong with pipelines, where and why, with fixes as text edits: unknown tools, steps \
        and fields, wrong types, cycles, text from the web that becomes a command, and more. Takes a file, a folder, or a text that \
        is not saved. Call it after every change. `help` on a finding's code explains it.";
    type Given = Given;
    type Answer = Answer;

    fn look(bench: &Bench, given: Given) -> Result<Said<Answer>, Refusal> {
        let catalogue = workspace::catalogue();
        let outcome = match (&given.file, &given.text) {
            (file, Some(text)) => found_in(bench.source(file.as_deref(), Some(text))?, &catalogue),
            (file, None) => {
                let path = match file {
                    Some(file) => bench.within(file)?,
                    None => PathBuf::from("."),
                };
                found(&[path], &catalogue)
            }
        };
        let text = match outcome.files.as_slice() {
            [one] if given.mend => mended(one, &catalogue),
            _ => None,
        };
        Ok(told(&outcome, text))
    }
}

fn told(outcome: &Outcome, mended: Option<String>) -> Said<Answer> {
    let mut findings: Vec<Finding> =
        outcome.findings().map(|(file, found)| file.finding(found)).collect();
    let of = |severity| findings.iter().filter(|found| found.severity == severity).count();
    let (errors, warnings) = (of(Severity::Error), of(Severity::Warning));
    let left_out = findings.len().saturating_sub(TOLD);
    findings.truncate(TOLD);
    let unreadable: Vec<String> = outcome.unreadable.iter().map(ToString::to_string).collect();
    let mut words: String = findings.iter().map(line).collect();
    for why in &unreadable {
        words.push_str(&format!("{why}\n"));
    }
    words.push_str(&match (errors, warnings, left_out) {
        (0, 0, 0) if findings.is_empty() && unreadable.is_empty() => "nothing to mend".to_owned(),
        (errors, warnings, 0) => format!("errors: {errors}, warnings: {warnings}"),
        (errors, warnings, more) => {
            format!("errors: {errors}, warnings: {warnings}; {more} findings are not told")
        }
    });
    if let Some(text) = &mended {
        words.push_str(&format!("\n\nWith all safe fixes:\n\n{text}"));
    }
    Said::in_words(Answer { errors, warnings, findings, left_out, unreadable, mended }, words)
}

fn line(found: &Finding) -> String {
    let severity = match found.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Information => "note",
        Severity::Hint => "hint",
    };
    let start = found.range.start;
    let fix = found.fixes.first().map(|fix| format!(" (fix: {})", fix.title)).unwrap_or_default();
    let (line, column) = (start.line + 1, start.character + 1);
    format!("{}:{line}:{column}: {severity} {}: {}{fix}\n", found.file, found.code, found.message)
}
