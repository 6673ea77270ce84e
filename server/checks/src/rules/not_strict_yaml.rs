use syntax::{Finding, FindingKind};

use crate::{findings::Findings, rule::declare_rule};

declare_rule!("not-strict-yaml", Warning, "not_strict_yaml.md", Syntax(detect));

fn detect(finding: &Finding, findings: &mut Findings) {
    if finding.kind == FindingKind::NotStrict {
        findings.report(finding.span, "common readers take this, strict YAML 1.2 does not");
    }
}
