//! Progress as lines, for logs and pipes.

use engine::event::{Event, EventKind};

use super::progress::Said;
use crate::cli::{printable::printable, terminal::Terminal};

/// Writes a line an event.
pub(in crate::cli) struct Plain {
    terminal: Terminal,
}

impl Plain {
    pub(super) const fn new(terminal: Terminal) -> Self {
        Self { terminal }
    }

    pub(super) fn show(&self, event: &Event) {
        for line in lines(event) {
            self.terminal.note(&printable(&line));
        }
    }
}

fn lines(event: &Event) -> Vec<String> {
    let said = Said(event);
    let step = said.place();
    let line = match event.kind {
        EventKind::RunStarted => format!("run {}", said.text("run")),
        EventKind::StepStarted if said.is("recorded", true) => return Vec::new(),
        EventKind::StepStarted => format!("start {step}"),
        EventKind::StepOutput => {
            let lines = said.text("text").lines().filter(|text| !text.trim().is_empty());
            return lines.map(|text| format!("  {step} | {text}")).collect();
        }
        EventKind::StepCompleted => {
            let word = if said.is("success", false) { "not ok" } else { "done" };
            let earlier =
                if said.is("cached", true) { ", as an earlier run was answered" } else { "" };
            format!("{word} {step}{}{earlier}", took(&said))
        }
        EventKind::StepFailed => format!("failed {step}{}: {}", took(&said), said.message()),
        EventKind::StepSkipped => format!("skipped {step}: {}", said.text("reason")),
        EventKind::StepRetrying => format!("again {step}: {}", said.message()),
        EventKind::StepProgress if !said.message().is_empty() => {
            format!("  {step}: {}", said.message())
        }
        EventKind::RunPaused => format!("paused: no further step begins; {}", in_flight(&said)),
        EventKind::RunUnpaused => "unpaused: steps begin again".to_owned(),
        EventKind::StepProgress
        | EventKind::Checkpoint
        | EventKind::RunCompleted
        | EventKind::RunFailed
        | EventKind::RunCancelled => return Vec::new(),
    };
    vec![line]
}

/// How many steps go on in a pause.
pub(super) fn in_flight(said: &Said<'_>) -> String {
    match said.number("in_flight").unwrap_or_default() {
        0.0 => "none is in flight".to_owned(),
        1.0 => "1 goes on to its end".to_owned(),
        count => format!("{count} go on to their end"),
    }
}

fn took(said: &Said<'_>) -> String {
    let before = if said.is("recorded", true) { " before" } else { "" };
    said.number("duration").map_or_else(String::new, |seconds| format!("{before} {seconds:.2} s"))
}
