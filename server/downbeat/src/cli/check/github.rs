//! Findings as annotations of a GitHub workflow.
//!
//! The format is that of workflow commands: `::error file=...,line=...::message`, where `%`, line breaks and, in
//! properties, `:` and `,` are percent-encoded.

use super::Outcome;
use crate::{
    cli::terminal::{Stream, Terminal},
    shape::Severity,
};

pub(super) fn print(terminal: Terminal, outcome: &Outcome) {
    let lines: String =
        outcome.findings().map(|(file, found)| annotation(&file.finding(found))).collect();
    terminal.write(Stream::Out, &lines);
}

fn annotation(finding: &crate::shape::Finding) -> String {
    let command = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Information | Severity::Hint => "notice",
    };
    let (start, end) = (finding.range.start, finding.range.end);
    // Columns of an annotation are shown only where it lies on one line.
    let columns = if start.line == end.line {
        format!(",col={},endColumn={}", start.character + 1, end.character + 1)
    } else {
        String::new()
    };
    format!(
        "::{command} file={},line={},endLine={}{columns},title={}::{}\n",
        property(finding.file.strip_prefix("./").unwrap_or(&finding.file)),
        start.line + 1,
        end.line + 1,
        property(&finding.code),
        data(&finding.message),
    )
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::{data, property};

    #[test]
    fn what_would_end_a_field_is_encoded() {
        assert_eq!(data("50%: a,b\r\nc"), "50%25: a,b%0D%0Ac");
        assert_eq!(property("50%: a,b\nc"), "50%25%3A a%2Cb%0Ac");
    }
}
