//! Events of one run on their way to the editor. What comes in torrents (output, progress) is held back for a moment and
//! joined; what changes a state goes out at once, after what was held back before it.

use std::time::Duration;

use engine::event::{Event, EventKind};
use serde_json::Value as Json;

use super::progress::Progress;
use crate::lsp::outbox::Outbox;
use crate::lsp::protocol::{EVENT, EventParams};

/// How long output is held back.
pub(super) const HOLD: Duration = Duration::from_millis(50);
/// Held output is sent at once from this size on.
const MOST: usize = 64 << 10;

/// The way of a run's events to the editor.
pub(super) struct Feed {
    outbox: Outbox,
    run: String,
    seq: u64,
    held: Option<Event>,
    progress: Progress,
}

impl Feed {
    pub(super) fn new(outbox: Outbox, run: String, shows_progress: bool) -> Self {
        let progress = Progress::new(outbox.clone(), run.clone(), shows_progress);
        Self { outbox, run, seq: 0, held: None, progress }
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
    pub(super) fn event(&mut self, event: &Event) {
        match event.kind {
            EventKind::StepOutput | EventKind::StepProgress => self.hold(event),
            _ => {
                self.flush();
                self.send(event.clone());
                self.progress.event(event);
            }
        }
    }

    /// Sends what is held back.
    pub(super) fn flush(&mut self) {
        if let Some(event) = self.held.take() {
            self.progress.event(&event);
            self.send(event);
        }
    }

    /// Nothing follows.
    pub(super) fn close(&mut self) {
        self.flush();
        self.progress.end();
    }

    fn hold(&mut self, event: &Event) {
        match &mut self.held {
            Some(held) if held.kind == event.kind && held.step == event.step => join(held, event),
            _ => {
                self.flush();
                self.held = Some(event.clone());
            }
        }
        if self.held.as_ref().is_some_and(|held| text(held).map_or(0, str::len) > MOST) {
            self.flush();
        }
    }

    fn send(&mut self, event: Event) {
        self.seq += 1;
        self.outbox.notify(EVENT, &EventParams { run: self.run.clone(), seq: self.seq, event });
    }
}

/// Puts a later event of the same kind and step into an earlier one: output is appended, progress is replaced.
fn join(held: &mut Event, later: &Event) {
    match (text(later), held.data.as_mut().and_then(|data| data.get_mut("text"))) {
        (Some(more), Some(Json::String(text))) => text.push_str(more),
        _ => *held = later.clone(),
    }
    held.timestamp = later.timestamp;
}

fn text(event: &Event) -> Option<&str> {
    event.data.as_ref()?.get("text")?.as_str()
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use engine::event::{Event, EventKind};
    use serde_json::{Value as Json, json};

    use super::Feed;
    use crate::lsp::outbox;

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

    fn event(kind: EventKind, step: &str, data: Json) -> Event {
        Event { kind, timestamp: 0.0, step: Some(step.to_owned()), message: None, data: Some(data) }
    }

    /// What the editor gets of these events: sequence number, kind and text.
    fn sent(events: &[Event]) -> Vec<(u64, Json, Json)> {
        let sink = Sink::default();
        let (outbox, writer) = outbox::open(sink.clone()).unwrap();
        let mut feed = Feed::new(outbox, "r".to_owned(), false);
        events.iter().for_each(|event| feed.event(event));
        feed.close();
        writer.close();
        let bytes = sink.0.lock().unwrap().clone();
        String::from_utf8(bytes)
            .unwrap()
            .split("Content-Length: ")
            .skip(1)
            .map(|frame| {
                let message: Json =
                    serde_json::from_str(frame.split_once("\r\n\r\n").unwrap().1).unwrap();
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
    fn output_is_joined_and_no_change_of_state_is_lost() {
        let output = |step, text: &str| event(EventKind::StepOutput, step, json!({ "text": text }));
        let events = [
            event(EventKind::StepStarted, "a", json!({})),
            output("a", "one "),
            output("a", "two"),
            output("b", "three"),
            event(EventKind::StepCompleted, "a", json!({})),
        ];
        assert_eq!(
            sent(&events),
            [
                (1, json!("step_started"), Json::Null),
                (2, json!("step_output"), json!("one two")),
                (3, json!("step_output"), json!("three")),
                (4, json!("step_completed"), Json::Null),
            ]
        );
    }
}
