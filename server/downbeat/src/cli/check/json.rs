//! Findings as a JSON list.

use super::Outcome;
use crate::cli::terminal::Terminal;

pub(super) fn print(terminal: Terminal, outcome: &Outcome) {
    let findings: Vec<_> = outcome.findings().map(|(file, found)| file.finding(found)).collect();
    terminal.json(&findings);
}
