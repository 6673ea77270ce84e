//! One item of `expect`.

use pipeline::{Pipeline, Step, eval::Pattern, names::nearest};
use syntax::{Entry, Node, NodeKind, Span};

use super::{Expectation, Expression, Place, Question, What, read::Reader};
use crate::words::did_you_mean;

/// What speaks of `value`.
const OF_A_VALUE: [&str; 4] = ["equals", "matches", "schema", "judge"];

/// Reads an item: a condition in one text, or a map.
pub(super) fn read(reader: &mut Reader<'_>, node: Node<'_>, all: &mut Vec<Expectation>) {
    if node.kind() == NodeKind::Scalar {
        all.extend(condition(reader, node).map(|what| Expectation { span: node.span(), what }));
        return;
    }
    if !reader.is_map(node, "a condition, or a map such as `{value: outputs.title, equals: Tides}`")
    {
        return;
    }
    let value = node.get("value").map(|entry| (entry.key.span(), value(reader, entry.value)));
    let (mut count, mut of_value) = (0, 0);
    for entry in node.entries() {
        let name = entry.name();
        if !reader.known(&entry, Place::Expectation) || name == "value" {
            continue;
        }
        count += 1;
        let needs_value = OF_A_VALUE.contains(&&*name);
        of_value += usize::from(needs_value);
        let of = match &value {
            Some((_, of)) => of.clone(),
            None if needs_value => {
                reader.report(
                    entry.key.span(),
                    format!("`{name}` speaks of a value; add `value: outputs....`"),
                );
                None
            }
            None => None,
        };
        let what = what(reader, &entry, of);
        all.extend(what.map(|what| Expectation { span: entry.span(), what }));
    }
    if count == 0 {
        reader.report(node.span(), "this says nothing that must hold");
    } else if let Some((span, _)) = value.filter(|_| of_value == 0) {
        reader.report(
            span,
            "`value` is looked at by `equals`, `matches`, `schema` and `judge`, and none is here",
        );
    }
}

fn what(reader: &mut Reader<'_>, entry: &Entry<'_>, of: Option<Expression>) -> Option<What> {
    let node = entry.value;
    match &*entry.name() {
        "equals" => {
            let wanted = reader.json(node)?;
            Some(What::Equals(of?, wanted))
        }
        "matches" => {
            let text = reader.text(node, "a regular expression")?;
            match Pattern::new(&text.value) {
                Ok(pattern) => Some(What::Matches(of?, pattern)),
                Err(why) => {
                    reader.report(node.span(), format!("this is no regular expression: {why}"));
                    None
                }
            }
        }
        "schema" => {
            let schema = reader.json(node)?;
            if !schema.is_object() && !schema.is_boolean() {
                reader.report(node.span(), "here belongs a JSON Schema: a map");
                return None;
            }
            Some(What::Schema(of?, schema))
        }
        "judge" => {
            let question = question(reader, node)?;
            Some(What::Judge(of?, question))
        }
        "condition" => condition(reader, node),
        "cost_below" => match reader.number(node).filter(|sum| *sum > 0.0) {
            Some(sum) => Some(What::CostBelow(sum)),
            None => {
                reader.report(node.span(), "here belongs a number of dollars above 0");
                None
            }
        },
        "steps_run" => steps(reader, node).map(What::Ran),
        "steps_skipped" => steps(reader, node).map(What::Skipped),
        "fails" => reader.text(node, "a kind of error").map(|code| What::Fails(code.value)),
        _ => None,
    }
}

fn value(reader: &mut Reader<'_>, node: Node<'_>) -> Option<Expression> {
    reader.text(node, "an expression such as `outputs.title`")?;
    Expression::of_value(reader, &node.scalar()?, node.span())
}

fn condition(reader: &mut Reader<'_>, node: Node<'_>) -> Option<What> {
    reader.text(node, "a condition")?;
    Expression::of_condition(reader, &node.scalar()?, node.span()).map(What::Holds)
}

fn question(reader: &mut Reader<'_>, node: Node<'_>) -> Option<Question> {
    if node.kind() != NodeKind::Mapping {
        let text = reader.text(node, "a question")?;
        return Some(Question { text: text.value, model: None });
    }
    let (mut text, mut model) = (None, None);
    for entry in node.entries() {
        if !reader.known(&entry, Place::Judge) {
            continue;
        }
        match &*entry.name() {
            "question" => text = reader.text(entry.value, "a question"),
            _ => model = reader.text(entry.value, "a model"),
        }
    }
    let Some(text) = text else {
        reader.report(node.span(), "`question` is missing: what the model is asked");
        return None;
    };
    Some(Question { text: text.value, model: model.map(|it| it.value) })
}

/// Ids of steps, those inside of others too.
fn steps(reader: &mut Reader<'_>, node: Node<'_>) -> Option<Vec<String>> {
    let named = reader.texts(node, "the id of a step");
    let Some(pipeline) = reader.pipeline() else {
        return Some(named.into_iter().map(|it| it.value).collect());
    };
    let known = ids(pipeline);
    let unknown: Vec<(Span, String)> = named
        .iter()
        .filter(|it| !known.contains(&it.value.as_str()))
        .map(|it| (it.span, it.value.clone()))
        .collect();
    for (span, id) in &unknown {
        let near = nearest(id, known.iter().copied());
        reader.unknown(*span, format!("no step is called `{id}`{}", did_you_mean(near)), near);
    }
    unknown.is_empty().then(|| named.into_iter().map(|it| it.value).collect())
}

fn ids(pipeline: &Pipeline) -> Vec<&str> {
    fn add<'p>(step: &'p Step, all: &mut Vec<&'p str>) {
        all.push(step.id_text());
        step.body.iter().for_each(|inner| add(inner, all));
    }
    let mut all = Vec::new();
    pipeline.steps.iter().for_each(|step| add(step, &mut all));
    all
}
