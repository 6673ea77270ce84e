//! What may be read or called behind a value.

use pipeline::catalogue::Type;
use pipeline::eval;
use syntax::Span;

use super::super::{Insert, Item, ItemKind};
use super::{Waiting, locals};
use crate::enclosing::Enclosing;
use crate::hover::type_word;
use crate::known::{self, Known};
use crate::{Snapshot, called, facts};

/// Fields of `{% for %}`'s `loop`.
const LOOP: [(&str, &str); 10] = [
    ("index", "Number of the item, from 1."),
    ("index0", "Number of the item, from 0."),
    ("first", "Whether this is the first item."),
    ("last", "Whether this is the last item."),
    ("length", "How many items there are."),
    ("revindex", "How many items are left, this one included."),
    ("revindex0", "How many items are left after this one."),
    ("previtem", "The item before."),
    ("nextitem", "The item after."),
    ("depth", "How deep loops are nested here, from 1."),
];

/// What may stand behind `path.`; `text` is what it ends, whatever that is.
pub(super) fn items(
    snapshot: &Snapshot,
    offset: u32,
    in_condition: bool,
    path: &[String],
    text: &str,
    replace: Span,
    is_called: bool,
) -> Vec<Item> {
    if path.len() == 1
        && path.first().is_some_and(|it| it == "loop")
        && locals::binds(snapshot, offset, "loop")
    {
        return LOOP
            .iter()
            .map(|(name, doc)| Item::new(*name, ItemKind::Field, replace).text(*doc))
            .collect();
    }
    let known = find(snapshot, offset, path);
    let waiting = Waiting::at(snapshot, offset);
    let mut items: Vec<Item> = known
        .map(|known| known.members(snapshot))
        .unwrap_or_default()
        .into_iter()
        .filter(|it| {
            !it.name.is_empty() && it.name.chars().all(|it| it.is_alphanumeric() || it == '_')
        })
        .filter(|it| !it.name.starts_with(|it: char| it.is_numeric()))
        .filter(|it| !it.is_step || waiting.may_read(snapshot, &it.name))
        .map(|member| field(snapshot, member, replace))
        .collect();
    let ty = match known {
        Some(known) => known.ty(snapshot),
        None if text.ends_with(['\'', '"']) => Some(Type::Text),
        None => None,
    };
    items.extend(outputs(snapshot, offset, path, replace));
    let taken: Vec<String> = items.iter().map(|it| it.label.clone()).collect();
    let methods = ty
        .into_iter()
        .flat_map(|ty| methods(ty, in_condition))
        .filter(|it| !taken.iter().any(|name| name == it));
    items.extend(methods.map(|name| {
        let insert = if is_called { name.to_owned() } else { format!("{name}()") };
        let snippet = Insert::Snippet { snippet: format!("{name}($1)"), plain: insert.clone() };
        let insert = if is_called { Insert::Plain(insert) } else { snippet };
        Item { insert, parameters: "()".to_owned(), ..Item::new(name, ItemKind::Method, replace) }
    }));
    items
}

/// What may stand between the quotes of a subscript behind `path`.
pub(super) fn keys(snapshot: &Snapshot, offset: u32, path: &[String], replace: Span) -> Vec<Item> {
    let known = find(snapshot, offset, path);
    let members = known.map(|known| known.members(snapshot)).unwrap_or_default();
    let waiting = Waiting::at(snapshot, offset);
    let members =
        members.into_iter().filter(|it| !it.is_step || waiting.may_read(snapshot, &it.name));
    let members = members.map(|member| field(snapshot, member, replace));
    members.chain(outputs(snapshot, offset, path, replace)).collect()
}

/// Outputs of the pipeline that a step calls, behind `call.outputs`.
fn outputs(snapshot: &Snapshot, offset: u32, path: &[String], replace: Span) -> Vec<Item> {
    let callee = path
        .split_last()
        .and_then(|(last, before)| called::behind(snapshot, find(snapshot, offset, before)?, last));
    let Some(callee) = callee else { return Vec::new() };
    let names = callee.pipeline.outputs.iter().map(|it| it.name.value.clone());
    names.map(|name| Item::new(name, ItemKind::Field, replace)).collect()
}

fn find<'s>(snapshot: &'s Snapshot, offset: u32, path: &[String]) -> Option<Known<'s>> {
    let enclosing = Enclosing::at(&snapshot.pipeline, offset);
    let readers = enclosing.as_ref().map(|it| it.path.as_slice()).unwrap_or_default();
    let path: Vec<&str> = path.iter().map(String::as_str).collect();
    known::path(snapshot, readers, &path)
}

fn field(snapshot: &Snapshot, member: known::Member, replace: Span) -> Item {
    if member.is_step {
        let step = snapshot.names.step(&member.name).and_then(|at| snapshot.pipeline.steps.get(at));
        let does = step.map(|it| facts::does(it).replace('`', "")).unwrap_or_default();
        return Item::new(member.name, ItemKind::Step, replace).detail(does);
    }
    Item::new(member.name, ItemKind::Field, replace)
        .detail(member.ty.map_or("", type_word))
        .text(member.doc)
}

/// Methods of values of a type.
fn methods(ty: Type, in_condition: bool) -> Vec<&'static str> {
    let kind = match ty {
        Type::Text | Type::Path | Type::Model => eval::Kind::Text,
        Type::List => eval::Kind::List,
        Type::Map => eval::Kind::Map,
        Type::Any | Type::Integer | Type::Number | Type::Bool => return Vec::new(),
    };
    let (always, templates) = eval::methods(kind);
    let templates = if in_condition { &[][..] } else { templates };
    always.iter().chain(templates).copied().filter(|it| *it != "copy").collect()
}
