//! What durability costs: steps that do nothing, in a journal on the disk that the target folder is on. One after the other
//! each pays for a commit of its own; 100 that end together are to share commits, at 100 us each.

use std::{hint::black_box, num::NonZeroUsize, path::Path, sync::Arc};

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use engine::{
    Journal, Options, Request, Selection, Source, Toolbox,
    tool::{Call, Failure, Tool},
};
use pipeline::catalogue::{Catalogue, Signature};
use serde_json::{Map, Value as Json, json};
use tokio_util::sync::CancellationToken;

const STEPS: usize = 100;

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

/// Steps, each waiting for those that `waits` says.
fn yaml(waits: impl Fn(usize) -> String) -> String {
    let mut yaml = String::from("id: durable\nsteps:\n");
    for step in 0..STEPS {
        yaml += &format!(
            "  - {{id: s{step}, tool: terminal, dependencies: [{}], parameters: {{command: x}}}}\n",
            waits(step)
        );
    }
    yaml
}

fn runs(criterion: &mut Criterion) {
    let chain = yaml(|step| step.checked_sub(1).map_or_else(String::new, |it| format!("s{it}")));
    measure(criterion, "100 steps one after the other", &chain, 1);
    measure(criterion, "100 steps that end together", &yaml(|_| String::new()), STEPS);
}

fn measure(criterion: &mut Criterion, name: &str, yaml: &str, jobs: usize) {
    let toolbox = Arc::new(Toolbox::new([Arc::new(Nothing) as Arc<dyn Tool>]));
    let catalogue = toolbox.catalogue();
    let text: Arc<str> = yaml.into();
    let pipeline = Arc::new(pipeline::lower(&syntax::Document::new(&text), &catalogue));
    let plan = Arc::new(pipeline::Plan::new(&pipeline, &pipeline::names::Names::new(&pipeline)));
    let folder = tempfile::tempdir_in(Path::new(env!("CARGO_TARGET_TMPDIR"))).expect("a folder");
    let place = folder.path().to_owned();
    let mut options = Options::new(place.clone(), place.clone(), place);
    options.jobs = NonZeroUsize::new(jobs).expect("not zero");
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
    let journal = Journal::open(&folder.path().join("state")).expect("a journal");
    let runtime =
        tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    let mut group = criterion.benchmark_group("durable");
    group.throughput(Throughput::Elements(STEPS as u64)).sample_size(20);
    group.bench_function(name, |bencher| {
        bencher.iter(|| {
            let prepared = engine::prepare(request.clone(), &toolbox).expect("nothing to refuse");
            let (journal, toolbox) = (journal.clone(), Arc::clone(&toolbox));
            let run = async move {
                let cancel = CancellationToken::new();
                engine::run(prepared, &toolbox, &journal, |_| {}, cancel).await
            };
            let document = runtime.block_on(runtime.spawn(run)).expect("no panic");
            assert!(document.success, "{:?}", document.error);
            black_box(document)
        });
    });
    group.finish();
}

criterion_group!(benches, runs);
criterion_main!(benches);
