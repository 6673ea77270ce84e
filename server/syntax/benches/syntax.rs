//! How fast a whole pipeline is parsed, and how long a keystroke takes in syntax and structure.
//!
//! Prints its own percentiles: a keystroke is judged by its 99th, which criterion does not tell.

#![expect(clippy::print_stdout, reason = "a bench tells its figures")]

use std::fmt::Write as _;
use std::hint::black_box;
use std::time::{Duration, Instant};

use syntax::{Document, Span, Tree};

/// A pipeline of about `lines` lines with steps of ordinary shape.
fn pipeline(lines: usize) -> String {
    let mut text = String::from(
        "id: generated\nname: Generated\ninputs:\n  topic: {type: string, default: \"tea\"}\nsteps:\n",
    );
    for step in 0..lines.saturating_sub(5) / 9 {
        let before = step.saturating_sub(1);
        write!(
            text,
            "  - id: step_{step}\n    action: generate\n    condition: \"{{{{ inputs.topic | length > {step} }}}}\"\n    parameters:\n      \
             prompt: |\n        Write about {{{{ inputs.topic }}}} and use\n        {{{{ step_{before}.result }}}} as a source.\n      \
             max_tokens: {step}\n    dependencies: [step_{before}]\n"
        )
        .expect("a string takes everything");
    }
    text
}

fn full_parse(lines: usize) {
    let text = pipeline(lines);
    let mut best = Duration::MAX;
    let mut best_tree = Duration::MAX;
    for _ in 0..15 {
        let start = Instant::now();
        let document = black_box(Document::new(black_box(&text)));
        best = best.min(start.elapsed());
        drop(document);
        let start = Instant::now();
        let tree = black_box(Tree::parse(black_box(&text)));
        best_tree = best_tree.min(start.elapsed());
        drop(tree);
    }
    let speed = |time: Duration| text.len() as f64 / time.as_secs_f64() / 1e6;
    println!(
        "parse {lines} lines, {} bytes: document {:.0} MB/s, tree {:.0} MB/s",
        text.len(),
        speed(best),
        speed(best_tree)
    );
}

/// The 50th and 99th percentile of keystrokes that type and delete a word at `part` of the text.
fn keystrokes(lines: usize, part: f64) -> (Duration, Duration) {
    let text = pipeline(lines);
    let mut document = Document::new(&text);
    let near = (text.len() as f64 * part) as usize;
    let found = text.get(near..).and_then(|rest| rest.find("Write about")).map(|at| near + at);
    let at = found.or_else(|| text.rfind("Write about")).expect("every step has a prompt");
    let at = u32::try_from(at).expect("a small text");
    let mut times = Vec::new();
    for round in 0..4_000u32 {
        let snapshot = document.clone();
        let offset = at + round % 8;
        let start = Instant::now();
        if round % 16 < 8 {
            document.edit(Span::empty(offset), "x");
        } else {
            document.edit(Span::new(at, at + 1), "");
        }
        times.push(start.elapsed());
        drop(snapshot);
    }
    times.sort_unstable();
    (times[times.len() / 2], times[times.len() * 99 / 100])
}

fn main() {
    for lines in [1_000, 10_000, 100_000] {
        full_parse(lines);
    }
    for (place, part) in [("beginning", 0.0), ("middle", 0.5), ("end", 1.0)] {
        let figures: Vec<_> = [1_000, 10_000, 100_000]
            .into_iter()
            .map(|lines| (lines, keystrokes(lines, part)))
            .collect();
        for (lines, (median, p99)) in &figures {
            println!("keystroke at the {place} of {lines} lines: median {median:?}, p99 {p99:?}");
        }
        if let [(_, small), .., (_, large)] = figures.as_slice() {
            println!(
                "  100,000 to 1,000 lines: {:.2} (median)",
                large.0.as_secs_f64() / small.0.as_secs_f64()
            );
        }
    }
}
