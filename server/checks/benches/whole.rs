//! A pipeline of 10,000 steps from its text: what `check` and `plan` do.

use std::{fmt::Write as _, hint::black_box};

use checks::{Input, NoFiles, check, configuration::Settings};
use criterion::{Criterion, criterion_group, criterion_main};
use pipeline::{Pipeline, Plan, catalogue::Catalogue, lower, models::Roster, names::Names};
use syntax::Document;

/// Steps that read one another, write files, and now and then ask the web and a condition.
fn text(steps: usize) -> String {
    let mut text = String::from("name: Big\ninputs:\n  topic: {type: string}\nsteps:\n");
    for step in 0..steps {
        let before = step.saturating_sub(1);
        let written = match step % 10 {
            0 => format!(
                "    tool: web-search\n    parameters: {{query: \"{{{{ topic }}}} {step}\"}}\n"
            ),
            1 => format!(
                "    tool: filesystem\n    action: write\n    parameters: {{path: out/{step}.md, content: \"{{{{ step_{before}.results | length }}}}\"}}\n"
            ),
            2 => format!(
                "    tool: filesystem\n    action: read\n    parameters: {{path: \"{{{{ step_{before}.path }}}}\"}}\n    condition: step_{before}.size > 0\n"
            ),
            _ => format!(
                "    tool: terminal\n    parameters:\n      command: \"echo {{{{ step_{before}.status }}}}\"\n      timeout: 5\n"
            ),
        };
        write!(text, "  - id: step_{step}\n{written}").expect("a string takes all");
    }
    text
}

fn planned(text: &str, catalogue: &Catalogue) -> (Pipeline, Names, Plan) {
    let pipeline = lower(&Document::new(text), catalogue);
    let names = Names::new(&pipeline);
    let plan = Plan::new(&pipeline, &names);
    (pipeline, names, plan)
}

fn whole(criterion: &mut Criterion) {
    let roster = Roster::default();
    let (text, catalogue, settings) = (text(10_000), Catalogue::declared(), Settings::default());
    let mut group = criterion.benchmark_group("10,000 steps");
    group.sample_size(10);
    group.bench_function("plan", |bencher| bencher.iter(|| black_box(planned(&text, &catalogue))));
    group.bench_function("check", |bencher| {
        bencher.iter(|| {
            let (pipeline, names, plan) = planned(&text, &catalogue);
            let input = Input {
                pipeline: &pipeline,
                plan: &plan,
                names: &names,
                catalogue: &catalogue,
                roster: &roster,
                files: &NoFiles,
                settings: &settings,
            };
            black_box(check(&input))
        });
    });
    group.finish();
}

criterion_group!(benches, whole);
criterion_main!(benches);
