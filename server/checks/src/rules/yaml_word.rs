use pipeline::{Data, Located, Text, catalogue::Type};
use syntax::Span;

use crate::{
    Fix,
    facts::Whole,
    findings::Findings,
    rule::declare_rule,
    view::{KeyView, StepView},
};

declare_rule!("yaml-word", Hint, "yaml_word.md", Step(of_step), Key(of_key), Pipeline(of_inputs));

/// Values of parameters, at any depth, and what a step's metadata holds.
fn of_step(view: &StepView<'_>, findings: &mut Findings) {
    let signature = view.signature();
    for parameter in &view.step.parameters {
        let wants = signature.and_then(|it| it.parameter(&parameter.name.value)).map(|it| it.ty);
        search(&parameter.value, wants == Some(Type::Bool), findings);
    }
    if let Some(entry) = view.step.key("for_each") {
        search(&entry.value, false, findings);
    }
}

fn of_key(view: &KeyView<'_>, findings: &mut Findings) {
    let is_data = matches!(view.entry.key.value.as_str(), "variables" | "config" | "metadata");
    if is_data {
        search(&view.entry.value, false, findings);
    }
}

fn of_inputs(whole: &Whole<'_>, findings: &mut Findings) {
    for input in &whole.input.pipeline.inputs {
        let mark = findings.len();
        let wants =
            input.ty.as_ref().is_some_and(|it| it.value.to_ascii_lowercase().starts_with("bool"));
        input.default.iter().for_each(|default| search(default, wants, findings));
        input.choices.iter().flatten().for_each(|choice| search(choice, false, findings));
        findings.shift_from(mark, input.base);
    }
}

fn search(data: &Located<Data>, wants_bool: bool, findings: &mut Findings) {
    match &data.value {
        Data::Text(text) if text.is_plain() && text.aliased.is_none() && text.is_static() => {
            if let Some(read) = reading(&text.value) {
                report(text, data.span, read, wants_bool, findings);
            }
        }
        Data::List(items) => items.iter().for_each(|item| search(item, false, findings)),
        Data::Map(entries) => entries.iter().for_each(|(_, value)| search(value, false, findings)),
        _ => {}
    }
}

/// What YAML 1.1 makes of a plain word that is text in YAML 1.2.
#[derive(Clone, Copy)]
enum Reading {
    True,
    False,
    Number,
}

fn reading(text: &str) -> Option<Reading> {
    Some(match text {
        "yes" | "Yes" | "YES" | "on" | "On" | "ON" => Reading::True,
        "no" | "No" | "NO" | "off" | "Off" | "OFF" => Reading::False,
        _ if is_old_number(text) => Reading::Number,
        _ => return None,
    })
}

/// `12:30` (base 60) and `1_000`.
fn is_old_number(text: &str) -> bool {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|c| c.is_ascii_digit());
    let mut parts = text.split(':');
    let sixty = text.contains(':')
        && parts.next().is_some_and(|first| digits(first) && !first.starts_with('0'))
        && parts.all(|part| {
            digits(part) && part.len() <= 2 && part.parse::<u8>().is_ok_and(|it| it < 60)
        });
    let grouped = text.contains('_')
        && text.starts_with(|c: char| c.is_ascii_digit())
        && digits(&text.replace('_', ""));
    sixty || grouped
}

fn report(text: &Text, span: Span, read: Reading, wants_bool: bool, findings: &mut Findings) {
    let written = &*text.value;
    let fix = (span.len() as usize == written.len()).then(|| fix(span, written, read, wants_bool));
    findings.report(span, words(written, read, wants_bool)).fix(fix);
}

const fn word(read: Reading) -> &'static str {
    match read {
        Reading::True => "true",
        Reading::False => "false",
        Reading::Number => "a number",
    }
}

fn words(written: &str, read: Reading, wants_bool: bool) -> String {
    let read = word(read);
    if wants_bool {
        format!("`{written}` is text; write `{read}`")
    } else {
        format!("`{written}` is text here, and {read} to older readers of YAML; put it in quotes")
    }
}

/// Quotes keep the meaning that the text has here.
fn fix(span: Span, written: &str, read: Reading, wants_bool: bool) -> Fix {
    if wants_bool && !matches!(read, Reading::Number) {
        return Fix::suggestion(format!("change to `{}`", word(read)), span, word(read));
    }
    Fix::safe("put it in quotes", span, format!("'{written}'"))
}
