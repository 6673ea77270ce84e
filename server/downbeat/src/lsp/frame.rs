//! Frames: `Content-Length: n`, a blank line, n bytes. A broken frame costs itself, never the stream: the reader says
//! what was wrong, looks for the next header and reads on.

use std::io::{ErrorKind, Read};

/// A longer message is refused: no client has reason to send one, and it would be held in memory.
pub(crate) const MAX_MESSAGE: usize = 64 << 20;
/// A longer header line is no header.
const MAX_HEADER_LINE: usize = 1 << 10;
const CHUNK: usize = 64 << 10;
const LENGTH: &[u8] = b"content-length:";

/// What the stream gave.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Frame {
    /// The bytes between the headers of two messages.
    Message(Vec<u8>),
    /// Bytes that are no frame; in words. They are skipped.
    Broken(&'static str),
}

/// Reads frames off a byte stream until it ends.
pub(crate) struct Frames<R> {
    stream: R,
    /// Room for what is read; behind `end` it holds nothing.
    buffer: Vec<u8>,
    /// Where the unread part of `buffer` starts.
    start: usize,
    /// Where it ends.
    end: usize,
    ended: bool,
    /// Whether the next header has to be looked for.
    lost: bool,
}

impl<R: Read> Frames<R> {
    pub(crate) const fn new(stream: R) -> Self {
        Self { stream, buffer: Vec::new(), start: 0, end: 0, ended: false, lost: false }
    }

    /// Gives back the part of a message that turned out not to be JSON from where another frame starts in it: a
    /// length that was too large had swallowed that frame. A raw line break cannot stand in a JSON string, so such
    /// a header is none of the message's own text.
    pub(crate) fn give_back(&mut self, message: &[u8]) {
        let Some(at) =
            (0..message.len()).find(|at| starts_frame(message.get(*at..).unwrap_or_default()))
        else {
            return;
        };
        let mut buffer = message.get(at..).unwrap_or_default().to_vec();
        buffer.extend_from_slice(self.unread());
        (self.start, self.end, self.buffer) = (0, buffer.len(), buffer);
    }

    /// Reads more. False at the end of the stream.
    fn fill(&mut self) -> bool {
        if self.ended {
            return false;
        }
        if self.start > 0 {
            self.buffer.copy_within(self.start..self.end, 0);
            (self.start, self.end) = (0, self.end - self.start);
        }
        if self.buffer.len() - self.end < CHUNK {
            self.buffer.resize(self.end + CHUNK, 0);
        }
        let read = loop {
            match self.stream.read(self.buffer.get_mut(self.end..).unwrap_or_default()) {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(_) => break 0,
                Ok(read) => break read,
            }
        };
        self.end += read;
        self.ended = read == 0;
        !self.ended
    }

    /// The next header line without its line break.
    fn line(&mut self) -> Line {
        let mut searched = 0;
        loop {
            if let Some(at) = self.unread().iter().skip(searched).position(|byte| *byte == b'\n') {
                let end = searched + at;
                let line = self.unread().get(..end).unwrap_or_default().trim_ascii_end().to_vec();
                self.start += end + 1;
                return Line::Whole(line);
            }
            searched = self.unread().len();
            if searched > MAX_HEADER_LINE {
                return Line::TooLong;
            }
            if !self.fill() {
                return Line::End;
            }
        }
    }

    /// Drops bytes up to the next thing that looks like a length header.
    fn resynchronise(&mut self) {
        loop {
            let unread = self.unread();
            if let Some(at) =
                unread.windows(LENGTH.len()).position(|window| window.eq_ignore_ascii_case(LENGTH))
            {
                self.start += at;
                return;
            }
            self.start += unread.len().saturating_sub(LENGTH.len() - 1);
            if !self.fill() {
                self.start = self.end;
                return;
            }
        }
    }

    fn body(&mut self, length: usize) -> Option<Vec<u8>> {
        while self.unread().len() < length {
            if !self.fill() {
                return None;
            }
        }
        let body = self.unread().get(..length)?.to_vec();
        self.start += length;
        if self.start == self.end && self.buffer.capacity() > 4 * CHUNK {
            (self.buffer, self.start, self.end) = (Vec::new(), 0, 0);
        }
        Some(body)
    }

    /// Says so at once; the next header may be long in coming.
    fn broken(&mut self, reason: &'static str) -> Option<Frame> {
        self.lost = true;
        Some(Frame::Broken(reason))
    }
}

enum Line {
    Whole(Vec<u8>),
    TooLong,
    End,
}

impl<R: Read> Iterator for Frames<R> {
    type Item = Frame;

