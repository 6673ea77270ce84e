use pipeline::catalogue::Signature;
use pipeline::language::{self, Form, Key};

use super::context::{KeyPlace, Scope};
use super::outline::Member;
use super::{Insert, Item, ItemKind, skeleton};
use crate::Snapshot;
use crate::hover::wanted;

/// Keys of the mapping that are not there yet.
pub(super) fn items(snapshot: &Snapshot, place: &KeyPlace) -> Vec<Item> {
    match &place.scope {
        Scope::Level(level) => language::keys(*level)
            .iter()
            .filter(|key| !key.ignored && !is_there(&place.members, key.name, key.aliases))
            .map(|key| of_language(snapshot, place, key))
            .collect(),
        Scope::Parameters(step) => {
            let Some(signature) = signature(snapshot, step) else { return Vec::new() };
            let parameters = signature.parameters.iter();
            parameters
                .filter(|it| {
                    !is_there(&place.members, it.name, it.aliases)
                        && !names_operation(it.name, step)
                })
                .map(|parameter| Item {
                    label: parameter.name.to_owned(),
                    kind: ItemKind::Key,
                    detail: wanted(parameter),
                    doc: parameter.doc.to_owned(),
                    insert: Insert::Plain(format!("{}: ", parameter.name)),
                    replace: place.replace,
                })
                .collect()
        }
        Scope::Declarations(_) | Scope::Free => Vec::new(),
    }
}

fn of_language(snapshot: &Snapshot, place: &KeyPlace, key: &Key) -> Item {
    let insert = match key.name {
        "parameters" => signature(snapshot, &place.members).map(|signature| {
            skeleton::parameters(signature, operation(&place.members), place.inset)
        }),
        _ => None,
    };
    Item {
        label: key.name.to_owned(),
        kind: ItemKind::Key,
        detail: key.default.map(|default| format!("default {default}")).unwrap_or_default(),
        doc: key.doc.to_owned(),
        insert: insert.unwrap_or_else(|| typed(key, place.inset)),
        replace: place.replace,
    }
}

/// A key with what its value starts with.
fn typed(key: &Key, inset: usize) -> Insert {
    let below = " ".repeat(inset + 2);
    let block = key.forms.first().and_then(|form| match form {
        Form::Map | Form::Parameters | Form::Inputs | Form::Outputs => Some(format!("\n{below}")),
        Form::List | Form::Steps => Some(format!("\n{below}- ")),
        Form::Ids => Some(" [".to_owned()),
        _ => None,
    });
    match block {
        Some(block) if block == " [" => Insert::Snippet {
            snippet: format!("{}: [$0]", key.name),
            plain: format!("{}: []", key.name),
        },
        Some(block) => Insert::Snippet {
            snippet: format!("{}:{block}$0", key.name),
            plain: format!("{}:{block}", key.name),
        },
        None => Insert::Plain(format!("{}: ", key.name)),
    }
}

fn is_there(members: &[Member], name: &str, aliases: &[&str]) -> bool {
    members.iter().any(|member| member.key == name || aliases.contains(&member.key.as_str()))
}

/// Whether the step's own `action` says it already.
fn names_operation(parameter: &str, step: &[Member]) -> bool {
    parameter == "action" && find(step, "tool").is_some() && find(step, "action").is_some()
}

/// What a step with these entries does.
pub(super) fn signature(snapshot: &Snapshot, step: &[Member]) -> Option<&'static Signature> {
    match (find(step, "tool"), find(step, "action")) {
        (Some(tool), _) => snapshot.catalogue.tool(tool),
        (None, Some(action)) => snapshot.catalogue.action(action),
        (None, None) => None,
    }
}

/// The operation that a step with these entries names.
pub(super) fn operation(step: &[Member]) -> Option<&str> {
    find(step, "tool").and_then(|_| find(step, "action"))
}

fn find<'m>(members: &'m [Member], key: &str) -> Option<&'m str> {
    let member = members.iter().find(|member| member.key == key)?;
    Some(member.value.trim_matches(['"', '\''])).filter(|value| !value.is_empty())
}
