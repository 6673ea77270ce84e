use pipeline::{Problem, ProblemKind};

use crate::{
    Fix, facts::Whole, findings::Findings, rule::declare_rule, view::inside_quotes,
};

declare_rule!("bad-id", Error, "bad_id.md", Problem(detect), Pipeline(of_pipeline));

fn detect(problem: &Problem, findings: &mut Findings) {
    if let ProblemKind::BadId { id } = &problem.kind {
        let fix = repaired(id).map(|to| Fix::suggestion(format!("change to `{to}`"), inside_quotes(problem.span, id), to));
        findings.report(problem.span, words(id)).fix(fix);
    }
}

/// The id with `_` for what no id may have.
fn repaired(id: &str) -> Option<String> {
    let parts = id.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '-')));
    let id = parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join("_");
    is_id(&id).then_some(id)
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
