//! AUTO tags: `<AUTO attribute="value">instruction</AUTO>`, found in decoded text.
//!
//! A tag's body may hold further tags and templates; spans are relative to the whole text, so a template parsed from the
//! whole text and the tags found in it agree on positions.

use crate::Span;

/// Tags deeper than this are text: nobody means them, and a tree that deep is a trap.
const MAX_NESTING: usize = 32;

const CLOSING: &str = "</AUTO>";

/// One tag. Spans are relative to the text it was found in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AutoTag {
    /// From `<` to the last `>`.
    pub span: Span,
    /// In order.
    pub attributes: Vec<Attribute>,
    /// The instruction between the tags; empty for a bare `<AUTO>`.
    pub body: Span,
    /// Tags directly inside the body, by position; theirs are inside them.
    pub nested: Vec<Self>,
    /// How it ends.
    pub close: Close,
}

/// How a tag ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Close {
    /// `</AUTO>`
    Tag,
    /// A bare `<AUTO>` that is the whole value.
    Bare,
    /// No end: an error at the opening position. The body reaches to the end of the text or of the enclosing body.
    Missing,
}

/// `name="value"`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attribute {
    /// As written.
    pub name: String,
    /// Where the name stands.
    pub name_span: Span,
    /// Without quotes; empty where it is missing.
    pub value: String,
    /// Inside the quotes.
    pub value_span: Span,
}

/// All outermost tags of a decoded text, by position.
#[must_use]
pub fn find(text: &str) -> Vec<AutoTag> {
    let mut done: Vec<AutoTag> = Vec::new();
    let mut open: Vec<AutoTag> = Vec::new();
    let mut at = 0;
    while let Some(found) = text.get(at..).and_then(|it| it.find('<')) {
        let start = at + found;
        let rest = text.get(start..).unwrap_or_default();
        at = start + 1;
        if rest.starts_with(CLOSING) {
            at = start + CLOSING.len();
            if let Some(mut tag) = open.pop() {
                tag.body.end = start as u32;
                tag.span.end = at as u32;
                tag.close = Close::Tag;
                open.last_mut().map_or(&mut done, |it| &mut it.nested).push(tag);
            }
        } else if let Some(tag) = opening(text, start).filter(|_| open.len() < MAX_NESTING) {
            at = tag.body.start as usize;
            open.push(tag);
        }
    }
    let len = text.len() as u32;
    while let Some(mut tag) = open.pop() {
        let alone = open.is_empty()
            && done.is_empty()
            && tag.nested.is_empty()
            && outside(text, tag.span).trim().is_empty();
        if alone {
            tag.close = Close::Bare;
        } else {
            tag.body.end = len;
            tag.span.end = len;
        }
        open.last_mut().map_or(&mut done, |it| &mut it.nested).push(tag);
    }
    done
}

/// The text without `span`.
fn outside(text: &str, span: Span) -> String {
    [text.get(..span.start as usize), text.get(span.end as usize..)].into_iter().flatten().collect()
}

/// `<AUTO name="value" ...>` at `start`, its end not yet found.
fn opening(text: &str, start: usize) -> Option<AutoTag> {
    let after_word = start + "<AUTO".len();
    let mut rest = text.get(start..)?.strip_prefix("<AUTO")?;
    let offset = |rest: &str| (text.len() - rest.len()) as u32;
    if !rest.starts_with(|it: char| it == '>' || it.is_whitespace()) {
        return None;
    }
    let mut attributes = Vec::new();
    loop {
        rest = rest.trim_start();
        if let Some(body) = rest.strip_prefix('>') {
            let (start, body) = (start as u32, offset(body));
            let span = Span::new(start, body);
            return Some(AutoTag {
                span,
                attributes,
                body: Span::empty(body),
                nested: Vec::new(),
                close: Close::Missing,
            });
        }
        let length = rest
            .find(|it: char| !(it.is_alphanumeric() || matches!(it, '_' | '-')))
            .unwrap_or(rest.len());
        if length == 0 || offset(rest) as usize - after_word > 4096 {
            return None;
        }
        let (name, behind) = rest.split_at_checked(length)?;
        let name_span = Span::new(offset(rest), offset(behind));
        rest = behind.trim_start();
        let (value, value_span, behind) = match rest.strip_prefix('=') {
            Some(assigned) => attribute_value(assigned.trim_start(), offset)?,
            None => ("", Span::empty(name_span.end), behind),
        };
        attributes.push(Attribute {
            name: name.to_owned(),
            name_span,
            value: value.to_owned(),
            value_span,
        });
        rest = behind;
    }
}

/// `"value"`, `'value'`, or a bare word; and the rest.
fn attribute_value(text: &str, offset: impl Fn(&str) -> u32) -> Option<(&str, Span, &str)> {
    let quote = text.chars().next().filter(|it| matches!(it, '"' | '\''));
    let (inside, end) = match quote {
        Some(quote) => {
            let inside = text.get(1..)?;
            (inside, inside.find(quote)?)
        }
        None => (text, text.find(|it: char| it == '>' || it.is_whitespace()).unwrap_or(text.len())),
    };
    let (value, behind) = inside.split_at_checked(end)?;
    let span = Span::new(offset(inside), offset(behind));
    Some((value, span, behind.get(usize::from(quote.is_some())..)?))
}
