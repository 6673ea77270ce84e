use super::{Kind, Lexer};
use crate::FindingKind;

impl Lexer<'_> {
    /// A quoted scalar at `pos`. `parent` is the column that its further lines must exceed.
    pub(super) fn quoted(&mut self, parent: i32) {
        let start = self.pos;
        let quote = self.byte(start);
        let kind = if quote == b'"' { Kind::Double } else { Kind::Single };
        let mut at = start + 1;
        let mut strict = true;
        loop {
            let rest = self.text.get(at..).unwrap_or_default();
            let skip = if quote == b'"' {
                rest.iter().position(|b| matches!(b, b'"' | b'\\' | b'\n' | b'\r'))
            } else {
                memchr::memchr3(b'\'', b'\n', b'\r', rest)
            };
            at += skip.unwrap_or(rest.len());
            if self.at_end(at) {
                break;
            }
            match self.byte(at) {
                b'\\' => at = self.escape(at),
                b'\'' if quote == b'\'' && self.byte(at + 1) == b'\'' => at += 2,
                b'\n' | b'\r' => {
                    let next = self.after_break(at);
                    if self.ends_unclosed(next, parent) {
                        break;
                    }
                    at = next;
                    self.line_start = next;
                    if strict {
                        strict = self.continues_strictly(next, parent);
                    }
                }
                _ => {
                    self.push(kind, start, at + 1, 0);
                    self.pos = at + 1;
                    return;
                }
            }
        }
        self.push(kind, start, at, 0);
        self.report(FindingKind::UnclosedQuote, start, start + 1);
        self.pos = at;
    }

    /// Reports a line of a quoted scalar or flow collection that is indented no further than its parent. Says
    /// whether all is well.
    pub(super) fn continues_strictly(&mut self, line: usize, parent: i32) -> bool {
        let content = self.skip_spaces(line);
        let indent = i64::try_from(content - line).unwrap_or(i64::MAX);
        if indent > i64::from(parent)
            || self.skip_white(content) != content && self.is_eol_after_white(content)
        {
            return true;
        }
        if self.is_eol(content) {
            return true;
        }
        self.report(FindingKind::NotStrict, line, content + 1);
        false
    }

    fn is_eol_after_white(&mut self, at: usize) -> bool {
        let end = self.skip_white(at);
        self.is_eol(end)
    }

    /// Checks the escape at `at` and says where it ends.
    fn escape(&mut self, at: usize) -> usize {
        let digits = match self.byte(at + 1) {
            b'0' | b'a' | b'b' | b't' | b'\t' | b'n' | b'v' | b'f' | b'r' | b'e' | b' ' | b'"'
            | b'/' | b'\\' | b'N' | b'_' | b'L' | b'P' => return at + 2,
            // The break is looked at by the caller.
            b'\n' | b'\r' => return at + 1,
            b'x' => 2,
            b'u' => 4,
            b'U' => 8,
            _ => {
                let mut end = at + 1;
                if !self.at_end(end) {
                    end += 1;
                    while self.text.get(end).is_some_and(|b| (0x80..0xc0).contains(b)) {
                        end += 1;
                    }
                }
                self.report(FindingKind::BadEscape, at, end);
                // A quote behind it still ends the scalar.
                return if self.byte(at + 1) == b'\'' { at + 1 } else { end };
            }
        };
        let first = at + 2;
        let mut end = first;
        while end < first + digits && self.byte(end).is_ascii_hexdigit() {
            end += 1;
        }
        let code = self
            .text
            .get(first..end)
            .and_then(|hex| std::str::from_utf8(hex).ok())
            .and_then(|hex| u32::from_str_radix(hex, 16).ok());
        let surrogate = digits == 4 && code.is_some_and(|c| (0xd800..0xe000).contains(&c));
        if end < first + digits || (!surrogate && code.and_then(char::from_u32).is_none()) {
            self.report(FindingKind::BadEscape, at, end);
        }
        end
    }
}
