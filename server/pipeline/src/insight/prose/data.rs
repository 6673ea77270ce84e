//! Which step draws on which.

use std::sync::Arc;

use super::super::say::{code, listed};
use super::super::sheet::{Flow, Id, Sheet};
use super::room::{Called, Extent, left_out};

/// Fields by which a step is asked how it ended.
const ENDS: [&str; 5] = ["status", "success", "skipped", "error", "reason"];
/// Fields that hold what a step is there for: a reader learns nothing from their names.
const RESULTS: [&str; 4] = ["result", "results", "content", "result.content"];

/// Steps that read the same of others, in the words of a sentence.
struct Reading<'s> {
    readers: Vec<String>,
    /// The step around them.
    inside: Option<&'s Id>,
    /// What they draw on.
    drawn: Option<String>,
    /// Of which they ask how they ended.
    asked: Option<String>,
}

/// A sentence for each step that reads of others, one for neighbours that read the same, and one for all inside of the same.
pub(super) fn data(sheet: &Sheet, extent: Extent) -> Vec<String> {
    let mut steps = sheet.steps.iter();
    let mut called = None;
    let mut readings: Vec<Reading<'_>> = Vec::new();
    let mut out = 0;
    for (number, flows) in sheet.flows.chunk_by(|a, b| a.to == b.to).enumerate() {
        if number >= extent.most() {
            out += flows.len();
            continue;
        }
        let Some(reader) = flows.first().map(|it| &it.to) else { continue };
        // Flows stand in the order of their readers.
        let inside = steps.by_ref().find(|it| it.id == *reader).and_then(|it| it.inside.as_ref());
        let name = |id: &Id| match inside {
            Some(holder) => {
                code(called.get_or_insert_with(|| Called::of(sheet)).inside(holder, id))
            }
            None => code(id),
        };
        let reading = reading(flows, inside, extent, name);
        match readings.last_mut() {
            Some(last) if last.reads_as(&reading) => last.readers.extend(reading.readers),
            _ => readings.push(reading),
        }
    }
    let sentences = readings.chunk_by(|a, b| a.inside.is_some() && a.inside == b.inside);
    sentences.map(sentence).chain(left_out(out, "reading")).collect()
}

fn reading<'s>(
    flows: &[Arc<Flow>],
    inside: Option<&'s Id>,
    extent: Extent,
    mut name: impl FnMut(&Id) -> String,
) -> Reading<'s> {
    let asks_only = |it: &&Arc<Flow>| {
        !it.fields.is_empty() && it.fields.iter().all(|field| ENDS.contains(&&**field))
    };
    let (asked, drawn): (Vec<_>, Vec<_>) = flows.iter().partition(asks_only);
    let drawn: Vec<String> =
        drawn.iter().map(|it| format!("{}{}", name(&it.from), fields(it))).collect();
    let asked: Vec<String> = asked.iter().map(|it| name(&it.from)).collect();
    let reader = flows.iter().take(1).map(|it| name(&it.to)).collect();
    let row = |words: Vec<String>| extent.row(words.into_iter().map(|it| move || it));
    Reading { readers: reader, inside, drawn: row(drawn), asked: row(asked) }
}

impl Reading<'_> {
    fn reads_as(&self, other: &Self) -> bool {
        self.inside == other.inside && self.drawn == other.drawn && self.asked == other.asked
    }

    fn clause(&self) -> String {
        let (draw, look) = match self.readers.as_slice() {
            [_] => ("draws", "looks"),
            _ => ("draw", "look"),
        };
        let drawn = self.drawn.as_ref().map(|it| format!("{draw} on {it}"));
        let asked = self.asked.as_ref().map(|it| format!("{look} at how {it} ended"));
        let words: Vec<String> = drawn.into_iter().chain(asked).collect();
        format!("{} {}", listed(&self.readers), listed(&words))
    }
}

fn sentence(readings: &[Reading<'_>]) -> String {
    let holder = readings.first().and_then(|it| it.inside);
    let lead = holder.map(|it| format!("Inside of {}, ", code(it))).unwrap_or_default();
    let clauses: Vec<String> = readings.iter().map(Reading::clause).collect();
    format!("{lead}{}.", clauses.join("; "))
}

/// The fields that are read, where their names tell something.
fn fields(flow: &Flow) -> String {
    let told: Vec<&str> =
        flow.fields.iter().map(|it| &**it).filter(|it| !ENDS.contains(it)).collect();
    if told.iter().all(|it| RESULTS.contains(it)) {
        return String::new();
    }
    let told: Vec<String> = told.into_iter().map(code).collect();
    format!(" ({})", told.join(", "))
}
