use pipeline::{Merged, Problem, ProblemKind};

use crate::{findings::Findings, rule::declare_rule};

declare_rule!("both-spellings", Hint, "both_spellings.md", Problem(detect));

fn detect(problem: &Problem, findings: &mut Findings) {
    if let ProblemKind::BothSpellings { canonical, alias, merged } = &problem.kind {
        findings.report(problem.span, words(canonical, alias, *merged));
    }
}

fn words(canonical: &str, alias: &str, merged: Merged) -> String {
    match merged {
        Merged::Union => format!("`{alias}` is another spelling of `{canonical}`, which is here too: both count"),
        Merged::CanonicalWins => format!("`{canonical}` is here too and wins: `{alias}` has no effect"),
    }
}
