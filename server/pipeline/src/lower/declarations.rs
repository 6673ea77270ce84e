//! Inputs and outputs in all their forms.

use std::sync::Arc;

use syntax::SourceMap;
use syntax::template::{parse_template, sole_expression};

use super::fields::{Fields, Pair};
use super::references::References;
use super::routing::is_id;
use super::scalars::{Source, boolean, number};
use super::step::{named, named_item};
use crate::language::Level;
use crate::{
    Data, Input, InputSection, Located, Output, Problem, ProblemKind, ReferenceOrigin, Text,
};

/// Keys that make a map a declaration rather than a default.
const DECLARING: [&str; 4] = ["type", "description", "required", "default"];

/// All inputs of a section, whether it is a map or a list.
pub(super) fn inputs(
    source: Source<'_>,
    section: InputSection,
    data: &Located<Data>,
) -> Vec<Input> {
    match &data.value {
        Data::List(items) => {
            items.iter().flat_map(|item| listed_input(source, section, item)).collect()
        }
        Data::Map(pairs) => pairs.iter().map(|pair| input(source, section, pair, false)).collect(),
        _ => Vec::new(),
    }
}

/// An item of the list form: a single-key map, a map with `name`, or a name alone.
pub(super) fn listed_input(
    source: Source<'_>,
    section: InputSection,
    item: &Located<Data>,
) -> Vec<Input> {
    named_item(source, item).iter().map(|pair| input(source, section, pair, true)).collect()
}

fn input(source: Source<'_>, section: InputSection, (name, value): &Pair, listed: bool) -> Input {
    let mut input = Input {
        name: name.clone(),
        section,
        span: name.span.join(value.span),
        ty: None,
        required: false,
        default: None,
        description: None,
        choices: None,
        min: None,
        max: None,
        shortest: None,
        longest: None,
        pattern: None,
        secret: false,
        references: Vec::new(),
        problems: Vec::new(),
    };
    match value.value.as_map() {
        Some(pairs) if is_declaration(&value.value) => declare(source, pairs, &mut input),
        _ if means_required(&value.value) => input.required = true,
        _ => input.default = Some(value.clone()),
    }
    if listed && input.default.is_none() && value.value == Data::Null {
        input.required = true;
    }
    if let Some(default) = &input.default {
        let mut references = References::default();
        references.data("default", &default.value, ReferenceOrigin::Inert);
        input.references = references.all;
    }
    input
}

/// The word `None`, or null: no default.
fn means_required(data: &Data) -> bool {
    match data {
        Data::Null => true,
        Data::Text(text) => text.is_plain() && &*text.value == "None",
        _ => false,
    }
}

fn is_declaration(data: &Data) -> bool {
    let further = ["name", "choices", "enum", "secret"];
    DECLARING.iter().any(|key| has(data, key))
        || (further.iter().any(|key| has(data, key)) && only_declares(data))
}

fn has(data: &Data, key: &str) -> bool {
    data.as_map().is_some_and(|pairs| pairs.iter().any(|(name, _)| name.value == key))
}

/// Whether all keys are keys of declarations.
fn only_declares(data: &Data) -> bool {
    data.as_map().is_some_and(|pairs| {
        pairs.iter().all(|(name, _)| crate::language::key(Level::Input, &name.value).is_some())
    })
}

fn declare(source: Source<'_>, pairs: &[Pair], input: &mut Input) {
    let fields = Fields::new(Level::Input, pairs);
    fields.check(&mut input.problems);
    fields.check_unknown(&mut input.problems);
    input.ty = fields.get("type").and_then(|value| source.string(value));
    input.secret = fields.get("secret").and_then(|value| boolean(&value.value)) == Some(true);
    input.description =
        fields.get("description").and_then(|value| source.string(value)).map(|text| text.value);
    input.choices =
        fields.get("choices").and_then(|value| value.value.as_list()).map(<[_]>::to_vec);
    input.pattern = fields.get("pattern").and_then(|value| source.string(value));
    input.min = fields.get("min").and_then(|value| number(&value.value));
    input.max = fields.get("max").and_then(|value| number(&value.value));
    input.shortest = fields.get("min_length").and_then(|value| number(&value.value));
    input.longest = fields.get("max_length").and_then(|value| number(&value.value));
    for key in ["range", "validation"] {
        if let Some(value) = fields.get(key) {
            limits(source, key, value, input);
        }
    }
    let required = fields.get("required").and_then(|value| boolean(&value.value));
    input.required = required == Some(true);
    match fields.get("default").or_else(|| fields.null("default")) {
        Some(default) if default.value == Data::Null && required != Some(true) => {
            input.default = Some(default.clone());
        }
        Some(default) if means_required(&default.value) => {
            if required == Some(false) {
                input.default = Some(Located { value: Data::Null, span: default.span });
            } else {
                input.required = true;
            }
        }
        Some(default) => input.default = Some(unwrapped(default, &mut input.problems)),
        None => {}
    }
}

