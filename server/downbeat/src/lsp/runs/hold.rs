//! Live output and progress that wait to be joined with what follows of the same step.

use engine::event::{Event, EventKind};
use serde_json::Value as Json;

/// How much the editor can take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Room {
    Plenty,
    /// It does not keep up with reading: output is shortened to its end.
    Scarce,
}

impl Room {
    /// Most bytes of output in one event.
    const fn most(self) -> usize {
        match self {
            Self::Plenty => 64 << 10,
            Self::Scarce => 1 << 10,
        }
    }
}

/// What is held back, at most one event of each kind for a step (inside of loops: for a round of it), the oldest first.
#[derive(Default)]
pub(super) struct Hold {
    held: Vec<Event>,
    /// The steps of which output went out since time last passed, by their rounds.
    told: Vec<(Option<String>, Option<Json>)>,
}

impl Hold {
    /// Holds an event back; gives one that has become too large to wait, and the first output after a time without any: its
    /// reader waits for it.
    pub(super) fn take(&mut self, event: &Event, room: Room) -> Option<Event> {
        if event.kind == EventKind::StepOutput && room == Room::Plenty && !self.is_told(event) {
            self.told.push(whose(event));
            return Some(event.clone());
        }
        let at = match self.held.iter().position(|held| are_joined(held, event)) {
            Some(at) => {
                join(&mut self.held[at], event);
                at
            }
            None => {
                self.held.push(event.clone());
                self.held.len() - 1
            }
        };
        if text(&self.held[at]).map_or(0, str::len) <= room.most() {
            return None;
        }
        match room {
            Room::Plenty => Some(self.held.remove(at)),
            Room::Scarce => {
                shorten(&mut self.held[at], room.most());
                None
            }
        }
    }

    fn is_told(&self, event: &Event) -> bool {
        let is_it = |(step, round): &(Option<String>, Option<Json>)| {
            *step == event.step && round.as_ref() == path(event)
        };
        self.told.iter().any(is_it) || self.held.iter().any(|held| are_joined(held, event))
    }

    /// A while has passed: everything that was held back.
    pub(super) fn pass(&mut self) -> Vec<Event> {
        let released = self.release_all(Room::Plenty);
        let outputs = released.iter().filter(|it| it.kind == EventKind::StepOutput);
        self.told = outputs.map(whose).collect();
        released
    }

    /// What was held back of a step and of its rounds.
    pub(super) fn release(&mut self, step: &str, room: Room) -> Vec<Event> {
        let of_step = |event: &mut Event| event.step.as_deref() == Some(step);
        let mut released: Vec<Event> = self.held.extract_if(.., of_step).collect();
        released.iter_mut().for_each(|event| shorten(event, room.most()));
        released
    }

    /// Everything that was held back.
    pub(super) fn release_all(&mut self, room: Room) -> Vec<Event> {
        let mut released = std::mem::take(&mut self.held);
        released.iter_mut().for_each(|event| shorten(event, room.most()));
        released
    }
}

fn are_joined(held: &Event, later: &Event) -> bool {
    held.kind == later.kind && held.step == later.step && path(held) == path(later)
}

fn whose(event: &Event) -> (Option<String>, Option<Json>) {
    (event.step.clone(), path(event).cloned())
}

/// Which round of a step inside of loops an event is about.
fn path(event: &Event) -> Option<&Json> {
    event.data.as_ref()?.get("path")
}

fn text(event: &Event) -> Option<&str> {
    event.data.as_ref()?.get("text")?.as_str()
}

/// Puts a later event of the same kind and step into an earlier one: output is appended, progress is replaced.
fn join(held: &mut Event, later: &Event) {
    match (text(later), held.data.as_mut().and_then(|data| data.get_mut("text"))) {
        (Some(more), Some(Json::String(text))) => text.push_str(more),
        _ => *held = later.clone(),
    }
    held.timestamp = later.timestamp;
}

/// Leaves out the start of an output, so that `most` bytes are left; `omitted` counts the bytes that are not there.
fn shorten(event: &mut Event, most: usize) {
    if event.kind != EventKind::StepOutput {
        return;
    }
    let Some(Json::Object(data)) = &mut event.data else { return };
    let Some(Json::String(text)) = data.get_mut("text") else { return };
    let Some(excess) = text.len().checked_sub(most).filter(|excess| *excess > 0) else { return };
    let cut = (excess..text.len()).find(|at| text.is_char_boundary(*at)).unwrap_or(text.len());
    text.drain(..cut);
    let before = data.get("omitted").and_then(Json::as_u64).unwrap_or_default();
    data.insert("omitted".to_owned(), Json::from(before + cut as u64));
}
