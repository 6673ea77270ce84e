use pipeline::catalogue::Signature;
use pipeline::language::{self, Key, Level};

use super::{Insert, Item, ItemKind, skeleton};
use crate::enclosing::Enclosing;
use crate::hover::{type_word, wanted};
use crate::place::{Member, Place, Scope};
use crate::topic::Topic;
use crate::{Snapshot, called, known};

/// Keys of the mapping that are not there yet.
pub(super) fn items(snapshot: &Snapshot, offset: u32, place: &Place, has_colon: bool) -> Vec<Item> {
    let mut items = match &place.scope {
        Scope::Level(level) => of_level(snapshot, place, *level),
        Scope::Declarations(Level::Expert) => experts(snapshot, place),
        Scope::Declarations(level @ (Level::Input | Level::Output)) if place.is_item => {
            of_level(snapshot, place, *level)
        }
        Scope::Parameters(step) => parameters(snapshot, place, step),
        Scope::Products => products(snapshot, offset, place),
        Scope::Handed => handed(snapshot, offset, place),
        Scope::Declarations(_) | Scope::Free => Vec::new(),
    };
    if has_colon {
        for item in &mut items {
            item.insert = Insert::Plain(item.label.clone());
        }
    }
    items
}

fn of_level(snapshot: &Snapshot, place: &Place, level: Level) -> Vec<Item> {
    let keys = language::keys(level).iter();
    let mut wanted: Vec<&Key> = keys
        .filter(|key| !key.ignored && !is_there(&place.members, key.name, key.aliases))
        .collect();
    if level == Level::Step {
        let context = Context::of(&place.members);
        wanted.sort_by_key(|key| context.rank(key.name));
    }
    wanted.into_iter().map(|key| of_language(snapshot, place, level, key)).collect()
}

/// What a step is becoming, by the keys that it has.
struct Context {
    is_begun: bool,
    has_kind: bool,
    is_loop: bool,
}

impl Context {
    fn of(members: &[Member]) -> Self {
        let has = |names: &[&str]| members.iter().any(|it| names.contains(&it.key.as_str()));
        Self {
            is_begun: has(&["id", "name"]),
            has_kind: has(&[
                "action",
                "tool",
                "prompt",
                "action_loop",
                "create_parallel_queue",
                "parallel",
            ]),
            is_loop: has(&["for_each", "foreach", "while", "until", "steps"]),
        }
    }

    /// How likely the key is to be wanted next; low numbers first.
    fn rank(&self, key: &str) -> u8 {
        match key {
            "id" if !self.is_begun => 0,
            "tool" | "action" | "prompt" if !self.has_kind && !self.is_loop => 1,
            "steps" | "max_parallel" | "max_iterations" if self.is_loop => 1,
            "for_each" | "while" if !self.has_kind => 2,
            "parameters" => 2,
            "dependencies" | "condition" => 3,
            "steps" | "until" | "max_iterations" | "loop_var" | "loop_name" | "max_parallel"
                if !self.is_loop =>
            {
                5
            }
            "on" | "task" | "inputs" | "outputs" | "retry_config" | "continue_on_error" => 6,
            _ => 4,
        }
    }
}

fn of_language(snapshot: &Snapshot, place: &Place, level: Level, key: &'static Key) -> Item {
    let insert = match key.name {
        "parameters" if matches!(level, Level::Step | Level::ActionLoopItem) => {
            signature(snapshot, &place.members)
                .map(|signature| skeleton::parameters(signature, operation(&place.members), place))
        }
        _ => None,
    };
    let form = key.forms.first().map_or("", |form| form.words());
    Item::new(key.name, ItemKind::Key, place.word.span)
        .detail(
            key.default
                .map_or_else(|| form.to_owned(), |it| format!("default {}", it.replace('`', ""))),
        )
        .topic(Topic::Key(level, key.name))
        .typing(place, insert.unwrap_or_else(|| skeleton::key(key, place)))
}

