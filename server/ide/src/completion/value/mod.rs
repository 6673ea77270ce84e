//! What may stand as the value of a key.

mod models;
pub(super) mod paths;
mod people;
pub(super) mod steps;

use pipeline::catalogue::{Signature, Type};
use pipeline::language::{self, Form, Level};

use super::key::signature;
use super::{Insert, Item, ItemKind, auto, skeleton};
use crate::Snapshot;
use crate::place::{Member, Place, Scope};
use crate::topic::Topic;

const TYPES: [&str; 6] = ["string", "integer", "number", "boolean", "array", "object"];
const POLICIES: [(&str, &str); 4] = [
    ("fail", "stops the run"),
    ("continue", "the run goes on"),
    ("skip", "skips what depends on it"),
    ("retry", "goes on once all attempts are spent"),
];
/// Kinds of things that a step makes.
const PRODUCES: [&str; 10] = [
    "markdown-file",
    "json-data",
    "csv-data",
    "text-file",
    "html-file",
    "pdf",
    "image-png",
    "image-jpeg",
    "excel-file",
    "word-document",
];
const FORMATS: [&str; 9] = [
    "text/markdown",
    "text/plain",
    "text/html",
    "text/csv",
    "application/json",
    "application/pdf",
    "application/xml",
    "image/png",
    "image/jpeg",
];
const MODALITIES: [&str; 4] = ["text", "vision", "code", "audio"];
const CAPABILITIES: [&str; 5] =
    ["vision", "audio", "function_calling", "structured_output", "streaming"];

/// Values that `key` may have; `others`: the items that its list has already.
pub(super) fn items(
    snapshot: &Snapshot,
    offset: u32,
    place: &Place,
    key: &str,
    others: &[String],
) -> Vec<Item> {
    if place.word.text.contains("{{") {
        return Vec::new();
    }
    let closing = auto::closing(snapshot, offset);
    if place.word.text.starts_with("<AUTO") && place.word.text.contains('>') {
        return closing.into_iter().collect();
    }
    let mut items = of_key(snapshot, offset, place, key, others);
    if place.word.quote.is_none() && takes_auto(place, key) {
        items.push(auto::piece(place));
    }
    if place.word.quote.is_none() && takes_template(snapshot, place, key) {
        items.push(template(place));
    }
    items
}

fn of_key(
    snapshot: &Snapshot,
    offset: u32,
    place: &Place,
    key: &str,
    others: &[String],
) -> Vec<Item> {
    use Level::{
        ActionLoopItem, Expert, Handler, Input, Model, Output, Personality, Requirement, Selection,
        Step, Top,
    };
    let Scope::Level(level) = &place.scope else {
        return match &place.scope {
            Scope::Parameters(step) => of_parameter(snapshot, place, step, key),
            Scope::Declarations(Expert) => models::items(snapshot, place),
            _ => Vec::new(),
        };
    };
    match (level, key) {
        (Step | ActionLoopItem | Level::Queue, "tool") => tools(snapshot, place),
        (Step, "tools") => tools_of_model(snapshot, place, others),
        (Step | ActionLoopItem, "action") => actions(snapshot, place),
        (Handler, "handler_action") => {
            snapshot.catalogue.actions().iter().map(|it| named(snapshot, place, it)).collect()
        }
        (Step, "dependencies" | "depends_on") => steps::before(snapshot, offset, place, others),
        (Step, "on_failure") => {
            let mut items = policies(place);
            items.extend(steps::routes(snapshot, offset, place));
            items
        }
        (Step, "on_error") => policies(place),
        (Step, "on_false" | "else" | "on_success" | "goto") => {
            steps::routes(snapshot, offset, place)
        }
        (Handler, "handler_task_id") => steps::handlers(snapshot, offset, place),
        (Step, "expert") => people::experts(snapshot, place),
        (Step, "personality") => people::personalities(snapshot, place, None),
        (Personality, "extends") => {
            people::personalities(snapshot, place, people::own_name(snapshot, offset))
        }
        (Top, "model" | "default_model" | "orchestrator")
        | (Step | Expert, "model")
        | (Model, "name" | "model") => models::items(snapshot, place),
        (Selection, "fallback") | (Requirement, "preferred" | "excluded") => {
            models::items(snapshot, place)
        }
        (Expert | Requirement | Model, "provider") => models::providers(snapshot, place),
        (Step, "requires_model") => {
            let mut items = words(place, &["none"]);
            items.extend(models::items(snapshot, place));
            items
        }
        (Requirement | Model, "capabilities") => left(place, &CAPABILITIES, others),
        (Requirement, "modalities") => left(place, &MODALITIES, others),
        (Step, "produces") => words(place, &PRODUCES),
        (Step | Output, "format") => words(place, &FORMATS),
        (Input, "type") => words(place, &TYPES),
        (Input, "default") => of_input(place),
        (level, key) => of_table(place, *level, key),
    }
}

