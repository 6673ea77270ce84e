use super::cursor::offset;
use super::{Kind, Lexer};
use crate::FindingKind;

/// How far the flow collection at the root is read over lines that look like block entries.
const ROOT_LIMIT: usize = 64 * 1024;

impl Lexer<'_> {
    pub(super) fn in_flow(&self) -> bool {
        !self.flow.is_empty()
    }

    /// Whether `{{` or `{%` opens a template tag that is closed on its line.
    pub(super) fn opens_template(&mut self, at: usize) -> bool {
        self.template_end(at).is_some()
    }

    /// Where the template tag at `at` ends, if it is one and ends on its line.
    fn template_end(&mut self, at: usize) -> Option<usize> {
        if self.byte(at) != b'{' {
            return None;
        }
        let close: &[u8] = match self.byte(at + 1) {
            b'{' => b"}}",
            b'%' => b"%}",
            b'#' => b"#}",
            _ => return None,
        };
        let end = self.line_end(at);
        let line = self.text.get(at..end)?;
        memchr::memmem::find(line.get(2..)?, close).map(|found| at + 2 + found + 2)
    }

    /// A line that starts with a template tag outside any quotes: text up to the end of the line.
    pub(super) fn template_text(&mut self) {
        let start = self.pos;
        let end = self.template_end(start).unwrap_or(start + 1);
        self.report(FindingKind::UnquotedTemplate, start, end);
        let mut reach = self.line_end(end);
        if let Some(comment) =
            memchr::memmem::find(self.text.get(end..reach).unwrap_or_default(), b" #")
        {
            reach = end + comment;
        }
        while reach > end && matches!(self.byte(reach - 1), b' ' | b'\t') {
            reach -= 1;
        }
        self.push(Kind::Plain, start, reach, 0);
        self.pos = reach;
    }

    /// The flow collection at `pos`, to its closing bracket or to a line that looks like a block entry. At the root of
    /// a document its own lines may look like that, so there it is tried first whether it closes without heeding them.
    pub(super) fn flow_collection(&mut self, parent: i32) {
        if parent >= 0 {
            self.flow_entries(parent);
            return;
        }
        let (pos, line_start) = (self.pos, self.line_start);
        let (tokens, findings) = (self.tokens.len(), self.findings.len());
        self.lenient_until = pos + ROOT_LIMIT;
        self.flow_entries(parent);
        self.lenient_until = 0;
        let rest = self.skip_white(self.pos);
        let ends = self.is_eol(rest) || matches!(self.byte(rest), b'#' | b':');
        if self.findings.len() > findings || !ends {
            (self.pos, self.line_start) = (pos, line_start);
            self.tokens.truncate(tokens);
            self.findings.truncate(findings);
            self.flow_entries(parent);
        }
    }

    fn flow_entries(&mut self, parent: i32) {
        let first = self.pos;
        let mut strict = true;
        self.flow.clear();
        loop {
            let at = self.pos;
            let byte = self.byte(at);
            match byte {
                b'\n' | b'\r' => {
                    let next = self.after_break(at);
                    if self.at_end(next) || self.ends_unclosed(next, parent) {
                        break;
                    }
                    self.pos = next;
                    self.line_start = next;
                    if strict {
                        strict = self.continues_strictly(next, parent);
                    }
                }
                b' ' | b'\t' => self.pos = self.skip_white(at),
                0 if self.at_end(at) => break,
                b'{' if self.in_flow() && self.opens_template(at) => self.flow_template(),
                b'[' | b'{' => {
                    self.flow.push(offset(at));
                    let kind = if byte == b'[' { Kind::SeqOpen } else { Kind::MapOpen };
                    self.push(kind, at, at + 1, 0);
                    self.pos = at + 1;
                }
                b']' | b'}' => {
                    self.close_flow(byte);
                    if !self.in_flow() {
                        return;
                    }
                }
                b',' => {
                    self.push(Kind::Comma, at, at + 1, 0);
                    self.pos = at + 1;
                }
                b'#' if at == self.line_start || matches!(self.byte(at - 1), b' ' | b'\t') => {
                    self.comment()
                }
                b'"' | b'\'' => {
                    self.quoted(parent);
                }
                b'&' => {
                    let end = self.name_end(at + 1);
                    self.push(Kind::Anchor, at, end, 0);
                    self.pos = end;
                }
                b'*' => self.alias(),
                b'!' => self.tag(),
                b':' if self.flow_blank(at + 1) || self.is_behind_json() => self.flow_colon(at),
                b'?' if self.is_blank(at + 1) => {
                    self.push(Kind::FlowQuestion, at, at + 1, 0);
                    self.pos = at + 1;
                }
                _ => self.flow_plain(parent),
            }
        }
        let end = self.pos;
        let opener = self.flow.first().map_or(first, |at| *at as usize);
        self.report(FindingKind::UnclosedFlow, opener, opener + 1);
        while self.flow.pop().is_some() {
            self.push(Kind::FlowClose, end, end, 0);
        }
    }

    fn close_flow(&mut self, byte: u8) {
        let at = self.pos;
        let opener = self.flow.pop().and_then(|at| self.text.get(at as usize));
        if opener != Some(if byte == b']' { &b'[' } else { &b'{' }) {
            self.report(FindingKind::UnexpectedToken, at, at + 1);
        }
        self.push(Kind::FlowClose, at, at + 1, 0);
        self.pos = at + 1;
    }

    fn flow_colon(&mut self, at: usize) {
        self.push(Kind::FlowColon, at, at + 1, 0);
        self.pos = at + 1;
    }

    /// Whether the last node was quoted or in brackets: the colon behind it needs no white space after it.
    fn is_behind_json(&self) -> bool {
        let last = self.tokens.iter().rev().find(|token| token.kind != Kind::Comment);
        last.is_some_and(|token| {
            matches!(token.kind, Kind::Single | Kind::Double | Kind::FlowClose)
        })
    }

    fn flow_blank(&mut self, at: usize) -> bool {
        self.is_blank(at) || matches!(self.byte(at), b',' | b'[' | b']' | b'{' | b'}')
    }

    /// A template tag in a flow collection: an expression is a scalar, a statement is passed over.
    fn flow_template(&mut self) {
        let start = self.pos;
        let end = self.template_end(start).unwrap_or(start + 1);
        self.report(FindingKind::UnquotedTemplate, start, end);
        self.pos = end;
        if self.byte(start + 1) == b'{' {
            self.flow_plain_from(start, -1);
        }
    }

    fn flow_plain(&mut self, parent: i32) {
        let start = self.pos;
        self.check_plain_start(start);
        if self.byte(start) == b'-' && self.flow_blank(start + 1) && !self.is_blank(start + 1) {
            self.report(FindingKind::UnexpectedToken, start, start + 1);
        }
        self.flow_plain_from(start, parent);
    }

    /// Plain text in a flow collection that starts at `start` and is known as far as `pos`.
    fn flow_plain_from(&mut self, start: usize, parent: i32) {
        let mut at = self.pos;
        let mut end = at.max(start + 1);
        let mut line_start = self.line_start;
        let auto = self.opens_auto(start);
        loop {
            let byte = self.byte(at);
            match byte {
                b',' | b'[' | b']' | b'}' => break,
                b'{' => match self.template_end(at) {
                    Some(close) => {
                        self.report(FindingKind::UnquotedTemplate, at, close);
                        at = close;
                        end = at;
                        continue;
                    }
                    None => break,
                },
                b':' if self.flow_blank(at + 1) || self.is_behind_json() => break,
                b'#' if at > start && matches!(self.byte(at - 1), b' ' | b'\t' | b'\n' | b'\r') => {
                    break;
                }
                b'<' if self.opens_auto(at) => {
                    self.line_start = line_start;
                    at = self.auto_end(at, parent, true);
                    line_start = self.line_start;
                    end = at;
                    continue;
                }
                b'\n' | b'\r' => {
                    let next = self.after_break(at);
                    if self.at_end(next) || self.ends_unclosed(next, parent) {
                        break;
                    }
                    let content = self.skip_white(next);
                    if self.byte(content) == b'{' && self.opens_template(content) {
                        break;
                    }
                    line_start = next;
                    at = next;
                    continue;
                }
                0 if self.at_end(at) => break,
                b' ' | b'\t' => {
                    at += 1;
                    continue;
                }
                _ => at += 1,
            }
            end = at;
        }
        let end = end.max(start + 1).min(self.text.len());
        self.push(if auto { Kind::Auto } else { Kind::Plain }, start, end, 0);
        if line_start <= end {
            self.line_start = line_start;
        }
        self.pos = end;
    }
}
