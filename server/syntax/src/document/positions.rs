use super::{Document, list::Place};

/// A place for people and editors; both from 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Position {
    /// Lines end with `\n`, `\r\n` or `\r`.
    pub line: u32,
    /// In the unit asked for.
    pub column: u32,
}

impl Document {
    /// The line of a byte offset, from 0. Offsets are clamped.
    #[must_use]
    pub fn line_of(&self, offset: u32) -> u32 {
        position(self.rope.byte_to_line(offset.min(self.len()) as usize), 0).line
    }

    /// Offset and line of every segment, in order: cheaper than asking for each.
    pub fn segment_lines(&self) -> impl Iterator<Item = (u32, u32)> + '_ {
        self.segments.iter_from(Place::START).scan(0, |line, (base, piece)| {
            let at = *line;
            *line += piece.outline.lines;
            Some((base, at))
        })
    }

    /// Byte offset to line and UTF-16 column. Offsets are clamped.
    #[must_use]
    pub fn position_utf16(&self, offset: u32) -> Position {
        let char = self.rope.byte_to_char(offset.min(self.len()) as usize);
        let line = self.rope.char_to_line(char);
        let start = self.rope.char_to_utf16_cu(self.rope.line_to_char(line));
        position(line, self.rope.char_to_utf16_cu(char) - start)
    }

    /// Byte offset to line and UTF-8 column.
    #[must_use]
    pub fn position_utf8(&self, offset: u32) -> Position {
        let char = self.rope.byte_to_char(offset.min(self.len()) as usize);
        let line = self.rope.char_to_line(char);
        position(line, self.rope.char_to_byte(char) - self.rope.line_to_byte(line))
    }

    /// Line and UTF-16 column to byte offset; clamped to the line and to character boundaries.
    #[must_use]
    pub fn offset_utf16(&self, position: Position) -> u32 {
        let Some((start, end)) = self.line_chars(position.line) else { return self.len() };
        let unit = self.rope.char_to_utf16_cu(start) + position.column as usize;
        let limit = self.rope.char_to_utf16_cu(end);
        self.offset_of_char(self.rope.utf16_cu_to_char(unit.min(limit)))
    }

    /// Line and UTF-8 column to byte offset; clamped.
    #[must_use]
    pub fn offset_utf8(&self, position: Position) -> u32 {
        let Some((start, end)) = self.line_chars(position.line) else { return self.len() };
        let byte = self.rope.char_to_byte(start) + position.column as usize;
        let limit = self.rope.char_to_byte(end);
        self.offset_of_char(self.rope.byte_to_char(byte.min(limit)))
    }

    /// The characters of a line without its break.
    fn line_chars(&self, line: u32) -> Option<(usize, usize)> {
        let line = line as usize;
        if line >= self.rope.len_lines() {
            return None;
        }
        let start = self.rope.line_to_char(line);
        let mut end = if line + 1 < self.rope.len_lines() {
            self.rope.line_to_char(line + 1)
        } else {
            self.rope.len_chars()
        };
        if end > start && self.rope.char(end - 1) == '\n' {
            end -= 1;
        }
        if end > start && self.rope.char(end - 1) == '\r' {
            end -= 1;
        }
        Some((start, end))
    }

    fn offset_of_char(&self, char: usize) -> u32 {
        u32::try_from(self.rope.char_to_byte(char)).unwrap_or(u32::MAX)
    }
}

fn position(line: usize, column: usize) -> Position {
    let narrow = |value| u32::try_from(value).unwrap_or(u32::MAX);
    Position { line: narrow(line), column: narrow(column) }
}
