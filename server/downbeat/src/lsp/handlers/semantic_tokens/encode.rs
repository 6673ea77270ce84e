//! Tokens as the protocol numbers them: five numbers each, place relative to the token before. A segment consists of whole
//! lines, so only the line of its first token depends on anything outside it.

use std::fmt::Write as _;

use ide::{Snapshot, Token, tokens_in};
use syntax::Span;

use crate::lsp::encoding::Encoding;
use crate::lsp::ruler::Lines;

/// The numbers of a segment's tokens, as JSON.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Sheet {
    /// Line of the first token, from the start of the segment.
    first: u32,
    /// Line of the last.
    last: u32,
    /// How many tokens there are; at least one.
    pub(super) count: u32,
    /// All numbers but the very first.
    rest: Box<str>,
}

impl Sheet {
    /// The sheet of tokens of one segment, of which there is at least one.
    pub(super) fn new(text: &str, tokens: &[Token], encoding: Encoding) -> Self {
        let lines = Lines::new(text, encoding);
        let mut rest = String::with_capacity(tokens.len() * 14);
        let (mut line, mut column, mut first) = (0, 0, 0);
        for (index, token) in tokens.iter().enumerate() {
            let place = lines.position(token.span.start);
            if index == 0 {
                first = place.line;
            } else {
                push(&mut rest, place.line - line);
            }
            let same_line = index > 0 && place.line == line;
            push(&mut rest, place.character - if same_line { column } else { 0 });
            push(&mut rest, lines.width(token.span.start, token.span.end));
            push(&mut rest, token.kind as u32);
            push(&mut rest, u32::from(token.modifiers.bits()));
            (line, column) = (place.line, place.character);
        }
        Self { first, last: line, count: tokens.len() as u32, rest: rest.into() }
    }
}

fn push(numbers: &mut String, number: u32) {
    if !numbers.is_empty() {
        numbers.push(',');
    }
    // Writing to memory cannot fail.
    let _ = write!(numbers, "{number}");
}

/// Writes sheets one behind the other.
#[derive(Default)]
pub(super) struct Joined {
    json: String,
}

impl Joined {
    /// Adds a sheet whose first token stands `lines` below the token before.
    pub(super) fn add(&mut self, sheet: &Sheet, lines: u32) {
        push(&mut self.json, lines);
        self.json.push(',');
        self.json.push_str(&sheet.rest);
    }

    pub(super) fn finish(self) -> String {
        self.json
    }
}

/// How many lines the first token of each sheet stands below the token before it.
#[derive(Default)]
pub(super) struct Leads {
    line: u32,
}

impl Leads {
    /// The lead of the next sheet, whose segment starts in `line`.
    pub(super) fn next(&mut self, sheet: &Sheet, line: u32) -> u32 {
        let lead = line + sheet.first - self.line;
        self.line = line + sheet.last;
        lead
    }
}

/// The tokens that touch `span`.
pub(super) fn of_range(snapshot: &Snapshot, encoding: Encoding, span: Span) -> String {
    let (mut leads, mut joined) = (Leads::default(), Joined::default());
    for part in tokens_in(snapshot, span) {
        let touches = |token: &&Token| {
            let place = token.span.shift(part.base);
            place.start < span.end && span.start < place.end
        };
        let tokens: Vec<Token> = part.tokens.iter().filter(touches).copied().collect();
        if !tokens.is_empty() {
            let sheet = Sheet::new(part.segment.tree.text(), &tokens, encoding);
            joined.add(&sheet, leads.next(&sheet, part.line));
        }
    }
    joined.finish()
}
