use pipeline::catalogue::Type;
use pipeline::language::{self, Form, Level};

use super::context::{Scope, ValuePlace};
use super::key::{operation, signature};
use super::{Insert, Item, ItemKind, skeleton};
use crate::Snapshot;
use crate::enclosing::Enclosing;
use crate::facts;

const TYPES: [&str; 6] = ["string", "integer", "number", "boolean", "array", "object"];
const POLICIES: [&str; 4] = ["fail", "continue", "skip", "retry"];

/// Values that the key may have.
pub(super) fn items(snapshot: &Snapshot, offset: u32, place: &ValuePlace) -> Vec<Item> {
    match (&place.scope, place.key.as_str()) {
        (Scope::Parameters(step), key) => of_parameter(snapshot, place, step, key),
        (Scope::Level(_), "tool") => tools(snapshot, place),
        (Scope::Level(Level::Step | Level::ActionLoopItem), "action") => actions(snapshot, place),
        (Scope::Level(Level::Step), "dependencies" | "depends_on") => {
            steps(snapshot, offset, place)
        }
        (Scope::Level(Level::Step), "on_failure") => {
            let mut items = words(place, &POLICIES);
            items.extend(steps(snapshot, offset, place));
            items
        }
        (Scope::Level(Level::Step), "on_false" | "else" | "on_success" | "goto") => {
            steps(snapshot, offset, place)
        }
        (Scope::Level(Level::Handler), "handler_task_id") => steps(snapshot, offset, place),
        (Scope::Level(Level::Input), "type") => words(place, &TYPES),
        (Scope::Level(level), key) => of_key(place, *level, key),
        (Scope::Declarations(_) | Scope::Free, _) => Vec::new(),
    }
}

fn of_key(place: &ValuePlace, level: Level, key: &str) -> Vec<Item> {
    let Some(key) = language::key(level, key) else { return Vec::new() };
    let words: Vec<&'static str> = key
        .forms
        .iter()
        .flat_map(|form| match form {
            Form::Word(words) => words.to_vec(),
            Form::Bool => vec!["true", "false"],
            _ => Vec::new(),
        })
        .collect();
    self::words(place, &words)
}

fn of_parameter(
    snapshot: &Snapshot,
    place: &ValuePlace,
    step: &[super::outline::Member],
    key: &str,
) -> Vec<Item> {
    let Some(signature) = signature(snapshot, step) else { return Vec::new() };
    if key == "action" && !signature.operations.is_empty() {
        return operations(place, signature);
    }
    let Some(parameter) = signature.parameter(key) else { return Vec::new() };
    match parameter.ty {
        Type::Bool => words(place, &["true", "false"]),
        _ => words(place, parameter.choices),
    }
}

fn tools(snapshot: &Snapshot, place: &ValuePlace) -> Vec<Item> {
    let (mine, others): (Vec<_>, Vec<_>) =
        snapshot.catalogue.tools().iter().partition(|tool| snapshot.catalogue.provides(tool.name));
    mine.into_iter().chain(others).map(|tool| call(snapshot, place, tool)).collect()
}

fn actions(snapshot: &Snapshot, place: &ValuePlace) -> Vec<Item> {
    if place.members.iter().any(|member| member.key == "tool") {
        return signature(snapshot, &place.members)
            .map(|it| operations(place, it))
            .unwrap_or_default();
    }
    snapshot.catalogue.actions().iter().map(|action| call(snapshot, place, action)).collect()
}

fn call(
    snapshot: &Snapshot,
    place: &ValuePlace,
    signature: &pipeline::catalogue::Signature,
) -> Item {
    let runs = snapshot.catalogue.provides(signature.name);
    Item {
        label: signature.name.to_owned(),
        kind: ItemKind::Tool,
        detail: if runs { String::new() } else { "checked, not run by this build".to_owned() },
        doc: signature.doc.to_owned(),
        insert: skeleton::call(signature, &place.key, &place.members, place.inset),
        replace: place.replace,
    }
}

fn operations(place: &ValuePlace, signature: &pipeline::catalogue::Signature) -> Vec<Item> {
    let taken = operation(&place.members);
    let operations = signature.operations.iter().filter(|it| taken != Some(it.name));
    operations
        .map(|operation| Item {
            label: operation.name.to_owned(),
            kind: ItemKind::Operation,
            detail: format!("of {}", signature.name),
            doc: operation.doc.to_owned(),
            insert: Insert::Plain(operation.name.to_owned()),
            replace: place.replace,
        })
        .collect()
}

/// Ids of steps: not the step itself, and none that is there already.
fn steps(snapshot: &Snapshot, offset: u32, place: &ValuePlace) -> Vec<Item> {
    let enclosing = Enclosing::at(&snapshot.pipeline, offset);
    let siblings: Vec<&pipeline::Step> = match enclosing.as_ref().map(|it| it.path.as_slice()) {
        Some([.., outer, _]) => outer.body.iter().collect(),
        _ => snapshot.pipeline.steps.iter().map(|step| &*step.item).collect(),
    };
    let own = enclosing.as_ref().map(|it| it.innermost.id_text());
    siblings
        .into_iter()
        .filter(|step| !step.id_text().is_empty() && Some(step.id_text()) != own)
        .filter(|step| !place.items.iter().any(|item| item == step.id_text()))
        .map(|step| Item {
            label: step.id_text().to_owned(),
            kind: ItemKind::Step,
            detail: facts::does(step).replace('`', ""),
            doc: step.description.clone().unwrap_or_default(),
            insert: Insert::Plain(step.id_text().to_owned()),
            replace: place.replace,
        })
        .collect()
}

fn words(place: &ValuePlace, words: &[&str]) -> Vec<Item> {
    words
        .iter()
        .map(|word| Item {
            label: (*word).to_owned(),
            kind: ItemKind::Word,
            detail: String::new(),
            doc: String::new(),
            insert: Insert::Plain((*word).to_owned()),
            replace: place.replace,
        })
        .collect()
}
