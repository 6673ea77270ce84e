use pipeline::{Problem, ProblemKind};

use crate::{findings::Findings, rule::declare_rule, words::all_of};

declare_rule!("several-kinds", Error, "several_kinds.md", Problem(detect));

fn detect(problem: &Problem, findings: &mut Findings) {
    let ProblemKind::SeveralKinds { keys } = &problem.kind else { return };
    let names: Vec<_> = keys.iter().map(|key| key.value.as_str()).collect();
    let draft = findings.report(problem.span, words(&names));
    for key in keys.iter().filter(|key| key.span != problem.span) {
        draft.related(key.span, format!("`{}` is one of them", key.value));
    }
}

fn words(names: &[&str]) -> String {
    format!("a step does one thing, and this one says {}", all_of(names))
}
