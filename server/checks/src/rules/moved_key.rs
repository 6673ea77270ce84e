use pipeline::{Problem, ProblemKind};

use crate::{Severity, findings::Findings, rule::declare_rule};

declare_rule!("moved-key", Warning, "moved_key.md", Problem(detect));

fn detect(problem: &Problem, findings: &mut Findings) {
    let (words, severity) = match &problem.kind {
        ProblemKind::InputsAsParameters => ("`inputs` of a step is read as its `parameters`".to_owned(), Severity::Warning),
        ProblemKind::Wrapped => ("the pipeline stands inside `pipeline:` and is read as if it stood at the top".to_owned(), Severity::Warning),
        ProblemKind::NestedDefault => ("this default is itself a declaration, and its own default counts".to_owned(), Severity::Warning),
        ProblemKind::MovedKey { written, canonical } => (format!("`{written}` counts as `{canonical}`"), Severity::Hint),
        ProblemKind::OperationFromParameters { operation } => {
            (format!("this is no operation; `parameters.action`, `{operation}`, is used"), Severity::Hint)
        }
        _ => return,
    };
    findings.report(problem.span, words).severity(severity);
}
