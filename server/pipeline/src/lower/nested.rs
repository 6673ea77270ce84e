//! Maps inside values that the table describes too: models, what is required of them, experts, personalities.

use super::fields::{Fields, Pair, check_case};
use super::scalars::number;
use crate::language::{Key, Level, MODALITIES};
use crate::models::size;
use crate::{Data, Located, Problem, ProblemKind, Text};

/// Problems inside the value of a key whose form fits.
pub(super) fn check(known: &Key, key: &str, value: &Located<Data>, problems: &mut Vec<Problem>) {
    match known.name {
        "model" | "default_model" | "orchestrator" => model(key, value, problems),
        "requires_model" => requirement(key, value, problems),
        "selection" => map(Level::Selection, value, problems),
        "experts" => each_map(Level::Expert, value, problems),
        "personalities" => {
            each_map(Level::Personality, value, problems);
            value.value.as_map().into_iter().flatten().for_each(|it| personality(it, problems));
        }
        _ => {}
    }
}

/// A model is text, or a map with a `name` or a `provider`.
pub(super) fn model(key: &str, value: &Located<Data>, problems: &mut Vec<Problem>) {
    name(key, value, problems);
    if let Data::Map(pairs) = &value.value {
        map(Level::Model, value, problems);
        let fields = Fields::new(Level::Model, pairs);
        capabilities(&fields, problems);
        match fields.pair("name") {
            Some((key, value)) => name(&key.value, value, problems),
            None if fields.pair("provider").is_some() => {}
            None => {
                let span = pairs.first().map_or(value.span, |(key, _)| key.span);
                problems.push(Problem { kind: ProblemKind::MissingKey { key: "name" }, span });
            }
        }
    }
}

/// A number or a truth value names nothing, and neither does an empty text.
fn name(key: &str, value: &Located<Data>, problems: &mut Vec<Problem>) {
    let found = match &value.value {
        Data::Text(text) if text.value.trim().is_empty() => "empty",
        Data::Bool(_) | Data::Int(_) | Data::Float(_) => value.value.kind(),
        _ => return,
    };
    let expected = "the name of a model".to_owned();
    let kind = ProblemKind::WrongType { key: key.to_owned(), expected, found };
    problems.push(Problem { kind, span: value.span });
}

fn requirement(key: &str, value: &Located<Data>, problems: &mut Vec<Problem>) {
    name(key, value, problems);
    let Data::Map(pairs) = &value.value else { return };
    map(Level::Requirement, value, problems);
    let fields = Fields::new(Level::Requirement, pairs);
    let modalities = fields.get("modalities").and_then(|it| it.value.as_list());
    for item in modalities.unwrap_or_default() {
        let word = item.value.as_text().filter(|text| text.is_static()).map(|it| it.value.trim());
        let is_known = |word: &str| MODALITIES.iter().any(|it| it.eq_ignore_ascii_case(word));
        if let Some(word) = word.filter(|word| !is_known(word)) {
            let kind = ProblemKind::UnknownWord {
                key: "modalities".to_owned(),
                word: word.to_owned(),
                allowed: MODALITIES.to_vec(),
            };
            problems.push(Problem { kind, span: item.span });
        }
        check_case(MODALITIES, item, problems);
    }
    capabilities(&fields, problems);
    for key in ["min_size", "max_size"] {
        let Some((key, value)) = fields.pair(key) else { continue };
        let text = value.value.as_text().filter(|text| text.is_static());
        if text.is_some_and(|text| size(&text.value).is_none()) {
            let expected = "a size such as `7B`".to_owned();
            let found = value.value.kind();
            let kind = ProblemKind::WrongType { key: key.value.clone(), expected, found };
            problems.push(Problem { kind, span: value.span });
        }
    }
}

/// What a model must be able to do is said in words.
fn capabilities(fields: &Fields<'_>, problems: &mut Vec<Problem>) {
    let Some((key, value)) = fields.pair("capabilities") else { return };
    for item in value.value.as_list().unwrap_or_default() {
        if item.value.as_text().is_none() {
            let (key, found) = (key.value.clone(), item.value.kind());
            let kind =
                ProblemKind::WrongType { key, expected: "a list of words".to_owned(), found };
            problems.push(Problem { kind, span: item.span });
        }
    }
}

/// A personality says something, or builds on another one.
fn personality((name, value): &Pair, problems: &mut Vec<Problem>) {
    let Data::Map(pairs) = &value.value else { return };
    let fields = Fields::new(Level::Personality, pairs);
    if fields.pair("system_prompt").is_none() && fields.pair("extends").is_none() {
        let kind = ProblemKind::MissingKey { key: "system_prompt" };
        problems.push(Problem { kind, span: name.span });
    }
}

/// The maps among the values of a map, or of a list of maps.
fn each_map(level: Level, value: &Located<Data>, problems: &mut Vec<Problem>) {
    match &value.value {
        Data::Map(pairs) => pairs.iter().for_each(|(_, value)| map(level, value, problems)),
        Data::List(items) => items.iter().for_each(|item| each_map(level, item, problems)),
        _ => {}
    }
}

/// What the table says of the keys of a map, and the limits of its numbers. Templates are judged when they are rendered.
fn map(level: Level, value: &Located<Data>, problems: &mut Vec<Problem>) {
    let Data::Map(pairs) = &value.value else { return };
    let is_written = |value: &Data| value.as_text().is_none_or(Text::is_static);
    let pairs: Vec<Pair> = pairs.iter().filter(|it| is_written(&it.1.value)).cloned().collect();
    let fields = Fields::new(level, &pairs);
    fields.check(problems);
    fields.check_unknown(problems);
    for (key, value, (least, most)) in fields.known().filter_map(|((key, value), known)| {
        let known = known?;
        let range = if known.name == "temperature" { Some(TEMPERATURES) } else { known.range };
        Some((key, value, range?))
    }) {
        let is_number = matches!(value.value, Data::Int(_) | Data::Float(_));
        if is_number && number(&value.value).is_some_and(|it| it < least || it > most) {
            let allowed = format!("from {least} to {most}");
            let kind = ProblemKind::OutOfRange { key: key.value.clone(), allowed };
            problems.push(Problem { kind, span: value.span });
        }
    }
}

/// What most providers take.
const TEMPERATURES: (f64, f64) = (0.0, 2.0);

/// Problems inside an item of the list below a top-level key, where the item is a segment of its own.
pub(super) fn check_item(key: &str, item: &Located<Data>, problems: &mut Vec<Problem>) {
    if key == "experts" {
        each_map(Level::Expert, item, problems);
    }
}
