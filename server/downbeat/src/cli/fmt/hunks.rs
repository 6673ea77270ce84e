//! Edits of a text as a unified diff, which `patch` takes.

use std::fmt::Write as _;

use checks::Edit;

use crate::{cli::paint::Paint, workspace::Source};

/// Unchanged lines round a change.
const CONTEXT: usize = 3;

/// Whole lines that take the place of others.
#[derive(Debug)]
struct Block<'t> {
    /// Index of the first line that goes.
    start: usize,
    /// One past the last.
    end: usize,
    new: Vec<&'t str>,
}

/// The diff of a text and what ascending edits make of it; empty where nothing changes.
pub(super) fn unified(source: &Source, edits: &[Edit], paint: Paint) -> String {
    let old: Vec<&str> = source.text.split_inclusive('\n').collect();
    let texts = changed(&source.text, &old, edits);
    let blocks: Vec<Block<'_>> = texts.iter().filter_map(|it| trimmed(&old, it)).collect();
    let mut out = String::new();
    if blocks.is_empty() {
        return out;
    }
    line(&mut out, &paint.bold(&format!("--- {}", source.name)));
    line(&mut out, &paint.bold(&format!("+++ {}", source.name)));
    let mut grown = 0;
    for hunk in blocks.chunk_by(|left, right| right.start - left.end <= 2 * CONTEXT) {
        grown = write_hunk(&mut out, &old, hunk, grown, paint);
    }
    out
}

/// Lines that edits touch, and their new text.
struct Touched {
    start: usize,
    end: usize,
    new: String,
}

/// The touched lines, joined where they meet.
fn changed(text: &str, old: &[&str], edits: &[Edit]) -> Vec<Touched> {
    let starts: Vec<usize> = old
        .iter()
        .scan(0, |at, line| Some(std::mem::replace(at, *at + line.len())))
        .chain([text.len()])
        .collect();
    // Behind the last line break there is a line only if it holds anything.
    let last = if text.ends_with('\n') { old.len() } else { old.len().saturating_sub(1) };
    let line_of = |offset: usize| (starts.partition_point(|start| *start <= offset) - 1).min(last);
    let mut groups: Vec<(usize, usize, Vec<&Edit>)> = Vec::new();
    for edit in edits {
        let range = edit.span.range();
        let (start, end) = (line_of(range.start), (line_of(range.end) + 1).min(old.len()));
        match groups.last_mut() {
            Some(last) if start <= last.1 => {
                last.1 = last.1.max(end);
                last.2.push(edit);
            }
            _ => groups.push((start.min(old.len()), end, vec![edit])),
        }
    }
    let touched = groups.into_iter().map(|(start, end, edits)| {
        let (mut new, mut at) = (String::new(), starts[start]);
        for edit in edits {
            let range = edit.span.range();
            new.push_str(text.get(at..range.start).unwrap_or_default());
            new.push_str(&edit.text);
            at = range.end;
        }
        new.push_str(text.get(at..starts[end]).unwrap_or_default());
        Touched { start, end, new }
    });
    touched.collect()
}

/// The block without the lines that stay; nothing where all do.
fn trimmed<'t>(old: &[&str], touched: &'t Touched) -> Option<Block<'t>> {
    let mut new: Vec<&str> = touched.new.split_inclusive('\n').collect();
    let (mut start, mut end) = (touched.start, touched.end);
    let same = new.iter().zip(old.get(start..end)?).take_while(|(new, old)| new == old).count();
    new.drain(..same);
    start += same;
    let same = new.iter().rev().zip(old.get(start..end)?.iter().rev());
    let same = same.take_while(|(new, old)| new == old).count();
    new.truncate(new.len() - same);
    end -= same;
    (start < end || !new.is_empty()).then_some(Block { start, end, new })
}

/// Writes changes that are near each other; `grown` is by how many lines the new text is longer so far. Returns that
/// number for what follows.
fn write_hunk(
    out: &mut String,
    old: &[&str],
    hunk: &[Block<'_>],
    grown: isize,
    paint: Paint,
) -> isize {
    let first = hunk.first().map_or(0, |block| block.start).saturating_sub(CONTEXT);
    let last = (hunk.last().map_or(0, |block| block.end) + CONTEXT).min(old.len());
    let grows = |block: &Block<'_>| block.new.len() as isize - (block.end - block.start) as isize;
    let grows = hunk.iter().map(grows).sum::<isize>();
    let (old_count, new_start) = (last - first, first.saturating_add_signed(grown));
    let new_count = old_count.saturating_add_signed(grows);
    let range = |start: usize, count: usize| match count {
        0 => format!("{start},0"),
        1 => format!("{}", start + 1),
        _ => format!("{},{count}", start + 1),
    };
    let head = format!("@@ -{} +{} @@", range(first, old_count), range(new_start, new_count));
    line(out, &paint.cyan(&head));
    let mut at = first;
    for block in hunk {
        lines(out, old.get(at..block.start), |text| format!(" {text}"));
        lines(out, old.get(block.start..block.end), |text| paint.red(&format!("-{text}")));
        lines(out, Some(&block.new), |text| paint.green(&format!("+{text}")));
        at = block.end;
    }
    lines(out, old.get(at..last), |text| format!(" {text}"));
    grown + grows
}

fn lines(out: &mut String, all: Option<&[&str]>, dress: impl Fn(&str) -> String) {
    for text in all.unwrap_or_default() {
        match text.strip_suffix('\n') {
            Some(text) => line(out, &dress(text)),
            None => {
                line(out, &dress(text));
                line(out, "\\ No newline at end of file");
            }
        }
    }
}

fn line(out: &mut String, text: &str) {
    writeln!(out, "{text}").expect("a string takes all");
}
