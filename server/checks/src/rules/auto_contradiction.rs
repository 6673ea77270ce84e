use pipeline::{
    auto::Place,
    catalogue::Type,
    language::{self, Form, Level},
};
use syntax::auto::{Attribute, AutoTag};

use crate::{
    Severity,
    findings::Findings,
    rule::declare_rule,
    view::{StepView, TextView, each_tag},
    words::any_of,
};

declare_rule!("auto-contradiction", Warning, "auto_contradiction.md", Text(detect));

/// The kinds of answers that the words of `type` ask for, where they say it alone.
fn kind(word: &str) -> Option<Type> {
    Some(match word.to_ascii_lowercase().as_str() {
        "string" => Type::Text,
        "integer" => Type::Integer,
        "number" => Type::Number,
        "boolean" => Type::Bool,
        "list" => Type::List,
        _ => return None,
    })
}

fn detect(view: &TextView<'_>, findings: &mut Findings) {
    if !view.field.rendered && !view.is_condition() {
        return;
    }
    let is_whole = |tag: &AutoTag| view.slice(tag.span) == view.text.value.trim();
    each_tag(&view.text.autos, &mut |tag| {
        let place = if is_whole(tag) { place(view) } else { Place::default() };
        judge(view, tag, &place, findings);
    });
}

fn judge(view: &TextView<'_>, tag: &AutoTag, place: &Place, findings: &mut Findings) {
    let attribute = |name: &str| tag.attributes.iter().find(|it| it.name == name);
    let (least, most) = (attribute("min"), attribute("max"));
    for bound in [least, most].into_iter().flatten() {
        if !is_open(bound) && number(bound).is_none() {
            let words = format!(
                "`{}` of an AUTO tag is a number, not `{}`",
                bound.name,
                bound.value.trim()
            );
            findings.report(view.source(spot(bound)), words).severity(Severity::Error);
        }
    }
    if let (Some(least), Some(most)) = (least, most)
        && let (Some(from), Some(to)) = (number(least), number(most))
        && from > to
    {
        findings
            .report(
                view.source(spot(least)),
                format!("`min` is {from}, above the `max` of {to}: no answer would do"),
            )
            .severity(Severity::Error);
    }
    let choices = attribute("choices");
    let words: Vec<&str> = choices
        .map(|it| it.value.split(',').map(str::trim).filter(|word| !word.is_empty()).collect())
        .unwrap_or_default();
    if let Some(choices) = choices.filter(|it| words.is_empty() && !is_open(it)) {
        findings.report(view.source(spot(choices)), "`choices` is empty: any answer would do");
    }
    let ty = attribute("type");
    let word = ty.map_or("", |it| it.value.trim()).to_ascii_lowercase();
    if let Some(ty) =
        ty.filter(|_| word == "choice" && words.is_empty() && place.choices.is_empty())
    {
        findings
            .report(view.source(spot(ty)), "a choice needs `choices`, as in `choices=\"yes,no\"`")
            .severity(Severity::Error);
    }
    let kind = kind(&word);
    let is_counted = matches!(kind, None | Some(Type::Integer | Type::Number | Type::List));
    let what = if word == "choice" { "a choice" } else { kind.map_or("", Type::words) };
    if word == "choice" || !is_counted {
        for bound in [least, most].into_iter().flatten() {
            findings.report(view.source(spot(bound)), idle(&bound.name, what));
        }
    }
    if let (Some(choices), Some(kind)) = (choices, kind)
        && kind != Type::Text
    {
        findings.report(view.source(spot(choices)), idle("choices", kind.words()));
    }
    let strange = |word: &&&str| !place.choices.iter().any(|it| it.eq_ignore_ascii_case(word));
    if let Some(choices) = choices.filter(|_| !place.choices.is_empty())
        && let Some(word) = words.iter().find(strange)
    {
        let known: Vec<&str> = place.choices.iter().map(String::as_str).collect();
        findings.report(
            view.source(spot(choices)),
            format!("`{}` is {}, not `{word}`", place.key, any_of(&known)),
        );
    }
    if let (Some(ty), Some(asked), Some(taken)) = (ty, kind, place.ty)
        && !fits(asked, taken)
    {
        let words =
            format!("this asks for {}, and `{}` takes {}", asked.words(), place.key, taken.words());
        findings.report(view.source(spot(ty)), words);
    }
}

/// The value, and where there is none the name.
fn spot(attribute: &Attribute) -> syntax::Span {
    if attribute.value_span.is_empty() { attribute.name_span } else { attribute.value_span }
}

fn is_open(attribute: &Attribute) -> bool {
    attribute.value.contains("{{") || attribute.value.contains("{%")
}

fn number(attribute: &Attribute) -> Option<f64> {
    attribute.value.trim().parse().ok().filter(|it: &f64| it.is_finite())
}

fn fits(asked: Type, taken: Type) -> bool {
    match taken {
        Type::Any | Type::Text | Type::Path | Type::Model => true,
        Type::Integer | Type::Number => matches!(asked, Type::Integer | Type::Number),
        Type::Bool => asked == Type::Bool,
        Type::List => asked == Type::List,
        Type::Map => false,
    }
}

/// What the parameter or the key takes that the tag stands for.
fn place(view: &TextView<'_>) -> Place {
    let key = view.field.inner;
    let step = view.scope.step().map(|step| StepView { scope: view.scope, step });
    if view.field.key == "parameters" {
        let is_own =
            |it: &StepView<'_>| it.step.parameter(key).is_some_and(|it| it.value.span == view.span);
        let declared = step
            .filter(is_own)
            .and_then(|it| it.signature())
            .and_then(|signature| signature.parameter(key));
        return declared.map_or_else(Place::default, |it| Place {
            key: key.to_owned(),
            ty: Some(it.ty),
            choices: it.choices.iter().map(|it| (*it).to_owned()).collect(),
        });
    }
    let forms = language::key(Level::Step, view.field.key).map_or(&[][..], |known| known.forms);
    let ty = forms.iter().find_map(|form| match form {
        Form::Integer { .. } => Some(Type::Integer),
        Form::Bool => Some(Type::Bool),
        _ => None,
    });
    Place { key: key.to_owned(), ty, choices: Vec::new() }
}

fn idle(name: &str, kind: &str) -> String {
    format!("`{name}` has no effect on {kind}")
}
