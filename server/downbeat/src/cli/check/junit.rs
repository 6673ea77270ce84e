//! Findings as JUnit XML: a suite a file, a failed case a finding, one passed case where there is none.

use std::fmt::Write;

use super::{Checked, Outcome};
use crate::{
    cli::{
        terminal::{Stream, Terminal},
        xml::escaped,
    },
    shape::Severity,
};

pub(super) fn print(terminal: Terminal, outcome: &Outcome) {
    let mut suites = String::new();
    let (mut tests, mut failures) = (0, 0);
    for file in outcome.all() {
        let cases = cases(file);
        let failed = cases.iter().filter(|case| case.failed).count();
        tests += cases.len();
        failures += failed;
        let name = escaped(&file.source.name);
        // Writing to a `String` cannot fail; the same holds below.
        let _ = writeln!(
            suites,
            r#"  <testsuite name="{name}" tests="{}" failures="{failed}" errors="0">"#,
            cases.len()
        );
        suites.extend(cases.into_iter().map(|case| case.xml));
        suites.push_str("  </testsuite>\n");
    }
    for unreadable in &outcome.unreadable {
        let (name, reason) = (escaped(&unreadable.name), escaped(&unreadable.reason));
        let _ = writeln!(
            suites,
            "  <testsuite name=\"{name}\" tests=\"1\" failures=\"0\" errors=\"1\">\n    <testcase name=\"read\" \
             classname=\"{name}\"><error message=\"{reason}\"/></testcase>\n  </testsuite>"
        );
    }
    let errors = outcome.unreadable.len();
    let tests = tests + errors;
    let head = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"downbeat\" tests=\"{tests}\" \
         failures=\"{failures}\" errors=\"{errors}\">\n"
    );
    terminal.write(Stream::Out, &format!("{head}{suites}</testsuites>\n"));
}

struct Case {
    xml: String,
    failed: bool,
}

fn cases(file: &Checked) -> Vec<Case> {
    let name = escaped(&file.source.name);
    let found: Vec<Case> = file
        .analysis
        .findings
        .iter()
        .map(|found| file.finding(found))
        .filter(|finding| matches!(finding.severity, Severity::Error | Severity::Warning))
        .map(|finding| {
            let place = finding.range.start;
            let (line, column) = (place.line + 1, place.character + 1);
            let (code, message) = (escaped(&finding.code), escaped(&finding.message));
            let kind = if finding.severity == Severity::Error { "error" } else { "warning" };
            let xml = format!(
                "    <testcase name=\"{code} {line}:{column}\" classname=\"{name}\"><failure type=\"{kind}\" \
                 message=\"{message}\">{name}:{line}:{column}: {message}</failure></testcase>\n"
            );
            Case { xml, failed: true }
        })
        .collect();
    if found.is_empty() {
        let xml = format!("    <testcase name=\"check\" classname=\"{name}\"/>\n");
        return vec![Case { xml, failed: false }];
    }
    found
}
