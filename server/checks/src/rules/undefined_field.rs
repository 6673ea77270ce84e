use std::sync::Arc;

use pipeline::{
    Step,
    facts::{is_detached, signature},
    names::{LOOP_FIELDS, Meaning, nearest},
    types::{Extent, Lookup, Type},
};
use syntax::{
    Span,
    template::{Expr, ExprKind, each_expression_of},
};

use crate::{
    Fix, Severity,
    findings::{Draft, Findings, Topic},
    rule::declare_rule,
    view::{OF_EVERY_STEP, ReferenceView, Sense, TextView, inside_quotes},
    words::did_you_mean,
};

declare_rule!("undefined-field", Error, "undefined_field.md", Reference(detect), Text(of_locals));

/// Where a tool may answer more than it declares, it is a hint.
fn detect(view: &ReferenceView<'_>, findings: &mut Findings) {
    let reference = view.reference;
    let (Some((first, span)), Sense::Known(meaning)) = (reference.fields.first(), view.sense())
    else {
        return;
    };
    if let Meaning::NamedLoop(_) = meaning {
        if !LOOP_FIELDS.contains(&&**first) && !OF_EVERY_STEP.contains(&&**first) {
            let of = format!("the loop `{}`", reference.root);
            report(&of, first, *span, LOOP_FIELDS.iter().copied(), findings)
                .severity(Severity::Hint);
        }
        return;
    }
    let step = if let Meaning::Step(index) = meaning {
        view.scope.input.pipeline.steps.get(index)
    } else {
        None
    };
    if step.is_some_and(|step| is_detached(step))
        && view.scope.step().is_some()
        && !reference.guarded
    {
        findings
            .report(reference.root_span, detached_words(&reference.root))
            .severity(Severity::Warning);
        return;
    }
    if step.is_some_and(|step| step.is_unclear()) {
        return;
    }
    // Who reads `format` of a step that has that key is no stranger to the step.
    let is_key = |field: &str| step.is_some_and(|step| step.key(field).is_some());
    let mut ty = view.scope.types().of_reference_root(view.scope.path, reference);
    for (depth, (field, span)) in reference.fields.iter().enumerate() {
        let severity = match ty.field(field) {
            Lookup::Found(found) if !is_internal(field) => {
                ty = found;
                continue;
            }
            Lookup::Missing(Extent::Promised) if depth == 0 && is_key(field) => Severity::Warning,
            Lookup::Missing(extent) => weight(extent),
            Lookup::Found(_) | Lookup::NoFields => Severity::Warning,
        };
        if is_internal(field) {
            findings
                .report(inside_quotes(*span, field), internal_words(field))
                .severity(Severity::Warning);
            return;
        }
        if reference.guarded || is_method(field) {
            return;
        }
        let before: Vec<&str> =
            reference.fields.iter().take(depth).map(|(name, _)| &**name).collect();
        let of = owner(view, step.map(|step| &**step), &before);
        let draft = say(&of, &ty, field, *span, severity, findings);
        // What is misspelt is misspelt here; what the step lost is lost for all its readers.
        if step.is_some() && draft.diagnostic.fixes.is_empty() {
            draft.topic(Topic::Field(Arc::clone(&reference.root), Arc::clone(field)));
        }
        return;
    }
}

/// What is declared in the document is certain, and what a tool answers is as it is known here.
const fn weight(extent: Extent) -> Severity {
    match extent {
        Extent::Closed | Extent::Promised => Severity::Error,
        Extent::Answered => Severity::Warning,
        Extent::Declared | Extent::Open => Severity::Hint,
    }
}

/// What the field is looked for in, in words.
fn owner(view: &ReferenceView<'_>, step: Option<&Step>, before: &[&str]) -> String {
    let tool = step.and_then(|step| signature(step, view.scope.input.catalogue));
    match tool {
        Some(tool) if matches!(before, [] | ["result"]) => format!("the result of `{}`", tool.name),
        _ => {
            let path: Vec<&str> =
                [&*view.reference.root].into_iter().chain(before.iter().copied()).collect();
            format!("`{}`", path.join("."))
        }
    }
}

/// Fields of names that the template itself binds: the item of a `{% for %}`, what a `{% set %}` holds.
fn of_locals(view: &TextView<'_>, findings: &mut Findings) {
    if !view.field.rendered {
        return;
    }
    view.each_typed(&mut |outer, locals| {
        let expected = expected(outer);
        each_expression_of(outer, &mut |expr| {
            let ExprKind::Attribute { base, name, name_span } = &expr.kind else { return };
            let is_local = root(base).is_some_and(|root| locals.get(root).is_some());
            if !is_local || name.is_empty() || is_method(name) || expected.contains(&expr.span) {
                return;
            }
            let ty = view.scope.types().of_expr(view.scope.path, base, locals);
            let severity = match ty.field(name) {
                Lookup::Found(_) => return,
                Lookup::Missing(extent) => weight(extent).max(Severity::Warning),
                Lookup::NoFields => Severity::Warning,
            };
            let of = format!("`{}`", view.slice(base.span));
            say(&of, &ty, name, view.source(*name_span), severity, findings);
        });
    });
}

/// Expressions whose absence is expected, and methods that are called.
fn expected(outer: &Expr) -> Vec<Span> {
    let mut found = Vec::new();
    each_expression_of(outer, &mut |expr| match &expr.kind {
        ExprKind::Call { callee, .. } => found.push(callee.span),
        ExprKind::Test { base, .. } => found.push(base.span),
        ExprKind::Filter { base, name, .. } if matches!(name.as_str(), "default" | "d") => {
            found.push(base.span)
        }
        _ => {}
    });
    found
}

fn root(expr: &Expr) -> Option<&str> {
    match &expr.kind {
        ExprKind::Name(name) => Some(name),
        ExprKind::Attribute { base, .. } | ExprKind::Index { base, .. } => root(base),
        _ => None,
    }
}

fn is_method(field: &str) -> bool {
    matches!(field, "get" | "keys" | "values" | "items" | "copy") || field.parse::<i64>().is_ok()
}

/// Names that Python keeps for itself; no value has them here.
fn is_internal(field: &str) -> bool {
    field.starts_with("__")
}

fn detached_words(step: &str) -> String {
    format!("nothing waits for `{step}`, so what it gives is not there yet")
}

fn internal_words(field: &str) -> String {
    format!("`{field}` cannot be read: names with a leading `__` are internal")
}

fn say<'f>(
    of: &str,
    ty: &Type,
    field: &str,
    span: Span,
    severity: Severity,
    findings: &'f mut Findings,
) -> &'f mut Draft {
    if ty.fields().is_empty() {
        findings.report(inside_quotes(span, field), none_words(of, ty, field)).severity(severity)
    } else {
        report(of, field, span, ty.fields().iter().map(|it| &*it.name), findings).severity(severity)
    }
}

fn report<'f, 'n>(
    of: &str,
    field: &str,
    span: Span,
    fields: impl Iterator<Item = &'n str>,
    findings: &'f mut Findings,
) -> &'f mut Draft {
    let (near, span) = (nearest(field, fields), inside_quotes(span, field));
    findings.report(span, words(of, field, near)).fix(near.map(|near| fix(span, near)))
}

fn words(of: &str, field: &str, near: Option<&str>) -> String {
    format!("{of} has no field `{field}`{}", did_you_mean(near))
}

fn none_words(of: &str, ty: &Type, field: &str) -> String {
    format!("{of} is {} and has no field `{field}`", ty.words())
}

fn fix(span: Span, near: &str) -> Fix {
    Fix::suggestion(format!("change to `{near}`"), span, near)
}
