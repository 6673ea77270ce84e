use pipeline::{Parameter, Step, catalogue::Effect, types::Type};
use syntax::{
    Span,
    template::{Expr, ExprKind, Part},
};

use crate::{
    facts::{Whole, code},
    findings::{Draft, Findings},
    rule::declare_rule,
    view::{Scope, StepView, Taint, each_typed_in},
};

declare_rule!(
    "untrusted-command",
    Warning,
    "untrusted_command.md",
    Pipeline(detect),
    Step(by_model)
);

/// An AUTO tag inside a command: a model writes it.
fn by_model(view: &StepView<'_>, findings: &mut Findings) {
    for parameter in code(view.step, view.scope.input.catalogue) {
        let Some(text) = parameter.value.value.as_text() else { continue };
        for tag in &text.autos {
            findings.report(text.source(tag.span), auto_words());
        }
    }
}

fn detect(whole: &Whole<'_>, findings: &mut Findings) {
    let Some(taint) = Taint::new(whole) else { return };
    for (index, facts) in whole.facts.iter().enumerate().filter(|(_, facts)| facts.is_sink) {
        if facts.is_sink
            && let Some(step) = whole.input.pipeline.steps.get(index)
        {
            walk(whole, &taint, index, &mut Vec::new(), step, findings);
        }
    }
}

fn walk<'s>(
    whole: &Whole<'_>,
    taint: &Taint<'_>,
    index: usize,
    path: &mut Vec<&'s Step>,
    step: &'s Step,
    findings: &mut Findings,
) {
    path.push(step);
    for parameter in code(step, whole.input.catalogue) {
        judge(whole, taint, index, path, parameter, findings);
    }
    for inner in &step.body {
        walk(whole, taint, index, path, inner, findings);
    }
    path.pop();
}

/// One finding a command, on the first thing in it that nobody has looked at.
fn judge(
    whole: &Whole<'_>,
    taint: &Taint<'_>,
    index: usize,
    path: &[&Step],
    parameter: &Parameter,
    findings: &mut Findings,
) {
    let (Some(step), Some(outer)) = (path.last(), whole.input.pipeline.steps.get(index)) else {
        return;
    };
    let harmless = harmless(whole, index, path, parameter);
    let own = step.references.iter().filter(|it| parameter.value.span.covers(it.span));
    let free = own.filter(|it| !harmless.iter().any(|span| span.covers(it.span)));
    let Some((reference, cause)) =
        free.into_iter().find_map(|it| Some((it, taint.arrives(index, path, it, 32)?)))
    else {
        return;
    };
    let (hops, source) = taint.way(cause, index);
    let source = source.and_then(|source| Some((source, taint.source(source)?)));
    let (id, effect) =
        source.map_or(("", Effect::Network), |(_, (step, effect))| (step.id_text(), effect));
    let draft =
        findings.report(outer.absolute(reference.span), words(&parameter.name.value, id, effect));
    hops.into_iter().for_each(|(span, words)| {
        draft.related(span, words);
    });
    if let Some((source, (step, effect))) = source {
        show_source(whole, source, step, effect, draft);
    }
}

fn show_source(whole: &Whole<'_>, index: usize, step: &Step, effect: Effect, draft: &mut Draft) {
    if let (Some(outer), Some(id)) = (whole.input.pipeline.steps.get(index), &step.id) {
        draft.related(
            outer.absolute(id.span),
            if effect == Effect::Model {
                "a model writes it here"
            } else {
                "it comes from the web here"
            },
        );
    }
}

/// Places in a command where only a number, or a value in the quotes of its language, is put in; relative to the step.
fn harmless(whole: &Whole<'_>, index: usize, path: &[&Step], parameter: &Parameter) -> Vec<Span> {
    let Some(text) = parameter.value.value.as_text() else { return Vec::new() };
    let Some(template) = &text.template else { return Vec::new() };
    let scope = Scope { input: whole.input, path, index: Some(index) };
    let mut spans = Vec::new();
    each_typed_in(&scope, template, &mut |expr, locals| {
        let ty = scope.types().of_expr(path, expr, locals);
        if matches!(ty, Type::Integer | Type::Number | Type::Bool)
            || is_literal(expr) && parameter.name.value == "code"
        {
            spans.push(text.source(expr.span));
        }
    });
    tests(&template.parts).into_iter().for_each(|span| spans.push(text.source(span)));
    spans
}

/// JSON text is a literal of Python.
fn is_literal(expr: &Expr) -> bool {
    matches!(&expr.kind, ExprKind::Filter { name, .. } if matches!(name.as_str(), "tojson" | "to_json" | "json" | "json_encode" | "pprint"))
}

/// What `{% if %}` asks puts nothing in.
fn tests(parts: &[Part]) -> Vec<Span> {
    let mut found = Vec::new();
    for part in parts {
        match part {
            Part::If { branches, otherwise, .. } => {
                for (test, body) in branches {
                    found.push(test.span);
                    found.extend(tests(body));
                }
                found.extend(tests(otherwise));
            }
            Part::For { body, .. } => found.extend(tests(body)),
            _ => {}
        }
    }
    found
}

fn words(parameter: &str, source: &str, effect: Effect) -> String {
    let from =
        if effect == Effect::Model { "a model writes in" } else { "comes from the web through" };
    format!("this `{parameter}` is built from what {from} `{source}`, which may be another command")
}

const fn auto_words() -> &'static str {
    "a model writes this part of what is run, and may write another command"
}
