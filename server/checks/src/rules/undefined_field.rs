use std::sync::Arc;

use pipeline::{
    StepKind,
    catalogue::Envelope,
    names::{LOOP_FIELDS, Meaning, builtin, nearest},
};
use syntax::Span;

use crate::{
    Fix, Severity,
    findings::Findings,
    rule::declare_rule,
    view::{OF_EVERY_STEP, ReferenceView, Sense, inside_quotes, is_open},
    words::did_you_mean,
};

declare_rule!("undefined-field", Error, "undefined_field.md", Reference(detect));

/// Closed sets are certain. What a tool declares is not all that it may answer, so there it is a hint.
fn detect(view: &ReferenceView<'_>, findings: &mut Findings) {
    let reference = view.reference;
    let (Some((field, span)), Sense::Known(meaning)) = (reference.fields.first(), view.sense()) else { return };
    match meaning {
        Meaning::Builtin(name) => {
            let fields = builtin(name).map_or(&[][..], |it| it.fields);
            if !fields.is_empty() && !fields.contains(&&**field) && !reference.guarded {
                report(&format!("`{name}`"), field, *span, fields, findings).severity(Severity::Error);
            }
        }
        Meaning::NamedLoop(_) if !LOOP_FIELDS.contains(&&**field) && !OF_EVERY_STEP.contains(&&**field) => {
            report(&format!("the loop `{}`", reference.root), field, *span, LOOP_FIELDS, findings).severity(Severity::Hint);
        }
        Meaning::Step(index) => of_step(view, index, findings),
        _ => {}
    }
}

fn of_step(view: &ReferenceView<'_>, index: usize, findings: &mut Findings) {
    let input = view.scope.input;
    let Some(step) = input.pipeline.steps.get(index) else { return };
    let signature = match &step.kind {
        StepKind::Tool { tool, .. } => input.catalogue.tool(&tool.value),
        StepKind::Action(action) => input.catalogue.action(&action.value),
        _ => return,
    };
    let Some(signature) = signature else { return };
    let operation = match &step.kind {
        StepKind::Tool { operation, .. } => operation.as_ref().map(|it| it.value.as_str()),
        _ => None,
    };
    let mut fields: Vec<&str> = signature.fields(operation).into_iter().map(|it| it.name).collect();
    if fields.is_empty() || is_open(signature) || step.key("outputs").is_some() || !step.vars.is_empty() {
        return;
    }
    let named = &view.reference.fields;
    let inner = usize::from(signature.envelope == Envelope::Wrapped && named.first().is_some_and(|(it, _)| &**it == "result"));
    let Some((field, span)) = named.get(inner) else { return };
    if inner == 0 {
        fields.extend(OF_EVERY_STEP);
    }
    if !fields.contains(&&**field) && !is_method(field) {
        let of = format!("the result of `{}`", signature.name);
        report(&of, field, *span, &fields, findings).severity(Severity::Hint);
    }
}

fn is_method(field: &str) -> bool {
    matches!(field, "get" | "keys" | "values" | "items" | "copy") || field.parse::<i64>().is_ok()
}

fn report<'f>(of: &str, field: &Arc<str>, span: Span, fields: &[&str], findings: &'f mut Findings) -> &'f mut crate::findings::Draft {
    let (near, span) = (nearest(field, fields.iter().copied()), inside_quotes(span, field));
    findings.report(span, words(of, field, near)).fix(near.map(|near| fix(span, near)))
}

fn words(of: &str, field: &str, near: Option<&str>) -> String {
    format!("{of} has no field `{field}`{}", did_you_mean(near))
}

fn fix(span: Span, near: &str) -> Fix {
    Fix::suggestion(format!("change to `{near}`"), span, near)
}