fn of_table(place: &Place, level: Level, key: &str) -> Vec<Item> {
    let Some(key) = language::key(level, key) else { return Vec::new() };
    let of_form = |form: &Form| match form {
        Form::Word(words) => self::words(place, words),
        Form::Bool => bools(place),
        _ => Vec::new(),
    };
    key.forms.iter().flat_map(of_form).collect()
}

fn of_parameter(snapshot: &Snapshot, place: &Place, step: &[Member], key: &str) -> Vec<Item> {
    let Some(signature) = signature(snapshot, step) else { return Vec::new() };
    if key == "action" && !signature.operations.is_empty() {
        let names = signature.operations.iter();
        return names
            .map(|it| {
                operation_item(place, signature, it)
                    .typing(place, Insert::Plain(it.name.to_owned()))
            })
            .collect();
    }
    if signature.name == "pipeline-executor" && key == "pipeline" {
        return paths::pipelines(snapshot, place);
    }
    let Some(parameter) = signature.parameter(key) else { return Vec::new() };
    match parameter.ty {
        Type::Bool => bools(place),
        Type::Path => paths::worked(snapshot, place),
        Type::Model => models::items(snapshot, place),
        _ => words(place, parameter.choices),
    }
}

/// What a declared input may have as its default.
fn of_input(place: &Place) -> Vec<Item> {
    let find =
        |key: &str| place.members.iter().find(|it| it.key == key).map(|it| it.value.as_str());
    let choices = find("choices")
        .or_else(|| find("enum"))
        .and_then(|it| it.strip_prefix('[')?.strip_suffix(']'));
    match (choices, find("type")) {
        (Some(choices), _) => {
            let choices = choices
                .split(',')
                .map(|it| it.trim().trim_matches(['"', '\'']))
                .filter(|it| !it.is_empty());
            choices.map(|it| Item::scalar(place, it, ItemKind::Word)).collect()
        }
        (None, Some("boolean" | "bool")) => bools(place),
        _ => Vec::new(),
    }
}

fn tools(snapshot: &Snapshot, place: &Place) -> Vec<Item> {
    let (mine, others): (Vec<_>, Vec<_>) =
        snapshot.catalogue.tools().iter().partition(|tool| snapshot.catalogue.provides(tool.name));
    mine.into_iter()
        .chain(others)
        .map(|tool| {
            named(snapshot, place, tool)
                .typing(place, skeleton::call(tool, "tool", place))
                .topic(Topic::Tool(tool.name))
        })
        .collect()
}

fn tools_of_model(snapshot: &Snapshot, place: &Place, others: &[String]) -> Vec<Item> {
    let open =
        snapshot.catalogue.tools().iter().filter(|tool| !others.iter().any(|it| it == tool.name));
    open.map(|tool| named(snapshot, place, tool).topic(Topic::Tool(tool.name))).collect()
}

