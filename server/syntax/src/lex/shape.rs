use super::Lexer;

impl Lexer<'_> {
    /// Whether a document marker (`---` or `...`) stands at the line start `at`.
    pub(super) fn is_marker(&mut self, at: usize) -> bool {
        let first = self.byte(at);
        matches!(first, b'-' | b'.')
            && self.byte(at + 1) == first
            && self.byte(at + 2) == first
            && self.is_blank(at + 3)
    }

    /// Whether `-`, `?` or `:` at `at` is an indicator, so followed by white space.
    pub(super) fn is_indicator(&mut self, at: usize) -> bool {
        matches!(self.byte(at), b'-' | b'?' | b':') && self.is_blank(at + 1)
    }

    /// Whether the line at `start` ends a token that was never closed: it looks like a block entry (`word:` or `- `)
    /// and is indented no further than the token's parent, or it is a document marker. Where the parent is the document
    /// (-1), any indentation will do.
    pub(super) fn ends_unclosed(&mut self, start: usize, parent: i32) -> bool {
        let mut at = self.skip_spaces(start);
        if self.is_eol(at) {
            return false;
        }
        let indent = at - start;
        if indent == 0 && self.is_marker(start) {
            return true;
        }
        if start < self.lenient_until {
            return false;
        }
        if parent >= 0 && i64::try_from(indent).unwrap_or(i64::MAX) > i64::from(parent) {
            return false;
        }
        if self.byte(at) == b'-' && self.is_blank(at + 1) {
            return true;
        }
        let word = at;
        while self.byte(at).is_ascii_alphanumeric() || matches!(self.byte(at), b'_' | b'-' | b'.') {
            at += 1;
        }
        if at == word {
            return false;
        }
        let colon = self.skip_spaces(at);
        self.byte(colon) == b':' && self.is_blank(colon + 1)
    }
}
