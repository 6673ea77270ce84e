use super::{Kind, Lexer};
use crate::FindingKind;

/// How far plain text reaches on its line.
pub(super) struct Reach {
    /// Behind the last byte that is no white space.
    pub(super) end: usize,
    /// What stopped it.
    pub(super) stop: Stop,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Stop {
    /// The end of the line.
    Line,
    /// A `:` that makes it a key.
    Colon,
    /// ` #`
    Comment,
}

impl Lexer<'_> {
    /// How far the plain text at `at` reaches in block context: over whole AUTO tags, else to the end of its line.
    pub(super) fn plain_reach(&mut self, start: usize, parent: i32) -> Reach {
        let mut at = start;
        let mut end = start;
        loop {
            match self.byte(at) {
                b'\n' | b'\r' => return Reach { end, stop: Stop::Line },
                0 if at >= self.text.len() => return Reach { end, stop: Stop::Line },
                b' ' | b'\t' => {
                    at += 1;
                    if self.byte(at) == b'#' {
                        return Reach { end, stop: Stop::Comment };
                    }
                    continue;
                }
                b':' if self.is_blank(at + 1) => return Reach { end, stop: Stop::Colon },
                b'<' if self.opens_auto(at) => {
                    at = self.auto_end(at, parent, false);
                    end = at;
                    continue;
                }
                _ => at += 1,
            }
            end = at;
        }
    }

    /// A plain scalar at `pos` in block context, with the lines that continue it. `text_only` says that dashes end it:
    /// where its parent is not known, they rather start an item.
    pub(super) fn plain(&mut self, parent: i32, dashes: Dashes) {
        let start = self.pos;
        let findings = self.findings.len();
        self.check_plain_start(start);
        let auto = self.opens_auto(start);
        let column = self.column(start);
        let mut reach = self.plain_reach(start, parent);
        if reach.stop == Stop::Colon {
            // `a: b: c`: text for the value's sake, but no mapping can start here.
            let colon = self.skip_white(reach.end);
            if self.findings.len() == findings {
                self.report(FindingKind::NestedMappingOnOneLine, colon, colon + 1);
            }
            while reach.stop == Stop::Colon {
                let colon = self.skip_white(reach.end);
                let mut rest = self.plain_reach(colon + 1, parent);
                rest.end = rest.end.max(colon + 1);
                reach = rest;
            }
        }
        while reach.stop == Stop::Line {
            let Some(line) = self.plain_continuation(reach.end, parent, dashes) else { break };
            let saved = (self.line_start, self.findings.len());
            let content = self.skip_white(line);
            self.line_start = line;
            let next = self.plain_reach(content, parent);
            if next.stop == Stop::Colon {
                self.line_start = saved.0;
                self.findings.truncate(saved.1);
                break;
            }
            reach = next;
        }
        self.push(if auto { Kind::Auto } else { Kind::Plain }, start, reach.end, column);
        self.pos = reach.end;
    }

    /// The start of the line that continues plain text which ends its own line at `end`.
    fn plain_continuation(&mut self, end: usize, parent: i32, dashes: Dashes) -> Option<usize> {
        let mut line = self.line_end(end);
        loop {
            let next = self.after_break(line);
            if next == line || self.at_end(next) {
                return None;
            }
            let spaces = self.skip_spaces(next);
            let content = self.skip_white(spaces);
            if self.is_eol(content) {
                line = content;
                continue;
            }
            let indent = i64::try_from(spaces - next).unwrap_or(i64::MAX);
            let stops = indent <= i64::from(parent)
                || self.byte(content) == b'#'
                || spaces == next && self.is_marker(next)
                || dashes == Dashes::End && self.is_indicator(content);
            return (!stops).then_some(next);
        }
    }

    /// Reports a character that no plain scalar may start with.
    pub(super) fn check_plain_start(&mut self, at: usize) {
        let kind = match self.byte(at) {
            b'@' | b'`' | b'%' => FindingKind::ReservedIndicator,
            b',' | b']' | b'}' | b'[' | b'{' | b'|' | b'>' | b'#' => FindingKind::UnexpectedToken,
            b'-' | b'?' if self.is_blank(at + 1) => FindingKind::UnexpectedToken,
            _ => return,
        };
        self.report(kind, at, at + 1);
    }
}

/// What a line that starts with `- ` does below plain text.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Dashes {
    /// It is more text, as YAML has it.
    Text,
    /// It ends the text.
    End,
}
