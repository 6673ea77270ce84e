use super::Lexer;
use crate::FindingKind;

const OPEN: &[u8] = b"<AUTO";
const CLOSE: &[u8] = b"</AUTO>";

impl Lexer<'_> {
    /// Whether an AUTO tag opens at `at`.
    pub(super) fn opens_auto(&mut self, at: usize) -> bool {
        self.byte(at) == b'<'
            && self.starts_with(at, OPEN)
            && matches!(self.byte(at + OPEN.len()), b'>' | b' ' | b'\t' | b'\n' | b'\r')
    }

    /// Where the AUTO tag that opens at `at` ends: behind its `</AUTO>`, behind the opening tag of a bare one, or, with
    /// a finding, at the first line that looks like a block entry. `line_start` follows.
    pub(super) fn auto_end(&mut self, at: usize, parent: i32, in_flow: bool) -> usize {
        let body = self.auto_opening_end(at);
        let bare = body.filter(|body| self.is_bare(*body));
        if let Some(body) = body.filter(|body| self.is_followed(*body, in_flow)) {
            return body;
        }
        let mut depth = 1;
        let mut cursor = body.unwrap_or(at + OPEN.len());
        let mut line_start = self.line_start;
        loop {
            let rest = self.text.get(cursor..).unwrap_or_default();
            cursor += memchr::memchr3(b'<', b'\n', b'\r', rest).unwrap_or(rest.len());
            if self.at_end(cursor) {
                break;
            }
            if matches!(self.byte(cursor), b'\n' | b'\r') {
                let next = self.after_break(cursor);
                if self.ends_unclosed(next, parent)
                    || bare.is_some() && !self.continues_body(next, parent)
                {
                    break;
                }
                cursor = next;
                line_start = next;
            } else if self.starts_with(cursor, CLOSE) {
                cursor += CLOSE.len();
                depth -= 1;
                if depth == 0 {
                    self.line_start = line_start;
                    return cursor;
                }
            } else {
                depth += usize::from(self.opens_auto(cursor));
                cursor += 1;
            }
        }
        if let Some(body) = bare {
            return body;
        }
        self.report(FindingKind::UnclosedAuto, at, body.unwrap_or(at + OPEN.len()));
        let limit = if in_flow { self.flow_limit(at, cursor) } else { cursor };
        if limit == cursor {
            self.line_start = line_start;
        }
        limit
    }

    /// Where the opening tag ends, if its `>` is on its line. Quoted attribute values may hold `>`.
    fn auto_opening_end(&mut self, at: usize) -> Option<usize> {
        let mut quote = None;
        let mut cursor = at + OPEN.len();
        loop {
            let byte = self.byte(cursor);
            match quote {
                _ if self.is_eol(cursor) => return None,
                Some(open) if byte == open => quote = None,
                None if matches!(byte, b'"' | b'\'') => quote = Some(byte),
                None if byte == b'>' => return Some(cursor + 1),
                _ => {}
            }
            cursor += 1;
        }
    }

    /// Whether the line ends behind the opening tag.
    fn is_bare(&mut self, body: usize) -> bool {
        let next = self.skip_white(body);
        self.is_eol(next)
    }

    /// Whether a comment, or in a flow collection the next indicator, follows the opening tag instead of a body.
    fn is_followed(&mut self, body: usize, in_flow: bool) -> bool {
        let next = self.skip_white(body);
        if in_flow && matches!(self.byte(next), b',' | b']' | b'}') {
            return true;
        }
        next > body && self.byte(next) == b'#' && {
            let end = self.line_end(next);
            memchr::memmem::find(self.text.get(next..end).unwrap_or_default(), CLOSE).is_none()
        }
    }

    /// Whether the line below an opening tag can be its body: indented further, no entry, no other tag.
    fn continues_body(&mut self, line: usize, parent: i32) -> bool {
        let content = self.skip_spaces(line);
        let indent = i64::try_from(content - line).unwrap_or(i64::MAX);
        self.is_eol(content)
            || (indent > i64::from(parent) || self.starts_with(content, CLOSE))
                && !self.is_indicator(content)
                && self.byte(content) != b'#'
                && !self.ends_unclosed(line, i32::try_from(indent).unwrap_or(i32::MAX))
    }

    /// Where unclosed AUTO text in a flow collection ends: it must not swallow the collection's rest.
    fn flow_limit(&mut self, at: usize, cursor: usize) -> usize {
        let text = self.text.get(at..cursor).unwrap_or_default();
        at + text
            .iter()
            .position(|b| matches!(b, b',' | b']' | b'}' | b'\n' | b'\r'))
            .unwrap_or(text.len())
    }
}
