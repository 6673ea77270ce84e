use pipeline::{Data, Problem, ProblemKind, catalogue::Type};

use crate::{
    Severity,
    findings::{Findings, Topic},
    rule::declare_rule,
    view::StepView,
};

declare_rule!("wrong-type", Error, "wrong_type.md", Problem(of_key), Call(of_parameters));

fn of_key(problem: &Problem, findings: &mut Findings) {
    match &problem.kind {
        ProblemKind::WrongType { key, expected, found } => {
            if key == "steps" && expected == "a map" {
                findings.report(problem.span, no_step(found)).topic(Topic::NoStep);
            } else {
                findings.report(problem.span, words(key, expected, found));
            }
        }
        ProblemKind::OutOfRange { key, allowed } => {
            let draft = findings.report(problem.span, format!("`{key}` must be {allowed}"));
            if key == "temperature" {
                // Providers differ in what they take.
                draft.severity(Severity::Warning);
            }
        }
        _ => {}
    }
}

fn of_parameters(view: &StepView<'_>, findings: &mut Findings) {
    let Some(signature) = view.signature() else { return };
    for parameter in &view.step.parameters {
        let Some(declared) = signature.parameter(&parameter.name.value) else { continue };
        let (name, value) = (&parameter.name.value, &parameter.value);
        if !fits(&value.value, declared.ty) {
            findings.report(value.span, words(name, declared.ty.words(), value.value.kind()));
        } else if is_empty(&value.value)
            && (declared.ty == Type::Model || declared.ty == Type::Path && declared.required)
        {
            findings.report(value.span, words(name, declared.ty.words(), "empty"));
        } else if let Some((range, number)) = declared.range.zip(number(&value.value))
            && !(range.0..=range.1).contains(&number)
        {
            let draft = findings.report(value.span, format!("`{name}` must be {}", within(range)));
            if declared.name != "max_tokens" {
                draft.severity(Severity::Warning);
            }
        }
    }
}

/// Templates are judged when they are rendered; a boolean counts as a whole number; nothing counts as absent; text may
/// be JSON.
fn fits(data: &Data, ty: Type) -> bool {
    match data {
        Data::Null => true,
        Data::Text(text) if !text.is_static() => true,
        Data::Bool(_) => matches!(ty, Type::Any | Type::Bool | Type::Integer | Type::Number),
        Data::Int(_) => matches!(ty, Type::Any | Type::Integer | Type::Number),
        Data::Float(number) => match ty {
            Type::Integer => number.fract() == 0.0,
            _ => matches!(ty, Type::Any | Type::Number),
        },
        Data::Text(text) => match ty {
            Type::Integer => text.value.trim().parse::<i128>().is_ok(),
            Type::Number => text.value.trim().parse::<f64>().is_ok(),
            // Older readers of YAML make truth values of them, and so does the tool.
            Type::Bool => is_truth_word(&text.value),
            Type::List => text.value.trim_start().starts_with('['),
            Type::Map => text.value.trim_start().starts_with('{'),
            Type::Any | Type::Text | Type::Path | Type::Model => true,
        },
        Data::List(_) => matches!(ty, Type::Any | Type::List),
        Data::Map(_) => matches!(ty, Type::Any | Type::Map | Type::Model),
    }
}

fn is_truth_word(word: &str) -> bool {
    ["yes", "no", "on", "off"].iter().any(|it| it.eq_ignore_ascii_case(word))
}

fn is_empty(data: &Data) -> bool {
    data.as_text().is_some_and(|text| text.value.trim().is_empty())
}

fn number(data: &Data) -> Option<f64> {
    match data {
        Data::Int(value) => Some(*value as f64),
        Data::Float(value) => Some(*value),
        Data::Text(text) if text.is_static() => text.value.trim().parse().ok(),
        _ => None,
    }
}

fn within((least, most): (f64, f64)) -> String {
    if most.is_finite() { format!("from {least} to {most}") } else { format!("at least {least}") }
}

fn no_step(found: &str) -> String {
    format!(
        "a step is a map with `id` and `action`, `tool`, `prompt` or a loop, and this is {found}"
    )
}

fn words(key: &str, expected: &str, found: &str) -> String {
    format!("`{key}` takes {expected}, and this is {found}")
}
