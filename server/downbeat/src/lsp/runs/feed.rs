//! Events of one run on their way to the editor. What comes in torrents (output, progress) is held back for a moment and
//! joined by step, the first words of a step excepted; what changes a state goes out at once, behind what was held back of its step.

use std::time::{Duration, Instant};

use engine::event::{Event, EventKind};

use super::hold::{Hold, Room};
use super::progress::Progress;
use crate::lsp::outbox::Outbox;
use crate::lsp::protocol::{EVENT, EventParams};

/// How long output is held back.
pub(super) const HOLD: Duration = Duration::from_millis(50);
/// While the editor has so many bytes yet to read, output goes on being held back, and is shortened.
const BACKLOG: usize = 1 << 20;

/// The way of a run's events to the editor.
pub(super) struct Feed {
    outbox: Outbox,
    run: String,
    seq: u64,
    hold: Hold,
    progress: Progress,
}

impl Feed {
    pub(super) fn new(outbox: Outbox, run: String, shows_progress: bool) -> Self {
        let progress = Progress::new(outbox.clone(), run.clone(), shows_progress);
        Self { outbox, run, seq: 0, hold: Hold::default(), progress }
    }

    /// Asks the editor to show progress.
    pub(super) fn open(&mut self) {
        self.progress.ask();
    }

    /// The editor's answer to that.
    pub(super) fn progress_answered(&mut self, failed: bool) {
        self.progress.answered(failed);
    }

    /// Takes an event of the engine.
    pub(super) fn event(&mut self, event: &Event, now: Instant) {
        match event.kind {
            EventKind::StepOutput | EventKind::StepProgress => {
                let full = self.hold.take(event, self.room());
                full.into_iter().for_each(|event| self.send(event));
            }
            _ => {
                let before = match &event.step {
                    Some(step) => self.hold.release(step, self.room()),
                    None => self.hold.release_all(self.room()),
                };
                before.into_iter().for_each(|event| self.send(event));
                self.send(event.clone());
                self.progress.event(event, now);
            }
        }
    }

    /// Sends what is held back, unless the editor has enough to read; to be called every [`HOLD`].
    pub(super) fn tick(&mut self, now: Instant) {
        if self.room() == Room::Plenty {
            let held = self.hold.pass();
            held.into_iter().for_each(|event| self.send(event));
        }
        self.progress.tick(now);
    }

    /// Nothing follows.
    pub(super) fn close(&mut self) {
        let held = self.hold.release_all(self.room());
        held.into_iter().for_each(|event| self.send(event));
        self.progress.end();
    }

    fn room(&self) -> Room {
        if self.outbox.backlog() < BACKLOG { Room::Plenty } else { Room::Scarce }
    }

