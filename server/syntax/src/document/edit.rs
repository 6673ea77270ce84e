use std::sync::Arc;

use super::{Document, Segment, parse, place};
use crate::Span;

/// What an edit did.
#[derive(Clone, Debug)]
pub struct Change {
    /// Bytes that were re-lexed, in the new text.
    pub relexed: Span,
}

impl Document {
    /// Replaces bytes. The span is clamped to the text and to character boundaries.
    pub fn edit(&mut self, span: Span, with: &str) -> Change {
        let first = self.rope.byte_to_char(span.start.min(self.len()) as usize);
        let last = self.rope.byte_to_char(span.end.min(self.len()) as usize).max(first);
        self.rope.remove(first..last);
        self.rope.insert(first, with);
        let text = self.rope.to_string();
        let mut segments = parse(&text, &mut self.next_id);
        self.keep_identities(&mut segments);
        self.segments = Arc::new(place(segments));
        Change { relexed: Span::new(0, self.len()) }
    }

    /// Puts the old segments in the place of equal new ones, and gives those that changed the identity of what stood
    /// in their place.
    fn keep_identities(&self, new: &mut [Arc<Segment>]) {
        let old = &self.segments;
        let same = |(old, new): &(&(u32, Arc<Segment>), &Arc<Segment>)| old.1.is_same(new);
        let before = old.iter().zip(new.iter()).take_while(same).count();
        let limit = old.len().min(new.len()) - before;
        let after = old.iter().rev().zip(new.iter().rev()).take(limit).take_while(same).count();
        let (old_end, new_end) = (old.len() - after, new.len() - after);
        for (index, segment) in new.iter_mut().enumerate() {
            let kept = if index < before {
                old.get(index)
            } else if index >= new_end {
                old.get((index + old_end).saturating_sub(new_end))
            } else {
                None
            };
            if let Some((_, kept)) = kept {
                *segment = Arc::clone(kept);
            }
        }
        let left = old.get(before..old_end).unwrap_or_default();
        let right = new.get_mut(before..new_end).unwrap_or_default();
        for ((_, old), new) in left.iter().zip(right) {
            if old.is_same(new) {
                *new = Arc::clone(old);
            } else if let Some(segment) = Arc::get_mut(new) {
                segment.id = old.id;
            }
        }
    }
}