    fn next(&mut self) -> Option<Frame> {
        if std::mem::take(&mut self.lost) {
            self.resynchronise();
        }
        let mut length = None;
        loop {
            let line = match self.line() {
                Line::Whole(line) => line,
                Line::TooLong => return self.broken("text that is no header"),
                Line::End => return None,
            };
            if line.is_empty() {
                return match length {
                    Some(Some(length)) if length <= MAX_MESSAGE => {
                        self.body(length).map(Frame::Message)
                    }
                    Some(Some(_)) => self.broken("a message larger than 64 MiB"),
                    Some(None) => self.broken("a `Content-Length` that is no number"),
                    None => self.broken("a header without `Content-Length`"),
                };
            }
            match header(&line) {
                Some((name, value)) if name.eq_ignore_ascii_case(b"content-length") => {
                    length =
                        Some(std::str::from_utf8(value).ok().and_then(|value| value.parse().ok()));
                }
                Some(_) => {}
                None => {
                    self.unread_line(&line);
                    return self.broken("text that is no header");
                }
            }
        }
    }
}

impl<R> Frames<R> {
    fn unread(&self) -> &[u8] {
        self.buffer.get(self.start..self.end).unwrap_or_default()
    }

    /// Puts the tail of a line back in which a length header starts, if one does.
    fn unread_line(&mut self, line: &[u8]) {
        let Some(at) =
            line.windows(LENGTH.len()).position(|window| window.eq_ignore_ascii_case(LENGTH))
        else {
            return;
        };
        let mut buffer = line.get(at..).unwrap_or_default().to_vec();
        buffer.extend_from_slice(b"\r\n");
        buffer.extend_from_slice(self.unread());
        (self.start, self.end, self.buffer) = (0, buffer.len(), buffer);
    }
}

/// Name and value of a header line.
fn header(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let colon = line.iter().position(|byte| *byte == b':')?;
    let (name, value) = (line.get(..colon)?, line.get(colon + 1..)?);
    let token =
        !name.is_empty() && name.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-');
    token.then_some((name, value.trim_ascii()))
}

/// Whether bytes start with a whole length header: `Content-Length: 12\r\n`.
fn starts_frame(bytes: &[u8]) -> bool {
    let Some(rest) = bytes.get(..LENGTH.len()).filter(|name| name.eq_ignore_ascii_case(LENGTH))
    else {
        return false;
    };
    let rest = bytes.get(rest.len()..).unwrap_or_default().trim_ascii_start();
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    digits > 0 && rest.get(digits..).is_some_and(|rest| rest.starts_with(b"\r\n"))
}

#[cfg(test)]
mod tests {
    use super::{Frame, Frames};

    fn message(body: &str) -> String {
        format!("Content-Length: {}\r\n\r\n{body}", body.len())
    }

    fn read(stream: &str) -> Vec<String> {
        Frames::new(stream.as_bytes())
            .map(|frame| match frame {
                Frame::Message(bytes) => String::from_utf8(bytes).unwrap(),
                Frame::Broken(_) => "broken".to_owned(),
            })
            .collect()
    }

    #[test]
    fn reads_frames_one_after_another() {
        let two = message("{}") + "content-type: x\r\nCONTENT-LENGTH:3\r\n\r\n[1]";
        assert_eq!(read(&two), ["{}", "[1]"]);
    }

    #[test]
    fn finds_the_next_frame_behind_a_broken_one() {
        for broken in [
            "X-A: b\r\n\r\n{}",
            "Content-Length: abc\r\n\r\n",
            "Content-Length: -4\r\n\r\n",
            "Content-Length: 99999999999\r\n\r\n{}",
            "no header at all\r\n",
            "no header, no line break",
        ] {
            assert_eq!(read(&(broken.to_owned() + &message("{}"))), ["broken", "{}"], "{broken:?}");
        }
    }

    #[test]
    fn reads_on_behind_a_length_that_is_too_small() {
        let short = "Content-Length: 3\r\n\r\n{\"a\":1}".to_owned() + &message("{}");
        assert_eq!(read(&short), ["{\"a", "broken", "{}"]);
    }

    #[test]
    fn gives_back_a_frame_that_a_length_too_large_swallowed() {
        let stream =
            format!("Content-Length: {}\r\n\r\n{{}}{}", 2 + message("[1]").len(), message("[1]"));
        let mut frames = Frames::new(stream.as_bytes());
        let Some(Frame::Message(first)) = frames.next() else { panic!("no message") };
        frames.give_back(&first);
        assert_eq!(frames.next(), Some(Frame::Message(b"[1]".to_vec())));
    }

    #[test]
    fn stays_bounded_on_garbage_without_end() {
        let mut frames = Frames::new(std::io::Read::take(std::io::repeat(b'x'), 10 << 20));
        assert!(matches!(frames.next(), Some(Frame::Broken(_))));
        assert_eq!(frames.next(), None);
        assert!(frames.buffer.capacity() < 1 << 20);
    }
}
