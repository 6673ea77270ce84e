//! One item of `expect`.

use pipeline::{Pipeline, Step, eval::Pattern, facts::calls_a_pipeline, names::nearest};
use syntax::{Entry, Node, NodeKind, Span};

use super::{Expectation, Expression, Place, Question, What, read::Reader};
use crate::words::did_you_mean;

/// What speaks of `value`.
const OF_A_VALUE: [&str; 6] = ["equals", "contains", "matches", "schema", "judge", "not"];

/// What other tools call it, and how it is said here.
const ELSEWHERE: &[(&[&str], &str)] = &[
    (&["not_equals", "not_equal", "differs"], "write `not: {equals: ...}`"),
    (&["not_contains", "excludes", "lacks"], "write `not: {contains: ...}`"),
    (&["not_matches", "not_match"], "write `not: {matches: ...}`"),
    (&["includes", "include", "has"], "write `contains: ...`"),
    (&["regex", "pattern", "match"], "write `matches: ...`"),
    (&["is", "eq", "equal", "equal_to", "expected"], "write `equals: ...`"),
    (
        &[
            "greater_than",
            "less_than",
            "above",
            "below",
            "at_least",
            "at_most",
            "gt",
            "gte",
            "lt",
            "lte",
            "min",
            "max",
        ],
        "write a condition in the place of the map: `- outputs.count >= 3`",
    ),
    (&["starts_with", "startswith", "ends_with", "endswith"], "write `matches:` with `^` or `$`"),
    (
        &["length", "min_length", "max_length", "not_empty", "is_empty", "exists"],
        "write a condition in the place of the map: `- outputs.title | length > 0`",
    ),
    (&["status", "succeeds", "success"], "a test expects success; `fails: KIND` expects a failure"),
    (&["max_cost", "cost", "cost_under"], "write `cost_below: DOLLARS`"),
    (&["error", "error_type", "raises"], "write `fails: KIND`"),
    (&["ran", "steps", "step_run"], "write `steps_run: [ID]`"),
    (&["skipped", "step_skipped"], "write `steps_skipped: [ID]`"),
    (&["llm", "rubric", "llm_judge", "llm_rubric"], "write `judge: QUESTION`"),
];

/// How a key of another tool is said here.
pub(super) fn said_here(name: &str) -> Option<&'static str> {
    ELSEWHERE.iter().find(|(names, _)| names.contains(&name)).map(|(_, said)| *said)
}

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
    let (mut count, mut of_value, mut strange) = (0, 0, 0);
    for entry in node.entries() {
        let name = entry.name();
        if !reader.known(&entry, Place::Expectation) {
            strange += 1;
            continue;
        }
        if name == "value" {
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
        if name == "not" {
            negated(reader, entry.value, of.as_ref(), all);
            continue;
        }
        let what = what(reader, &entry, of);
        all.extend(what.map(|what| Expectation { span: entry.span(), what }));
    }
    // A key that is not known was meant to say something.
    if strange > 0 {
        return;
    }
    if count == 0 {
        reader.report(node.span(), "this says nothing that must hold");
    } else if let Some((span, _)) = value.filter(|_| of_value == 0) {
        reader.report(
            span,
            "`value` is looked at by `equals`, `contains`, `matches`, `schema`, `judge` and `not`, and none is here",
        );
    }
}

/// What `not` has: each of it must not be so.
fn negated(
    reader: &mut Reader<'_>,
    node: Node<'_>,
    of: Option<&Expression>,
    all: &mut Vec<Expectation>,
) {
    if !reader.is_map(node, "what must not be so: a map such as `{contains: TODO}`") {
        return;
    }
    if node.entries().next().is_none() {
        reader.report(node.span(), "this says nothing that must not be so");
    }
    for entry in node.entries() {
        if reader.known(&entry, Place::Not) {
            let what = what(reader, &entry, of.cloned()).map(|what| What::Not(Box::new(what)));
            all.extend(what.map(|what| Expectation { span: entry.span(), what }));
        }
    }
}

fn what(reader: &mut Reader<'_>, entry: &Entry<'_>, of: Option<Expression>) -> Option<What> {
    let node = entry.value;
    match &*entry.name() {
        "equals" => {
            let wanted = reader.json(node)?;
            Some(What::Equals(of?, wanted))
        }
        "contains" => {
            let wanted = reader.json(node)?;
            Some(What::Contains(of?, wanted))
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
    let Some(pipeline) = reader.pipeline().filter(|it| !calls_others(it)) else {
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

pub(super) fn ids(pipeline: &Pipeline) -> Vec<&str> {
    pipeline.steps.iter().flat_map(|step| step.walk()).map(Step::id_text).collect()
}

/// Whether it runs other pipelines, whose steps have names that are not in its text.
pub(super) fn calls_others(pipeline: &Pipeline) -> bool {
    pipeline.steps.iter().flat_map(|step| step.walk()).any(calls_a_pipeline)
}
