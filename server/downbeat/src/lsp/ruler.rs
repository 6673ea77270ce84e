//! Positions of many places at once: asking the rope for each costs more than everything else in a long answer.

use std::sync::Arc;

use syntax::{Document, Segment};
use tower_lsp_server::ls_types::{Position, Range};

use super::encoding::Encoding;

/// Positions in one text, whose lines are counted once.
pub(crate) struct Lines<'t> {
    text: &'t str,
    /// Columns are bytes.
    bytes: bool,
    /// Where lines start; the first is 0.
    starts: Vec<u32>,
}

impl<'t> Lines<'t> {
    pub(crate) fn new(text: &'t str, encoding: Encoding) -> Self {
        let bytes = text.as_bytes();
        let mut starts = vec![0];
        for at in memchr::memchr2_iter(b'\n', b'\r', bytes) {
            if bytes.get(at) == Some(&b'\n') || bytes.get(at + 1) != Some(&b'\n') {
                starts.push(at as u32 + 1);
            }
        }
        Self { text, bytes: encoding == Encoding::Utf8 || text.is_ascii(), starts }
    }

    /// The position of an offset in the text.
    pub(crate) fn position(&self, offset: u32) -> Position {
        let line = self.starts.partition_point(|start| *start <= offset) - 1;
        let start = self.starts[line];
        Position::new(line as u32, self.width(start, offset))
    }

    /// Columns between two offsets of one line.
    pub(crate) fn width(&self, start: u32, end: u32) -> u32 {
        match self.text.get(start as usize..end as usize) {
            Some(slice) if !self.bytes => slice.encode_utf16().count() as u32,
            _ => end - start,
        }
    }
}

/// Positions in a document. Places in order cost least: the lines of a segment are counted when the first of its places is
/// asked for.
pub(crate) struct Ruler<'d> {
    encoding: Encoding,
    /// Offset and first line of every segment, in order.
    segments: Vec<(u32, u32, &'d Arc<Segment>)>,
    /// End of the text.
    end: u32,
    /// The segment at hand and its lines.
    here: Option<(usize, Lines<'d>)>,
}

impl<'d> Ruler<'d> {
    pub(crate) fn new(encoding: Encoding, document: &'d Document) -> Self {
        let lines = document.segment_lines().map(|(_, line)| line);
        let segments = document.segments().zip(lines);
        Self {
            encoding,
            segments: segments.map(|((base, segment), line)| (base, line, segment)).collect(),
            end: document.len(),
            here: None,
        }
    }

    pub(crate) fn range(&mut self, span: syntax::Span) -> Range {
        Range::new(self.position(span.start), self.position(span.end))
    }

    /// The position of an offset; beyond the end of the text it is that end.
    pub(crate) fn position(&mut self, offset: u32) -> Position {
        let offset = offset.min(self.end);
        let index = self.segment_at(offset);
        let Some((base, line, segment)) = self.segments.get(index) else {
            return Position::default();
        };
        let known = self.here.take().filter(|(at, _)| *at == index);
        let (_, lines) = self.here.insert(
            known.unwrap_or_else(|| (index, Lines::new(segment.tree.text(), self.encoding))),
        );
        let place = lines.position(offset - base);
        Position::new(line + place.line, place.character)
    }

    /// The segment that holds `offset`; at the end of the text it is the last.
    fn segment_at(&self, offset: u32) -> usize {
        let base = |index: usize| self.segments.get(index).map_or(u32::MAX, |it| it.0);
        let near = self.here.as_ref().map_or(0, |(at, _)| *at);
        for index in near..near + 2 {
            if (base(index)..base(index + 1)).contains(&offset) {
                return index;
            }
        }
        self.segments.partition_point(|it| it.0 <= offset).saturating_sub(1)
    }
}

#[cfg(test)]
mod tests {
    use syntax::Document;

    use super::{Encoding, Ruler};

    #[test]
    fn positions_are_those_of_the_document() {
        let text = "a: é😀\r\nsteps:\n- id: x\r  y: \"😀\n    é\"\n- b\n\n# é\nlast: 😀";
        for text in [text, "", "\n", "a\r"] {
            let document = Document::new(text);
            for encoding in [Encoding::Utf8, Encoding::Utf16] {
                let mut ruler = Ruler::new(encoding, &document);
                let offsets = (0..=text.len()).filter(|at| text.is_char_boundary(*at));
                let both_ways = offsets.clone().chain(offsets.rev());
                for offset in both_ways.map(|at| at as u32) {
                    let expected = encoding.position(&document, offset);
                    assert_eq!(ruler.position(offset), expected, "{offset} of {text:?}");
                }
            }
        }
    }
}
