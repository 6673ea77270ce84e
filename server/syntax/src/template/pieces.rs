//! Templates: text, markers, and statements that enclose other pieces. A stack, not recursion, holds open statements.

use super::expressions::Parser;
use super::lexer::{Lexed, Place, lex};
use super::statements::{Statement, statement};
use super::tags::{Marker, Strip, after, before, file_include, next_marker, stripped, trim};
use super::tree::{Part, SyntaxError, Template};
use crate::Span;

/// How deep statements may stand in each other.
const MAX_NESTING: usize = 64;

/// Parses a template.
#[must_use]
pub fn parse_template(text: &str) -> Template {
    let mut builder = Builder {
        text,
        errors: Vec::new(),
        open: Vec::new(),
        parts: Vec::new(),
        strip: Strip::Keep,
    };
    let mut at = 0;
    while let Some((open, marker)) = next_marker(text, at) {
        at = builder.piece(at, open, marker);
    }
    let len = text.len() as u32;
    builder.copy(Span::new(at, len), Strip::Keep);
    while let Some(open) = builder.open.pop() {
        builder.report_unclosed(&open);
        builder.finish(open, len);
    }
    let Builder { mut errors, mut parts, .. } = builder;
    errors.sort_by_key(|it| it.span);
    parts.shrink_to_fit();
    Template { parts, errors, len }
}

/// A statement whose end has not come yet.
struct Open {
    word: &'static str,
    tag: Span,
    part: Part,
    section: Section,
    /// The pieces before it.
    outer: Vec<Part>,
}

/// Which part of an open statement is being filled.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Section {
    Body,
    Else,
}

struct Builder<'t> {
    text: &'t str,
    errors: Vec<SyntaxError>,
    open: Vec<Open>,
    /// The pieces of the innermost open statement so far.
    parts: Vec<Part>,
    /// What the last tag does to the text behind it.
    strip: Strip,
}

