//! One keystroke in a big pipeline: what the memo has to do again.

use checks::{Input, Memo, NoFiles, configuration::Settings};
use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use pipeline::{Lowering, Plan, catalogue::Catalogue, names::Names};
use std::{fmt::Write as _, hint::black_box};
use syntax::{Document, Span};

/// Steps of about eight lines, each of which reads the one before.
fn text(steps: usize) -> String {
    let mut text = String::from("name: Big\ninputs:\n  topic: rain\n  tone: mild\nsteps:\n");
    for step in 0..steps {
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

fn keystroke(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("keystroke");
    for steps in [130, 1_300, 13_000] {
        let (text, catalogue) = (text(steps), Catalogue::declared());
        let (middle, _) = text.match_indices("echo ").nth(steps / 2).expect("steps echo");
        let at = u32::try_from(middle + "echo ".len()).expect("small");
        let mut document = Document::new(&text);
        let (mut lowering, mut memo) = (Lowering::default(), Memo::default());
        let mut variants = Vec::new();
        for with in ["a", "b"] {
            document.edit(Span::new(at, at + 1), with);
            let pipeline = lowering.lower(&document, &catalogue);
            let names = Names::new(&pipeline);
            variants.push((Plan::new(&pipeline, &names), names, pipeline));
        }
        let settings = Settings::default();
        let mut turn = 0;
        group.bench_function(BenchmarkId::from_parameter(steps * 8), |bencher| {
            bencher.iter(|| {
                turn += 1;
                let (plan, names, pipeline) = &variants[turn % 2];
                let input = Input {
                    pipeline,
                    plan,
                    names,
                    catalogue: &catalogue,
                    files: &NoFiles,
                    settings: &settings,
                };
                black_box(memo.check(&input))
            });
        });
    }
    group.finish();
}

criterion_group!(benches, keystroke);
criterion_main!(benches);
