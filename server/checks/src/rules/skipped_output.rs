use pipeline::{Origin, Reference, ReferenceOrigin, Step, Why, names::Meaning};
use syntax::{
    Span,
    template::{ExprKind, Part, each_expression},
};

use crate::{
    Fix,
    facts::Whole,
    findings::{Findings, Topic},
    insert::insert_key,
    rule::declare_rule,
    view::{Parsed, TextView, constant},
};

declare_rule!(
    "skipped-output",
    Warning,
    "skipped_output.md",
    Text(of_condition),
    Pipeline(of_route)
);

/// What a step has even when it is skipped.
const ALWAYS: &[&str] =
    &["status", "success", "error", "skipped", "reason", "duration", "attempts"];

/// A step that always runs reads one that may not: said once for each step that is read. Steps with a condition of their
/// own, and texts that ask anything around what they read, are trusted to know.
fn of_condition(view: &TextView<'_>, findings: &mut Findings) {
    let scope = view.scope;
    let Some(step) =
        scope.step().filter(|_| scope.path.iter().all(|step| step.condition.is_none()))
    else {
        return;
    };
    let Parsed::Template(template) = view.parsed else { return };
    let own: Vec<&Reference> =
        step.references.iter().filter(|it| view.span.covers(it.span)).collect();
    let asked = |root: &str| step.references.iter().any(|it| *it.root == *root && asks(it));
    let mut asking: Option<Vec<Span>> = None;
    let mut said: Vec<&str> = Vec::new();
    for reference in own.into_iter().filter(|it| prints(it)) {
        let Meaning::Step(index) = scope.meaning(reference) else { continue };
        let Some(read) =
            scope.input.pipeline.steps.get(index).filter(|_| scope.index != Some(index))
        else {
            continue;
        };
        let may_be_skipped = read.condition.as_ref().is_some_and(|it| constant(it) != Some(true));
        if !may_be_skipped || said.contains(&&*reference.root) || asked(&reference.root) {
            continue;
        }
        let asking = asking.get_or_insert_with(|| {
            questions(&template.parts).into_iter().map(|span| view.source(span)).collect()
        });
        if !asking.iter().any(|span| span.covers(reference.span)) {
            said.push(&reference.root);
            let fix = (scope.path.len() == 1).then(|| ask_first(step, &reference.root)).flatten();
            findings
                .report(reference.span, condition_words(&reference.root))
                .fix(fix)
                .topic(Topic::Claim);
        }
    }
}

/// Whether a reference fails its step where the step that it reads was skipped.
fn prints(reference: &Reference) -> bool {
    reference.origin == ReferenceOrigin::Template
        && !reference.guarded
        && !reference.in_auto
        && reference.fields.first().is_some_and(|(field, _)| !ALWAYS.contains(&&**field))
}

/// Whether a reference asks what became of the step.
fn asks(reference: &Reference) -> bool {
    reference.guarded
        || reference.fields.first().is_some_and(|(field, _)| ALWAYS.contains(&&**field))
}

/// What stands behind a question: all of `{% if %}` and of `a if c else b`.
fn questions(parts: &[Part]) -> Vec<Span> {
    let mut found = Vec::new();
    for part in parts {
        match part {
            Part::If { span, .. } => found.push(*span),
            Part::For { body, otherwise, .. } => {
                found.extend(questions(body));
                found.extend(questions(otherwise));
            }
            _ => {}
        }
    }
    each_expression(parts, &mut |expr| {
        if let ExprKind::Conditional { .. } | ExprKind::And(..) | ExprKind::Or(..) = expr.kind {
            found.push(expr.span);
        }
    });
    found
}

/// The target of a route reads a step that the route skips.
fn of_route(whole: &Whole<'_>, findings: &mut Findings) {
    let (plan, steps) = (whole.input.plan, &whole.input.pipeline.steps);
    for route in plan.edges.iter().filter(|edge| edge.origin == Origin::Routing) {
        let (Some(router), Some(target)) = (steps.get(route.from), steps.get(route.to)) else {
            continue;
        };
        if target.condition.is_some() {
            continue;
        }
        for edge in plan.edges_to(route.to) {
            let Why::Reads(number) = edge.why else { continue };
            let skipped = route.from < edge.from
                && edge.from < route.to
                && whole.is_before(route.from, edge.from);
            let inner = target.walk();
            let reference = inner.iter().flat_map(|step| &step.references).nth(number as usize);
            let prints = reference.is_some_and(prints);
            if skipped && prints {
                let id = steps.get(edge.from).map_or("", |step| step.id_text());
                report(edge.span, route.span, id, router.id_text(), findings);
            }
        }
    }
}

fn report(place: Span, route: Span, id: &str, router: &str, findings: &mut Findings) {
    findings.report(place, route_words(id, router)).related(route, "the route");
}

/// The reader runs only where the step that it reads was not skipped.
fn ask_first(reader: &Step, read: &str) -> Option<Fix> {
    let title = format!("run only when `{read}` ran");
    let line = if read.contains('-') {
        format!("condition: not steps['{read}'].skipped")
    } else {
        format!("condition: not {read}.skipped")
    };
    insert_key(reader, title, &line)
}

fn condition_words(id: &str) -> String {
    format!(
        "`{id}` has a condition, and this is undefined when it is skipped; add a `default(...)` or a condition"
    )
}

fn route_words(id: &str, router: &str) -> String {
    format!(
        "`{id}` is skipped when `{router}` leads here, and then this is undefined; add a `default(...)`"
    )
}
