//! Words as they come out of tokens: whole characters, and nothing of a text at which the answer ends.

use std::ops::ControlFlow;

/// What was said and not told yet.
pub(super) struct Spoken<'r> {
    stops: &'r [String],
    /// Bytes that are no whole character yet.
    broken: Vec<u8>,
    /// What may be the begin of a stop.
    held: String,
}

impl<'r> Spoken<'r> {
    /// Nothing yet; the answer ends at the first of `stops`, none of which is told.
    pub(super) const fn new(stops: &'r [String]) -> Self {
        Self { stops, broken: Vec::new(), held: String::new() }
    }

    /// Takes the bytes of a token; gives what can be told, and whether the answer ends there.
    pub(super) fn hear(&mut self, bytes: &[u8]) -> ControlFlow<String, String> {
        self.broken.extend_from_slice(bytes);
        let whole = whole(&self.broken);
        self.held += &String::from_utf8_lossy(self.broken.get(..whole).unwrap_or_default());
        self.broken.drain(..whole);
        let stops = self.stops.iter().filter(|it| !it.is_empty());
        if let Some(end) = stops.clone().filter_map(|it| self.held.find(it.as_str())).min() {
            self.held.truncate(end);
            return ControlFlow::Break(std::mem::take(&mut self.held));
        }
        let may_begin = |at: &usize| {
            let rest = self.held.get(*at..).unwrap_or_default();
            stops.clone().any(|it| it.starts_with(rest))
        };
        let at = self.held.char_indices().map(|(at, _)| at).find(may_begin);
        let rest = self.held.split_off(at.unwrap_or(self.held.len()));
        ControlFlow::Continue(std::mem::replace(&mut self.held, rest))
    }

    /// What is left when nothing more comes.
    pub(super) fn rest(self) -> String {
        self.held + &String::from_utf8_lossy(&self.broken)
    }
}

/// How many of the bytes are whole characters; bytes that never become one count as whole.
fn whole(bytes: &[u8]) -> usize {
    let mut chunks = bytes.utf8_chunks();
    let last = chunks.by_ref().last().map_or(0, |it| it.invalid().len());
    match std::str::from_utf8(bytes.get(bytes.len() - last..).unwrap_or_default()) {
        Err(error) if error.error_len().is_none() => bytes.len() - last,
        _ => bytes.len(),
    }
}

#[cfg(test)]
mod tests {
    use std::ops::ControlFlow;

    use super::Spoken;

    fn told(stops: &[&str], pieces: &[&[u8]]) -> Vec<String> {
        let stops: Vec<String> = stops.iter().map(|it| (*it).to_owned()).collect();
        let mut spoken = Spoken::new(&stops);
        let mut all = Vec::new();
        for piece in pieces {
            match spoken.hear(piece) {
                ControlFlow::Continue(text) => all.push(text),
                ControlFlow::Break(text) => {
                    all.extend([text, "!".to_owned()]);
                    return all;
                }
            }
        }
        all.push(spoken.rest());
        all
    }

    #[test]
    fn characters_come_whole() {
        assert_eq!(
            told(&[], &[b"a\xc3", b"\xa4b", b"\xff", b"\xf0\x9f"]),
            ["a", "äb", "\u{fffd}", "", "\u{fffd}"]
        );
    }

    #[test]
    fn an_answer_ends_before_its_stop() {
        assert_eq!(told(&["END"], &[b"one E", b"N", b"D two"]), ["one ", "", "", "!"]);
        assert_eq!(told(&["END"], &[b"one E", b"ND"]), ["one ", "", "!"]);
        assert_eq!(told(&["END"], &[b"one EN", b"X", b"E"]), ["one ", "ENX", "", "E"]);
        assert_eq!(told(&["b", "ab"], &[b"xab"]), ["x", "!"]);
    }
}
