//! Ways through a pipeline of 10,000 lines, as an editor asks for them while one types.

use std::{fmt::Write as _, hint::black_box, sync::Arc};

use checks::{Files, NoFiles};
use criterion::{Criterion, criterion_group, criterion_main};
use ide::{Analyst, Shown, Snapshot, definition, hints, links, references, rename, selection};
use pipeline::catalogue::Catalogue;
use syntax::{Document, Span};

/// Steps of eight lines, each of which reads the one before and the first, and every eighth a loop.
fn text(lines: usize) -> String {
    let mut text = String::from("name: Big\ninputs:\n  topic: rain\n  tone: mild\nsteps:\n");
    for step in 0..lines / 8 {
        let before = step.saturating_sub(1);
        let reads = if step == 0 { "topic".to_owned() } else { format!("step_{before}.result") };
        write!(
            text,
            "  - id: step_{step}\n    tool: terminal\n    parameters:\n      command: \"echo {{{{ {reads} }}}} {{{{ tone }}}}\"\n      timeout: 5\n    condition: \"{{{{ topic == 'rain' }}}}\"\n    metadata: {{priority: {step}}}\n\n"
        )
        .expect("a string takes all");
    }
    text
}

fn read(text: &str) -> Snapshot {
    let files: Arc<dyn Files> = Arc::new(NoFiles);
    Analyst::default().read(Document::new(text), &Catalogue::declared(), &files)
}

fn navigation(criterion: &mut Criterion) {
    let text = text(10_000);
    let snapshot = read(&text);
    let place = |words: &str| u32::try_from(text.find(words).expect("it is there")).expect("small");
    let (step, input) = (place("step_620.result"), place("{{ tone") + 3);
    let screen = Span::new(place("id: step_620"), place("id: step_630"));
    let shown = Shown { stage: true, edges: true, model: true };
    let mut group = criterion.benchmark_group("navigation, 10,000 lines");
    group.bench_function("references of a step", |bencher| {
        bencher.iter(|| black_box(references(&snapshot, step)));
    });
    group.bench_function("references of an input that every step reads", |bencher| {
        bencher.iter(|| black_box(references(&snapshot, input)));
    });
    group.bench_function("definition", |bencher| {
        bencher.iter(|| black_box(definition(&snapshot, step)));
    });
    group.bench_function("hints of a screen", |bencher| {
        bencher.iter(|| black_box(hints(&snapshot, screen, shown)));
    });
    group.bench_function("selection", |bencher| {
        bencher.iter(|| black_box(selection(&snapshot, step)));
    });
    group.bench_function("links", |bencher| bencher.iter(|| black_box(links(&snapshot))));
    group.bench_function("rename", |bencher| {
        bencher.iter(|| black_box(rename(&snapshot, step, "another")));
    });
    group.finish();
}

criterion_group!(benches, navigation);
criterion_main!(benches);
