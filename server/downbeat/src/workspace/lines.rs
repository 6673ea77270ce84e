//! From byte offsets to lines.

/// Where the lines of a text start. Lines end at `\n`, `\r\n` or a lone `\r`, as in LSP.
#[derive(Clone, Debug)]
pub(crate) struct Lines {
    starts: Vec<usize>,
    end: usize,
}

impl Lines {
    pub(crate) fn new(text: &str) -> Self {
        let bytes = text.as_bytes();
        let breaks = bytes.iter().enumerate().filter(|(at, byte)| match byte {
            b'\n' => true,
            b'\r' => bytes.get(at + 1) != Some(&b'\n'),
            _ => false,
        });
        Self {
            starts: std::iter::once(0).chain(breaks.map(|(at, _)| at + 1)).collect(),
            end: bytes.len(),
        }
    }

    /// The line, from 0, that holds a byte offset.
    pub(crate) fn line_of(&self, offset: usize) -> usize {
        self.starts.partition_point(|start| *start <= offset).saturating_sub(1)
    }

    /// Byte offsets of the first byte of line `first` and of the first byte behind line `last`; clamped.
    pub(crate) fn bytes(&self, first: usize, last: usize) -> std::ops::Range<usize> {
        let at = |line: usize| self.starts.get(line).copied().unwrap_or(self.end);
        at(first)..at(last.saturating_add(1))
    }

    /// How many lines there are; a text that ends in a break has an empty last one.
    pub(crate) fn count(&self) -> usize {
        self.starts.len()
    }
}

#[cfg(test)]
mod tests {
    use super::Lines;

    #[test]
    fn every_kind_of_break_ends_a_line() {
        let lines = Lines::new("a\nb\r\nc\rd");
        assert_eq!(lines.count(), 4);
        let found: Vec<usize> = (0..8).map(|offset| lines.line_of(offset)).collect();
        assert_eq!(found, [0, 0, 1, 1, 1, 2, 2, 3]);
        assert_eq!(lines.bytes(1, 2), 2..7);
        assert_eq!(lines.bytes(3, 9), 7..8);
    }
}
