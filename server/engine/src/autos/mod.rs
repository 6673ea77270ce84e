//! AUTO tags of a step: which stand where, what each asks, and the step with the answers in their place. Pure.
//!
//! Tags inside of others come first, so that the outer one is asked with the inner one's answer in it. What a model answers
//! is never rendered: it takes the place of its tag as a literal.

mod put;
mod texts;

use std::sync::Arc;

use pipeline::{
    Text, Value,
    auto::{Expected, Place},
    eval,
};
use serde_json::Value as Json;
use syntax::{
    auto::AutoTag,
    template::{self, Part},
};

pub(crate) use put::{condition, instruction_of, is_whole, put, put_into_loop, put_text};
pub(crate) use texts::{Fork, Handling, Stage, Where, at_stage, in_data};

/// What one tag asks.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Question {
    pub(crate) tag: AutoTag,
    /// Rendered, with the answers of the tags inside.
    pub(crate) words: String,
    pub(crate) expected: Expected,
}

/// The tags of a text in the order in which they are asked.
pub(crate) fn in_order(text: &Text) -> Vec<&AutoTag> {
    fn visit<'t>(tag: &'t AutoTag, all: &mut Vec<&'t AutoTag>) {
        tag.nested.iter().for_each(|inner| visit(inner, all));
        all.push(tag);
    }
    let mut all = Vec::new();
    text.autos.iter().for_each(|tag| visit(tag, &mut all));
    all
}

/// What the tag at `number` among those of a text asks, where those before are answered.
///
/// # Errors
/// In words: its attributes cannot be understood, or it asks nothing.
pub(crate) fn question(
    text: &Text,
    number: usize,
    answers: &[Value],
    place: &Place,
    scope: &dyn eval::Scope,
) -> Result<Question, String> {
    let tags = in_order(text);
    let tag = *tags.get(number).ok_or_else(|| "there is no such tag".to_owned())?;
    let answered: Vec<(&AutoTag, &Value)> = tags.iter().copied().zip(answers).collect();
    let body = put::between(&text.value, tag.body.start, tag.body.end, &tag.nested, &answered);
    let words = lenient(&body, scope).trim().to_owned();
    if words.is_empty() {
        return Err("the AUTO tag asks nothing".to_owned());
    }
    // What an answer has to be follows from what the author wrote: words that a template brings in may mean anything.
    let own = without_templates(text.value.get(tag.body.range()).unwrap_or_default());
    let is_said = own.chars().any(char::is_alphabetic);
    let expected = Expected::of(&tag.attributes, place, if is_said { &own } else { &words })?;
    Ok(Question { tag: tag.clone(), words, expected })
}

/// What stands between the templates of a text.
fn without_templates(text: &str) -> String {
    if !template::has_markers(text) {
        return text.to_owned();
    }
    let parsed = template::parse_template(text);
    let mut own = String::new();
    let mut at = 0;
    for part in &parsed.parts {
        let Part::Print { span, .. } = part else { continue };
        own.push_str(text.get(at as usize..span.start as usize).unwrap_or_default());
        at = span.end;
    }
    own.push_str(text.get(at as usize..).unwrap_or_default());
    own
}

/// A text with its templates rendered as far as that goes: what is undefined stays as it is written.
pub(crate) fn lenient(text: &str, scope: &dyn eval::Scope) -> String {
    if !template::has_markers(text) {
        return text.to_owned();
    }
    let parsed = template::parse_template(text);
    if parsed.errors.is_empty()
        && let Ok(value) = eval::render(&parsed, text, scope)
        && !value.is_undefined()
    {
        return value.to_text();
    }
    let slice = |start: u32, end: u32| text.get(start as usize..end as usize).unwrap_or_default();
    let mut rendered = String::new();
    let mut at = 0;
    for part in &parsed.parts {
        let Part::Print { span, .. } = part else { continue };
        let written = slice(span.start, span.end);
        let alone = template::parse_template(written);
        let value = eval::render(&alone, written, scope).ok().filter(|it| !it.is_undefined());
        rendered.push_str(slice(at, span.start));
        rendered.push_str(&value.map_or_else(|| written.to_owned(), |it| it.to_text()));
        at = span.end;
    }
    rendered.push_str(slice(at, text.len() as u32));
    rendered
}

