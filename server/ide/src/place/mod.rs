//! Where a cursor stands: in a key or a value of which mapping, and what else is in that mapping.
//!
//! Goes by the text and its indentation, not by the tree: what is asked about is half typed, and a tree of it may be anything.

mod area;
mod flow;
mod outline;
mod scope;

use syntax::Span;

pub(crate) use outline::Member;
pub(crate) use scope::Scope;

use crate::{Snapshot, lines};
use area::Area;
use flow::unquoted;
use outline::{Parent, Shape};

/// A place in a mapping.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    /// What the mapping is.
    pub(crate) scope: Scope,
    /// Its other entries.
    pub(crate) members: Vec<Member>,
    /// What stands or may stand at the cursor.
    pub(crate) slot: Slot,
    /// The word at the cursor.
    pub(crate) word: Word,
    /// Spaces between the start of the line's content and the key: behind a `- ` there are some.
    pub(crate) inset: usize,
    /// Whether the mapping is an item of a list.
    pub(crate) is_item: bool,
    /// Whether the mapping is in brackets.
    pub(crate) is_flow: bool,
    /// What must be typed before the word: `- ` where the line is to become an item of a list, a space behind a bare colon.
    pub(crate) lead: &'static str,
}

/// What a word is to its mapping.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Slot {
    /// A key.
    Key {
        /// Whether its colon is there.
        has_colon: bool,
    },
    /// The value of a key.
    Value { key: String },
    /// An item of the list of a key, the others being `items`.
    Item { key: String, items: Vec<String> },
    /// A condition, which is an expression without braces: its text up to the cursor.
    Condition { before: String },
}

/// The word at the cursor, as far as it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Word {
    /// All of it, absolute, without quotes.
    pub(crate) span: Span,
    pub(crate) text: String,
    /// What opens it, if it is quoted.
    pub(crate) quote: Option<char>,
}

/// The line of the cursor.
struct Cursor<'t> {
    snapshot: &'t Snapshot,
    area: Area,
    offset: u32,
    number: u32,
    before: &'t str,
    after: &'t str,
}

/// The place at `offset`; `None` in comments and in prose.
pub(crate) fn at(snapshot: &Snapshot, offset: u32) -> Option<Place> {
    let document = &snapshot.document;
    let number = lines::number_at(document, offset);
    let line = lines::line(document, number)?;
    let (before, after) = line.text.split_at_checked((offset - line.start) as usize)?;
    if is_comment(before) {
        return None;
    }
    let area = Area::of(document, number);
    let cursor = Cursor { snapshot, area, offset, number, before, after };
    let shape = Shape::of(before).unwrap_or_else(|| Shape {
        dashes: Vec::new(),
        column: before.len(),
        key: None,
        value: String::new(),
    });
    let parents = outline::parents(document, area, number, &shape.dashes, shape.column);
    if in_block_scalar(&parents) {
        return None;
    }
    let indent = before.len() - before.trim_start_matches(' ').len();
    let inset = shape.column - indent;
    if let Some(place) = cursor.in_flow(&shape, &parents, inset) {
        return Some(place);
    }
    let scope = cursor.scope(&parents);
    match &shape.key {
        Some(key) => cursor.value(scope, key, &shape, inset),
        None => cursor.without_key(scope, &shape, &parents, inset),
    }
}

/// Where the text starts that `offset` is in, at the latest: behind the head of its block scalar, else with its line.
pub(crate) fn text_start(snapshot: &Snapshot, offset: u32) -> u32 {
    let document = &snapshot.document;
    let number = lines::number_at(document, offset);
    let Some(line) = lines::line(document, number) else { return offset };
    let indent = line.text.len() - line.text.trim_start_matches(' ').len();
    let before = (offset - line.start) as usize;
    let parents =
        outline::parents(document, Area::of(document, number), number, &[], indent.min(before));
    let head = parents.iter().find_map(|parent| match parent {
        Parent::Key { value, line, .. } if value.starts_with(['|', '>']) => Some(line + 1),
        _ => None,
    });
    head.and_then(|head| lines::line(document, head)).map_or(line.start, |line| line.start)
}

