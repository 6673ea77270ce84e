use syntax::{Finding, FindingKind};

use crate::{findings::Findings, rule::declare_rule};

declare_rule!("unclosed-quote", Error, "unclosed_quote.md", Syntax(detect));

fn detect(finding: &Finding, findings: &mut Findings) {
    if finding.kind == FindingKind::UnclosedQuote {
        findings.report(finding.span, "this quote is never closed");
    }
}