/// Answers as values, from what the journal has.
pub(crate) fn value(json: &Json) -> Value {
    Value::from_json(json)
}

/// A text that means itself.
fn plain(text: impl Into<Arc<str>>) -> Text {
    Text {
        value: text.into(),
        map: syntax::SourceMap::default(),
        template: None,
        autos: Box::default(),
        style: syntax::ScalarStyle::DoubleQuoted,
        aliased: None,
    }
}

#[cfg(test)]
mod tests {
    use pipeline::{Data, catalogue::Catalogue, lower};
    use syntax::Document;

    use super::*;

    struct Known;
    impl eval::Scope for Known {
        fn lookup(&self, name: &str) -> Option<Value> {
            (name == "topic").then(|| "bees".into())
        }
    }

    fn text(auto: &str) -> Text {
        let document =
            format!("steps:\n  - id: s\n    tool: t\n    parameters:\n      p: {auto}\n");
        let pipeline = lower(&Document::new(&document), &Catalogue::declared());
        match &pipeline.steps[0].parameters[0].value.value {
            Data::Text(text) => text.clone(),
            other => panic!("{other:?}"),
        }
    }

    fn asked(text: &Text, number: usize, answers: &[Value]) -> String {
        question(text, number, answers, &Place::default(), &Known).unwrap().words
    }

    #[test]
    fn questions_are_rendered_as_far_as_that_goes() {
        let whole = text("<AUTO>How many {{ topic }} in {{ nowhere.x }}?</AUTO>");
        assert_eq!(asked(&whole, 0, &[]), "How many bees in {{ nowhere.x }}?");
    }

    #[test]
    fn what_is_expected_follows_from_the_authors_own_words() {
        let expected = |auto: &str, topic: &'static str| {
            struct Says(&'static str);
            impl eval::Scope for Says {
                fn lookup(&self, name: &str) -> Option<Value> {
                    (name == "topic").then(|| self.0.into())
                }
            }
            question(&text(auto), 0, &[], &Place::default(), &Says(topic)).unwrap().expected
        };
        let plain = expected("<AUTO>What tone suits {{ topic }}?</AUTO>", "bees");
        let brought = expected("<AUTO>What tone suits {{ topic }}?</AUTO>", "true or false");
        assert_eq!(plain, brought);
        let whole = expected("<AUTO>{{ topic }}</AUTO>", "a list of colours");
        assert_ne!(whole, plain);
    }

    #[test]
    fn inner_tags_are_asked_first() {
        let nested = text("<AUTO>Search for <AUTO>a query on {{ topic }}</AUTO> now</AUTO>");
        assert_eq!(asked(&nested, 0, &[]), "a query on bees");
        let answer = Value::from("{{ secret }} honey");
        assert_eq!(asked(&nested, 1, &[answer]), "Search for {{ secret }} honey now");
    }

    #[test]
    fn answers_take_the_place_of_their_tags() {
        let whole = put(&Data::Text(text("<AUTO>x</AUTO>")), &mut [Value::Int(3)].into_iter());
        assert_eq!(whole, Data::Int(3));
        let said = [Value::from("{{ a }} 'b'")];
        let embedded = text("\"{{ topic }}: <AUTO>x</AUTO>!\"");
        let Data::Text(put) = put(&Data::Text(embedded), &mut said.into_iter()) else { panic!() };
        let rendered = eval::render(put.template.as_ref().unwrap(), &put.value, &Known).unwrap();
        assert_eq!(rendered.to_text(), "bees: {{ a }} 'b'!");
    }

    #[test]
    fn conditions_are_parsed_again() {
        let document = "steps:\n  - id: s\n    action: echo a\n    condition: <AUTO>x?</AUTO>\n";
        let pipeline = lower(&Document::new(document), &Catalogue::declared());
        let written = pipeline.steps[0].condition.as_ref().unwrap();
        for (answer, says) in [(true, true), (false, false)] {
            let put = condition(written, &mut [Value::Bool(answer)].into_iter());
            let value = eval::evaluate(&put.parsed, &put.text.value, &Known).unwrap();
            assert_eq!(value.is_truthy(), says);
        }
    }
}
