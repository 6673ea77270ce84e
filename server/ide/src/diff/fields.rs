//! What there is to compare of a document, an input, an output and a step: values by their path, in the order of writing.

use pipeline::{Data, Input, Pipeline, Step, StepKind, TopEntry};
use rustc_hash::FxHashSet;
use serde_json::Value as Json;
use syntax::{Document, TopValue};

use super::{Change, renames::Renames};
use crate::json::{json, node};

/// Values by path.
pub(super) type Fields = Vec<(String, Json)>;

/// What is different. Of several values of one path the first counts.
pub(super) fn changes(old: &Fields, new: &Fields) -> Vec<Change> {
    let mut changes = Vec::new();
    let first =
        |value: &Json, path: &str| find(new, path).is_some_and(|it| std::ptr::eq(it, value));
    for (path, value) in new.iter().filter(|(path, value)| first(value, path)) {
        match find(old, path) {
            Some(before) => compare(path, before, value, &mut changes),
            None => changes.push(change(path, None, Some(value))),
        }
    }
    for (path, value) in old.iter().filter(|(path, _)| find(new, path).is_none()) {
        changes.push(change(path, Some(value), None));
    }
    changes
}

fn find<'f>(fields: &'f Fields, path: &str) -> Option<&'f Json> {
    fields.iter().find(|(other, _)| other == path).map(|(_, value)| value)
}

fn change(path: &str, old: Option<&Json>, new: Option<&Json>) -> Change {
    Change { path: path.to_owned(), old: old.cloned(), new: new.cloned() }
}

/// Goes as deep as both have the same form.
fn compare(path: &str, old: &Json, new: &Json, changes: &mut Vec<Change>) {
    match (old, new) {
        _ if old == new => {}
        (Json::Object(old), Json::Object(new)) => {
            for (key, value) in new {
                let below = format!("{path}.{key}");
                match old.get(key) {
                    Some(before) => compare(&below, before, value, changes),
                    None => changes.push(change(&below, None, Some(value))),
                }
            }
            for (key, value) in old.iter().filter(|(key, _)| !new.contains_key(*key)) {
                changes.push(change(&format!("{path}.{key}"), Some(value), None));
            }
        }
        (Json::Array(old), Json::Array(new)) if old.len() == new.len() => {
            for (at, (old, new)) in old.iter().zip(new).enumerate() {
                compare(&format!("{path}[{at}]"), old, new, changes);
            }
        }
        _ => changes.push(change(path, Some(old), Some(new))),
    }
}

/// Top-level entries that nothing else speaks of.
pub(super) fn header(document: &Document, pipeline: &Pipeline, renames: &Renames) -> Fields {
    const ELSEWHERE: [&str; 5] = ["steps", "inputs", "parameters", "outputs", "pipeline"];
    let lists = document.entries();
    let list = |entry: &pipeline::Placed<TopEntry>| {
        let top = lists.iter().find(|it| it.base == entry.base)?;
        let TopValue::Items(items) = &top.value else { return None };
        let items = items.iter().filter_map(|(_, segment)| segment.tree.root().map(node));
        Some(items.collect::<Json>())
    };
    let mut fields = Fields::new();
    for entry in &pipeline.entries {
        let name = entry.known.map_or(entry.key.value.as_str(), |key| key.name);
        if !ELSEWHERE.contains(&name) {
            let value = list(entry).unwrap_or_else(|| json(&entry.value.value));
            fields.push((name.to_owned(), renames.templates(value)));
        }
    }
    fields
}

/// Of several declarations of one name the first.
pub(super) fn inputs(pipeline: &Pipeline) -> Vec<(String, Fields)> {
    pipeline::facts::inputs(pipeline).map(|it| (it.name.value.clone(), input(it))).collect()
}

fn input(input: &Input) -> Fields {
    let hidden = |data: &Data| if input.secret { Json::from("(secret)") } else { json(data) };
    let mut fields = Fields::new();
    let mut add = |path: &str, value: Option<Json>| {
        fields.extend(value.map(|value| (path.to_owned(), value)));
    };
    let kind = pipeline::facts::input_type(input);
    let ty = input.ty.as_ref().map(|ty| match kind {
        pipeline::catalogue::Type::Any => ty.value.as_str().into(),
        known => format!("{known:?}").to_lowercase().into(),
    });
    add("type", ty);
    add("required", input.required.then_some(true.into()));
    add("default", input.default.as_ref().map(|it| hidden(&it.value)));
    add("description", input.description.as_deref().map(|it| it.trim().into()));
    let choices = input.choices.as_ref();
    add("choices", choices.map(|all| all.iter().map(|it| hidden(&it.value)).collect()));
    add("min", input.min.map(Json::from));
    add("max", input.max.map(Json::from));
    add("pattern", input.pattern.as_ref().map(|it| it.value.as_str().into()));
    add("secret", input.secret.then_some(true.into()));
    fields
}