    fn send(&mut self, event: Event) {
        self.seq += 1;
        self.outbox.notify(EVENT, &EventParams { run: self.run.clone(), seq: self.seq, event });
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{Receiver, Sender, channel};
    use std::sync::{Arc, Mutex};

    use engine::event::{Event, EventKind};
    use serde_json::{Value as Json, json};

    use super::{BACKLOG, Feed, Instant};
    use crate::lsp::outbox;
    use crate::lsp::stream::Stream;

    #[derive(Clone, Default)]
    struct Sink(Arc<Mutex<Vec<u8>>>);

    impl std::io::Write for Sink {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    impl Stream for Sink {}

    fn event(kind: EventKind, step: &str, data: Json) -> Event {
        Event { kind, timestamp: 0.0, step: Some(step.to_owned()), message: None, data: Some(data) }
    }

    fn output(step: &str, text: &str) -> Event {
        event(EventKind::StepOutput, step, json!({ "text": text }))
    }

    fn notifications(bytes: &[u8]) -> Vec<Json> {
        String::from_utf8(bytes.to_vec())
            .unwrap()
            .split("Content-Length: ")
            .skip(1)
            .map(|frame| serde_json::from_str(frame.split_once("\r\n\r\n").unwrap().1).unwrap())
            .collect()
    }

    /// What the editor gets of these events: sequence number, kind and text.
    fn sent(events: &[Event]) -> Vec<(u64, Json, Json)> {
        let sink = Sink::default();
        let (outbox, writer) = outbox::open(sink.clone()).unwrap();
        let mut feed = Feed::new(outbox, "r".to_owned(), false);
        events.iter().for_each(|event| feed.event(event, Instant::now()));
        feed.close();
        writer.close();
        let bytes = sink.0.lock().unwrap().clone();
        notifications(&bytes)
            .into_iter()
            .map(|message| {
                let params = &message["params"];
                let event = &params["event"];
                (
                    params["seq"].as_u64().unwrap(),
                    event["type"].clone(),
                    event["data"]["text"].clone(),
                )
            })
            .collect()
    }

    #[test]
    fn output_is_joined_by_step_and_no_change_of_state_is_lost() {
        let events = [
            event(EventKind::StepStarted, "a", json!({})),
            output("a", "one "),
            output("b", "three "),
            output("a", "two"),
            output("b", "four"),
            event(EventKind::StepCompleted, "a", json!({})),
        ];
        assert_eq!(
            sent(&events),
            [
                (1, json!("step_started"), Json::Null),
                (2, json!("step_output"), json!("one ")),
                (3, json!("step_output"), json!("three ")),
                (4, json!("step_output"), json!("two")),
                (5, json!("step_completed"), Json::Null),
                (6, json!("step_output"), json!("four")),
            ]
        );
    }

    #[test]
    fn first_words_wait_for_nothing_and_no_word_is_sent_twice() {
        let sink = Sink::default();
        let (outbox, writer) = outbox::open(sink.clone()).unwrap();
        let mut feed = Feed::new(outbox, "r".to_owned(), false);
        let count = |feed: &Feed| feed.seq;
        for step in 0..64_u64 {
            feed.event(&output(&format!("s{step}"), "first "), Instant::now());
            assert_eq!(count(&feed), step + 1, "no moment has passed");
        }
        // A thousand words of each, twenty between two moments: each goes out once, and a moment sends each step one event.
        for word in 0..1000 {
            for step in 0..64 {
                feed.event(&output(&format!("s{step}"), "word "), Instant::now());
            }
            if word % 20 == 19 {
                feed.tick(Instant::now());
            }
        }
        assert_eq!(count(&feed), 64 + 64 * 1000 / 20);
        // Two moments without words, and the next are first ones again.
        feed.tick(Instant::now());
        let before = count(&feed);
        feed.event(&output("s0", "again"), Instant::now());
        assert_eq!(count(&feed), before + 1);
        feed.close();
        writer.close();
        let bytes = sink.0.lock().unwrap().clone();
        let told = notifications(&bytes);
        let words = told.iter().map(|it| it["params"]["event"]["data"]["text"].as_str().unwrap());
        let sent: usize = words.map(str::len).sum();
        assert_eq!(sent, 64 * ("first ".len() + 1000 * "word ".len()) + "again".len());
        assert!(bytes.len() < 3 * sent, "{} bytes for {sent} of words", bytes.len());
    }

    /// Lets through what it is told to.
    struct Gate {
        open: Receiver<()>,
        through: Sink,
    }

    impl Gate {
        fn new() -> (Self, Sender<()>, Sink) {
            let (key, open) = channel();
            let through = Sink::default();
            (Self { open, through: through.clone() }, key, through)
        }
    }

    impl std::io::Write for Gate {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            // An error: the gate is open for good.
            let _ = self.open.recv();
            self.through.write(bytes)
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    impl Stream for Gate {}

    #[test]
    fn a_client_that_does_not_read_costs_bounded_memory_and_no_state() {
        let (gate, key, through) = Gate::new();
        let (outbox, writer) = outbox::open(gate).unwrap();
        let mut feed = Feed::new(outbox.clone(), "r".to_owned(), false);
        let line = "x".repeat(1000);
        for step in 0..10 {
            let id = format!("s{step}");
            for _ in 0..1000 {
                feed.event(&output(&id, &line), Instant::now());
                feed.tick(Instant::now());
            }
            feed.event(&event(EventKind::StepCompleted, &id, json!({})), Instant::now());
        }
        assert!(outbox.backlog() < 2 * BACKLOG, "{}", outbox.backlog());
        drop(key);
        feed.close();
        writer.close();
        let bytes = through.0.lock().unwrap().clone();
        let told = notifications(&bytes);
        let completed =
            told.iter().filter(|it| it["params"]["event"]["type"] == "step_completed").count();
        assert_eq!(completed, 10);
        let numbers = told.iter().map(|it| it["params"]["seq"].as_u64().unwrap());
        assert!(numbers.eq(1..=told.len() as u64), "numbers have no gaps");
        let told_of = |key: &str| -> u64 {
            let counts = told.iter().map(|it| &it["params"]["event"]["data"][key]);
            counts
                .map(|it| {
                    it.as_u64().unwrap_or_else(|| it.as_str().map_or(0, |it| it.len() as u64))
                })
                .sum()
        };
        assert_eq!(told_of("text") + told_of("omitted"), 10 * 1000 * 1000);
    }
}
