//! What a step costs beside its work, in a journal without durability: steps that do nothing, each rendering one
//! parameter from the step before or from its loop. Time per run divided by its steps is the figure to hold (50 us);
//! 10,000 rounds at once are to end within 2 s.

use std::{hint::black_box, num::NonZeroUsize, path::PathBuf, sync::Arc};

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use engine::{
    Journal, Options, Request, Selection, Source, Toolbox,
    tool::{Call, Failure, Tool},
};
use pipeline::catalogue::{Catalogue, Signature};
use serde_json::{Map, Value as Json, json};
use tokio_util::sync::CancellationToken;

const STEPS: usize = 1_000;
const ROUNDS: usize = 10_000;

struct Nothing;

#[async_trait::async_trait]
impl Tool for Nothing {
    fn signature(&self) -> &'static Signature {
        Catalogue::declared().tool("terminal").expect("declared")
    }

    async fn call(&self, call: Call) -> Result<Json, Failure> {
        Ok(json!({ "stdout": call.parameters["command"], "success": true }))
    }
}

fn yaml() -> String {
    let mut yaml = String::from(
        "id: chain\nsteps:\n  - {id: s0, tool: terminal, parameters: {command: start}}\n",
    );
    for step in 1..STEPS {
        yaml += &format!(
            "  - {{id: s{step}, tool: terminal, parameters: {{command: \"{{{{ s{}.stdout }}}}\"}}}}\n",
            step - 1
        );
    }
    yaml
}

fn fan_out() -> String {
    format!(
        "id: fan\nsteps:\n  - id: each\n    for_each: '{{{{ range({ROUNDS}) }}}}'\n    max_parallel: {ROUNDS}\n    \
         steps: [{{id: x, tool: terminal, parameters: {{command: '{{{{ item }}}}'}}}}]\n"
    )
}

fn again() -> String {
    format!(
        "id: again\nsteps:\n  - id: loop\n    while: 'true'\n    max_iterations: {ROUNDS}\n    \
         steps: [{{id: x, tool: terminal, parameters: {{command: '{{{{ iteration }}}}'}}}}]\n"
    )
}

fn runs(criterion: &mut Criterion) {
    measure(criterion, "chain of 1,000 steps", &yaml(), STEPS);
    measure(criterion, "10,000 rounds at once", &fan_out(), ROUNDS);
    measure(criterion, "10,000 rounds one after the other", &again(), ROUNDS);
}

fn measure(criterion: &mut Criterion, name: &str, yaml: &str, steps: usize) {
    let toolbox = Arc::new(Toolbox::new([Arc::new(Nothing) as Arc<dyn Tool>]));
    let catalogue = toolbox.catalogue();
    let text: Arc<str> = yaml.into();
    let pipeline = Arc::new(pipeline::lower(&syntax::Document::new(&text), &catalogue));
    let plan = Arc::new(pipeline::Plan::new(&pipeline, &pipeline::names::Names::new(&pipeline)));
    let folder = PathBuf::from("/");
    let mut options = Options::new(folder.clone(), folder.clone(), folder);
    options.jobs = NonZeroUsize::new(16).expect("not zero");
    let request = Request {
        earlier: Vec::new(),
        pipeline,
        plan,
        catalogue,
        source: Source { file: None, text },
        inputs: Map::new(),
        selection: Selection::All,
        options,
    };
    let runtime =
        tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    let mut group = criterion.benchmark_group("engine");
    group.throughput(Throughput::Elements(steps as u64));
    group.sample_size(if steps > STEPS { 10 } else { 20 });
    group.bench_function(name, |bencher| {
        bencher.iter(|| {
            let prepared = engine::prepare(request.clone(), &toolbox).expect("nothing to refuse");
            let (journal, toolbox) = (Journal::in_memory(), Arc::clone(&toolbox));
            let run = async move {
                let cancel = CancellationToken::new();
                engine::run(prepared, &toolbox, &journal, |_| {}, cancel).await
            };
            // On a worker, as the program runs it: a step then starts where the one before ended.
            let document = runtime.block_on(runtime.spawn(run)).expect("no panic");
            assert!(document.success, "{:?}", document.error);
            black_box(document)
        });
    });
    group.finish();
}

criterion_group!(benches, runs);
criterion_main!(benches);