/// Of several of one name the first.
pub(super) fn outputs(pipeline: &Pipeline, renames: &Renames) -> Vec<(String, Fields)> {
    let output = |it: &pipeline::Output| {
        let value = ("value".to_owned(), renames.templates(json(&it.value.value)));
        let required = it.required.then(|| ("required".to_owned(), true.into()));
        (it.name.value.clone(), [value].into_iter().chain(required).collect())
    };
    let mut seen = FxHashSet::default();
    let first = pipeline.outputs.iter().filter(|it| seen.insert(it.name.value.as_str()));
    first.map(|it| output(it)).collect()
}

/// Keys of a step that other fields stand for, and those that say nothing.
const UNDERSTOOD: [&str; 10] = [
    "id",
    "tool",
    "action",
    "parameters",
    "prompt",
    "dependencies",
    "condition",
    "timeout",
    "steps",
    "parallel",
];

/// Keys that name steps.
const ROUTES: [&str; 4] = ["on_false", "on_success", "on_failure", "goto"];

/// Keys that are conditions.
const CONDITIONS: [&str; 3] = ["while", "until", "while_condition"];

/// What a step says, without its body.
pub(super) fn step(step: &Step, renames: &Renames) -> Fields {
    let mut fields = kind(step, renames);
    for parameter in &step.parameters {
        let path = format!("parameters.{}", parameter.name.value);
        fields.push((path, renames.templates(json(&parameter.value.value))));
    }
    let mut dependencies: Vec<&str> =
        step.dependencies.iter().map(|id| renames.name(&id.value)).collect();
    dependencies.sort_unstable();
    dependencies.dedup();
    if !dependencies.is_empty() {
        fields.push(("dependencies".to_owned(), dependencies.into()));
    }
    if let Some(text) = &step.dynamic_dependencies {
        fields
            .push(("dependencies".to_owned(), renames.templates(text.value.value.as_ref().into())));
    }
    if let Some(condition) = &step.condition {
        let text = renames.expression(condition.text.value.trim());
        fields.push(("condition".to_owned(), text.into()));
    }
    if let Some(timeout) = &step.timeout {
        fields.push(("timeout".to_owned(), timeout.value.as_secs_f64().into()));
    }
    for entry in &step.keys {
        let name = entry.known.map_or(entry.key.value.as_str(), |key| key.name);
        let taken = |path: &String| path == name;
        // `inputs` may stand for the parameters.
        let stands =
            name == "inputs" && !step.parameters.is_empty() && step.key("parameters").is_none();
        if UNDERSTOOD.contains(&name) || stands || fields.iter().any(|(path, _)| taken(path)) {
            continue;
        }
        let value = json(&entry.value.value);
        let value = match name {
            _ if ROUTES.contains(&name) => renames.templates(renames.ids(value)),
            _ if CONDITIONS.contains(&name) => match value {
                Json::String(text) => renames.expression(text.trim()).into(),
                other => other,
            },
            "action_loop" => continue,
            "create_parallel_queue" => queue(renames.templates(value)),
            _ => renames.templates(value),
        };
        fields.push((name.to_owned(), value));
    }
    fields
}

/// What a step does, however it is spelled.
fn kind(step: &Step, renames: &Renames) -> Fields {
    let text = |text: &str| renames.templates(text.trim().into());
    let does = |text: Json| vec![("action".to_owned(), text)];
    match &step.kind {
        StepKind::Tool { tool, operation } => {
            let tool = ("tool".to_owned(), tool.value.as_str().into());
            let operation = operation.as_ref().map(|it| ("action".to_owned(), text(&it.value)));
            [tool].into_iter().chain(operation).collect()
        }
        StepKind::Action(name) => does(name.value.as_str().into()),
        StepKind::Echo(said) | StepKind::FileProse(said) | StepKind::Auto(said) => {
            does(text(&said.value.value))
        }
        StepKind::Debug(_) => does("debug".into()),
        StepKind::Unknown(Some(said)) => does(text(&said.value.value)),
        StepKind::Parallel => vec![("parallel".to_owned(), true.into())],
        StepKind::Unknown(None)
        | StepKind::ForEach(_)
        | StepKind::While(_)
        | StepKind::ActionLoop(_)
        | StepKind::Queue(_) => Fields::new(),
    }
}

/// A queue without its actions, which are its body.
fn queue(value: Json) -> Json {
    let Json::Object(entries) = value else { return value };
    let is_body = |key: &str| matches!(key, "action_loop" | "steps" | "task");
    entries.into_iter().filter(|(key, _)| !is_body(key)).collect()
}
