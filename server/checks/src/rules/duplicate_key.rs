use syntax::{Finding, FindingKind};

use crate::{findings::Findings, rule::declare_rule};

declare_rule!("duplicate-key", Error, "duplicate_key.md", Syntax(detect));

fn detect(finding: &Finding, findings: &mut Findings) {
    if finding.kind == FindingKind::DuplicateKey {
        findings.report(finding.span, "this key stands twice in one map");
    }
}
