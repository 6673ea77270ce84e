use pipeline::catalogue::Field;
use pipeline::eval::{self, Function};
use pipeline::names::{LOOP_FIELDS, Meaning, bindings, builtin};
use pipeline::{Data, Step};
use syntax::Span;

use super::{Insert, Item, ItemKind};
use crate::Snapshot;
use crate::enclosing::Enclosing;
use crate::expression::{self as words, Braces, Role};
use crate::facts;
use crate::hover::{behind_step, body_step, type_word};

const STATEMENTS: [(&str, &str); 8] = [
    ("if", "Text that stands only under a condition, up to `endif`."),
    ("elif", "A further condition."),
    ("else", "What stands otherwise."),
    ("endif", "Ends `if`."),
    ("for", "Text once for each item of a list, up to `endfor`."),
    ("endfor", "Ends `for`."),
    ("set", "Gives a name to a value."),
    ("raw", "Text in which braces mean nothing, up to `endraw`."),
];

/// What may stand in an expression whose text so far is `before`.
pub(super) fn items(
    snapshot: &Snapshot,
    offset: u32,
    braces: Option<Braces>,
    before: &str,
) -> Vec<Item> {
    let word = words::word_tail(before);
    let replace = Span::new(offset - word.len() as u32, offset);
    let head = before.get(..before.len() - word.len()).unwrap_or_default();
    let found = if let Some(path) = subscripted(head) {
        let path: Vec<&str> = path.iter().map(String::as_str).collect();
        fields(snapshot, offset, &path)
    } else if in_quotes(head) {
        Vec::new()
    } else if let Some(base) = head.strip_suffix('.') {
        let path = path_tail(base);
        fields(snapshot, offset, &path.iter().map(String::as_str).collect::<Vec<_>>())
            .into_iter()
            .filter(|item| is_name(&item.label))
            .collect()
    } else {
        match words::role_after(head) {
            Role::Filter => functions(eval::filters()),
            Role::Test => functions(eval::tests()),
            _ => roots(snapshot, offset, braces, head),
        }
    };
    found.into_iter().map(|item| Item { replace, ..item }).collect()
}

fn roots(snapshot: &Snapshot, offset: u32, braces: Option<Braces>, head: &str) -> Vec<Item> {
    let mut items = Vec::new();
    if braces == Some(Braces::Statement) && head.trim_start_matches('-').trim().is_empty() {
        items.extend(STATEMENTS.iter().map(|(name, doc)| item(name, ItemKind::Word, "", doc)));
        return items;
    }
    let enclosing = Enclosing::at(&snapshot.pipeline, offset);
    let path = enclosing.as_ref().map(|it| it.path.as_slice()).unwrap_or_default();
    for name in snapshot.names.visible(&snapshot.pipeline, path) {
        let meaning = snapshot.names.resolve(&snapshot.pipeline, path, &name);
        if let Meaning::Step(_) = meaning
            && !is_name(&name)
        {
            continue;
        }
        items.push(root(snapshot, path, &name, &meaning));
    }
    items.extend(functions(eval::functions()));
    if braces.is_none() {
        items.extend(functions(eval::condition_functions()));
    }
    items
}

fn root(snapshot: &Snapshot, path: &[&Step], name: &str, meaning: &Meaning) -> Item {
    let pipeline = &snapshot.pipeline;
    match meaning {
        Meaning::Step(index) => {
            let step = pipeline.steps.get(*index);
            let does = step.map(|step| facts::does(step).replace('`', "")).unwrap_or_default();
            let doc = step.and_then(|step| step.description.clone()).unwrap_or_default();
            item(name, ItemKind::Step, &format!("step: {does}"), &doc)
        }
        Meaning::BodyStep(_) | Meaning::PreviousRound(_) => {
            item(name, ItemKind::Step, "step of this loop", "")
        }
        Meaning::Input(index) => {
            let doc = pipeline
                .inputs
                .get(*index)
                .and_then(|input| input.description.clone())
                .unwrap_or_default();
            item(name, ItemKind::Name, "input", &doc)
        }
        Meaning::Builtin(_) => {
            item(name, ItemKind::Name, "", builtin(name).map_or("", |it| it.doc))
        }
        Meaning::LoopName(_) => {
            let doc =
                path.iter().rev().flat_map(|step| bindings(&step.kind)).find(|it| it.name == name);
            item(name, ItemKind::Name, "of this loop", doc.map_or("", |it| it.doc))
        }
        Meaning::Variable(_) => item(name, ItemKind::Name, "variable", ""),
        Meaning::Constants(_) => item(name, ItemKind::Name, "constants", ""),
        _ => item(name, ItemKind::Name, "", ""),
    }
}

