use pipeline::{Problem, ProblemKind};

use crate::{findings::Findings, rule::declare_rule};

declare_rule!("undefined-alias", Error, "undefined_alias.md", Problem(detect));

fn detect(problem: &Problem, findings: &mut Findings) {
    if let ProblemKind::BadAlias { name } = &problem.kind {
        findings.report(problem.span, words(name)).about(name.as_str());
    }
}

fn words(name: &str) -> String {
    format!("`*{name}` has no value: there is no anchor `&{name}` before it, or it repeats itself without end")
}
