use super::line::UNINDENTED;
use super::plain::{Dashes, Stop};
use super::{Kind, Lexer};
use crate::FindingKind;

impl Lexer<'_> {
    /// The content of a line in block context: indicators, keys and a value. `parent` is the column that a scalar's
    /// further lines must exceed as long as no indicator or key says better; `column` is that of `pos`.
    pub(super) fn block_node(&mut self, mut parent: i32, mut column: u32) {
        while self.is_indicator(self.pos) {
            let at = self.pos;
            let kind = match self.byte(at) {
                b'-' => Kind::Dash,
                b'?' => Kind::Question,
                _ => Kind::ExplicitColon,
            };
            self.push(kind, at, at + 1, column);
            parent = i32::try_from(self.column(at)).unwrap_or(i32::MAX);
            self.pos = self.skip_white(at + 1);
            if self.is_eol(self.pos) || self.byte(self.pos) == b'#' {
                self.pos = at + 1;
                self.node_below(parent);
                return;
            }
            let tab = self.text.get(at + 1..self.pos).is_some_and(|gap| gap.contains(&b'\t'));
            if tab && self.starts_entry(self.pos, parent) {
                self.report(FindingKind::TabIndentation, at + 1, self.pos);
            }
            column = self.column(self.pos);
        }
        if self.key_or_start(parent, column) {
            parent = self.key_column(parent);
            self.pos = self.skip_white(self.pos);
            if !self.properties() {
                self.node_below(parent);
                return;
            }
            self.value(parent, Dashes::Text);
        }
    }

    /// The column of the key that was just lexed; below a tab it counts as one more than `parent`.
    fn key_column(&self, parent: i32) -> i32 {
        let key =
            self.tokens.iter().rev().find(|token| token.kind == Kind::Key).map(|token| token.aux);
        key.and_then(|column| i32::try_from(column).ok()).unwrap_or(parent + 1)
    }

    /// Whether an indicator or a key stands at `at`; used where white space before it must be no tab.
    fn starts_entry(&mut self, at: usize, parent: i32) -> bool {
        self.is_indicator(at)
            || !matches!(self.byte(at), b'"' | b'\'' | b'[' | b'{' | b'|' | b'>' | b'<')
                && self.plain_reach(at, parent).stop == Stop::Colon
    }

    /// Lexes an implicit key with its colon at `pos` and says so, or else the whole node.
    fn key_or_start(&mut self, parent: i32, column: u32) -> bool {
        let start = self.pos;
        let marker = self.tokens.len();
        self.push(Kind::Start, start, start, column);
        if !self.properties() {
            self.node_below(parent);
            return false;
        }
        let dashes = if column == UNINDENTED || marker == 0 { Dashes::End } else { Dashes::Text };
        let tokens = self.tokens.len();
        // A node that stands alone without a parent on the lines before it ends at entries in its own column.
        let beside = if marker == 0 && parent >= 0 { parent + 1 } else { parent };
        if self.implicit_key(beside) {
            let colon = self.skip_white(self.pos);
            self.push(Kind::Colon, colon, colon + 1, 0);
            self.pos = colon + 1;
            if let Some(token) = self.tokens.get_mut(marker) {
                token.kind = Kind::Key;
            }
            return true;
        }
        if self.tokens.len() == tokens {
            self.value(parent, dashes);
        }
        false
    }

    /// Tries an implicit key at `pos`. If it is none, a plain one leaves no trace; quoted scalars, flow collections and
    /// aliases stay, as the value that they then are.
    fn implicit_key(&mut self, parent: i32) -> bool {
        let start = self.pos;
        let line = self.line_start;
        match self.byte(start) {
            b'"' | b'\'' => self.quoted(parent),
            b'[' | b'{' if !self.opens_template(start) => self.flow_collection(parent),
            b'*' => self.alias(),
            b'|' | b'>' => return false,
            b':' if self.is_blank(start + 1) => return true,
            _ => {
                if self.opens_template(start) || self.opens_auto(start) {
                    return false;
                }
                let findings = self.findings.len();
                let reach = self.plain_reach(start, parent);
                if reach.stop != Stop::Colon {
                    self.findings.truncate(findings);
                    self.line_start = line;
                    return false;
                }
                self.check_plain_start(start);
                self.push(Kind::Plain, start, reach.end, 0);
                self.pos = reach.end;
                return true;
            }
        }
        let colon = self.skip_white(self.pos);
        if self.byte(colon) != b':' || !self.is_blank(colon + 1) {
            return false;
        }
        if self.line_start != line {
            self.report(FindingKind::UnexpectedToken, colon, colon + 1);
        }
        true
    }

    /// The properties at `pos`. Says whether something follows them on the line.
    fn properties(&mut self) -> bool {
        loop {
            match self.byte(self.pos) {
                b'&' => self.anchor(),
                b'!' => self.tag(),
                b'#' => return self.pos > self.line_start && !self.is_blank(self.pos - 1),
                _ => return !self.is_eol(self.pos),
            }
            let end = self.pos;
            self.pos = self.skip_white(end);
            if self.pos == end && !self.is_eol(end) {
                self.report(FindingKind::UnexpectedToken, end, end + 1);
            }
        }
    }

    /// The value at `pos`, behind a key or alone.
    fn value(&mut self, parent: i32, dashes: Dashes) {
        let at = self.pos;
        match self.byte(at) {
            b'"' | b'\'' => self.quoted(parent),
            b'[' | b'{' if self.opens_template(at) => self.template_text(),
            b'[' | b'{' => self.flow_collection(parent),
            b'|' | b'>' => self.block_scalar(parent),
            b'*' => self.alias(),
            _ => self.plain(parent, dashes),
        }
    }

    /// The node of an indicator or key that ended its line: it may stand alone on a line below, unless a block
    /// collection does. Leaves `pos` at the end of a line.
    pub(super) fn node_below(&mut self, parent: i32) {
        self.trailing_comment();
        let end = self.skip_white(self.pos);
        if !self.is_eol(end) {
            return;
        }
        self.pos = end;
        let here = (self.pos, self.line_start, self.tokens.len(), self.findings.len());
        loop {
            let next = self.after_break(self.pos);
            if next == self.pos || self.at_end(next) {
                break;
            }
            let spaces = self.skip_spaces(next);
            let content = self.skip_white(spaces);
            self.line_start = next;
            self.pos = content;
            if self.is_eol(content) {
                continue;
            }
            if self.byte(content) == b'#' {
                self.comment();
                continue;
            }
            let indent = i64::try_from(spaces - next).unwrap_or(i64::MAX);
            if indent <= i64::from(parent)
                || self.is_indicator(content)
                || spaces == next && self.is_marker(next)
            {
                break;
            }
            if self.byte(content) == b'%' && spaces == next {
                break;
            }
            if self.node_alone(parent) {
                return;
            }
            break;
        }
        (self.pos, self.line_start) = (here.0, here.1);
        self.tokens.truncate(here.2);
        self.findings.truncate(here.3);
    }

    /// The node alone on the line at `pos`, unless it is a key.
    fn node_alone(&mut self, parent: i32) -> bool {
        if !self.properties() {
            self.node_below(parent);
            return true;
        }
        let tokens = self.tokens.len();
        if self.implicit_key(parent) {
            return false;
        }
        if self.tokens.len() == tokens {
            self.value(parent, Dashes::Text);
        }
        true
    }

    fn anchor(&mut self) {
        let start = self.pos;
        let end = self.name_end(start + 1);
        self.push(Kind::Anchor, start, end, 0);
        if end == start + 1 {
            self.report(FindingKind::BadAnchor, start, end);
        }
        self.pos = end;
    }

    pub(super) fn alias(&mut self) {
        let start = self.pos;
        let end = self.name_end(start + 1);
        self.push(Kind::Alias, start, end, 0);
        if end == start + 1 {
            self.report(FindingKind::BadAnchor, start, end);
        }
        self.pos = end;
    }

    /// Where the name of an anchor or alias ends.
    pub(super) fn name_end(&mut self, mut at: usize) -> usize {
        loop {
            let closes = matches!(self.byte(at), b',' | b'[' | b']' | b'{' | b'}');
            if self.is_blank(at) || (closes && self.in_flow()) {
                return at;
            }
            at += 1;
        }
    }

    pub(super) fn tag(&mut self) {
        let start = self.pos;
        let mut at = start + 1;
        if self.byte(at) == b'<' {
            while !self.is_blank(at) && self.byte(at) != b'>' {
                at += 1;
            }
            if self.byte(at) == b'>' {
                at += 1;
            }
        } else {
            while !self.is_blank(at) && !matches!(self.byte(at), b',' | b'[' | b']' | b'{' | b'}') {
                at += 1;
            }
        }
        self.push(Kind::Tag, start, at, 0);
        self.pos = at;
    }
}