impl Builder<'_> {
    /// Reads the text from `from` and the piece at `open`; returns where the piece ends.
    fn piece(&mut self, from: u32, open: u32, marker: Marker) -> u32 {
        let (strip, mark) = before(self.text, open, marker);
        self.copy(Span::new(from, open), strip);
        let inside = open + 2 + mark;
        let (end, after) = match marker {
            Marker::Include { end, path } => (self.include(open, end, path), Strip::Keep),
            Marker::Print => match file_include(self.text, inside) {
                Some((path, end)) => (self.include(open, end, path), Strip::Keep),
                None => self.print(open, inside, strip),
            },
            Marker::Comment => self.comment(open),
            Marker::Statement => match self.raw(open, inside) {
                Some(end) => end,
                None => self.statement(open, inside, strip),
            },
        };
        self.strip = after;
        end
    }

    fn include(&mut self, open: u32, end: u32, path_span: Span) -> u32 {
        let path = self.text.get(path_span.range()).unwrap_or_default().to_owned();
        self.parts.push(Part::Include { span: Span::new(open, end), path, path_span });
        end
    }

    fn print(&mut self, open: u32, inside: u32, strip: Strip) -> (u32, Strip) {
        let lexed = lex(self.text, inside, Place::Print);
        let (end, after) = self.close(open, &lexed, Marker::Print);
        let mut parser = Parser::new(self.text, &lexed, Place::Print, &mut self.errors);
        if lexed.close.is_none() {
            parser.report("`{{` is never closed with `}}`", Span::new(open, inside));
        }
        let expr = parser.tuple();
        parser.expect_end();
        self.parts.push(Part::Print { span: Span::new(open, end), expr, trim: trim(strip, after) });
        (end, after)
    }

    fn comment(&mut self, open: u32) -> (u32, Strip) {
        let inside = open + 2;
        let (end, close) = comment_end(self.text, inside);
        self.parts.push(Part::Comment(Span::new(open, end)));
        match close {
            Some(close) => (end, after(self.text, close, Marker::Comment)),
            None => {
                self.error("`{#` is never closed with `#}`", Span::new(open, inside));
                (end, Strip::Keep)
            }
        }
    }

    /// `{% raw %} text {% endraw %}`, if that stands at `open`.
    fn raw(&mut self, open: u32, inside: u32) -> Option<(u32, Strip)> {
        let raw = raw_region(self.text, inside)?;
        let first = match after(self.text, raw.close, Marker::Statement) {
            Strip::Line => Strip::Keep,
            other => other,
        };
        let Some(tag) = raw.tag else {
            let end = self.text.len() as u32;
            let start = raw.close.end;
            self.error("`{% raw %}` is never closed with `{% endraw %}`", Span::new(open, start));
            self.parts.push(Part::Raw { span: Span::new(open, end), text: Span::new(start, end) });
            return Some((end, Strip::Keep));
        };
        let body = Span::new(raw.close.end, tag.start);
        let text = stripped(self.text, body, first, tag.strip);
        self.parts.push(Part::Raw { span: Span::new(open, tag.close.end), text });
        Some((tag.close.end, after(self.text, tag.close, Marker::Statement)))
    }

    fn statement(&mut self, open: u32, inside: u32, strip: Strip) -> (u32, Strip) {
        let lexed = lex(self.text, inside, Place::Statement);
        let (end, after) = self.close(open, &lexed, Marker::Statement);
        let tag = Span::new(open, end);
        let mut parser = Parser::new(self.text, &lexed, Place::Statement, &mut self.errors);
        if lexed.close.is_none() {
            parser.report("`{%` is never closed with `%}`", Span::new(open, inside));
        }
        match statement(&mut parser, tag, trim(strip, after)) {
            Statement::Open(..) if self.open.len() >= MAX_NESTING => {
                self.error("statements are nested too deeply", tag)
            }
            Statement::Open(word, part) => {
                let outer = std::mem::take(&mut self.parts);
                self.open.push(Open { word, tag, part, section: Section::Body, outer });
            }
            Statement::Whole(part) => self.parts.push(part),
            Statement::Elif(test) => match self.open.last_mut() {
                Some(Open { part: Part::If { branches, .. }, section: Section::Body, .. }) => {
                    if let Some(last) = branches.last_mut() {
                        last.1 = std::mem::take(&mut self.parts);
                    }
                    branches.push((test, Vec::new()));
                }
                _ => self.error("`elif` stands in no `if`", tag),
            },
            Statement::Else => match self.open.last_mut() {
                Some(
                    open @ Open {
                        part: Part::If { .. } | Part::For { .. },
                        section: Section::Body,
                        ..
                    },
                ) => {
                    fill(open, std::mem::take(&mut self.parts));
                    open.section = Section::Else;
                }
                _ => self.error("`else` stands in no `if` or `for`", tag),
            },
            Statement::Close(word) => self.close_statement(word, tag),
            Statement::Unreadable => {}
        }
        (end, after)
    }

    /// Ends the innermost open `word`; statements inside that never ended are reported.
    fn close_statement(&mut self, word: &'static str, tag: Span) {
        if !self.open.iter().any(|it| it.word == word) {
            self.error(&format!("`end{word}` closes nothing"), tag);
            return;
        }
        while let Some(open) = self.open.pop() {
            if open.word == word {
                self.finish(open, tag.end);
                return;
            }
            self.report_unclosed(&open);
            self.finish(open, tag.start);
        }
    }

    fn report_unclosed(&mut self, open: &Open) {
        let word = open.word;
        self.error(&format!("`{{% {word} %}}` is never closed with `{{% end{word} %}}`"), open.tag);
    }

    fn finish(&mut self, mut open: Open, end: u32) {
        let mut body = std::mem::take(&mut self.parts);
        body.shrink_to_fit();
        fill(&mut open, body);
        self.parts = open.outer;
        set_end(&mut open.part, end);
        self.parts.push(open.part);
    }

    /// Where a region ends and what that does to the text behind it.
    fn close(&self, open: u32, lexed: &Lexed, marker: Marker) -> (u32, Strip) {
        match lexed.close {
            Some(close) => (close.end, after(self.text, close, marker)),
            None => (lexed.end.max(open + 2), Strip::Keep),
        }
    }

    fn copy(&mut self, span: Span, strip: Strip) {
        let kept = stripped(self.text, span, self.strip, strip);
        self.strip = Strip::Keep;
        if !kept.is_empty() {
            self.parts.push(Part::Text(kept));
        }
    }

    fn error(&mut self, message: &str, span: Span) {
        self.errors.push(SyntaxError { message: message.to_owned(), span });
    }
}

