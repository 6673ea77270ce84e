//! Answers in the place of their tags.

use std::sync::Arc;

use pipeline::{Condition, Count, Data, Located, StepKind, Text, Value};
use syntax::{Span, auto::AutoTag, template};

use super::{in_order, plain};

/// Data with the answers of its tags, which come in order.
pub(crate) fn put(data: &Data, answers: &mut dyn Iterator<Item = Value>) -> Data {
    match data {
        Data::Text(text) if !text.autos.is_empty() => put_into(text, answers),
        Data::List(items) => {
            let item = |item: &Located<Data>| Located::new(put(&item.value, answers), item.span);
            Data::List(items.iter().map(item).collect())
        }
        Data::Map(entries) => {
            let entry = |(key, value): &(Located<String>, Located<Data>)| {
                (key.clone(), Located::new(put(&value.value, answers), value.span))
            };
            Data::Map(entries.iter().map(entry).collect())
        }
        other => other.clone(),
    }
}

fn put_into(text: &Text, answers: &mut dyn Iterator<Item = Value>) -> Data {
    let tags = in_order(text);
    let answers: Vec<Value> = next(answers, tags.len());
    if let [tag] = &*text.autos
        && is_whole(text, tag)
        && let Some(answer) = answers.last()
    {
        return data_of(answer);
    }
    let answered: Vec<_> = tags.into_iter().zip(&answers).collect();
    Data::Text(rewritten(between(&text.value, 0, text.value.len() as u32, &text.autos, &answered)))
}

/// The next few.
fn next(answers: &mut dyn Iterator<Item = Value>, count: usize) -> Vec<Value> {
    std::iter::from_fn(|| answers.next()).take(count).collect()
}

/// A text with the answers of its tags, which come in order.
pub(crate) fn put_text(text: &Text, answers: &mut dyn Iterator<Item = Value>) -> Text {
    if text.autos.is_empty() {
        return text.clone();
    }
    match put_into(text, answers) {
        Data::Text(text) => text,
        other => plain(value_of(&other).to_text()),
    }
}

/// The same for what a step goes round.
pub(crate) fn put_into_loop(kind: &mut StepKind, answers: &mut dyn Iterator<Item = Value>) {
    let count = |count: &mut Option<Located<Count>>, answers: &mut dyn Iterator<Item = Value>| {
        if let Some(Located { value: Count::Text(text), .. }) = count {
            *text = put_text(text, answers);
        }
    };
    match kind {
        StepKind::ForEach(it) => {
            it.items.value = put(&it.items.value, answers);
            count(&mut it.max_parallel, answers);
        }
        StepKind::Queue(it) => {
            if let Some(on) = &mut it.on {
                on.value = put(&on.value, answers);
            }
            count(&mut it.max_parallel, answers);
        }
        StepKind::While(it) => count(&mut it.max_iterations, answers),
        StepKind::ActionLoop(it) => count(&mut it.max_iterations, answers),
        _ => {}
    }
}

fn value_of(data: &Data) -> Value {
    Value::as_written(data)
}

/// A condition with the answers of its tags.
pub(crate) fn condition(
    written: &Condition,
    answers: &mut dyn Iterator<Item = Value>,
) -> Condition {
    let text = &written.text;
    let tags = in_order(text);
    let answers: Vec<Value> = next(answers, tags.len());
    let answered: Vec<_> = tags.into_iter().zip(&answers).collect();
    let value = between(&text.value, 0, text.value.len() as u32, &text.autos, &answered);
    let parsed = Arc::new(template::parse_condition(&value));
    Condition { text: plain(value), parsed, ..written.clone() }
}

/// What stands between the tags of an instruction, the tags inside of it still open.
pub(crate) fn instruction_of(text: &Text) -> Text {
    let body = text.autos.first().filter(|_| text.value.trim_start().starts_with("<AUTO"));
    let inside = match body {
        Some(tag) => text.value.get(tag.body.range()).unwrap_or_default(),
        None => &text.value,
    };
    let autos = syntax::auto::find(inside);
    Text { autos: autos.into(), ..rewritten(inside.to_owned()) }
}

/// A piece of a text with literals in the place of tags.
pub(super) fn between(
    text: &str,
    start: u32,
    end: u32,
    tags: &[AutoTag],
    answered: &[(&AutoTag, &Value)],
) -> String {
    let slice = |start: u32, end: u32| text.get(start as usize..end as usize).unwrap_or_default();
    let mut whole = String::new();
    let mut at = start;
    for tag in tags {
        whole.push_str(slice(at, tag.span.start));
        match answered.iter().find(|(known, _)| known.span == tag.span) {
            Some((_, answer)) => whole.push_str(&literal(answer)),
            None => whole.push_str(slice(tag.span.start, tag.span.end)),
        }
        at = tag.span.end;
    }
    whole.push_str(slice(at, end));
    whole
}

/// Whether a tag is all that a text says.
pub(crate) fn is_whole(text: &Text, tag: &AutoTag) -> bool {
    let Span { start, end } = tag.span;
    let outside = [text.value.get(..start as usize), text.value.get(end as usize..)];
    outside.into_iter().flatten().all(|it| it.trim().is_empty())
}

/// An expression that means the value and nothing else; of a value with maps in it, its text.
fn literal(answer: &Value) -> String {
    let spelled = |value: Value| {
        let listed = Value::list(vec![value]).to_text();
        let bare = listed.strip_prefix('[').and_then(|it| it.strip_suffix(']'));
        // Braces would end the expression too early for those who only look for them.
        bare.unwrap_or_default().replace('{', "\\x7b").replace('}', "\\x7d")
    };
    let bare = match has_map(answer) {
        true => spelled(answer.to_text().into()),
        false => spelled(answer.clone()),
    };
    format!("{{{{ {bare} }}}}")
}

fn has_map(value: &Value) -> bool {
    match value {
        Value::Map(_) => true,
        other => other.as_items().is_some_and(|items| items.iter().any(has_map)),
    }
}

fn rewritten(value: String) -> Text {
    let parsed = template::has_markers(&value).then(|| template::parse_template(&value));
    Text { template: parsed.map(Arc::new), ..plain(value) }
}

fn data_of(value: &Value) -> Data {
    let at = |value: &Value| Located::new(data_of(value), Span::default());
    match value {
        Value::Bool(value) => Data::Bool(*value),
        Value::Int(value) => Data::Int(*value),
        Value::Float(value) => Data::Float(*value),
        Value::Text(text) => Data::Text(plain(Arc::clone(text))),
        Value::List(items) | Value::Tuple(items) | Value::Set(items) => {
            Data::List(items.iter().map(at).collect())
        }
        Value::Map(entries) => Data::Map(
            entries
                .iter()
                .map(|(key, value)| (Located::new(key.to_string(), Span::default()), at(value)))
                .collect(),
        ),
        _ => Data::Null,
    }
}
