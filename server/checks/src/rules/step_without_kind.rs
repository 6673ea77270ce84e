use pipeline::{Problem, ProblemKind};

use crate::{findings::Findings, rule::declare_rule};

declare_rule!("step-without-kind", Error, "step_without_kind.md", Problem(detect));

fn detect(problem: &Problem, findings: &mut Findings) {
    if problem.kind == ProblemKind::NoKind {
        findings.report(problem.span, "this step does nothing: it needs an `action`, a `tool`, a `prompt` or a loop");
    }
}
