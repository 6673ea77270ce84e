use pipeline::{Problem, ProblemKind};
use syntax::{Finding, FindingKind};

use crate::{findings::Findings, rule::declare_rule};

declare_rule!("yaml-syntax", Error, "yaml_syntax.md", Syntax(detect), Problem(bad_merge));

fn detect(finding: &Finding, findings: &mut Findings) {
    if let Some(words) = words(finding.kind) {
        findings.report(finding.span, words);
    }
}

fn bad_merge(problem: &Problem, findings: &mut Findings) {
    if problem.kind == ProblemKind::BadMerge {
        findings.report(problem.span, "`<<` merges a map or a list of maps, and this is neither");
    }
}

/// `None` for what has a rule of its own.
const fn words(kind: FindingKind) -> Option<&'static str> {
    Some(match kind {
        FindingKind::MissingColon => "this line lacks a `:` behind its key",
        FindingKind::UnexpectedToken => "this does not fit here",
        FindingKind::UnexpectedText => "text after the end of a value",
        FindingKind::BadEscape => "no such escape in double quotes; write `\\\\` for a backslash, or use single quotes",
        FindingKind::BadBlockHeader => "behind `|` or `>` may stand `-` or `+` and one digit, then the line ends",
        FindingKind::BadDirective => "a line that starts with `%` is a directive of YAML; indent it or quote the text",
        FindingKind::ReservedIndicator => "plain text cannot start with this character; put it in quotes",
        FindingKind::BadAnchor => "an anchor needs a name, and one value",
        FindingKind::NestedMappingOnOneLine => {
            "a second `: ` in plain text starts a mapping inside a mapping; put the value in quotes"
        }
        FindingKind::TooDeep => "nested too deeply",
        FindingKind::InvalidCharacter => "this character cannot stand in YAML",
        _ => return None,
    })
}
