use std::sync::Arc;

use pipeline::StepKind;
use syntax::Span;

use crate::{
    Fix, Severity,
    findings::Findings,
    rule::declare_rule,
    view::{LoopName, ReferenceView, Sense},
    words::any_of,
};

declare_rule!("loop-name-outside-loop", Error, "loop_name_outside_loop.md", Reference(detect));

/// What Jinja's `loop.<field>` is called in a loop over steps.
const OF_JINJA: &[(&str, &str)] = &[("index", "position"), ("index0", "index"), ("first", "is_first"), ("last", "is_last"), ("length", "length")];

fn detect(view: &ReferenceView<'_>, findings: &mut Findings) {
    let reference = view.reference;
    let severity = if reference.in_auto || reference.guarded { Severity::Warning } else { Severity::Error };
    match view.sense() {
        Sense::LoopName(name) => {
            findings
                .report(reference.root_span, words(name))
                .severity(severity)
                .about(Arc::clone(&reference.root));
        }
        Sense::JinjaLoop => {
            let draft = findings.report(reference.root_span, "`loop` exists only inside `{% for %}`").severity(severity);
            if !reference.aliased && is_in_loop(view) {
                jinja_fixes(view).into_iter().for_each(|fix| {
                    draft.fix(fix);
                });
            }
        }
        _ => {}
    }
}

fn is_in_loop(view: &ReferenceView<'_>) -> bool {
    let around = view.scope.path.iter().rev().skip(1);
    around.into_iter().any(|step| !matches!(step.kind, StepKind::Parallel))
}

/// The binding that the field stands for first, then the others that count.
fn jinja_fixes(view: &ReferenceView<'_>) -> Vec<Fix> {
    let field = view.reference.fields.first().map_or("", |(name, _)| name);
    let meant = OF_JINJA.iter().find(|(theirs, _)| *theirs == field).map(|(_, ours)| *ours);
    let others = ["iteration", "index", "position"].into_iter().filter(|name| Some(*name) != meant);
    meant.into_iter().chain(others).map(|name| fix(view.reference.span, name)).collect()
}

fn words(name: &LoopName) -> String {
    format!("`{}` exists only in the body of {}", name.name, any_of(name.loops))
}

fn fix(span: Span, name: &str) -> Fix {
    Fix::suggestion(format!("change to `{name}`"), span, name)
}
