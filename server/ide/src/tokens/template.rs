//! The tokens inside one text: what its words are, and its AUTO tags. Everything is found in the decoded text and taken
//! back to the source, so quotes, escapes and folds do not matter.

use syntax::auto::{self, AutoTag, Close};
use syntax::template::{Word, WordKind, condition_words, has_markers, template_words};
use syntax::{Scalar, SourceMap, Span};

use super::names::Names;
use super::segment::Ink;
use super::words::{self, Reading};
use super::{Class, TokenKind};

/// What the words of a text are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Words {
    /// Its templates are not rendered.
    None,
    Template,
    Condition,
}

/// Whether there may be a template or a tag in a text.
pub(super) fn is_active(text: &str) -> bool {
    has_markers(text) || text.contains("<AUTO")
}

/// Puts the tokens of a scalar whose decoded text is `text`.
pub(super) fn tokens(
    ink: &mut Ink<'_>,
    names: &Names,
    scalar: &Scalar<'_>,
    text: &str,
    kind: Words,
) {
    let map = scalar.source_map();
    let words = match kind {
        Words::None => Vec::new(),
        Words::Template => template_words(text),
        Words::Condition => condition_words(text),
    };
    let mut page = Page { ink, map: &map };
    if text.contains("<AUTO") {
        for tag in &auto::find(text) {
            page.tag(tag, &words);
        }
    }
    let known = |word: &Word| {
        let start = map.to_source(word.span.start);
        // A `$`, or the quote of a subscript, is no part of a name.
        names.at(start).or_else(|| names.at(start + 1)).map(|name| (name.span.start == start, name))
    };
    let readings = words::read(text, &words, kind == Words::Condition);
    for (word, reading) in words.iter().zip(readings) {
        let is_name = matches!(word.kind, WordKind::Name | WordKind::Text);
        if is_name && known(word).is_some_and(|(here, _)| here || starts_late(text, word)) {
            continue;
        }
        if let Reading::Token(class) = reading {
            page.put(word.span, class);
        }
    }
}

/// Whether the name in a word starts behind its first character.
fn starts_late(text: &str, word: &Word) -> bool {
    let first = text.as_bytes().get(word.span.start as usize);
    matches!(first, Some(b'$' | b'"' | b'\''))
}

struct Page<'p, 't> {
    ink: &'p mut Ink<'t>,
    map: &'p SourceMap,
}

impl Page<'_, '_> {
    fn put(&mut self, span: Span, class: Class) {
        if !span.is_empty() {
            self.ink.put(self.map.span_to_source(span), class);
        }
    }

    /// A tag, its attributes and its instruction. `words` are those of the whole text.
    fn tag(&mut self, tag: &AutoTag, words: &[Word]) {
        let mark = Class::plain(TokenKind::Macro);
        let open = tag.span.start;
        self.put(Span::new(open, open + "<AUTO".len() as u32), mark);
        for attribute in &tag.attributes {
            self.put(attribute.name_span, Class::plain(TokenKind::Property));
            self.put(attribute.value_span, Class::plain(TokenKind::String));
        }
        self.put(Span::new(tag.body.start - 1, tag.body.start), mark);
        if tag.close == Close::Tag {
            self.put(Span::new(tag.body.end, tag.span.end), mark);
        }
        let mut at = tag.body.start;
        let mut instruction = |page: &mut Self, span: Span| {
            if at < span.start {
                page.put(Span::new(at, span.start), Class::plain(TokenKind::String));
            }
            at = at.max(span.end);
        };
        let inside = marked(words).filter(|span| tag.body.covers(*span));
        let nested = tag.nested.iter().map(|inner| inner.span);
        let mut gaps: Vec<Span> = inside.chain(nested).collect();
        gaps.sort_unstable();
        for gap in gaps {
            instruction(self, gap);
        }
        instruction(self, Span::empty(tag.body.end));
        for inner in &tag.nested {
            self.tag(inner, words);
        }
    }
}

/// The regions between opening and closing markers, and comments.
fn marked(words: &[Word]) -> impl Iterator<Item = Span> + '_ {
    let mut open = None;
    words.iter().filter_map(move |word| match word.kind {
        WordKind::Comment => Some(word.span),
        WordKind::OpenPrint | WordKind::OpenStatement | WordKind::OpenInclude => {
            open = Some(word.span.start);
            None
        }
        WordKind::Close => open.take().map(|start| Span::new(start, word.span.end)),
        _ => None,
    })
}
