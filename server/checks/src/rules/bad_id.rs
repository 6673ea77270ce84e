use pipeline::{Problem, ProblemKind};

use crate::{facts::Whole, findings::Findings, rule::declare_rule};

declare_rule!("bad-id", Error, "bad_id.md", Problem(detect), Pipeline(of_pipeline));

fn detect(problem: &Problem, findings: &mut Findings) {
    if let ProblemKind::BadId { id } = &problem.kind {
        findings.report(problem.span, words(id));
    }
}

fn of_pipeline(whole: &Whole<'_>, findings: &mut Findings) {
    if let Some(id) = whole.input.pipeline.id.as_ref().filter(|id| !is_id(&id.value)) {
        findings.report(id.absolute(id.span), words(&id.value));
    }
}

fn is_id(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))
}

fn words(id: &str) -> String {
    format!("`{id}` is no id: a letter, then letters, digits, `_` or `-`")
}
