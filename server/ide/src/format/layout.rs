//! Walks over the tokens of a text and says where each line goes.

use checks::Edit;
use syntax::{Role, Span, Token, TokenKind};

use super::column::{Column, Indent};
use super::frames::{Entered, Frames, Place, Shape};
use super::gap::{Break, between, breaks};
use super::inside::{self, Room};
use super::part::Part;

/// The edits that lay out the free parts, by position.
pub(super) fn edits(text: &str, tokens: &[Token], parts: &[Part], indent: Indent) -> Vec<Edit> {
    let mut layout = Layout {
        text,
        parts,
        kept_items: kept_items(parts),
        keeps_root: parts.iter().any(|part| !part.is_free()),
        part: 0,
        before: None,
        frames: Frames::new(indent),
        depth: 0,
        names_key: false,
        lines: Vec::new(),
        comments: Vec::new(),
        edits: Vec::new(),
    };
    tokens.iter().for_each(|token| layout.take(*token));
    layout.end();
    layout.finish()
}

/// A line that is placed.
#[derive(Debug)]
struct Line<'t> {
    gap: Break<'t>,
    column: u32,
    /// Whether the line breaks before it may change.
    free_before: bool,
    /// Whether its indentation may change.
    free: bool,
    /// Whether a blank line before it would be part of a value.
    in_value: bool,
}

/// A comment on a line of its own, whose place depends on what follows.
#[derive(Debug)]
struct Comment {
    /// Index of its line.
    line: usize,
    old: u32,
    /// The column of the collection that it stands in, as far as one can tell from what came before.
    round: Option<Column>,
}

struct Layout<'t> {
    text: &'t str,
    parts: &'t [Part],
    /// Per part: whether items keep the column of their dash.
    kept_items: Vec<bool>,
    /// Whether the keys of the document keep their column.
    keeps_root: bool,
    /// Index of the part that the token before is in.
    part: usize,
    before: Option<Token>,
    frames: Frames,
    /// Brackets that are open.
    depth: u32,
    /// Whether the next scalar is a key.
    names_key: bool,
    lines: Vec<Line<'t>>,
    /// Comments that wait for what follows.
    comments: Vec<Comment>,
    edits: Vec<Edit>,
}

impl<'t> Layout<'t> {
    fn take(&mut self, token: Token) {
        // The comment in the header of a block scalar is part of that scalar's token.
        if self.before.is_some_and(|before| token.start < before.end) {
            return;
        }
        let was_free = self.is_free();
        let enters = self.advance(token.start);
        if enters {
            (self.depth, self.names_key) = (0, false);
        }
        if self.is_free() || enters {
            self.place(token, was_free, enters);
        }
        if self.is_free() || self.parts.get(self.part).is_some_and(|it| it.role == Role::Head) {
            self.name_key(token);
        }
        if self.is_free() {
            let room = Room {
                beside: self.frames.column(),
                text: self.frames.in_brackets(self.depth),
                // Where nothing is open, nothing moves.
                block: self.frames.top().map_or(token.aux, |_| self.frames.below()),
            };
            inside::edits(self.text, token, room, &mut self.edits);
        }
        self.before = Some(token);
    }

    fn is_free(&self) -> bool {
        self.parts.get(self.part).is_some_and(Part::is_free)
    }

    /// Goes on to the part that `offset` is in. Says whether that is another one, or the first.
    fn advance(&mut self, offset: u32) -> bool {
        let first = self.before.is_none();
        let start = self.part;
        while self.parts.get(self.part).is_some_and(|part| part.span.end <= offset)
            && self.part + 1 < self.parts.len()
        {
            self.part += 1;
        }
        first || self.part != start
    }

