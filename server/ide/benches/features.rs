//! What an editor asks of a file of 10,000 lines: tokens, outline and folds after a keystroke, its layout on saving.

use std::fmt::Write as _;
use std::hint::black_box;
use std::sync::Arc;

use checks::{Files, NoFiles};
use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use ide::{Analyst, Indent, Snapshot, TokenMemo, folds, hover, symbols, tokens_in};
use pipeline::catalogue::Catalogue;
use syntax::{Document, Span};

/// Steps of ten lines, every second one a loop, each of which reads the one before.
fn text(steps: usize) -> String {
    let mut text = String::from("name: Big\ninputs:\n  topic: rain\nsteps:\n");
    for step in 0..steps {
        let reads = step.checked_sub(1).map_or("topic".to_owned(), |it| format!("s{it}.result"));
        let item = if step % 2 == 0 {
            format!(
                "  - id: s{step}\n    action: generate\n    condition: topic == 'rain' and {reads}\n    parameters:\n      prompt: |\n        About {{{{ topic | upper }}}}:\n        {{{{ {reads} }}}}\n      model: <AUTO task=\"write\">the best for {{{{ topic }}}}</AUTO>\n    timeout: 5\n\n"
            )
        } else {
            format!(
                "  - id: s{step}\n    for_each: \"{{{{ {reads} }}}}\"\n    max_parallel: 4\n    steps:\n      - id: w{step}\n        tool: terminal\n        action: run\n        parameters:\n          command: echo {{{{ item }}}} {{{{ index }}}}\n\n"
            )
        };
        write!(text, "{item}").expect("a string takes all");
    }
    text
}

/// Two versions that differ by a character in the middle.
fn versions() -> [Snapshot; 2] {
    let text = text(1_000);
    let (middle, _) = text.match_indices("About ").nth(250).expect("steps say so");
    let at = middle as u32;
    let (mut analyst, mut document) = (Analyst::default(), Document::new(&text));
    let files: Arc<dyn Files> = Arc::new(NoFiles);
    ["A", "B"].map(|with| {
        document.edit(Span::new(at, at + 1), with);
        analyst.read(document.clone(), &Catalogue::declared(), &files)
    })
}

fn features(criterion: &mut Criterion) {
    let versions = versions();
    let [snapshot, _] = &versions;
    let mut group = criterion.benchmark_group("10,000 lines");
    group.bench_function("tokens, first", |bencher| {
        bencher.iter(|| black_box(TokenMemo::<()>::default().read(snapshot).count()));
    });
    let (mut memo, mut turn) = (TokenMemo::<()>::default(), 0);
    group.bench_function("tokens, after a keystroke", |bencher| {
        bencher.iter(|| {
            turn += 1;
            black_box(memo.read(&versions[turn % 2]).count())
        });
    });
    group.bench_function("hover over the pipeline's name, once more", |bencher| {
        bencher.iter(|| black_box(hover(snapshot, 7)));
    });
    let text = text(1_000);
    let files: Arc<dyn Files> = Arc::new(NoFiles);
    let last = text.rfind("\n  - id: s").map_or(0, |it| it + 9);
    for (name, at, keys) in [
        ("after a keystroke", text.find("About ").unwrap_or_default(), ["A", "B"]),
        ("after a step has a new name", last, ["s", "t"]),
    ] {
        let (mut analyst, mut document, mut turn) = (Analyst::default(), Document::new(&text), 0);
        group.bench_function(format!("hover over the pipeline's name, {name}"), |bencher| {
            let key = || {
                turn += 1;
                document.edit(Span::new(at as u32, at as u32 + 1), keys[turn % 2]);
                analyst.read(document.clone(), &Catalogue::declared(), &files)
            };
            bencher.iter_batched(key, |it| black_box(hover(&it, 7)), BatchSize::PerIteration);
        });
    }
    let middle = snapshot.document.len() / 2;
    group.bench_function("tokens of a screen", |bencher| {
        bencher.iter(|| black_box(tokens_in(snapshot, Span::new(middle, middle + 1_500))));
    });
    group.bench_function("symbols", |bencher| bencher.iter(|| black_box(symbols(snapshot))));
    group.bench_function("folds", |bencher| bencher.iter(|| black_box(folds(snapshot))));
    let indented: String = text
        .split_inclusive('\n')
        .map(|line| " ".repeat(line.len() - line.trim_start_matches(' ').len()) + line)
        .collect();
    for (name, text) in [("in order", text), ("in disorder", indented)] {
        let document = Document::new(&text);
        group.bench_function(format!("layout of a text {name}"), |bencher| {
            bencher.iter(|| black_box(ide::format(&document, Indent::default())));
        });
    }
    group.finish();
}

criterion_group!(benches, features);
criterion_main!(benches);