/// What may stand behind a path.
fn fields(snapshot: &Snapshot, offset: u32, path: &[&str]) -> Vec<Item> {
    let Some((root, behind)) = path.split_first() else { return Vec::new() };
    let enclosing = Enclosing::at(&snapshot.pipeline, offset);
    let steps = enclosing.as_ref().map(|it| it.path.as_slice()).unwrap_or_default();
    let pipeline = &snapshot.pipeline;
    match snapshot.names.resolve(pipeline, steps, root) {
        Meaning::Step(index) => pipeline
            .steps
            .get(index)
            .map(|step| of_step(snapshot, step, behind))
            .unwrap_or_default(),
        Meaning::BodyStep(id) | Meaning::PreviousRound(id) => {
            body_step(steps, &id).map(|step| of_step(snapshot, step, behind)).unwrap_or_default()
        }
        Meaning::Builtin(name) => of_builtin(snapshot, name, behind),
        Meaning::Constants(section) if behind.is_empty() => pipeline
            .constants
            .iter()
            .filter(|it| it.section == section)
            .map(|it| item(&it.name.value, ItemKind::Field, it.value.value.kind(), ""))
            .collect(),
        Meaning::Constants(section) => {
            let first = pipeline
                .constants
                .iter()
                .find(|it| it.section == section && it.name.value == behind[0]);
            first
                .map(|it| of_data(&it.value.value, behind.get(1..).unwrap_or_default()))
                .unwrap_or_default()
        }
        Meaning::Input(index) => {
            let default = pipeline.inputs.get(index).and_then(|input| input.default.as_ref());
            default.map(|it| of_data(&it.value, behind)).unwrap_or_default()
        }
        Meaning::LoopOwn | Meaning::NamedLoop(_) if behind.is_empty() => {
            LOOP_FIELDS.iter().map(|name| item(name, ItemKind::Field, "of the loop", "")).collect()
        }
        _ => Vec::new(),
    }
}

fn of_step(snapshot: &Snapshot, step: &Step, behind: &[&str]) -> Vec<Item> {
    let fields = match behind {
        [] => facts::fields(snapshot, step),
        ["result"] => facts::own_fields(snapshot, step),
        deeper => behind_step(snapshot, step, deeper)
            .map(|it| it.fields.iter().collect())
            .unwrap_or_default(),
    };
    fields.into_iter().map(field).collect()
}

fn of_builtin(snapshot: &Snapshot, name: &str, behind: &[&str]) -> Vec<Item> {
    let pipeline = &snapshot.pipeline;
    match (name, behind) {
        ("inputs" | "parameters", []) => pipeline
            .inputs
            .iter()
            .map(|input| {
                let ty = input.ty.as_ref().map_or("input", |ty| ty.value.as_str());
                item(
                    &input.name.value,
                    ItemKind::Field,
                    ty,
                    input.description.as_deref().unwrap_or_default(),
                )
            })
            .collect(),
        ("steps" | "results" | "previous_results" | "step_results", []) => pipeline
            .steps
            .iter()
            .filter(|step| step.id.is_some())
            .map(|step| {
                item(step.id_text(), ItemKind::Step, &facts::does(step).replace('`', ""), "")
            })
            .collect(),
        ("steps" | "results" | "previous_results" | "step_results", [id, behind @ ..]) => snapshot
            .names
            .step(id)
            .and_then(|index| pipeline.steps.get(index))
            .map(|step| of_step(snapshot, step, behind))
            .unwrap_or_default(),
        (name, []) => {
            let fields = builtin(name).map_or(&[][..], |it| it.fields);
            fields.iter().map(|it| item(it, ItemKind::Field, "", "")).collect()
        }
        _ => Vec::new(),
    }
}

fn of_data(data: &Data, behind: &[&str]) -> Vec<Item> {
    let mut data = data;
    for name in behind {
        let Some(inner) = data.get(name) else { return Vec::new() };
        data = &inner.value;
    }
    let entries = data.as_map().unwrap_or_default();
    entries
        .iter()
        .map(|(name, value)| item(&name.value, ItemKind::Field, value.value.kind(), ""))
        .collect()
}

fn field(field: &Field) -> Item {
    item(field.name, ItemKind::Field, type_word(field.ty), field.doc)
}

fn functions(table: &[Function]) -> Vec<Item> {
    table.iter().map(|it| item(it.name, ItemKind::Function, it.signature, it.doc)).collect()
}

fn item(label: &str, kind: ItemKind, detail: &str, doc: &str) -> Item {
    Item {
        label: label.to_owned(),
        kind,
        detail: detail.to_owned(),
        doc: doc.to_owned(),
        insert: Insert::Plain(label.to_owned()),
        replace: Span::default(),
    }
}

/// The path before a subscript whose text has been begun: `steps['`.
fn subscripted(head: &str) -> Option<Vec<String>> {
    let base = head.strip_suffix(['\'', '"'])?.strip_suffix('[')?;
    let path = path_tail(base);
    (!path.is_empty()).then_some(path)
}

/// Whether a text ends inside a quoted text.
fn in_quotes(text: &str) -> bool {
    text.chars()
        .fold(None, |open, it| match open {
            None if matches!(it, '\'' | '"') => Some(it),
            Some(quote) if quote == it => None,
            open => open,
        })
        .is_some()
}

/// The static path that a text ends with, root first; empty where it ends with something else.
fn path_tail(text: &str) -> Vec<String> {
    let mut path = Vec::new();
    let mut rest = text;
    loop {
        if let Some(inner) = rest.strip_suffix(']') {
            let Some((before, subscript)) = inner.rsplit_once('[') else { return Vec::new() };
            path.push(subscript.trim().trim_matches(['\'', '"']).to_owned());
            rest = before;
            continue;
        }
        let word = words::word_tail(rest);
        if word.is_empty() {
            return Vec::new();
        }
        path.push(word.trim_start_matches('$').to_owned());
        rest = rest.get(..rest.len() - word.len()).unwrap_or_default();
        match rest.strip_suffix('.') {
            Some(before) => rest = before,
            None => break,
        }
    }
    path.reverse();
    path
}

fn is_name(text: &str) -> bool {
    text.chars().all(|it| it.is_alphanumeric() || it == '_')
}
