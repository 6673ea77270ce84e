//! Where a line stands, going by indentation alone. Completion is asked for in lines that are half typed, where the tree may
//! be anything; the lines round them are as the author left them.

use syntax::Document;

use super::area::Area;
use crate::lines;

/// What a line holds, without its comment-free value being understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Shape {
    /// Columns of the leading `-`.
    pub(super) dashes: Vec<usize>,
    /// Column of what follows them.
    pub(super) column: usize,
    /// The key, where what follows is `key:`; quotes are taken off.
    pub(super) key: Option<String>,
    /// What follows the colon, else the whole content; without space round it.
    pub(super) value: String,
}

impl Shape {
    /// The shape of a line; `None` for one without content.
    pub(super) fn of(line: &str) -> Option<Self> {
        let mut dashes = Vec::new();
        let mut column = line.len() - line.trim_start_matches(' ').len();
        let mut rest = line.get(column..)?;
        while let Some(behind) =
            rest.strip_prefix('-').filter(|it| it.is_empty() || it.starts_with(' '))
        {
            dashes.push(column);
            let spaces = behind.len() - behind.trim_start_matches(' ').len();
            column += 1 + spaces;
            rest = behind.get(spaces..)?;
        }
        if (rest.is_empty() && dashes.is_empty()) || rest.starts_with('#') {
            return None;
        }
        let (key, value) = match split_key(rest) {
            Some((key, value)) => (Some(key.to_owned()), value),
            None => (None, rest),
        };
        Some(Self { dashes, column, key, value: uncommented(value).trim().to_owned() })
    }

    /// The column at which the line starts to mean something.
    fn start(&self) -> usize {
        self.dashes.first().copied().unwrap_or(self.column)
    }
}

/// A value without the comment behind it.
pub(super) fn uncommented(value: &str) -> &str {
    let mut quote = None;
    let mut before = ' ';
    for (at, it) in value.char_indices() {
        match (quote, it) {
            (Some(open), _) if open == it => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') if before == ' ' => quote = Some(it),
            (None, '#') if before == ' ' => return value.get(..at).unwrap_or(value),
            _ => {}
        }
        before = it;
    }
    value
}

/// Key and value of `key: value` or `key:`.
pub(super) fn split_key(text: &str) -> Option<(&str, &str)> {
    let (key, value) = match text.chars().next()? {
        quote @ ('"' | '\'') => {
            let (key, behind) = text.get(1..)?.split_once(quote)?;
            (key, behind.trim_start().strip_prefix(':')?)
        }
        '{' | '[' | '<' | '|' | '>' | '&' | '*' | '!' => return None,
        _ => {
            let colon = text.match_indices(':').map(|(at, _)| at).find(|at| {
                let behind = text.get(at + 1..).unwrap_or_default();
                behind.is_empty() || behind.starts_with(' ')
            })?;
            (text.get(..colon)?.trim_end(), text.get(colon + 1..)?)
        }
    };
    let is_key = !key.is_empty() && !key.contains(['{', '}', '"', '\'', '#']);
    (is_key && (value.is_empty() || value.starts_with(' '))).then_some((key, value))
}

/// What a line stands in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Parent {
    /// The value of this key, which is on this line.
    Key {
        /// Its name.
        name: String,
        /// The line it is on.
        line: u32,
        /// Its column.
        column: usize,
        /// What stands behind the colon.
        value: String,
    },
    /// An item of a sequence.
    Item,
}

/// An entry of a mapping.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Member {
    pub(crate) key: String,
    pub(crate) value: String,
}

/// What the content at `column` of a line stands in, outermost first. `dashes` are the columns of the line's own leading `-`.
pub(super) fn parents(
    document: &Document,
    area: Area,
    number: u32,
    dashes: &[usize],
    column: usize,
) -> Vec<Parent> {
    let mut parents: Vec<Parent> = dashes.iter().map(|_| Parent::Item).collect();
    let mut bound = dashes.first().copied().unwrap_or(column);
    let mut in_items = !dashes.is_empty();
    for above in area.above(number) {
        let Some(shape) = shape_at(document, above) else { continue };
        if shape.column == bound && !in_items && !shape.dashes.is_empty() {
            // The mapping of the line starts behind a dash here.
            for _ in &shape.dashes {
                parents.insert(0, Parent::Item);
            }
            bound = shape.start();
            in_items = true;
            continue;
        }
        let holds =
            shape.column < bound || (in_items && shape.column == bound && shape.dashes.is_empty());
        if !holds {
            continue;
        }
        if let Some(name) = &shape.key {
            let parent = Parent::Key {
                name: name.clone(),
                line: above,
                column: shape.column,
                value: shape.value.clone(),
            };
            parents.insert(0, parent);
        }
        for _ in &shape.dashes {
            parents.insert(0, Parent::Item);
        }
        bound = shape.start();
        in_items = !shape.dashes.is_empty();
        if bound == 0 && !in_items {
            break;
        }
    }
    parents
}

/// The entries of the mapping that has a line at `column`, the line itself left out.
pub(super) fn members(document: &Document, area: Area, number: u32, column: usize) -> Vec<Member> {
    let mut members = Vec::new();
    let starts_here = shape_at(document, number).is_some_and(|shape| !shape.dashes.is_empty());
    if !starts_here {
        for above in (area.first..number).rev() {
            let Some(shape) = shape_at(document, above) else { continue };
            if shape.start() <= column && shape.column != column {
                break;
            }
            let first = !shape.dashes.is_empty();
            if shape.column == column {
                members.extend(member(shape));
                if first {
                    break;
                }
            }
        }
        members.reverse();
    }
    for below in number + 1..area.end {
        let Some(shape) = shape_at(document, below) else { continue };
        if shape.start() < column || (shape.start() == column && !shape.dashes.is_empty()) {
            break;
        }
        if shape.column == column && shape.dashes.is_empty() {
            members.extend(member(shape));
        }
    }
    members
}

/// The shape of a line of a document.
pub(super) fn shape_at(document: &Document, number: u32) -> Option<Shape> {
    lines::line(document, number).and_then(|line| Shape::of(&line.text))
}

fn member(shape: Shape) -> Option<Member> {
    Some(Member { key: shape.key?, value: shape.value })
}
