//! What one keystroke costs behind the tree: lowering again, names, plan; at 1,000, 10,000 and 100,000 lines.
#![allow(missing_docs, reason = "criterion's macros make public items")]

use std::hint::black_box;

use criterion::{BatchSize, BenchmarkId, Criterion, criterion_group, criterion_main};
use pipeline::catalogue::Catalogue;
use pipeline::names::Names;
use pipeline::{Lowering, Plan, Planning, lower};
use syntax::{Document, Span};

/// A pipeline of about `lines` lines, eight a step.
fn text(lines: usize) -> String {
    let mut text =
        String::from("id: bench\ninputs:\n  topic: {type: string, default: rust}\nsteps:\n");
    for step in 0..lines / 8 {
        let before = step.saturating_sub(1);
        text.push_str(&format!(
            "  - id: step_{step}\n    tool: filesystem\n    action: write\n    timeout: 30s\n    parameters:\n      path: out/{{{{ topic }}}}/{step}.txt\n      \
             content: \"{{{{ step_{before}.content }}}} and {{{{ steps['step_{before}'].path }}}}\"\n\n"
        ));
    }
    text
}

fn keystroke(criterion: &mut Criterion) {
    let catalogue = Catalogue::declared();
    let mut group = criterion.benchmark_group("keystroke");
    for lines in [1_000, 10_000, 100_000] {
        let text = text(lines);
        let middle = text.match_indices("30s").nth(lines / 16).map_or(0, |(at, _)| at);
        let middle = u32::try_from(middle).unwrap_or_default();
        let opened = Document::new(&text);
        let mut lowering = Lowering::default();
        let mut turn = 0;
        group.bench_function(BenchmarkId::new("lower", lines), |bench| {
            bench.iter_batched(
                || {
                    turn ^= 1;
                    let mut document = opened.clone();
                    document.edit(Span::empty(middle), if turn == 1 { "1" } else { "2" });
                    document
                },
                |document| black_box(lowering.lower(&document, &catalogue)),
                BatchSize::LargeInput,
            );
        });
        let pipeline = lower(&opened, &catalogue);
        group.bench_function(BenchmarkId::new("names", lines), |bench| {
            bench.iter(|| black_box(Names::new(&pipeline)))
        });
        let names = Names::new(&pipeline);
        group.bench_function(BenchmarkId::new("plan", lines), |bench| {
            bench.iter(|| black_box(Plan::new(&pipeline, &names)))
        });
        let mut planning = Planning::default();
        let mut typed = opened.clone();
        let versions = ["1", "2"].map(|digit| {
            typed.edit(Span::empty(middle), digit);
            lowering.lower(&typed, &catalogue)
        });
        let mut turn = 0;
        group.bench_function(BenchmarkId::new("plan again", lines), |bench| {
            bench.iter(|| {
                turn ^= 1;
                black_box(planning.plan(&versions[turn]))
            });
        });
    }
    group.finish();
}

criterion_group!(benches, keystroke);
criterion_main!(benches);
