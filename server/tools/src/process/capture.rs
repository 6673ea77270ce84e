//! What is kept of a stream, and what is shown of it while it comes.

use std::collections::VecDeque;

use engine::tool::Output;

/// The beginning and the end of a stream, bounded in memory, and the text shown live, bounded too.
#[derive(Debug)]
pub(super) struct Capture {
    head: Vec<u8>,
    tail: VecDeque<u8>,
    half: usize,
    total: usize,
    shown: usize,
    pending: Vec<u8>,
}

impl Capture {
    /// Keeps `kept` bytes: the first half of them from the beginning of the stream, the other from its end.
    pub(super) fn new(kept: usize) -> Self {
        Self {
            head: Vec::new(),
            tail: VecDeque::new(),
            half: kept / 2,
            total: 0,
            shown: 0,
            pending: Vec::new(),
        }
    }

    pub(super) fn push(&mut self, bytes: &[u8], output: &Output) {
        self.show(bytes, output);
        self.total += bytes.len();
        let room = self.half.saturating_sub(self.head.len()).min(bytes.len());
        let (first, rest) = bytes.split_at(room);
        self.head.extend_from_slice(first);
        self.tail.extend(rest);
        let surplus = self.tail.len().saturating_sub(self.half);
        self.tail.drain(..surplus);
    }

    /// Shows whole characters only; one that is cut waits for its rest.
    fn show(&mut self, bytes: &[u8], output: &Output) {
        if self.shown > super::SHOWN {
            return;
        }
        self.shown += bytes.len();
        if self.shown > super::SHOWN {
            output.text("\n[further output is not shown]\n");
            return;
        }
        self.pending.extend_from_slice(bytes);
        let whole = self.pending.len() - cut(&self.pending);
        let text: Vec<u8> = self.pending.drain(..whole).collect();
        if !text.is_empty() {
            output.text(&String::from_utf8_lossy(&text));
        }
    }

    /// The stream as text; bytes that are no UTF-8 become U+FFFD.
    pub(super) fn into_text(self) -> String {
        let left_out = self.total - self.head.len() - self.tail.len();
        let tail = Vec::from(self.tail);
        if left_out == 0 {
            let mut all = self.head;
            all.extend(tail);
            return match String::from_utf8(all) {
                Ok(text) => text,
                Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
            };
        }
        let head = String::from_utf8_lossy(&self.head);
        let tail = String::from_utf8_lossy(&tail);
        format!("{head}\n[{left_out} bytes of output are left out here]\n{tail}")
    }
}

/// Length of an unfinished character at the end.
fn cut(bytes: &[u8]) -> usize {
    for back in 1..=bytes.len().min(3) {
        let Some(&byte) = bytes.get(bytes.len() - back) else { break };
        let needed = match byte {
            0xC0..=0xDF => 2,
            0xE0..=0xEF => 3,
            0xF0..=0xF7 => 4,
            0x80..=0xBF => continue,
            _ => return 0,
        };
        return if back < needed { back } else { 0 };
    }
    0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(limit: usize, pieces: &[&[u8]]) -> String {
        let mut capture = Capture::new(limit);
        for piece in pieces {
            capture.push(piece, &Output::none());
        }
        capture.into_text()
    }

    #[test]
    fn short_streams_are_whole() {
        assert_eq!(kept(100, &[b"a", b"", "ü☃".as_bytes()]), "aü☃");
        assert_eq!(kept(100, &[&[0xE2, 0x98], &[0x83]]), "☃");
        assert_eq!(kept(100, &[b"a\xff"]), "a\u{fffd}");
        assert_eq!(kept(10, &[b"0123456789"]), "0123456789");
    }

    #[test]
    fn long_streams_keep_both_ends_and_say_so() {
        assert_eq!(
            kept(6, &[b"abc", b"defgh", b"ijk"]),
            "abc\n[5 bytes of output are left out here]\nijk"
        );
        let mut capture = Capture::new(1000);
        for _ in 0..10_000 {
            capture.push(&[b'x'; 1000], &Output::none());
        }
        assert!(
            capture.head.len() + capture.tail.len() == 1000 && capture.tail.capacity() < 10_000
        );
    }

    #[test]
    fn a_cut_character_waits() {
        assert_eq!(cut("aü".as_bytes()), 0);
        assert_eq!(cut(&[b'a', 0xC3]), 1);
        assert_eq!(cut(&[0xF0, 0x9F, 0x98]), 3);
        assert_eq!(cut(&[0x80, 0x80, 0x80, 0x80]), 0);
        assert_eq!(cut(b""), 0);
    }
}
