//! What a step costs beside its work: 1,000 chained steps that do nothing, each rendering one parameter from the step
//! before, in a journal without durability. Time per run divided by 1,000 is the figure to hold (50 us).

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

fn chain(criterion: &mut Criterion) {
    let toolbox = Arc::new(Toolbox::new([Arc::new(Nothing) as Arc<dyn Tool>]));
    let catalogue = toolbox.catalogue();
    let text: Arc<str> = yaml().into();
    let pipeline = Arc::new(pipeline::lower(&syntax::Document::new(&text), &catalogue));
    let plan = Arc::new(pipeline::Plan::new(&pipeline, &pipeline::names::Names::new(&pipeline)));
    let folder = PathBuf::from("/");
    let mut options = Options::new(folder.clone(), folder.clone(), folder);
    options.jobs = NonZeroUsize::new(16).expect("not zero");
    let request = Request {
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
    group.throughput(Throughput::Elements(STEPS as u64));
    group.sample_size(20);
    group.bench_function("chain of 1,000 steps", |bencher| {
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

criterion_group!(benches, chain);
criterion_main!(benches);
