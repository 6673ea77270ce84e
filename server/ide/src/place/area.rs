//! The lines that a place can depend on: its own segment, and the line of the key that the segment is an item of.

use pipeline::Pipeline;
use syntax::{Document, Role};

use crate::lines;

/// How many lines of one segment are looked through in one direction.
const REACH: u32 = 2_000;

/// The lines round a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Area {
    /// The first line.
    pub(super) first: u32,
    /// The line behind the last.
    pub(super) end: u32,
    /// The line of the top-level key, where the lines are an item of its list.
    pub(super) head: Option<u32>,
}

impl Area {
    /// The area round a line.
    pub(super) fn of(document: &Document, number: u32) -> Self {
        let start = document.rope().line_to_byte(number as usize) as u32;
        let (mut first, mut head, mut end) = (0, None, document.len());
        for (base, role, _) in document.outline() {
            if base > start {
                end = base;
                break;
            }
            first = base;
            match role {
                Role::Head => head = Some(base),
                Role::Item => {}
                Role::Entry | Role::Other => head = None,
            }
        }
        let line = |offset: u32| lines::number_at(document, offset);
        let first_line = line(first);
        Self {
            first: first_line.max(number.saturating_sub(REACH)),
            end: if end == document.len() { lines::count(document) } else { line(end) }
                .min(number.saturating_add(REACH)),
            head: head.filter(|head| *head != first).map(line),
        }
    }

    /// The lines above a line that it may stand in, nearest first.
    pub(super) fn above(self, number: u32) -> impl Iterator<Item = u32> {
        (self.first..number).rev().chain(self.head)
    }
}

/// The top-level keys of a document, but for the one on a line.
pub(super) fn top_keys(
    document: &Document,
    pipeline: &Pipeline,
    number: u32,
) -> Vec<super::Member> {
    let elsewhere = |base: u32| lines::number_at(document, base) != number;
    pipeline
        .entries
        .iter()
        .filter(|entry| elsewhere(entry.absolute(entry.key.span).start))
        .map(|entry| super::Member { key: entry.key.value.clone(), value: String::new() })
        .collect()
}
