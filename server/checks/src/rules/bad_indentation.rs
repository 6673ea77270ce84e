use syntax::{Finding, FindingKind};

use crate::{
    Fix,
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
    let fix = (finding.kind == FindingKind::TabIndentation).then(|| spaces(finding));
    findings.report(finding.span, words).topic(Topic::Column(finding.span.start)).fix(fix);
}

/// How far pipelines are usually indented.
const STEP: usize = 2;

fn spaces(tabs: &Finding) -> Fix {
    let width = tabs.span.len() as usize * STEP;
    Fix::suggestion("indent with spaces", tabs.span, " ".repeat(width))
}