fn parameters(snapshot: &Snapshot, place: &Place, step: &[Member]) -> Vec<Item> {
    let Some(signature) = signature(snapshot, step) else { return Vec::new() };
    let required = signature.required(operation(step));
    let mut open: Vec<_> = signature
        .parameters
        .iter()
        .filter(|it| {
            !is_there(&place.members, it.name, it.aliases) && !names_operation(it.name, step)
        })
        .collect();
    open.sort_by_key(|it| !required.contains(&it.name));
    open.into_iter()
        .map(|parameter| {
            let needed = required.contains(&parameter.name) && !parameter.required;
            let detail = wanted(parameter);
            Item::new(parameter.name, ItemKind::Key, place.word.span)
                .detail(if needed { format!("{detail}, required here") } else { detail })
                .topic(Topic::Parameter(signature.name, parameter.name))
                .typing(place, Insert::Plain(format!("{}: ", parameter.name)))
        })
        .collect()
}

/// Tools that have no expert yet, for the list form.
fn experts(snapshot: &Snapshot, place: &Place) -> Vec<Item> {
    let taken = |name: &str| {
        snapshot
            .pipeline
            .experts
            .iter()
            .any(|it| pipeline::catalogue::normalise(&it.name.value) == name)
    };
    snapshot
        .catalogue
        .tools()
        .iter()
        .filter(|tool| !taken(tool.name) || place.word.text == tool.name)
        .map(|tool| {
            Item::new(tool.name, ItemKind::Tool, place.word.span)
                .detail("its expert")
                .topic(Topic::Tool(tool.name))
                .typing(place, Insert::Plain(format!("{}: ", tool.name)))
        })
        .collect()
}

/// Inputs of the pipeline that the step calls, those that it needs first.
fn handed(snapshot: &Snapshot, offset: u32, place: &Place) -> Vec<Item> {
    let callee = Enclosing::at(&snapshot.pipeline, offset)
        .and_then(|enclosing| called::by(snapshot, enclosing.innermost));
    let Some(callee) = callee else { return Vec::new() };
    let mut open = crate::inputs(&callee.pipeline);
    open.retain(|it| !is_there(&place.members, it.name, &[]));
    open.sort_by_key(|it| !it.required);
    open.into_iter()
        .map(|input| {
            let required = if input.required { ", required" } else { "" };
            Item::new(input.name, ItemKind::Key, place.word.span)
                .detail(format!("{}{required}", type_word(input.ty)))
                .text(input.description.unwrap_or_default())
                .typing(place, Insert::Plain(format!("{}: ", input.name)))
        })
        .collect()
}

/// What of a step's result may become a file.
fn products(snapshot: &Snapshot, offset: u32, place: &Place) -> Vec<Item> {
    let Some(enclosing) = Enclosing::at(&snapshot.pipeline, offset) else { return Vec::new() };
    let taken = |name: &str| place.members.iter().any(|it| it.key == name);
    known::Known::Step(enclosing.innermost)
        .members(snapshot)
        .into_iter()
        .filter(|it| {
            !taken(&it.name) && !crate::facts::RECORD.iter().any(|record| record.name == it.name)
        })
        .map(|it| {
            Item::new(it.name.clone(), ItemKind::Field, place.word.span)
                .text(it.doc)
                .typing(place, Insert::Plain(format!("{}: ", it.name)))
        })
        .collect()
}

fn is_there(members: &[Member], name: &str, aliases: &[&str]) -> bool {
    members.iter().any(|member| member.key == name || aliases.contains(&member.key.as_str()))
}

/// Whether the step's own `action` says it already.
fn names_operation(parameter: &str, step: &[Member]) -> bool {
    parameter == "action" && find(step, "tool").is_some() && find(step, "action").is_some()
}

/// What a step with these entries does.
pub(crate) fn signature(snapshot: &Snapshot, step: &[Member]) -> Option<&'static Signature> {
    match (find(step, "tool"), find(step, "action")) {
        (Some(tool), _) => snapshot.catalogue.tool(tool),
        (None, Some(action)) => snapshot.catalogue.action(action),
        (None, None) => find(step, "prompt").and_then(|_| snapshot.catalogue.action("generate")),
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
