use syntax::{Finding, FindingKind};

use crate::{findings::Findings, rule::declare_rule};

declare_rule!("multiple-documents", Error, "multiple_documents.md", Syntax(detect));

fn detect(finding: &Finding, findings: &mut Findings) {
    if finding.kind == FindingKind::MultipleDocuments {
        findings.report(finding.span, "a second document starts here; a file holds one pipeline");
    }
}
