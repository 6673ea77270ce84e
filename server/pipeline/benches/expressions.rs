//! What it costs to parse and to evaluate the templates and conditions of real pipelines.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use pipeline::Value;
use pipeline::eval::{Scope, evaluate, render};
use serde_json::json;
use syntax::template::{free_paths, parse_condition, parse_template};

struct World(Value);

impl Scope for World {
    fn lookup(&self, name: &str) -> Option<Value> {
        self.0.get(name)
    }
}

const FIELD: &str = "{{ search.results[0].url | default('none') }}";
const REPORT: &str = "# Report on {{ topic | title }}\n\n{% for result in search.results %}\n{{ loop.index }}. \
    [{{ result.title }}]({{ result.url }}){% if result.score > 0.5 %} (good){% endif %}\n\n{% endfor %}\n\
    {{ search.results | length }} results, saved as {{ topic | slugify }}.md\n";
const CONDITION: &str = "{{ search.results | length }} > 3 and 'rust' in topic.lower()";

fn world() -> World {
    let result = |n: i32| json!({"title": format!("Title {n}"), "url": format!("https://example.org/{n}"), "score": f64::from(n) / 10.0});
    let results: Vec<_> = (0..10).map(result).collect();
    World(Value::from_json(&json!({"topic": "Rust in Pipelines", "search": {"results": results}})))
}

fn expressions(criterion: &mut Criterion) {
    let world = world();
    for (name, text) in [("field", FIELD), ("report", REPORT)] {
        let template = parse_template(text);
        criterion.bench_function(&format!("parse/{name}"), |it| {
            it.iter(|| parse_template(black_box(text)))
        });
        criterion.bench_function(&format!("free_paths/{name}"), |it| {
            it.iter(|| free_paths(black_box(&template)))
        });
        criterion.bench_function(&format!("render/{name}"), |it| {
            it.iter(|| render(black_box(&template), text, &world))
        });
    }
    let condition = parse_condition(CONDITION);
    criterion
        .bench_function("parse/condition", |it| it.iter(|| parse_condition(black_box(CONDITION))));
    criterion.bench_function("evaluate/condition", |it| {
        it.iter(|| evaluate(black_box(&condition), CONDITION, &world))
    });
}

criterion_group!(benches, expressions);
criterion_main!(benches);
