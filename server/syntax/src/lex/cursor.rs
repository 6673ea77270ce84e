use super::{Kind, Token};
use crate::{Finding, FindingKind, Span};

/// The state of lexing: where it is, how far it looked, and what it found so far.
pub(crate) struct Lexer<'t> {
    pub(crate) text: &'t [u8],
    pub(crate) pos: usize,
    /// One past the furthest byte that was looked at; beyond the text where its end mattered.
    pub(crate) seen: usize,
    /// Start of the physical line that `pos` is on.
    pub(crate) line_start: usize,
    pub(crate) tokens: Vec<Token>,
    pub(crate) findings: Vec<Finding>,
    /// Openers of the flow collections that are open.
    pub(super) flow: Vec<u32>,
    /// Up to here, lines that look like block entries do not end a flow collection.
    pub(super) lenient_until: usize,
}

impl<'t> Lexer<'t> {
    pub(crate) fn new(text: &'t str) -> Self {
        Self {
            text: text.as_bytes(),
            pos: 0,
            seen: 0,
            line_start: 0,
            tokens: Vec::with_capacity(64),
            findings: Vec::new(),
            flow: Vec::new(),
            lenient_until: 0,
        }
    }

    /// The byte at `at`, 0 beyond the end.
    #[inline]
    pub(super) fn byte(&mut self, at: usize) -> u8 {
        if at >= self.seen {
            self.seen = at + 1;
        }
        self.text.get(at).copied().unwrap_or(0)
    }

    /// Whether `at` is the end of the text.
    #[inline]
    pub(super) fn at_end(&mut self, at: usize) -> bool {
        self.byte(at);
        at >= self.text.len()
    }

    /// Whether a line break or the end of the text is at `at`.
    #[inline]
    pub(super) fn is_eol(&mut self, at: usize) -> bool {
        matches!(self.byte(at), b'\n' | b'\r') || at >= self.text.len()
    }

    /// Whether white space, a line break or the end of the text is at `at`.
    #[inline]
    pub(super) fn is_blank(&mut self, at: usize) -> bool {
        matches!(self.byte(at), b' ' | b'\t' | b'\n' | b'\r') || at >= self.text.len()
    }

    /// Where the line round `at` ends, before its break.
    pub(super) fn line_end(&mut self, at: usize) -> usize {
        let rest = self.text.get(at..).unwrap_or_default();
        let end = at + memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len());
        self.byte(end);
        end
    }

    /// Where the line after the break at `at` starts; `at` itself at the end of the text.
    #[inline]
    pub(super) fn after_break(&mut self, at: usize) -> usize {
        match self.byte(at) {
            b'\n' if at < self.text.len() => at + 1,
            b'\r' if self.byte(at + 1) == b'\n' => at + 2,
            b'\r' => at + 1,
            _ => at,
        }
    }

    /// The first byte at or behind `at` that is no space.
    #[inline]
    pub(super) fn skip_spaces(&mut self, mut at: usize) -> usize {
        while self.byte(at) == b' ' {
            at += 1;
        }
        at
    }

    /// The first byte at or behind `at` that is neither space nor tab.
    #[inline]
    pub(super) fn skip_white(&mut self, mut at: usize) -> usize {
        while matches!(self.byte(at), b' ' | b'\t') {
            at += 1;
        }
        at
    }

    /// The column of `at`, in bytes.
    pub(super) fn column(&self, at: usize) -> u32 {
        offset(at.saturating_sub(self.line_start))
    }

    pub(super) fn starts_with(&mut self, at: usize, word: &[u8]) -> bool {
        let found = self.text.get(at..).is_some_and(|rest| rest.starts_with(word));
        self.byte(at + word.len() - 1);
        found
    }

    pub(super) fn push(&mut self, kind: Kind, start: usize, end: usize, aux: u32) {
        self.tokens.push(Token { kind, start: offset(start), end: offset(end), aux });
    }

    pub(super) fn report(&mut self, kind: FindingKind, start: usize, end: usize) {
        // One byte stands for one character in what is reported, whatever that takes.
        let is_inside = |byte: &u8| byte & 0xC0 == 0x80;
        let rest = self.text.get(end..).unwrap_or_default();
        let end = end + rest.iter().take_while(|byte| is_inside(byte)).count();
        self.findings.push(Finding { kind, span: Span::new(offset(start), offset(end)) });
    }
}

/// Texts are cut to 4 GiB before they are lexed.
pub(super) fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}
