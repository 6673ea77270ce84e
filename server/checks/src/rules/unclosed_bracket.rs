use syntax::{Finding, FindingKind};

use crate::{findings::Findings, rule::declare_rule};

declare_rule!("unclosed-bracket", Error, "unclosed_bracket.md", Syntax(detect));

fn detect(finding: &Finding, findings: &mut Findings) {
    let words = match finding.kind {
        FindingKind::UnclosedFlow => "this bracket is never closed",
        FindingKind::MissingComma => "a comma is missing before this",
        _ => return,
    };
    findings.report(finding.span, words);
}
