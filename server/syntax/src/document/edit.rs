use std::sync::Arc;

use super::Document;
use super::list::{Place, SegmentList};
use super::parse::{Parsed, parse};
use super::segment::Piece;
use crate::Span;

/// What an edit did.
#[derive(Clone, Debug)]
pub struct Change {
    /// Bytes that were re-lexed, in the new text.
    pub relexed: Span,
}

/// How much text behind an edit is looked at first; most edits need less.
const MARGIN: usize = 512;

impl Document {
    /// Replaces bytes. The span is clamped to the text and to character boundaries; so is a text that would grow
    /// beyond 4 GiB.
    pub fn edit(&mut self, span: Span, with: &str) -> Change {
        let first = self.rope.byte_to_char(span.start.min(self.len()) as usize);
        let last = self.rope.byte_to_char(span.end.min(self.len()) as usize).max(first);
        let start = u32::try_from(self.rope.char_to_byte(first)).unwrap_or(u32::MAX);
        let end = u32::try_from(self.rope.char_to_byte(last)).unwrap_or(u32::MAX);
        let room = (u32::MAX - 16) - (self.len() - (end - start));
        let with = if with.len() > room as usize { "" } else { with };
        self.rope.remove(first..last);
        self.rope.insert(first, with);
        let Some(place) = self.segments.first_touched(start) else {
            let parsed = parse(with, super::State::default(), &mut self.next_id, |_, _| false);
            self.segments = SegmentList::new(parsed.pieces);
            return Change { relexed: Span::new(0, self.len()) };
        };
        let mut margin = MARGIN;
        loop {
            let window = Window::new(&self.segments, place, Span::new(start, end), with, margin);
            if let Some(parsed) = window.parse(&mut self.next_id) {
                let length = u32::try_from(parsed.end).unwrap_or(u32::MAX);
                let count = window.replaced(&parsed);
                let mut pieces = parsed.pieces;
                keep_identities(window.old.get(..count).unwrap_or_default(), &mut pieces);
                self.segments.splice(place, count, pieces);
                return Change { relexed: Span::new(place.base, place.base + length) };
            }
            margin *= 8;
        }
    }
}

/// The text round an edit.
struct Window {
    text: String,
    /// Where the inserted text ends in `text`.
    edited: usize,
    /// Whether `text` reaches the end of the document.
    complete: bool,
    /// The segments that `text` was made from.
    old: Vec<Piece>,
    /// Where each of `old` starts in `text`, if that is behind the edit.
    starts: Vec<Option<usize>>,
}

impl Window {
    fn new(list: &SegmentList, place: Place, span: Span, with: &str, margin: usize) -> Self {
        let mut window = Self {
            text: String::new(),
            edited: 0,
            complete: true,
            old: Vec::new(),
            starts: Vec::new(),
        };
        let limit = (span.end as usize).saturating_add(margin);
        let mut length = 0;
        for (base, piece) in list.iter_from(place) {
            if base as usize > limit {
                window.complete = false;
                break;
            }
            window.text.push_str(piece.segment.tree.text());
            window.old.push(piece.clone());
            window.starts.push((base >= span.end).then_some(length));
            length += piece.outline.len as usize;
        }
        let start = (span.start - place.base) as usize;
        let end = (span.end - place.base) as usize;
        window.text.replace_range(start..end, with);
        window.edited = start + with.len();
        for place in window.starts.iter_mut().flatten() {
            *place = *place - (end - start) + with.len();
        }
        window
    }

    /// Parses until a segment starts that is known. Nothing if the window is too small to say.
    fn parse(&self, next_id: &mut u64) -> Option<Parsed> {
        let state = self.old.first().map(|piece| piece.state).unwrap_or_default();
        let parsed = parse(&self.text, state, next_id, |at, state| {
            at >= self.edited
                && self
                    .index_at(at)
                    .and_then(|index| self.old.get(index))
                    .is_some_and(|old| old.state == state)
        });
        let enough = self.complete || parsed.stopped && parsed.seen <= self.text.len();
        enough.then_some(parsed)
    }

    fn index_at(&self, at: usize) -> Option<usize> {
        self.starts.binary_search_by(|start| start.cmp(&Some(at))).ok()
    }

    /// How many of the old segments were parsed again.
    fn replaced(&self, parsed: &Parsed) -> usize {
        let known = if parsed.stopped { self.index_at(parsed.end) } else { None };
        known.unwrap_or(self.old.len())
    }
}

/// Puts the old segments in the place of equal new ones, and gives those that changed the identity of what stood in
/// their place.
fn keep_identities(old: &[Piece], new: &mut [Piece]) {
    let same = |(old, new): &(&Piece, &mut Piece)| old.segment.is_same(&new.segment);
    let keep = |(old, new): (&Piece, &mut Piece)| new.segment = Arc::clone(&old.segment);
    let before = old.iter().zip(new.iter_mut()).take_while(same).map(keep).count();
    let (old, new) =
        (old.get(before..).unwrap_or_default(), new.get_mut(before..).unwrap_or_default());
    let after = old.iter().rev().zip(new.iter_mut().rev()).take_while(same).map(keep).count();
    let mut left = old.get(..old.len() - after).unwrap_or_default();
    let changed = new.len() - after;
    for new in new.iter_mut().take(changed) {
        let Some(found) = left.iter().position(|old| old.segment.role == new.segment.role) else {
            continue;
        };
        if let Some(old) = left.get(found) {
            if old.segment.is_same(&new.segment) {
                new.segment = Arc::clone(&old.segment);
            } else if let Some(segment) = Arc::get_mut(&mut new.segment) {
                segment.id = old.segment.id;
            }
        }
        left = left.get(found + 1..).unwrap_or_default();
    }
}
