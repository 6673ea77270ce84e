use pipeline::{Data, Problem, ProblemKind, catalogue::Type};

use crate::{
    Severity,
    findings::{Findings, Topic},
    rule::declare_rule,
    view::StepView,
};

declare_rule!("wrong-type", Error, "wrong_type.md", Problem(of_key), Step(of_parameters));

fn of_key(problem: &Problem, findings: &mut Findings) {
    match &problem.kind {
        ProblemKind::WrongType { key, expected, found } => {
            let draft = findings.report(problem.span, words(key, expected, found));
            if key == "steps" && expected == "a map" {
                draft.topic(Topic::NoStep);
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
        if let Some(declared) = signature.parameter(&parameter.name.value)
            && !fits(&parameter.value.value, declared.ty)
        {
            let words =
                words(&parameter.name.value, declared.ty.words(), parameter.value.value.kind());
            findings.report(parameter.value.span, words);
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
            Type::Bool => false,
            Type::List => text.value.trim_start().starts_with('['),
            Type::Map => text.value.trim_start().starts_with('{'),
            Type::Any | Type::Text | Type::Path | Type::Model => true,
        },
        Data::List(_) => matches!(ty, Type::Any | Type::List),
        Data::Map(_) => matches!(ty, Type::Any | Type::Map | Type::Model),
    }
}

fn words(key: &str, expected: &str, found: &str) -> String {
    format!("`{key}` takes {expected}, and this is {found}")
}
