//! What may stand at the cursor.

use pipeline::language::Level;
use syntax::Span;

use super::outline::{self, Member, Parent, Shape};
use crate::expression::{self, Braces};
use crate::{Snapshot, lines};

/// What may stand at the cursor.
#[derive(Clone, Debug)]
pub(super) enum Context {
    /// A key of a mapping.
    Key(KeyPlace),
    /// The value of a key, or an item of its list.
    Value(ValuePlace),
    /// Something inside an expression: its text up to the cursor.
    Expression { braces: Option<Braces>, before: String },
    /// An attribute of an AUTO tag: the tag's text up to the cursor.
    AutoAttribute { before: String },
}

/// A place for a key.
#[derive(Clone, Debug)]
pub(super) struct KeyPlace {
    pub(super) scope: Scope,
    /// Entries of the same mapping.
    pub(super) members: Vec<Member>,
    /// Spaces between the start of the line's content and the key: behind a `- ` there are some.
    pub(super) inset: usize,
    /// The typed part of the word.
    pub(super) replace: Span,
}

/// A place for a value.
#[derive(Clone, Debug)]
pub(super) struct ValuePlace {
    pub(super) scope: Scope,
    pub(super) key: String,
    /// Entries of the mapping that the key is in, the key left out.
    pub(super) members: Vec<Member>,
    /// Items of the list that are already there.
    pub(super) items: Vec<String>,
    pub(super) inset: usize,
    pub(super) replace: Span,
}

/// What a mapping is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Scope {
    /// One of the language's own.
    Level(Level),
    /// The parameters of a step with these entries.
    Parameters(Vec<Member>),
    /// Names that the author chooses for things of this level.
    Declarations(Level),
    /// Anything.
    Free,
}

/// What may stand at `offset`; `None` where nothing can be said.
pub(super) fn at(snapshot: &Snapshot, offset: u32) -> Option<Context> {
    let document = &snapshot.document;
    let number = lines::number_at(document, offset);
    let line = lines::line(document, number)?;
    let before = line.text.get(..(offset - line.start) as usize)?;
    if let Some(at) =
        before.rfind("<AUTO").filter(|at| before.get(*at..).is_some_and(|tag| !tag.contains('>')))
    {
        return Some(Context::AutoAttribute {
            before: before.get(at + "<AUTO".len()..)?.to_owned(),
        });
    }
    if let Some((braces, before)) = expression::open_at(snapshot, offset) {
        return Some(Context::Expression { braces: Some(braces), before });
    }
    if is_comment(before) {
        return None;
    }
    let shape = Shape::of(before).unwrap_or_else(|| Shape {
        dashes: Vec::new(),
        column: before.len(),
        key: None,
        value: String::new(),
    });
    let parents = outline::parents(document, number, &shape.dashes, shape.column);
    if in_block_scalar(&parents) {
        return None;
    }
    let indent = before.len() - before.trim_start_matches(' ').len();
    let inset = shape.column - indent;
    let scope = scope(snapshot, &parents);
    match &shape.key {
        Some(key) => {
            let members = outline::members(document, number, shape.column);
            value(snapshot, offset, &shape, key, members, scope, inset)
        }
        None => match (list_of(&parents), scope) {
            (Some(_), _) => listed(snapshot, offset, number, &shape, &parents, inset),
            (None, scope) => {
                let replace = typed(offset, &shape.value);
                let members = outline::members(document, number, shape.column);
                Some(Context::Key(KeyPlace { scope, members, inset, replace }))
            }
        },
    }
}

/// Behind `key:` in a line.
fn value(
    snapshot: &Snapshot,
    offset: u32,
    shape: &Shape,
    key: &str,
    members: Vec<Member>,
    scope: Scope,
    inset: usize,
) -> Option<Context> {
    let written = shape.value.as_str();
    if written.starts_with(['|', '>']) {
        return None;
    }
    if let Some(flow) = written.strip_prefix('[') {
        let items: Vec<String> =
            flow.split([',', ']']).map(|item| unquoted(item).to_owned()).collect();
        let typed_item = items.last().cloned().unwrap_or_default();
        let items = other_items(snapshot, offset, items);
        let replace = typed(offset, &typed_item);
        return Some(Context::Value(ValuePlace {
            scope,
            key: key.to_owned(),
            members,
            items,
            inset,
            replace,
        }));
    }
    if let Some(flow) = written.strip_prefix('{') {
        return in_flow_map(offset, flow, key, scope, members, inset);
    }
    if is_condition(&scope, key) {
        let before = written.strip_prefix(['"', '\'']).unwrap_or(written).to_owned();
        return Some(Context::Expression { braces: None, before });
    }
    let replace = typed(offset, unquoted(written));
    Some(Context::Value(ValuePlace {
        scope,
        key: key.to_owned(),
        members,
        items: Vec::new(),
        inset,
        replace,
    }))
}