/// `range: [0, 1]`, `range: {min: 0}`, `validation: "^a"`, `validation: {pattern: "^a", max_length: 3}`.
fn limits(source: Source<'_>, key: &str, value: &Located<Data>, input: &mut Input) {
    match &value.value {
        Data::List(items) => {
            input.min = input.min.or_else(|| items.first().and_then(|item| number(&item.value)));
            input.max = input.max.or_else(|| items.get(1).and_then(|item| number(&item.value)));
        }
        Data::Map(_) => {
            let field = |name: &str| value.value.get(name);
            let bound = |bound: Option<f64>, names: [&str; 2]| {
                bound.or_else(|| number(&names.into_iter().find_map(field)?.value))
            };
            input.min = bound(input.min, ["min", "minimum"]);
            input.max = bound(input.max, ["max", "maximum"]);
            input.shortest = bound(input.shortest, ["min_length", "minLength"]);
            input.longest = bound(input.longest, ["max_length", "maxLength"]);
            let allowed = ["allowed_values", "choices", "enum"].into_iter().find_map(field);
            input.choices = input
                .choices
                .take()
                .or_else(|| allowed.and_then(|item| item.value.as_list()).map(<[_]>::to_vec));
            input.pattern = input
                .pattern
                .take()
                .or_else(|| field("pattern").and_then(|item| source.string(item)));
        }
        _ if key == "validation" => {
            input.pattern = input.pattern.take().or_else(|| source.string(value))
        }
        _ => {}
    }
}

/// A default that is itself a declaration stands for its own default.
fn unwrapped(default: &Located<Data>, problems: &mut Vec<Problem>) -> Located<Data> {
    let mut inner = default;
    while only_declares(&inner.value)
        && has(&inner.value, "type")
        && let Some(deeper) = inner.value.get("default")
    {
        problems.push(Problem { kind: ProblemKind::NestedDefault, span: inner.span });
        inner = deeper;
    }
    inner.clone()
}

/// All outputs, whether a map or a list.
pub(super) fn outputs(source: Source<'_>, data: &Located<Data>) -> Vec<Output> {
    match &data.value {
        Data::List(items) => items.iter().flat_map(|item| listed_output(source, item)).collect(),
        _ => named(source, data).into_iter().map(output).collect(),
    }
}

/// A text alone: a name is the output that is read by it, a template is called by what stands in it, and any other text
/// is the output itself.
fn alone(source: Source<'_>, item: &Located<Data>) -> Option<Pair> {
    let name = source.string(item)?;
    let Data::Text(text) = &item.value else { return Some((name, item.clone())) };
    if !text.is_static() {
        let inside = name.value.trim_start_matches("{{").trim_end_matches("}}").trim();
        let is_sole = text.template.as_ref().is_some_and(|it| sole_expression(it).is_some());
        let name = if is_sole { inside.to_owned() } else { name.value };
        return Some((Located::new(name, item.span), item.clone()));
    }
    let (before, behind) = match &name.value {
        id if is_identifier(id) => ("{{ ", " }}"),
        id if is_id(id) => ("{{ steps['", "'] }}"),
        _ => return Some((name, item.clone())),
    };
    let written = format!("{before}{}{behind}", name.value);
    let (start, end) = (before.len() as u32, (written.len() - behind.len()) as u32);
    // What is added has no place of its own.
    let map =
        SourceMap::new(&[(0, name.span.start), (start, name.span.start), (end, name.span.end)]);
    let template = Some(Arc::new(parse_template(&written)));
    let read = Text { value: written.into(), map, template, ..text.clone() };
    let value = Located::new(Data::Text(read), name.span);
    Some((name, value))
}

fn is_identifier(name: &str) -> bool {
    let mut letters = name.chars();
    letters.next().is_some_and(|it| it.is_alphabetic() || it == '_')
        && letters.all(|it| it.is_alphanumeric() || it == '_')
}

/// An item of the list form.
pub(super) fn listed_output(source: Source<'_>, item: &Located<Data>) -> Vec<Output> {
    match alone(source, item) {
        Some(pair) => vec![output(pair)],
        None => named_item(source, item).into_iter().map(output).collect(),
    }
}

fn output((name, whole): Pair) -> Output {
    let mut output = Output {
        name,
        value: whole,
        required: false,
        references: Vec::new(),
        problems: Vec::new(),
    };
    let declared = match output.value.value.as_map() {
        Some(pairs) => {
            let fields = Fields::new(Level::Output, pairs);
            fields.get("value").cloned().inspect(|_| {
                fields.check(&mut output.problems);
                output.required =
                    fields.get("required").and_then(|value| boolean(&value.value)) == Some(true);
            })
        }
        None => None,
    };
    if let Some(value) = declared {
        output.value = value;
    }
    let mut references = References::default();
    references.data(
        &format!("outputs.{}", output.name.value),
        &output.value.value,
        ReferenceOrigin::Inert,
    );
    output.references = references.all;
    output
}