    /// Finds the column of a token that starts a line, and the white space before one that does not.
    fn place(&mut self, token: Token, was_free: bool, enters: bool) {
        let gap = match self.before {
            None => Some(Break::first(self.text, token.start)),
            Some(before) => Break::read(self.text, Span::new(before.end, token.start)),
        };
        let Some(gap) = gap else {
            self.place_behind(token);
            return;
        };
        let column = self.lines.len();
        let in_value = self.before.is_some_and(|it| inside::keeps_breaks(self.text, it));
        let free_before = if self.before.is_none() { self.is_free() } else { was_free };
        self.lines.push(Line { gap, column: 0, free_before, free: self.is_free(), in_value });
        if token.kind == TokenKind::Comment && self.depth == 0 {
            let old = gap.lead.len();
            self.comments.push(Comment { line: column, old, round: self.frames.round(old) });
            return;
        }
        let old = gap.lead.len();
        let entered = self.enter(token, self.line_place(enters));
        let new = match entered {
            Some(_) => self.frames.column().new,
            None => self.other(token),
        };
        let separate = entered == Some(Entered::Further)
            && token.kind == TokenKind::Dash
            && self.frames.top().is_some_and(|top| top.of_steps);
        self.arrive(column, Column { old, new }, separate);
    }

    fn place_behind(&mut self, token: Token) {
        self.enter(token, Place::Behind);
        if let Some(before) = self.before
            && self.is_free()
            && let Some(wanted) = between(before.kind, token.kind)
        {
            self.replace(Span::new(before.end, token.start), wanted);
        }
        self.other(token);
    }

    /// How an entry that starts a line is placed. `enters` says that it is the first of its part.
    fn line_place(&self, enters: bool) -> Place {
        let Some(part) = self.parts.get(self.part).filter(|_| enters) else { return Place::Line };
        let keeps = match part.role {
            Role::Item => self.kept_items.get(self.part).is_some_and(|keeps| *keeps),
            Role::Entry | Role::Head | Role::Other => self.keeps_root,
        };
        if keeps { Place::Kept } else { Place::Line }
    }

    /// Opens the collection of an indicator or a key.
    fn enter(&mut self, token: Token, place: Place) -> Option<Entered> {
        let shape = match token.kind {
            TokenKind::Dash => Shape::Sequence,
            TokenKind::Key | TokenKind::Question | TokenKind::ExplicitColon => Shape::Mapping,
            _ => return None,
        };
        Some(self.frames.enter(shape, token.aux, place))
    }

    /// The column of a token that is no entry, where it starts a line. Keeps count of brackets.
    fn other(&mut self, token: Token) -> u32 {
        let depth = self.depth;
        match token.kind {
            TokenKind::DocumentStart | TokenKind::DocumentEnd | TokenKind::Directive => {
                self.frames.clear();
                0
            }
            TokenKind::MapOpen | TokenKind::SeqOpen => {
                self.depth += 1;
                self.frames.in_brackets(depth)
            }
            TokenKind::FlowClose => {
                self.depth = depth.saturating_sub(1);
                self.frames.in_brackets(self.depth)
            }
            _ => self.frames.in_brackets(depth),
        }
    }

    /// Remembers of a mapping whether its last key is `steps`.
    fn name_key(&mut self, token: Token) {
        match token.kind {
            TokenKind::Key => self.names_key = true,
            TokenKind::Colon => self.names_key = false,
            TokenKind::Plain | TokenKind::Single | TokenKind::Double if self.names_key => {
                let key = self.text.get(token.start as usize..token.end as usize);
                let of_steps = key.is_some_and(|key| key.trim_matches(['"', '\'']) == "steps");
                if let Some(top) = self.frames.top_mut() {
                    top.of_steps = of_steps;
                }
            }
            _ => {}
        }
    }

