use pipeline::{
    Data, Input, Placed, Value, facts,
    limits::{self, accept},
    names::nearest,
    value::convert,
};
use syntax::Span;

use crate::{Fix, facts::Whole, findings::Findings, rule::declare_rule};

declare_rule!("default-not-accepted", Warning, "default_not_accepted.md", Pipeline(detect));

fn detect(whole: &Whole<'_>, findings: &mut Findings) {
    for input in &whole.input.pipeline.inputs {
        let Some(default) = input.default.as_ref().filter(|it| is_written(&it.value)) else {
            continue;
        };
        let value = Value::as_written(&default.value);
        let is_of_type = convert(value.clone(), facts::input_type(input)).is_ok();
        if !is_of_type || limits::contradiction(input).is_some() {
            continue;
        }
        if let Err(reason) = accept(input, value) {
            findings.report(input.absolute(default.span), words(input, &reason)).fix(
                choice(input, &default.value).map(|near| fix(input.absolute(default.span), near)),
            );
        }
    }
}

/// What a template makes of it is seen when it is rendered.
fn is_written(data: &Data) -> bool {
    let mut is_static = true;
    data.each_text(&mut |text| is_static &= text.is_static());
    is_static
}

/// The choice that is spelled almost like the default.
fn choice<'i>(input: &'i Placed<Input>, default: &Data) -> Option<&'i str> {
    let written = default.as_text().filter(|text| text.aliased.is_none())?;
    let choices = input.choices.iter().flatten().filter_map(|it| it.value.as_text());
    nearest(written.value.trim(), choices.map(|it| &*it.value))
}

fn words(input: &Input, reason: &str) -> String {
    let name = &input.name.value;
    if input.secret {
        return format!("the default of `{name}` does not fit its declaration");
    }
    format!("the default of `{name}` is not accepted: {reason}")
}

fn fix(span: Span, near: &str) -> Fix {
    Fix::suggestion(format!("change to `{near}`"), span, near)
}