/// The end of the comment whose content starts at `inside`, and its closing marker; without one it ends with its line.
pub(super) fn comment_end(text: &str, inside: u32) -> (u32, Option<Span>) {
    let rest = text.get(inside as usize..).unwrap_or_default();
    let Some(length) = rest.find("#}") else {
        return (inside + rest.find('\n').unwrap_or(rest.len()) as u32, None);
    };
    let end = inside + length as u32 + 2;
    let mark = u32::from(rest.get(..length).is_some_and(|it| it.ends_with(['-', '+'])));
    (end, Some(Span::new(end - 2 - mark, end)))
}

/// A `{% raw %}` and what ends it.
pub(super) struct Raw {
    /// The closing marker of `{% raw %}`.
    pub(super) close: Span,
    /// `{% endraw %}`, unless it is missing.
    pub(super) tag: Option<RawEnd>,
}

/// `{% endraw %}`
pub(super) struct RawEnd {
    /// Where it starts.
    pub(super) start: u32,
    /// What it does to the text before it.
    strip: Strip,
    /// Its closing marker.
    close: Span,
}

/// The raw region whose tag's content starts at `inside`, if `raw` stands there.
pub(super) fn raw_region(text: &str, inside: u32) -> Option<Raw> {
    let close = bare_tag(text, inside, "raw")?;
    let mut at = close.end;
    while let Some(length) = text.get(at as usize..).and_then(|it| it.find("{%")) {
        let start = at + length as u32;
        let (strip, mark) = before(text, start, Marker::Statement);
        if let Some(end) = bare_tag(text, start + 2 + mark, "endraw") {
            return Some(Raw { close, tag: Some(RawEnd { start, strip, close: end }) });
        }
        at = start + 2;
    }
    Some(Raw { close, tag: None })
}

/// `word` alone up to `%}`: the closing marker.
fn bare_tag(text: &str, inside: u32, word: &str) -> Option<Span> {
    let rest = text.get(inside as usize..)?;
    let body = rest.trim_start().strip_prefix(word)?.trim_start();
    let close = inside + (rest.len() - body.len()) as u32;
    let mark = u32::from(body.starts_with(['-', '+']));
    let closes = body.get(mark as usize..).is_some_and(|it| it.starts_with("%}"));
    closes.then(|| Span::new(close, close + mark + 2))
}

/// Puts pieces where the open statement is being filled.
fn fill(open: &mut Open, parts: Vec<Part>) {
    match (&mut open.part, open.section) {
        (Part::If { branches, .. }, Section::Body) => {
            if let Some(last) = branches.last_mut() {
                last.1 = parts;
            }
        }
        (Part::If { otherwise, .. } | Part::For { otherwise, .. }, Section::Else) => {
            *otherwise = parts
        }
        (
            Part::For { body, .. }
            | Part::SetBlock { body, .. }
            | Part::With { body, .. }
            | Part::Autoescape { body, .. }
            | Part::Filter { body, .. }
            | Part::Macro { body, .. }
            | Part::Call { body, .. },
            _,
        ) => *body = parts,
        _ => {}
    }
}

fn set_end(part: &mut Part, to: u32) {
    if let Part::If { span, .. }
    | Part::For { span, .. }
    | Part::SetBlock { span, .. }
    | Part::With { span, .. }
    | Part::Autoescape { span, .. }
    | Part::Filter { span, .. }
    | Part::Macro { span, .. }
    | Part::Call { span, .. } = part
    {
        span.end = span.end.max(to);
    }
}
