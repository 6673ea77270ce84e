use super::cursor::offset;
use super::{Kind, Lexer};
use crate::FindingKind;

/// A line of a block scalar, as far as its place is concerned.
struct Row {
    content: usize,
    end: usize,
    indent: i64,
    blank: bool,
}

impl Lexer<'_> {
    /// A block scalar at `pos`, header and content. `parent` is the column that its content must exceed.
    pub(super) fn block_scalar(&mut self, parent: i32) {
        let start = self.pos;
        let kind = if self.byte(start) == b'|' { Kind::Literal } else { Kind::Folded };
        let token = self.tokens.len();
        self.push(kind, start, start + 1, 0);
        let (explicit, keep) = self.block_header(start + 1);
        let header_end = self.pos;
        let mut end = header_end;
        let mut kept = header_end;
        let mut indent = explicit.map(|step| i64::from(parent.max(0)) + step);
        let mut widest_blank = (0, header_end, header_end);
        let mut next = self.after_break(header_end);
        let mut reported = false;
        while next > kept {
            if self.at_end(next) {
                break;
            }
            let mut row = self.row(next);
            if !row.blank
                && row.indent <= i64::from(parent)
                && self.skip_white(row.content) == row.end
            {
                self.report(FindingKind::TabIndentation, row.content, row.end);
                row.blank = true;
            }
            if row.blank && indent.is_some_and(|indent| row.indent > indent) {
                end = row.end;
            } else if row.blank {
                if indent.is_none() && row.indent > widest_blank.0 {
                    widest_blank = (row.indent, next, row.content);
                }
            } else {
                let outdented =
                    row.indent <= i64::from(parent) || indent.is_some_and(|n| row.indent < n);
                if row.indent == 0 && self.is_marker(next) {
                    break;
                }
                if row.indent <= i64::from(parent) {
                    if !self.belongs_anyway(&row, indent) {
                        break;
                    }
                } else if outdented && self.byte(row.content) == b'#' {
                    break;
                }
                if outdented {
                    if !reported {
                        self.report(FindingKind::BadIndentation, row.content, row.end);
                    }
                    reported = true;
                } else {
                    reported = false;
                    if indent.is_none() {
                        indent = Some(row.indent);
                        if widest_blank.0 > row.indent {
                            self.report(
                                FindingKind::BadIndentation,
                                widest_blank.1,
                                widest_blank.2,
                            );
                        }
                    }
                }
                end = row.end;
            }
            if self.at_end(row.end) {
                if !row.blank || row.end > next {
                    kept = row.end;
                }
                break;
            }
            kept = row.end;
            next = self.after_break(row.end);
        }
        let end = if keep { kept.max(end) } else { end };
        let content = indent.unwrap_or(widest_blank.0.max(i64::from(parent) + 1));
        if let Some(token) = self.tokens.get_mut(token) {
            token.end = offset(end);
            token.aux = u32::try_from(content).unwrap_or(0);
        }
        self.pos = end.max(header_end);
    }

    /// The indicators behind `|` or `>`: the explicit indentation, and whether trailing breaks are kept. Leaves `pos`
    /// at the end of the header's line.
    fn block_header(&mut self, mut at: usize) -> (Option<i64>, bool) {
        let mut explicit = None;
        let mut chomping = None;
        loop {
            match self.byte(at) {
                digit @ b'1'..=b'9' if explicit.is_none() => {
                    explicit = Some(i64::from(digit - b'0'))
                }
                sign @ (b'+' | b'-') if chomping.is_none() => chomping = Some(sign),
                _ => break,
            }
            at += 1;
        }
        self.pos = at;
        self.trailing_comment();
        let end = self.line_end(self.pos);
        let rest = self.skip_white(self.pos);
        if rest < end {
            self.report(FindingKind::BadBlockHeader, rest, end);
        }
        self.pos = end;
        (explicit, chomping == Some(b'+'))
    }

    fn row(&mut self, start: usize) -> Row {
        let content = self.skip_spaces(start);
        let end = self.line_end(content);
        let indent = i64::try_from(content - start).unwrap_or(i64::MAX);
        Row { content, end, indent, blank: content == end }
    }

    /// Whether a line that is indented too little is nevertheless text of the block scalar: no block entry, comment or
    /// marker can be meant by it, and more of the scalar follows. Template tags are often written like this.
    fn belongs_anyway(&mut self, row: &Row, indent: Option<i64>) -> bool {
        let Some(indent) = indent else { return false };
        if self.byte(row.content) == b'#' || self.is_indicator(row.content) {
            return false;
        }
        let template = self.starts_with(row.content, b"{%");
        if !template && self.has_key_colon(row.content) {
            return false;
        }
        let mut next = self.after_break(row.end);
        loop {
            if self.at_end(next) {
                return false;
            }
            let row = self.row(next);
            if !row.blank {
                return row.indent >= indent || (template && self.starts_with(row.content, b"{%"));
            }
            if self.at_end(row.end) {
                return false;
            }
            next = self.after_break(row.end);
        }
    }

    /// Whether the rest of the line holds a `:` that ends a key.
    fn has_key_colon(&mut self, at: usize) -> bool {
        let end = self.line_end(at);
        let line = self.text.get(at..end).unwrap_or_default();
        memchr::memchr_iter(b':', line)
            .any(|i| line.get(i + 1).is_none_or(|next| matches!(next, b' ' | b'\t')))
    }
}
