use pipeline::{Condition, Count, Located, StepKind, names::Meaning};
use syntax::{
    Span,
    template::{ExprKind, free_paths_of},
};

use crate::{
    Severity,
    findings::Findings,
    rule::declare_rule,
    view::{StepView, constant, each_expression_of},
};

declare_rule!("unbounded-loop", Warning, "unbounded_loop.md", Step(detect));

/// What ends a loop.
struct Loop<'a> {
    test: Option<&'a Condition>,
    until: Option<&'a Condition>,
    most: Option<&'a Located<Count>>,
    /// Rounds when nothing else is said.
    default: u32,
}

fn detect(view: &StepView<'_>, findings: &mut Findings) {
    if view.step.body.is_empty() {
        return;
    }
    let it = match &view.step.kind {
        StepKind::While(it) => Loop {
            test: it.test.as_ref(),
            until: it.until.as_ref(),
            most: it.max_iterations.as_ref(),
            default: 10,
        },
        StepKind::ActionLoop(it) => Loop {
            test: it.test.as_ref(),
            until: it.until.as_ref(),
            most: it.max_iterations.as_ref(),
            default: 100,
        },
        _ => return,
    };
    let Some(place) = it.test.or(it.until).map(|condition| condition.span) else { return };
    let endless = match (it.test, it.until) {
        _ if it.until.is_some_and(|until| !is_never(until)) => false,
        (Some(test), _) => {
            constant(test) == Some(true) || constant(test).is_none() && is_fixed(view, test)
        }
        (None, until) => until.is_some(),
    };
    match it.most {
        None if endless => {
            findings.report(place, endless_words(it.default));
        }
        None => {
            findings.report(place, default_words(it.default)).severity(Severity::Hint);
        }
        Some(most) if endless => {
            bounded(most, findings);
        }
        Some(_) => {}
    }
}

fn bounded(most: &Located<Count>, findings: &mut Findings) {
    findings.report(most.span, count_words()).severity(Severity::Information);
}

fn is_never(condition: &Condition) -> bool {
    constant(condition) == Some(false)
}

/// Whether a test reads only what was there before the loop: then it is as true in the last round as in the first.
fn is_fixed(view: &StepView<'_>, test: &Condition) -> bool {
    let own = test.span;
    let mut asks = !test.text.autos.is_empty() || !test.parsed.errors.is_empty();
    each_expression_of(&test.parsed.expr, &mut |it| {
        asks |= matches!(it.kind, ExprKind::Call { .. } | ExprKind::Error)
    });
    let reads = view.step.references.iter().filter(|it| covers(own, it.root_span));
    let outside = |meaning| {
        matches!(meaning, Meaning::Step(index) if Some(index) != view.scope.index)
            || matches!(meaning, Meaning::Input(_) | Meaning::Constants(_) | Meaning::Variable(_))
    };
    !asks
        && !free_paths_of(&test.parsed.expr).is_empty()
        && reads.map(|it| view.scope.meaning(it)).all(outside)
}

fn covers(outer: Span, inner: Span) -> bool {
    outer.start <= inner.start && inner.end <= outer.end
}

fn endless_words(default: u32) -> String {
    format!(
        "nothing in the loop ends it, so it stops after {default} rounds; say how many with `max_iterations`"
    )
}

fn default_words(default: u32) -> String {
    format!("the loop also ends after {default} rounds, as no `max_iterations` says otherwise")
}

const fn count_words() -> &'static str {
    "the loop never ends by itself: it always goes round this often, as a `for_each` would say"
}
