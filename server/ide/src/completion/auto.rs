//! Inside the opening of an AUTO tag: its attributes and their words.

use pipeline::language::{AUTO_ATTRIBUTES, AutoAttribute, auto_attribute};
use syntax::Span;

use super::{Insert, Item, ItemKind};
use crate::place::Place;
use crate::{Snapshot, expression as words, lines};

const OPENING: &str = "<AUTO";
const CLOSING: &str = "</AUTO>";

/// A tag whose opening the cursor is in.
pub(super) struct OpenTag {
    /// Behind its name, up to the cursor.
    before: String,
    /// From the cursor to its `>`, or to the end of the line.
    after: String,
}

/// The tag whose opening `offset` is in.
pub(super) fn open_at(snapshot: &Snapshot, offset: u32) -> Option<OpenTag> {
    let line = lines::line(&snapshot.document, lines::number_at(&snapshot.document, offset))?;
    let (before, after) = line.text.split_at_checked((offset - line.start) as usize)?;
    let at = before.rfind(OPENING)? + OPENING.len();
    let before = before.get(at..)?;
    let is_open = before.starts_with(char::is_whitespace) && !outside_quotes(before).contains('>');
    let after = after.split('>').next().unwrap_or_default();
    is_open.then(|| OpenTag { before: before.to_owned(), after: after.to_owned() })
}

/// Attributes that the tag does not have yet; inside of quotes the words of their attribute.
pub(super) fn items(tag: &OpenTag, offset: u32) -> Vec<Item> {
    match in_value(&tag.before) {
        Some((attribute, quote, typed)) => {
            let behind = tag.after.split(quote).next().unwrap_or_default();
            let replace = Span::new(offset - typed.len() as u32, offset + behind.len() as u32);
            let attribute = auto_attribute(attribute);
            let words = attribute.map_or(&[][..], |it| it.words);
            words.iter().map(|word| Item::new(*word, ItemKind::Word, replace)).collect()
        }
        None => {
            let typed = words::word_tail(&tag.before);
            let behind = tag.after.len() - tag.after.trim_start_matches(words::is_word).len();
            let replace = Span::new(offset - typed.len() as u32, offset + behind as u32);
            let has_value = tag.after.get(behind..).is_some_and(|it| it.starts_with('='));
            let is_there = |it: &&AutoAttribute| {
                let assigned = format!("{}=", it.name);
                let names =
                    |text: &str| text.split_whitespace().any(|part| part.starts_with(&assigned));
                names(&tag.before) || names(tag.after.get(behind..).unwrap_or_default())
            };
            AUTO_ATTRIBUTES
                .iter()
                .filter(|it| !is_there(it))
                .map(|it| attribute(it, replace, has_value))
                .collect()
        }
    }
}

fn attribute(attribute: &AutoAttribute, replace: Span, has_value: bool) -> Item {
    let name = attribute.name;
    let insert = match attribute.words {
        _ if has_value => Insert::Plain(name.to_owned()),
        words if attribute.closed => Insert::Snippet {
            snippet: format!("{name}=\"${{1|{}|}}\"", words.join(",")),
            plain: format!("{name}=\"{}\"", words.first().copied().unwrap_or_default()),
        },
        _ => Insert::Snippet { snippet: format!("{name}=\"$1\""), plain: format!("{name}=\"\"") },
    };
    Item { insert, ..Item::new(name, ItemKind::Key, replace).text(attribute.doc) }
}

/// The end of a tag whose body the cursor is in.
pub(super) fn closing(snapshot: &Snapshot, offset: u32) -> Option<Item> {
    let line = lines::line(&snapshot.document, lines::number_at(&snapshot.document, offset))?;
    let (before, after) = line.text.split_at_checked((offset - line.start) as usize)?;
    let body = before.get(before.rfind(OPENING)? + OPENING.len()..)?;
    let is_open =
        outside_quotes(body).contains('>') && !body.contains(CLOSING) && !after.contains(CLOSING);
    let typed = (1..=CLOSING.len())
        .rev()
        .filter_map(|length| CLOSING.get(..length))
        .find(|it| before.ends_with(it))?;
    let replace = Span::new(offset - typed.len() as u32, offset);
    is_open.then(|| Item::new(CLOSING, ItemKind::Piece, replace).detail("ends the AUTO tag"))
}

/// The piece that starts a tag as the value of a key.
pub(super) fn piece(place: &Place) -> Item {
    let insert = Insert::Snippet {
        snippet: "<AUTO$1>${2:instruction}</AUTO>".to_owned(),
        plain: "<AUTO>instruction</AUTO>".to_owned(),
    };
    Item::new("<AUTO>", ItemKind::Piece, place.word.span)
        .detail("a model decides")
        .text(
            "An instruction instead of a value: a model answers it before the step runs. Attributes say what the answer must \
             be: `type`, `min`, `max`, `choices`.\n\n\
             ```yaml\nmax_parallel: <AUTO type=\"integer\" min=\"1\">How many at once?</AUTO>\n```",
        )
        .typing(place, insert)
}

/// The attribute whose quoted value a text ends in, its quote, and what is typed of the value.
fn in_value(before: &str) -> Option<(&str, char, &str)> {
    let mut open = None;
    for (at, it) in before.char_indices() {
        open = match open {
            None if matches!(it, '"' | '\'') => Some((at, it)),
            Some((_, quote)) if quote == it => None,
            open => open,
        };
    }
    let (at, quote) = open?;
    let name = words::word_tail(before.get(..at)?.trim_end().strip_suffix('=')?.trim_end());
    Some((name, quote, before.get(at + 1..)?))
}

/// The text without what is quoted in it.
fn outside_quotes(text: &str) -> String {
    let mut open = None;
    text.chars()
        .filter(|it| {
            let outside = open.is_none();
            open = match open {
                None if matches!(it, '"' | '\'') => Some(*it),
                Some(quote) if quote == *it => None,
                open => open,
            };
            outside
        })
        .collect()
}
