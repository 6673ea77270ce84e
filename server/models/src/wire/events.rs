//! Lines to events: server-sent events (WHATWG HTML, "Server-sent events"), and JSON texts one a line.

use super::lines::{Lines, TooLong};

/// How a stream is cut into events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Framing {
    /// Server-sent events; the data of each.
    ServerSent,
    /// One JSON text a line.
    JsonLines,
}

/// The events of one stream.
#[derive(Debug)]
pub(crate) struct Events {
    framing: Framing,
    lines: Lines,
    data: Vec<u8>,
    first: bool,
}

impl Events {
    pub(crate) fn new(framing: Framing) -> Self {
        Self { framing, lines: Lines::default(), data: Vec::new(), first: true }
    }

    /// Takes a piece, and gives every event that is complete now to `read`. An event that nothing ends is no event: the
    /// standard drops it, and so a stream that was cut is seen to be cut.
    ///
    /// # Errors
    /// A line is too long, which is said by the first error, or `read` fails.
    pub(crate) fn feed<E>(
        &mut self,
        piece: &[u8],
        mut read: impl FnMut(&[u8]) -> Result<(), E>,
    ) -> Result<Result<(), E>, TooLong> {
        self.lines.push(piece)?;
        while let Some(mut line) = self.lines.next() {
            if std::mem::take(&mut self.first) {
                line = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line);
            }
            let done = match self.framing {
                Framing::JsonLines if line.trim_ascii().is_empty() => Ok(()),
                Framing::JsonLines => read(line),
                Framing::ServerSent if line.is_empty() => {
                    let done = match self.data.split_last() {
                        Some((_, data)) => read(data),
                        None => Ok(()),
                    };
                    self.data.clear();
                    done
                }
                Framing::ServerSent => {
                    if let Some(value) = data(line) {
                        self.data.extend_from_slice(value);
                        self.data.push(b'\n');
                    }
                    Ok(())
                }
            };
            if done.is_err() {
                return Ok(done);
            }
        }
        Ok(Ok(()))
    }

    /// What stands in the stream behind its last event. A last JSON text needs no end of line.
    pub(crate) fn rest(&self) -> &[u8] {
        match self.framing {
            Framing::JsonLines => self.lines.rest().trim_ascii(),
            Framing::ServerSent => &[],
        }
    }
}

/// The value of a field `data`. llama.cpp before 2025 wrote `error` as a field of its own.
fn data(line: &[u8]) -> Option<&[u8]> {
    let value = line.strip_prefix(b"data").or_else(|| line.strip_prefix(b"error"))?;
    match value.split_first() {
        None => Some(value),
        Some((b':', value)) => Some(value.strip_prefix(b" ").unwrap_or(value)),
        Some(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{Events, Framing};

    fn events(framing: Framing, text: &str) -> Vec<String> {
        let mut found = Vec::new();
        let mut events = Events::new(framing);
        for byte in text.as_bytes() {
            let read = |event: &[u8]| {
                found.push(String::from_utf8(event.to_vec()).unwrap());
                Ok::<_, ()>(())
            };
            events.feed(std::slice::from_ref(byte), read).unwrap().unwrap();
        }
        found.push(String::from_utf8(events.rest().to_vec()).unwrap());
        found
    }

    #[test]
    fn the_data_of_an_event_is_its_lines_together() {
        let text = "\u{feff}data: a\ndata:b\n\n: comment\nid: 1\nevent: x\ndata: c\r\n\r\ndatabase: d\n\ndata\n\ndata: cut";
        assert_eq!(events(Framing::ServerSent, text), ["a\nb", "c", "", ""]);
    }

    #[test]
    fn json_texts_stand_on_lines() {
        let text = "{\"a\":1}\n\n  \n{\"a\":2}\r\n{\"a\":3}";
        assert_eq!(events(Framing::JsonLines, text), ["{\"a\":1}", "{\"a\":2}", "{\"a\":3}"]);
    }
}
