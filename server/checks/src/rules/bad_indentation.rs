use syntax::{Finding, FindingKind};

use crate::{
    findings::{Findings, Topic},
    rule::declare_rule,
};

declare_rule!("bad-indentation", Error, "bad_indentation.md", Syntax(detect));

fn detect(finding: &Finding, findings: &mut Findings) {
    let words = match finding.kind {
        FindingKind::TabIndentation => "a tab cannot indent; use spaces",
        FindingKind::BadIndentation => "this line's indentation fits nothing above it",
        _ => return,
    };
    findings.report(finding.span, words).topic(Topic::Column(finding.span.start));
}
