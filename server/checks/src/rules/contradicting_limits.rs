use pipeline::{
    Data, Input, InputSection, Pipeline, Placed, Value,
    catalogue::Type,
    facts,
    limits::{Contradiction, contradiction},
    value::convert,
};
use syntax::Span;

use crate::{Severity, facts::Whole, findings::Findings, rule::declare_rule};

declare_rule!("contradicting-limits", Warning, "contradicting_limits.md", Pipeline(detect));

/// The spellings of the keys that set a limit, and whether it has an effect on a type.
type Limit = (&'static [&'static str], fn(Type) -> bool);

/// Limits, the spellings of the keys that set them, and the types that they have an effect on.
const LIMITS: &[Limit] = &[
    (&["min", "minimum", "max", "maximum", "range"], |ty| {
        matches!(ty, Type::Any | Type::Integer | Type::Number)
    }),
    (&["min_length", "minLength", "max_length", "maxLength"], |ty| {
        matches!(ty, Type::Any | Type::Text | Type::Path | Type::List)
    }),
    (&["pattern"], |ty| matches!(ty, Type::Any | Type::Text | Type::Path)),
];

fn detect(whole: &Whole<'_>, findings: &mut Findings) {
    let pipeline = whole.input.pipeline;
    for input in &pipeline.inputs {
        let name = || input.absolute(input.name.span);
        let place = |keys: &[&str]| declared(pipeline, input, keys).unwrap_or_else(name);
        match contradiction(input) {
            Some(Contradiction::Pattern(reason)) => {
                let span = input.pattern.as_ref().map_or_else(name, |it| input.absolute(it.span));
                findings.report(span, pattern_words(&reason)).severity(Severity::Error);
            }
            Some(Contradiction::Range(least, most)) => {
                findings.report(place(LEAST), range_words(least, most));
            }
            Some(Contradiction::Length(least, most)) => {
                findings.report(place(FEWEST), length_words(least, most));
            }
            Some(Contradiction::NoChoice) => {
                findings.report(
                    place(&["choices", "enum", "validation"]),
                    "there is nothing to choose from: no value is accepted",
                );
            }
            None => {}
        }
        let ty = facts::input_type(input);
        for choice in input.choices.iter().flatten() {
            if !matches!(ty, Type::List | Type::Map)
                && convert(Value::as_written(&choice.value), ty).is_err()
            {
                findings.report(input.absolute(choice.span), choice_words(input, ty));
            }
        }
        let written = [
            input.min.or(input.max).is_some(),
            input.shortest.or(input.longest).is_some(),
            input.pattern.is_some(),
        ];
        for ((keys, works), _) in LIMITS.iter().zip(written).filter(|(_, is_there)| *is_there) {
            if works(ty) {
                continue;
            }
            for key in *keys {
                if let Some(span) = declared(pipeline, input, &[key]) {
                    findings.report(span, idle_words(key, ty));
                }
            }
        }
    }
}

const LEAST: &[&str] = &["min", "minimum", "range", "validation"];
const FEWEST: &[&str] = &["min_length", "minLength", "validation"];

/// Where the declaration of an input has one of these keys: the place of the value.
fn declared(pipeline: &Pipeline, input: &Placed<Input>, keys: &[&str]) -> Option<Span> {
    let section = match input.section {
        InputSection::Inputs => "inputs",
        InputSection::Parameters => "parameters",
    };
    let entry = pipeline.entry(section)?;
    let is_it = |span: Span| entry.absolute(span) == input.absolute(input.name.span);
    let of = |pairs: &[(pipeline::Located<String>, pipeline::Located<Data>)]| {
        let (_, value) = pairs.iter().find(|(name, _)| is_it(name.span))?;
        keys.iter().find_map(|key| Some(value.value.get(key)?.span))
    };
    let span = match &entry.value.value {
        Data::Map(pairs) => of(pairs),
        Data::List(items) => items.iter().find_map(|item| of(item.value.as_map()?)),
        _ => None,
    };
    span.map(|span| entry.absolute(span))
}

fn pattern_words(reason: &str) -> String {
    format!("this is no regular expression: {reason}")
}

fn range_words(least: f64, most: f64) -> String {
    format!("no number is at least {least} and at most {most}")
}

fn length_words(least: f64, most: f64) -> String {
    format!("nothing has at least {least} and at most {most} characters or items")
}

fn choice_words(input: &Input, ty: Type) -> String {
    format!("`{}` takes {}, so this choice is never accepted", input.name.value, ty.words())
}

fn idle_words(key: &str, ty: Type) -> String {
    format!("`{key}` has no effect on {}", ty.words())
}