/// Behind `key: {` in a line: a key or a value of the inner mapping.
fn in_flow_map(
    offset: u32,
    flow: &str,
    key: &str,
    scope: Scope,
    members: Vec<Member>,
    inset: usize,
) -> Option<Context> {
    let mut entries: Vec<&str> = flow.split(',').collect();
    let current = entries.pop()?.trim_start();
    let own: Vec<Member> = entries
        .iter()
        .filter_map(|entry| outline::split_key(entry.trim()))
        .map(|(key, value)| Member { key: key.to_owned(), value: value.trim().to_owned() })
        .collect();
    let scope = inner_scope(&scope, key, &members);
    match outline::split_key(current) {
        Some((key, value)) => {
            let replace = typed(offset, unquoted(value.trim()));
            let place = ValuePlace {
                scope,
                key: key.to_owned(),
                members: own,
                items: Vec::new(),
                inset,
                replace,
            };
            Some(Context::Value(place))
        }
        None => {
            let replace = typed(offset, current);
            Some(Context::Key(KeyPlace { scope, members: own, inset, replace }))
        }
    }
}

/// The list's key, where a line stands in a list that is no list of mappings of the language.
fn list_of(parents: &[Parent]) -> Option<&Parent> {
    let [.., key @ Parent::Key { name, .. }, Parent::Item] = parents else { return None };
    let plain = matches!(
        name.as_str(),
        "dependencies" | "depends_on" | "tools" | "choices" | "enum" | "for_each" | "foreach"
    );
    plain.then_some(key)
}

/// `- item` of such a list.
fn listed(
    snapshot: &Snapshot,
    offset: u32,
    number: u32,
    shape: &Shape,
    parents: &[Parent],
    inset: usize,
) -> Option<Context> {
    let Some(Parent::Key { name, line, column, .. }) = list_of(parents) else { return None };
    let dash = *shape.dashes.last()?;
    let end = lines::count(&snapshot.document);
    let items = (line + 1..end)
        .filter(|other| *other != number)
        .map_while(|other| {
            let shape =
                lines::line(&snapshot.document, other).and_then(|line| Shape::of(&line.text))?;
            (shape.dashes.first() == Some(&dash)).then(|| unquoted(&shape.value).to_owned())
        })
        .collect();
    let members = outline::members(&snapshot.document, *line, *column);
    let scope = scope(snapshot, parents.get(..parents.len() - 2)?);
    let replace = typed(offset, unquoted(&shape.value));
    Some(Context::Value(ValuePlace { scope, key: name.clone(), members, items, inset, replace }))
}

/// Items behind the cursor count too, up to the end of the list.
fn other_items(snapshot: &Snapshot, offset: u32, mut items: Vec<String>) -> Vec<String> {
    items.pop();
    let number = lines::number_at(&snapshot.document, offset);
    if let Some(line) = lines::line(&snapshot.document, number)
        && let Some(after) = line.text.get((offset - line.start) as usize..)
    {
        let rest = after.split(']').next().unwrap_or_default();
        items.extend(rest.split(',').skip(1).map(|item| unquoted(item).to_owned()));
    }
    items
}

/// What the innermost mapping is that a line with these parents stands in.
fn scope(snapshot: &Snapshot, parents: &[Parent]) -> Scope {
    parents.iter().fold(Scope::Level(Level::Top), |scope, parent| match parent {
        Parent::Item => scope,
        Parent::Key { name, line, column, .. } => {
            inner_scope(&scope, name, &outline::members(&snapshot.document, *line, *column))
        }
    })
}

/// What the mapping under `key` is.
fn inner_scope(scope: &Scope, key: &str, members: &[Member]) -> Scope {
    let level = match (scope, key) {
        (Scope::Level(Level::Top), "pipeline") => Level::Top,
        (Scope::Level(Level::Top), "steps" | "tasks") => Level::Step,
        (Scope::Level(Level::Step | Level::Queue), "steps" | "parallel") => Level::Step,
        (Scope::Level(Level::Step | Level::ActionLoopItem | Level::Handler), "parameters") => {
            return Scope::Parameters(members.to_vec());
        }
        (Scope::Level(Level::Step | Level::Queue), "action_loop") => Level::ActionLoopItem,
        (Scope::Level(Level::Step), "create_parallel_queue") => Level::Queue,
        (Scope::Level(Level::Step), "on_error" | "error_handlers") => Level::Handler,
        (Scope::Level(Level::Top), "global_error_handlers") => Level::Handler,
        (Scope::Level(Level::Top), "inputs" | "parameters") => {
            return Scope::Declarations(Level::Input);
        }
        (Scope::Level(Level::Top), "outputs") => return Scope::Declarations(Level::Output),
        (Scope::Declarations(level), _) => *level,
        _ => return Scope::Free,
    };
    Scope::Level(level)
}

fn is_condition(scope: &Scope, key: &str) -> bool {
    let Scope::Level(level) = scope else { return false };
    pipeline::language::key(*level, key)
        .is_some_and(|key| key.forms.contains(&pipeline::language::Form::Condition))
}

/// Whether the innermost key holds a block scalar: what is in it is prose.
fn in_block_scalar(parents: &[Parent]) -> bool {
    parents
        .iter()
        .any(|parent| matches!(parent, Parent::Key { value, .. } if value.starts_with(['|', '>'])))
}

fn is_comment(before: &str) -> bool {
    before.trim_start().starts_with('#') || before.contains(" #")
}

/// The span of what is typed already.
fn typed(offset: u32, text: &str) -> Span {
    Span::new(offset - text.len() as u32, offset)
}

/// Without the quotes round it and the one that is not closed yet.
fn unquoted(text: &str) -> &str {
    text.trim().trim_matches(['"', '\''])
}