impl Cursor<'_> {
    /// What the innermost mapping is that a line with these parents stands in.
    fn scope(&self, parents: &[Parent]) -> Scope {
        let top = Scope::Level(pipeline::language::Level::Top);
        parents.iter().fold(top, |scope, parent| match parent {
            Parent::Item => scope,
            Parent::Key { name, line, column, .. } => {
                scope.under(name, &self.members(*line, *column))
            }
        })
    }

    fn members(&self, number: u32, column: usize) -> Vec<Member> {
        if column == 0 {
            return area::top_keys(&self.snapshot.document, &self.snapshot.pipeline, number);
        }
        let area = if number < self.area.first {
            Area::of(&self.snapshot.document, number)
        } else {
            self.area
        };
        outline::members(&self.snapshot.document, area, number, column)
    }

    /// Inside brackets, on this line or begun on one above.
    fn in_flow(&self, shape: &Shape, parents: &[Parent], inset: usize) -> Option<Place> {
        let begun = parents.iter().enumerate().find_map(|(at, parent)| match parent {
            Parent::Key { value, line, .. } if value.starts_with(['[', '{']) => Some((at, *line)),
            _ => None,
        });
        let (outer, key, members, text) = match begun {
            Some((at, line)) => {
                let Some(Parent::Key { name, line: number, column, value }) = parents.get(at)
                else {
                    return None;
                };
                let text = self.text_from(line, value)?;
                let outer = self.scope(parents.get(..at)?);
                (outer, Some(name.clone()), self.members(*number, *column), text)
            }
            None if shape.value.starts_with(['[', '{']) => {
                let at = self.before.rfind(shape.value.as_str())?;
                let text = self.before.get(at..)?.to_owned();
                let members = if shape.key.is_some() {
                    self.members(self.number, shape.column)
                } else {
                    Vec::new()
                };
                (self.scope(parents), shape.key.clone(), members, text)
            }
            None => return None,
        };
        let open = flow::open(&text);
        let innermost = open.last()?;
        let rest = flow::rest(&self.text_behind(), innermost.quote);
        let start = self.offset - (text.len() - innermost.word.min(text.len())) as u32;
        let end = self.offset + rest.word as u32;
        let span = Span::new(start, end.max(start));
        let word = Word {
            span,
            text: lines::slice(&self.snapshot.document, span),
            quote: innermost.quote,
        };

        // Down through the collections: the mapping that each key is in, and what is below.
        let (mut scope, mut members) = (outer, members);
        let mut below = match &key {
            Some(key) => scope.under(key, &members),
            None => scope.clone(),
        };
        let (mut key, mut is_item) = (key, key_less_item(parents));
        for (depth, collection) in open.iter().enumerate() {
            if !collection.is_map {
                is_item = true;
                continue;
            }
            is_item = is_item || depth > 0 && open.get(depth - 1).is_some_and(|it| !it.is_map);
            scope = below.clone();
            members = collection.entries.clone();
            if let Some(inner) = &collection.key {
                below = scope.under(inner, &members);
                key = Some(inner.clone());
                is_item = false;
            }
        }
        let slot = match (innermost.is_map, &innermost.key) {
            (true, None) => Slot::Key { has_colon: rest.has_colon },
            (true, Some(key)) => Slot::Value { key: key.clone() },
            (false, _) => {
                let items = innermost.items.iter().cloned().chain(rest.items).collect();
                Slot::Item { key: key?, items }
            }
        };
        if innermost.is_map {
            members.extend(rest.entries);
        }
        let slot = match slot {
            Slot::Value { key } if scope.is_condition(&key) => {
                Slot::Condition { before: text.get(innermost.word..)?.to_owned() }
            }
            slot => slot,
        };
        Some(Place { scope, members, slot, word, inset, is_item, is_flow: true, lead: "" })
    }

    /// The text from a value that starts on a line above to the cursor.
    fn text_from(&self, number: u32, value: &str) -> Option<String> {
        let document = &self.snapshot.document;
        let line = lines::line(document, number)?;
        let start = line.start + line.text.rfind(value)? as u32;
        Some(lines::slice(document, Span::new(start, self.offset)))
    }

    /// What follows the cursor in its segment.
    fn text_behind(&self) -> String {
        let rope = self.snapshot.document.rope();
        let end = rope.line_to_byte((self.area.end as usize).min(rope.len_lines())) as u32;
        lines::slice(&self.snapshot.document, Span::new(self.offset, end.max(self.offset)))
    }

    /// Behind `key:` in a line.
    fn value(&self, scope: Scope, key: &str, shape: &Shape, inset: usize) -> Option<Place> {
        if shape.value.starts_with(['|', '>']) {
            return None;
        }
        let members = self.members(self.number, shape.column);
        let word = self.scalar(&shape.value)?;
        let slot = if scope.is_condition(key) {
            let typed = self.offset.saturating_sub(word.span.start) as usize;
            Slot::Condition { before: word.text.get(..typed)?.to_owned() }
        } else {
            Slot::Value { key: key.to_owned() }
        };
        let lead = if self.before.ends_with(':') && word.span.is_empty() { " " } else { "" };
        Some(Place { scope, members, slot, word, inset, is_item: false, is_flow: false, lead })
    }

    /// A line, or an item of a list, without a colon before the cursor.
    fn without_key(
        &self,
        scope: Scope,
        shape: &Shape,
        parents: &[Parent],
        inset: usize,
    ) -> Option<Place> {
        let (listed, list) = match parents {
            [.., key @ Parent::Key { .. }, Parent::Item] => (true, Some((parents.len() - 2, key))),
            [.., key @ Parent::Key { value, .. }] if value.is_empty() => {
                (false, Some((parents.len() - 1, key)))
            }
            _ => (false, None),
        };
        if let Some((at, Parent::Key { name, line, column, .. })) = list {
            let outer = self.scope(parents.get(..at)?);
            let members = self.members(*line, *column);
            if outer.lists_scalars(name) && (listed || scope == Scope::Free) {
                let word = self.scalar(&shape.value)?;
                let items = self.other_items(*line, shape);
                let slot = Slot::Item { key: name.clone(), items };
                let lead = if listed { "" } else { "- " };
                return Some(Place {
                    scope: outer,
                    members,
                    slot,
                    word,
                    inset,
                    is_item: true,
                    is_flow: false,
                    lead,
                });
            }
            if scope == Scope::Free && !listed && outer.key(name).is_some() {
                let word = self.scalar(&shape.value)?;
                let slot = Slot::Value { key: name.clone() };
                return Some(Place {
                    scope: outer,
                    members,
                    slot,
                    word,
                    inset,
                    is_item: false,
                    is_flow: false,
                    lead: "",
                });
            }
            if !listed && outer.lists_mappings(name) && wants_items(&scope) {
                let word = self.key_word(&shape.value)?;
                let slot = Slot::Key { has_colon: self.has_colon() };
                return Some(Place {
                    scope,
                    members: Vec::new(),
                    slot,
                    word,
                    inset,
                    is_item: true,
                    is_flow: false,
                    lead: "- ",
                });
            }
        }
        let word = self.key_word(&shape.value)?;
        let members = self.members(self.number, shape.column);
        let slot = Slot::Key { has_colon: self.has_colon() };
        Some(Place {
            scope,
            members,
            slot,
            word,
            inset,
            is_item: key_less_item(parents),
            is_flow: false,
            lead: "",
        })
    }

    /// Items of the same block list on other lines.
    fn other_items(&self, head: u32, shape: &Shape) -> Vec<String> {
        let document = &self.snapshot.document;
        let dash = shape.dashes.last().copied();
        let others = (head + 1..self.area.end).filter(|number| *number != self.number);
        others
            .map_while(|number| {
                let line = lines::line(document, number)?;
                if line.text.trim().is_empty() {
                    return Some(None);
                }
                let shape = outline::shape_at(document, number)?;
                let same = shape.key.is_none()
                    && dash.is_none_or(|dash| shape.dashes.first() == Some(&dash));
                (same && !shape.dashes.is_empty()).then(|| Some(unquoted(&shape.value).to_owned()))
            })
            .flatten()
            .collect()
    }

    /// The whole scalar round the cursor. `typed`: what of it, quote included, stands before the cursor.
    fn scalar(&self, typed: &str) -> Option<Word> {
        let line = format!("{}{}", self.before, self.after);
        let line_start = self.offset as usize - self.before.len();
        let mut at = match typed.len() {
            0 => self.before.len(),
            written => self.before.trim_end().len().checked_sub(written)?,
        };
        if typed.is_empty() {
            let gap = self.after.len() - self.after.trim_start().len();
            let written =
                self.after.get(gap..).is_some_and(|it| !it.is_empty() && !it.starts_with('#'));
            at += if written { gap } else { 0 };
        }
        let full = line.get(at..)?;
        let quote = full.chars().next().filter(|it| matches!(it, '"' | '\''));
        let (start, end) = match quote {
            Some(quote) => {
                let inner = full.get(1..)?;
                let length = inner.find(quote).unwrap_or(inner.trim_end().len());
                (at + 1, at + 1 + length)
            }
            None => (at, (at + outline::uncommented(full).trim_end().len()).max(self.before.len())),
        };
        let span = Span::new((line_start + start) as u32, (line_start + end) as u32);
        Some(Word { span, text: line.get(start..end)?.to_owned(), quote })
    }

    /// The whole key round the cursor.
    fn key_word(&self, typed: &str) -> Option<Word> {
        let quote = typed.chars().next().filter(|it| matches!(it, '"' | '\''));
        let typed = typed.strip_prefix(['"', '\'']).unwrap_or(typed);
        let behind = self.after.find([':', ' ', '"', '\'', '#']).unwrap_or(self.after.len());
        let start = self.offset.checked_sub(typed.len() as u32)?;
        let span = Span::new(start, self.offset + behind as u32);
        Some(Word { span, text: lines::slice(&self.snapshot.document, span), quote })
    }

    fn has_colon(&self) -> bool {
        let behind = self.after.find([':', ' ', '#']).and_then(|at| self.after.get(at..));
        behind.is_some_and(|it| it.starts_with(':'))
    }
}

/// Whether the innermost mapping is an item of a list.
fn key_less_item(parents: &[Parent]) -> bool {
    matches!(parents.last(), Some(Parent::Item))
}

/// Whether mappings of such a scope stand in lists only.
fn wants_items(scope: &Scope) -> bool {
    use pipeline::language::Level;
    matches!(scope, Scope::Level(Level::Step | Level::ActionLoopItem))
}

/// Whether a key above holds a block scalar: what is in it is prose.
fn in_block_scalar(parents: &[Parent]) -> bool {
    parents
        .iter()
        .any(|parent| matches!(parent, Parent::Key { value, .. } if value.starts_with(['|', '>'])))
}

fn is_comment(before: &str) -> bool {
    before.trim_start().starts_with('#') || outline::uncommented(before).len() < before.len()
}
