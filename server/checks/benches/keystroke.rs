//! One keystroke in a big pipeline: what the memo has to do again.

use checks::{Input, Memo, NoFiles, configuration::Settings};
use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use pipeline::{Lowering, Plan, catalogue::Catalogue, models::Roster, names::Names};
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

/// As many lines, in which models answer, files are written and read, and loops run what came of it.
fn flowing(steps: usize) -> String {
    let mut text = String::from("name: Big\ninputs:\n  topic: rain\nsteps:\n");
    for step in 0..steps {
        let before = step.saturating_sub(1);
        let written = match step % 4 {
            0 => "    action: generate\n    parameters:\n      prompt: \"Say {{ topic }}\"\n"
                .to_owned(),
            1 => format!(
                "    tool: filesystem\n    action: write\n    parameters:\n      path: \"f{step}.txt\"\n      content: \"{{{{ step_{before}.result }}}}\"\n"
            ),
            2 => format!(
                "    tool: filesystem\n    action: read\n    parameters:\n      path: \"f{before}.txt\"\n    dependencies: [step_{before}]\n"
            ),
            _ => format!(
                "    for_each: \"{{{{ step_{before}.content }}}}\"\n    steps:\n      - id: run_{step}\n        tool: terminal\n        parameters:\n          command: \"echo {{{{ item }}}}\"\n"
            ),
        };
        write!(text, "  - id: step_{step}\n{written}    metadata: {{priority: {step}}}\n\n")
            .expect("a string takes all");
    }
    text
}

fn keystroke(criterion: &mut Criterion) {
    of(criterion, "keystroke", text, "echo ");
    of(criterion, "keystroke where models answer", flowing, "Say ");
}

fn of(criterion: &mut Criterion, name: &str, text: fn(usize) -> String, place: &str) {
    let mut group = criterion.benchmark_group(name);
    for steps in [130, 1_300, 13_000] {
        let (text, catalogue) = (text(steps), Catalogue::declared());
        let roster = Roster::default();
        let (middle, _) = text.match_indices(place).nth(steps / 8).expect("steps say that");
        let at = u32::try_from(middle + place.len()).expect("small");
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
                    roster: &roster,
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
