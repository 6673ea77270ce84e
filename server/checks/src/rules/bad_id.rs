use pipeline::{Problem, ProblemKind};

use crate::{findings::Findings, rule::declare_rule};

declare_rule!("bad-id", Error, "bad_id.md", Problem(detect));

fn detect(problem: &Problem, findings: &mut Findings) {
    if let ProblemKind::BadId { id } = &problem.kind {
        findings.report(problem.span, words(id));
    }
}

fn words(id: &str) -> String {
    format!("`{id}` is no id: a letter, then letters, digits, `_` or `-`")
}
