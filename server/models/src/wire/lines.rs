//! Bytes to lines, as they arrive.

use memchr::memchr2;

/// Bytes of one line; a picture or a long answer in one piece fits.
const LONGEST: usize = 16 * 1024 * 1024;

/// A line is longer than anyone sends.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct TooLong;

/// Cuts at LF, CR and CR LF, wherever the pieces were cut.
#[derive(Debug, Default)]
pub(crate) struct Lines {
    buffer: Vec<u8>,
    /// Where the next line starts.
    start: usize,
    /// How far an end was looked for.
    looked: usize,
    /// The last line ended with a CR, and an LF may belong to it.
    after_cr: bool,
}

impl Lines {
    /// Takes a piece.
    pub(crate) fn push(&mut self, piece: &[u8]) -> Result<(), TooLong> {
        self.buffer.drain(..self.start);
        self.looked -= self.start;
        self.start = 0;
        if self.buffer.len() + piece.len() > LONGEST {
            return Err(TooLong);
        }
        self.buffer.extend_from_slice(piece);
        Ok(())
    }

    /// The next line that is complete, without its end.
    pub(crate) fn next(&mut self) -> Option<&[u8]> {
        if self.after_cr {
            let first = *self.buffer.get(self.start)?;
            self.after_cr = false;
            if first == b'\n' {
                self.start += 1;
                self.looked = self.looked.max(self.start);
            }
        }
        let Some(at) = memchr2(b'\n', b'\r', self.buffer.get(self.looked..)?) else {
            self.looked = self.buffer.len();
            return None;
        };
        let (start, end) = (self.start, self.looked + at);
        self.after_cr = self.buffer.get(end) == Some(&b'\r');
        self.start = end + 1;
        self.looked = self.start;
        self.buffer.get(start..end)
    }

    /// What stands behind the last line's end.
    pub(crate) fn rest(&self) -> &[u8] {
        self.buffer.get(self.start..).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{LONGEST, Lines, TooLong};

    fn lines(pieces: &[&[u8]]) -> (Vec<String>, String) {
        let (mut lines, mut found) = (Lines::default(), Vec::new());
        for piece in pieces {
            lines.push(piece).unwrap();
            while let Some(line) = lines.next() {
                found.push(String::from_utf8(line.to_vec()).unwrap());
            }
        }
        (found, String::from_utf8(lines.rest().to_vec()).unwrap())
    }

    #[test]
    fn every_kind_of_end_is_one_end() {
        let (found, rest) = lines(&[b"a\nb\r\nc\rd\n\ne\r", b"\nf\r", b"g"]);
        assert_eq!(found, ["a", "b", "c", "d", "", "e", "f"]);
        assert_eq!(rest, "g");
    }

    #[test]
    fn a_line_without_end_is_refused() {
        let mut lines = Lines::default();
        lines.push(&vec![b'a'; LONGEST]).unwrap();
        assert_eq!(lines.next(), None);
        assert_eq!(lines.push(b"a"), Err(TooLong));
    }

    proptest! {
        #[test]
        fn where_the_pieces_are_cut_makes_no_difference(text in "[ab\r\n]{0,40}", cuts in prop::collection::vec(0usize..40, 0..6)) {
            let mut cuts: Vec<_> = cuts.into_iter().map(|at| at.min(text.len())).collect();
            cuts.extend([0, text.len()]);
            cuts.sort_unstable();
            let pieces: Vec<_> = cuts.windows(2).map(|it| &text.as_bytes()[it[0]..it[1]]).collect();
            let whole = lines(&[text.as_bytes()]).0;
            prop_assert_eq!(&lines(&pieces).0, &whole);
            // A CR LF is one end: the same lines as with LF alone, but for what is still open.
            let plain = text.replace("\r\n", "\n").replace('\r', "\n");
            let expected: Vec<_> = plain.split('\n').map(str::to_owned).collect();
            prop_assert_eq!(&whole[..], &expected[..expected.len() - 1]);
        }
    }
}