    /// Places a line, and the comments above it. `separate` asks for a blank line between them and what came before.
    fn arrive(&mut self, line: usize, next: Column, separate: bool) {
        let comments = std::mem::take(&mut self.comments);
        let mut first = line;
        for comment in comments.iter().rev() {
            let below = (next.old <= comment.old).then_some(next);
            let round = comment.round.filter(|round| below.is_none_or(|it| it.old < round.old));
            let new = round.or(below).unwrap_or(next).new;
            if let Some(line) = self.lines.get_mut(comment.line) {
                line.column = new;
            }
            if new == next.new && first == comment.line + 1 {
                first = comment.line;
            }
        }
        if let Some(line) = self.lines.get_mut(line) {
            line.column = next.new;
        }
        if separate {
            let start = comments.first().map_or(line, |comment| comment.line);
            self.separate(start, first, line);
        }
    }

    /// Makes sure of a blank line among those from `start` to `last`, if there is none before `first`.
    fn separate(&mut self, start: usize, first: usize, last: usize) {
        let Some(lines) = self.lines.get_mut(start..=last) else { return };
        if lines.iter().any(|line| line.gap.blank) {
            return;
        }
        let behind = lines.iter_mut().skip(first - start);
        if let Some(line) = behind.into_iter().find(|line| !line.in_value) {
            line.gap.blank = line.free_before || line.gap.blank;
        }
    }

    /// The end of the text.
    fn end(&mut self) {
        let last = self.lines.len();
        self.arrive(last, Column::default(), false);
        let start = self.before.map_or(0, |token| token.end);
        let rest = self.text.get(start as usize..).unwrap_or_default();
        if !self.is_free() || !rest.trim_matches([' ', '\t', '\n', '\r']).is_empty() {
            return;
        }
        let wanted = match (self.before, breaks(rest).next()) {
            (None, _) => "",
            (Some(_), Some((_, ending))) => ending,
            (Some(token), None) if inside::takes_last_break(self.text, token) => return,
            (Some(_), None) => breaks(self.text).next().map_or("\n", |(_, ending)| ending),
        };
        self.replace(Span::new(start, start + rest.len() as u32), wanted);
    }

    fn finish(mut self) -> Vec<Edit> {
        for line in std::mem::take(&mut self.lines) {
            if line.free_before {
                self.replace(line.gap.lines, &line.gap.wanted());
            }
            if line.free {
                self.replace(line.gap.lead, &" ".repeat(line.column as usize));
            }
        }
        self.edits.sort_by_key(|edit| edit.span);
        self.edits
    }

    /// Replaces white space, but only as much of it as differs.
    fn replace(&mut self, span: Span, wanted: &str) {
        let old = self.text.get(span.range()).unwrap_or_default();
        if old == wanted {
            return;
        }
        let same = |(left, right): &(u8, u8)| left == right;
        let before = old.bytes().zip(wanted.bytes()).take_while(same).count();
        let (old, new) =
            (old.get(before..).unwrap_or_default(), wanted.get(before..).unwrap_or_default());
        let behind = old.bytes().rev().zip(new.bytes().rev()).take_while(same).count();
        let (old, new) = match (old.get(..old.len() - behind), new.get(..new.len() - behind)) {
            // Nobody may cut `\r\n` in two.
            (Some(old), Some(new)) if !old.ends_with('\r') => (old, new),
            _ => (old, new),
        };
        let start = span.start + before as u32;
        let span = Span::new(start, start + old.len() as u32);
        self.edits.push(Edit { span, text: new.to_owned() });
    }
}

/// For each item whether its dash stays in its column: it does where any item of the same list stays as it is.
fn kept_items(parts: &[Part]) -> Vec<bool> {
    let mut kept = vec![false; parts.len()];
    let mut start = 0;
    while start < parts.len() {
        let follows = |part: &&Part| !matches!(part.role, Role::Head | Role::Entry);
        let rest = parts.get(start + 1..).unwrap_or_default();
        let end = start + 1 + rest.iter().take_while(follows).count();
        let list = parts.get(start..end).unwrap_or_default();
        if list.iter().any(|part| !part.is_free()) {
            kept.iter_mut().take(end).skip(start).for_each(|kept| *kept = true);
        }
        start = end;
    }
    kept
}
