//! Progress as lines, for logs and pipes.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

use engine::event::{Event, EventKind};

use super::progress::Said;
use crate::{
    cli::{printable::printable, terminal::Terminal},
    words,
};

/// Writes a line an event, and one a line of live output: words that come one by one wait for the end of theirs.
pub(in crate::cli) struct Plain {
    terminal: Terminal,
    /// Begun lines, by the place of their step.
    begun: Mutex<BTreeMap<String, String>>,
}

/// The longest line that is waited for.
const LONGEST: usize = 500;

impl Plain {
    pub(super) const fn new(terminal: Terminal) -> Self {
        Self { terminal, begun: Mutex::new(BTreeMap::new()) }
    }

    pub(super) fn show(&self, event: &Event) {
        for line in self.live(event).into_iter().chain(lines(event)) {
            self.terminal.note(&printable(&line));
        }
    }

    /// Lines of live output that are complete, or that nothing follows.
    fn live(&self, event: &Event) -> Vec<String> {
        let said = Said(event);
        let step = said.place();
        let mut begun = self.begun.lock().unwrap_or_else(PoisonError::into_inner);
        let line = |text: &str| format!("  {step} | {text}");
        let is_text = |text: &&str| !text.trim().is_empty();
        match event.kind {
            EventKind::StepOutput => {
                let open = begun.entry(step.to_owned()).or_default();
                open.push_str(said.text("text"));
                let end = open.rfind('\n').map_or(0, |at| at + 1);
                let end = if open.len() - end > LONGEST { open.len() } else { end };
                let rest = open.split_off(end);
                let whole = std::mem::replace(open, rest);
                whole.lines().filter(is_text).map(line).collect()
            }
            EventKind::StepCompleted
            | EventKind::StepFailed
            | EventKind::StepRetrying
            | EventKind::StepStarted => {
                let rest = begun.remove(step).unwrap_or_default();
                rest.lines().filter(is_text).map(line).collect()
            }
            _ => Vec::new(),
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
        EventKind::StepCompleted => {
            let word = if said.is("success", false) { "not ok" } else { "done" };
            let earlier =
                if said.is("cached", true) { ", as an earlier run was answered" } else { "" };
            format!("{word} {step}{}{earlier}", took(&said))
        }
        EventKind::StepFailed => {
            let word = if said.text("status") == "cancelled" { "cancelled" } else { "failed" };
            let why = Some(said.message()).filter(|it| !it.is_empty());
            let why = why.map_or_else(String::new, |why| format!(": {why}"));
            format!("{word} {step}{}{why}", took(&said))
        }
        EventKind::StepSkipped => {
            format!("skipped {step}: {}", words::skipped(said.text("reason")))
        }
        EventKind::StepRetrying if said.message().is_empty() => format!("again {step}"),
        EventKind::StepRetrying => format!("again {step}: {}", said.message()),
        EventKind::StepProgress if !said.message().is_empty() => {
            format!("  {step}: {}", said.message())
        }
        EventKind::RunPaused => format!("paused: no further step begins; {}", in_flight(&said)),
        EventKind::RunUnpaused => "unpaused: steps begin again".to_owned(),
        EventKind::StepOutput
        | EventKind::StepProgress
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
    let before = if said.is("recorded", true) { ", before" } else { "" };
    said.number("duration").map_or_else(String::new, |seconds| format!(" {seconds:.2} s{before}"))
}
