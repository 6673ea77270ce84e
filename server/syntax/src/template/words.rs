//! The words of a template or condition in a flat row, read by the parser's own lexer: what colours them need not follow
//! the tree, and a half-typed expression has its words long before it has a tree.

use super::lexer::{Lexed, Place, Symbol, TokenKind, lex};
use super::pieces::{comment_end, raw_region};
use super::tags::{Marker, before, file_include, next_marker};
use crate::Span;

/// A word and where it stands in the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Word {
    /// What it is.
    pub kind: WordKind,
    /// Bytes of the text.
    pub span: Span,
}

/// Kinds of words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WordKind {
    /// `{{`, with its white space mark.
    OpenPrint,
    /// `{%`, with its white space mark.
    OpenStatement,
    /// `<<`, or the `{{` of a `file:`.
    OpenInclude,
    /// What closes the last opening, with its white space mark; empty where that is missing.
    Close,
    /// `{# ... #}`, whole.
    Comment,
    /// The path of an include.
    Path,
    /// A name or keyword, `$` included.
    Name,
    /// A number.
    Number,
    /// A quoted text, quotes included.
    Text,
    /// An operator or `.`, `,`, `:`, `?`.
    Operator,
    /// A bracket or brace.
    Bracket,
}

/// The words of a template, by position. Text to be copied has none. Every opening has its [`WordKind::Close`].
#[must_use]
pub fn template_words(text: &str) -> Vec<Word> {
    let mut words = Vec::new();
    let mut at = 0;
    while let Some((open, marker)) = next_marker(text, at) {
        let inside = open + 2 + before(text, open, marker).1;
        at = match marker {
            Marker::Include { end, path } => include(open, open + 2, path, end, &mut words),
            Marker::Comment => {
                let end = comment_end(text, open + 2).0;
                words.push(Word { kind: WordKind::Comment, span: Span::new(open, end) });
                end
            }
            Marker::Print => match file_include(text, inside) {
                Some((path, end)) => include(open, inside, path, end, &mut words),
                None => region(text, open, inside, Place::Print, &mut words),
            },
            Marker::Statement => {
                let raw = raw_region(text, inside);
                let end = region(text, open, inside, Place::Statement, &mut words);
                match raw {
                    // What stands between the two tags is text.
                    Some(raw) => raw.tag.map_or(text.len() as u32, |tag| tag.start),
                    None => end,
                }
            }
        };
    }
    words
}

/// The words of a condition, by position.
#[must_use]
pub fn condition_words(text: &str) -> Vec<Word> {
    let mut words = Vec::new();
    expression(&lex(text, 0, Place::Condition), &mut words);
    words
}

/// The words from an opening marker to its closing one; returns where the region ends.
fn region(text: &str, open: u32, inside: u32, place: Place, words: &mut Vec<Word>) -> u32 {
    let kind = if place == Place::Print { WordKind::OpenPrint } else { WordKind::OpenStatement };
    words.push(Word { kind, span: Span::new(open, inside) });
    let lexed = lex(text, inside, place);
    expression(&lexed, words);
    let close = lexed.close.unwrap_or(Span::empty(lexed.end.max(open + 2)));
    words.push(Word { kind: WordKind::Close, span: close });
    close.end
}

fn include(open: u32, inside: u32, path: Span, end: u32, words: &mut Vec<Word>) -> u32 {
    words.push(Word { kind: WordKind::OpenInclude, span: Span::new(open, inside) });
    words.push(Word { kind: WordKind::Path, span: path });
    words.push(Word { kind: WordKind::Close, span: Span::new(end - 2, end) });
    end
}

fn expression(lexed: &Lexed, words: &mut Vec<Word>) {
    use Symbol::{
        CloseBrace, CloseBracket, CloseParen, CloseTemplate, OpenBrace, OpenBracket, OpenParen,
        OpenTemplate,
    };
    words.extend(lexed.tokens.iter().filter_map(|token| {
        let kind = match token.kind {
            TokenKind::Name => WordKind::Name,
            TokenKind::Number => WordKind::Number,
            TokenKind::Text | TokenKind::OpenText | TokenKind::CurlyText => WordKind::Text,
            TokenKind::Symbol(OpenTemplate) => WordKind::OpenPrint,
            TokenKind::Symbol(CloseTemplate) => WordKind::Close,
            TokenKind::Symbol(
                OpenBrace | OpenBracket | OpenParen | CloseBrace | CloseBracket | CloseParen,
            ) => WordKind::Bracket,
            TokenKind::Symbol(_) => WordKind::Operator,
            TokenKind::Unknown | TokenKind::LineBreak => return None,
        };
        Some(Word { kind, span: token.span })
    }));
}

#[cfg(test)]
mod tests {
    use super::{WordKind, condition_words, template_words};

    #[track_caller]
    fn words(text: &str, expected: &[&str]) {
        let found: Vec<_> =
            template_words(text).into_iter().map(|it| &text[it.span.range()]).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn words_of_templates() {
        words("a {{- b.c | d(1) }} e", &["{{-", "b", ".", "c", "|", "d", "(", "1", ")", "}}"]);
        words("{% if a %}x{% endif -%}", &["{%", "if", "a", "%}", "{%", "endif", "-%}"]);
        words("{# {{ a }} #}{{ b }}", &["{# {{ a }} #}", "{{", "b", "}}"]);
        words("{{ file: a.md }} << b.md >>", &["{{", "a.md", "}}", "<<", "b.md", ">>"]);
        words(
            "{% raw %}{{ a }}{% endraw %}{{ b }}",
            &["{%", "raw", "%}", "{%", "endraw", "%}", "{{", "b", "}}"],
        );
        words("{{ a.\n{{ b }}", &["{{", "a", ".", "", "{{", "b", "}}"]);
        words("{% raw %} {{ a }}", &["{%", "raw", "%}"]);
    }

    #[test]
    fn words_of_conditions() {
        let kinds: Vec<_> = condition_words("{{ a }} > 1").into_iter().map(|it| it.kind).collect();
        use WordKind::{Close, Name, Number, OpenPrint, Operator};
        assert_eq!(kinds, [OpenPrint, Name, Close, Operator, Number]);
    }
}
