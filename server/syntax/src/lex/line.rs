use super::{Kind, Lexer};
use crate::FindingKind;

/// The indentation of a line that has none worth the name: blank, a comment, a directive, or indented with tabs.
pub(crate) const UNINDENTED: u32 = u32::MAX;

/// A logical line that was lexed; its tokens and findings are the lexer's last ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    /// Where it starts and where the next one does.
    pub(crate) start: usize,
    pub(crate) end: usize,
    /// In columns, or [`UNINDENTED`].
    pub(crate) indent: u32,
    /// One past the furthest byte that was looked at; beyond the text where its end mattered.
    pub(crate) seen: usize,
}

impl Lexer<'_> {
    /// The logical line at `pos`; clears the tokens and findings of the one before. Nothing at the end of the text.
    pub(crate) fn line(&mut self) -> Option<Line> {
        self.tokens.clear();
        self.findings.clear();
        let start = self.pos;
        if start >= self.text.len() {
            return None;
        }
        self.line_start = start;
        self.seen = start;
        self.lenient_until = 0;
        let indent = self.line_content();
        Some(Line { start, end: self.pos, indent, seen: self.seen })
    }

    fn line_content(&mut self) -> u32 {
        let mut start = self.pos;
        if self.byte(start) == 0xef && self.starts_with(start, b"\xef\xbb\xbf") {
            start += 3;
            self.line_start = start;
            self.pos = start;
        }
        if self.is_marker(start) {
            self.marker(start);
            return 0;
        }
        if self.byte(start) == b'%' {
            let end = self.line_end(start);
            self.push(Kind::Directive, start, end, 0);
            self.pos = self.after_break(end);
            return UNINDENTED;
        }
        let spaces = self.skip_spaces(start);
        let content = self.skip_white(spaces);
        self.pos = content;
        if self.is_eol(content) {
            self.pos = self.after_break(content);
            return UNINDENTED;
        }
        if self.byte(content) == b'#' {
            self.comment();
            self.pos = self.after_break(self.pos);
            return UNINDENTED;
        }
        let indent = super::cursor::offset(spaces - start);
        if content == spaces {
            self.block_node(i32::try_from(indent).unwrap_or(i32::MAX) - 1, indent);
            self.finish();
            return indent;
        }
        let tokens = self.tokens.len();
        self.block_node(i32::try_from(indent).unwrap_or(i32::MAX) - 1, UNINDENTED);
        self.finish();
        let entry =
            |kind| matches!(kind, Kind::Key | Kind::Dash | Kind::Question | Kind::ExplicitColon);
        if self.tokens.get(tokens).is_some_and(|token| entry(token.kind)) {
            self.report(FindingKind::TabIndentation, spaces, content);
        }
        UNINDENTED
    }

    fn marker(&mut self, start: usize) {
        let kind = if self.byte(start) == b'-' { Kind::DocumentStart } else { Kind::DocumentEnd };
        self.push(kind, start, start + 3, 0);
        self.pos = start + 3;
        if kind == Kind::DocumentStart {
            self.pos = self.skip_white(self.pos);
            if self.is_eol(self.pos) || self.byte(self.pos) == b'#' {
                self.node_below(-1);
            } else {
                let first = self.tokens.len();
                self.block_node(-1, self.column(self.pos));
                if let Some(entry) = self.tokens.get(first).filter(|t| {
                    matches!(t.kind, Kind::Key | Kind::Dash | Kind::Question | Kind::ExplicitColon)
                }) {
                    let (start, end) = (entry.start as usize, entry.end as usize);
                    self.report(FindingKind::UnexpectedToken, start, end.max(start + 1));
                }
            }
        }
        self.finish();
    }

    /// A comment at `pos`, to the end of the line.
    pub(super) fn comment(&mut self) {
        let start = self.pos;
        let end = self.line_end(start);
        self.push(Kind::Comment, start, end, 0);
        self.pos = end;
    }

    /// White space and a comment behind a token; the comment needs the white space.
    pub(super) fn trailing_comment(&mut self) {
        let at = self.skip_white(self.pos);
        if self.byte(at) == b'#'
            && (at == self.line_start || matches!(self.byte(at - 1), b' ' | b'\t'))
        {
            self.pos = at;
            self.comment();
        }
    }

    /// The rest of the line behind its last node, and the line break.
    fn finish(&mut self) {
        self.trailing_comment();
        let rest = self.skip_white(self.pos);
        let end = self.line_end(rest);
        if rest < end {
            self.report(FindingKind::UnexpectedText, rest, end);
        }
        self.pos = self.after_break(end);
    }
}
