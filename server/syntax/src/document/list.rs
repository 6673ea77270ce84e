//! The segments of a document as a list that is cheap to clone, to search by offset and to change in one place.
//!
//! Two levels: chunks of segments with their sums. No position is stored, so nothing behind a change shifts. A search
//! adds up the chunks, which is less than the rest of an edit up to millions of lines.

use std::sync::Arc;

use super::segment::{Piece, Segment};

/// Chunks are cut to this many segments, and cut anew beyond twice as many.
const CHUNK: usize = 64;

#[derive(Debug)]
struct Chunk {
    pieces: Vec<Piece>,
    bytes: u32,
    /// The furthest that one of them looked beyond its end.
    look: u32,
}

impl Chunk {
    fn new(pieces: Vec<Piece>) -> Arc<Self> {
        let bytes = pieces.iter().map(|piece| piece.outline.len).sum();
        let look = pieces.iter().map(|piece| piece.look).max().unwrap_or(0);
        Arc::new(Self { pieces, bytes, look })
    }
}

/// A place in the list.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    chunk: usize,
    index: usize,
    /// Offset of the segment there.
    pub(super) base: u32,
}

impl Place {
    pub(super) const START: Self = Self { chunk: 0, index: 0, base: 0 };
}

#[derive(Clone, Debug)]
pub(super) struct SegmentList {
    chunks: Arc<Vec<Arc<Chunk>>>,
}

impl SegmentList {
    pub(super) fn new(pieces: Vec<Piece>) -> Self {
        Self { chunks: Arc::new(cut(pieces).collect()) }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (u32, &Arc<Segment>)> {
        self.iter_from(Place::START).map(|(base, piece)| (base, &piece.segment))
    }

    /// The segments from `place` on.
    pub(super) fn iter_from(&self, place: Place) -> impl Iterator<Item = (u32, &Piece)> {
        let mut base = place.base;
        let first = self.chunks.get(place.chunk).and_then(|chunk| chunk.pieces.get(place.index..));
        let rest = self.chunks.get(place.chunk + 1..).unwrap_or_default();
        let rest = rest.iter().flat_map(|chunk| chunk.pieces.iter());
        first.unwrap_or_default().iter().chain(rest).map(move |piece| {
            let at = base;
            base += piece.outline.len;
            (at, piece)
        })
    }

    /// The first segment that looked at the byte at `offset` or stands behind it.
    pub(super) fn first_touched(&self, offset: u32) -> Option<Place> {
        let mut start = 0;
        for (chunk, found) in self.chunks.iter().enumerate() {
            if (start + found.bytes).saturating_add(found.look) >= offset {
                let mut base = start;
                for (index, piece) in found.pieces.iter().enumerate() {
                    if (base + piece.outline.len).saturating_add(piece.look) >= offset {
                        return Some(Place { chunk, index, base });
                    }
                    base += piece.outline.len;
                }
            }
            start += found.bytes;
        }
        None
    }

    /// Replaces `count` segments from `place` on.
    pub(super) fn splice(&mut self, place: Place, count: usize, with: Vec<Piece>) {
        let chunks = Arc::make_mut(&mut self.chunks);
        let mut end = place.chunk;
        let mut left = place.index + count;
        while let Some(chunk) = chunks.get(end).filter(|chunk| left > chunk.pieces.len()) {
            left -= chunk.pieces.len();
            end += 1;
        }
        let before = chunks
            .get(place.chunk)
            .and_then(|chunk| chunk.pieces.get(..place.index))
            .unwrap_or_default();
        let after = chunks.get(end).and_then(|chunk| chunk.pieces.get(left..)).unwrap_or_default();
        let mut all = Vec::with_capacity(before.len() + with.len() + after.len());
        all.extend(before.iter().cloned());
        all.extend(with);
        all.extend(after.iter().cloned());
        let end = (end + 1).min(chunks.len());
        chunks.splice(place.chunk.min(end)..end, cut(all));
    }
}

fn cut(pieces: Vec<Piece>) -> impl Iterator<Item = Arc<Chunk>> {
    let size = if pieces.len() <= 2 * CHUNK { pieces.len() } else { CHUNK };
    let mut pieces = pieces.into_iter();
    std::iter::from_fn(move || {
        let chunk: Vec<_> = pieces.by_ref().take(size).collect();
        (!chunk.is_empty()).then(|| Chunk::new(chunk))
    })
}