fn actions(snapshot: &Snapshot, place: &Place) -> Vec<Item> {
    if place.members.iter().any(|member| member.key == "tool") {
        let Some(signature) = signature(snapshot, &without_action(&place.members)) else {
            return Vec::new();
        };
        let names = signature.operations.iter();
        return names
            .map(|it| {
                operation_item(place, signature, it)
                    .typing(place, skeleton::operation(signature, it.name, place))
            })
            .collect();
    }
    let mut items: Vec<Item> = snapshot
        .catalogue
        .actions()
        .iter()
        .map(|it| named(snapshot, place, it).typing(place, skeleton::call(it, "action", place)))
        .collect();
    items.push(
        Item::new("echo", ItemKind::Tool, place.word.span).detail("prints what follows").typing(
            place,
            Insert::Snippet { snippet: "echo ${1:text}".to_owned(), plain: "echo text".to_owned() },
        ),
    );
    items
}

fn without_action(members: &[Member]) -> Vec<Member> {
    members.iter().filter(|it| it.key != "action").cloned().collect()
}

/// A tool or action by its bare name.
fn named(snapshot: &Snapshot, place: &Place, signature: &'static Signature) -> Item {
    let runs = snapshot.catalogue.provides(signature.name);
    Item::scalar(place, signature.name, ItemKind::Tool)
        .detail(if runs { "" } else { "checked, not run by this build" })
        .topic(Topic::Action(signature.name))
}

fn operation_item(
    place: &Place,
    signature: &'static Signature,
    operation: &'static pipeline::catalogue::Operation,
) -> Item {
    Item::new(operation.name, ItemKind::Operation, place.word.span)
        .detail(format!("of {}", signature.name))
        .topic(Topic::Operation(signature.name, operation.name))
}

fn policies(place: &Place) -> Vec<Item> {
    POLICIES
        .iter()
        .map(|(word, what)| Item::scalar(place, word, ItemKind::Word).detail(*what))
        .collect()
}

fn words(place: &Place, words: &[&str]) -> Vec<Item> {
    words.iter().map(|word| Item::scalar(place, word, ItemKind::Word)).collect()
}

/// Words that the list does not have yet.
fn left(place: &Place, all: &[&str], others: &[String]) -> Vec<Item> {
    let open: Vec<&str> =
        all.iter().copied().filter(|word| !others.iter().any(|it| it == word)).collect();
    words(place, &open)
}

fn bools(place: &Place) -> Vec<Item> {
    if place.word.quote.is_some() {
        return Vec::new();
    }
    let word = |word: &str| {
        Item::new(word, ItemKind::Word, place.word.span)
            .typing(place, Insert::Plain(word.to_owned()))
    };
    ["true", "false"].map(word).into()
}

/// Whether a model may decide the value.
fn takes_auto(place: &Place, key: &str) -> bool {
    match &place.scope {
        Scope::Parameters(_) => key != "action",
        Scope::Level(Level::Step | Level::ActionLoopItem | Level::Queue) => {
            place.scope.key(key).is_some_and(|it| {
                it.rendered
                    || matches!(it.name, "on_false" | "on_success" | "on_failure" | "produces")
            })
        }
        _ => false,
    }
}

/// Whether the value may be an expression whose type is kept.
fn takes_template(snapshot: &Snapshot, place: &Place, key: &str) -> bool {
    match &place.scope {
        Scope::Parameters(step) => {
            key != "action"
                && signature(snapshot, step)
                    .and_then(|it| it.parameter(key))
                    .is_none_or(|it| it.choices.is_empty() && it.ty != Type::Bool)
        }
        Scope::Level(Level::Step | Level::Queue) => {
            matches!(
                key,
                "for_each"
                    | "foreach"
                    | "on"
                    | "max_parallel"
                    | "max_iterations"
                    | "location"
                    | "prompt"
            )
        }
        Scope::Level(Level::Output) => matches!(key, "value" | "source"),
        Scope::Declarations(Level::Output) => true,
        _ => false,
    }
}

fn template(place: &Place) -> Item {
    let insert =
        Insert::Snippet { snippet: "\"{{ $1 \\}\\}\"".to_owned(), plain: "\"{{  }}\"".to_owned() };
    Item::new("{{ }}", ItemKind::Piece, place.word.span)
        .detail("an expression")
        .typing(place, insert)
}
