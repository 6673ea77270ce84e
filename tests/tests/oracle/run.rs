//! A pipeline, run here.

use std::{collections::BTreeMap, fs, path::Path, sync::Arc};

use checks::{Input, NoFiles, Severity};
use engine::{Document, Journal, Options, Refusal, Request, Selection, Source, Toolbox};
use serde_json::Value as Json;
use tokio_util::sync::CancellationToken;

/// What became of a pipeline here.
pub(crate) enum Ours {
    /// Codes of error-level findings.
    Wrong(Vec<String>),
    Refused(Vec<Refusal>),
    Ran {
        document: Box<Document>,
        files: BTreeMap<String, String>,
    },
}

/// Checks, prepares and runs a pipeline in a folder of its own, in which `files` stand.
pub(crate) fn run(text: &str, inputs: &Json, given: &BTreeMap<String, String>) -> Ours {
    // Nobody who could answer, as where theirs were recorded.
    let host = models::Host::new(
        models::Surroundings::of_variables(BTreeMap::<String, String>::new()),
        models::catalogue::Places::default(),
    );
    let toolbox =
        Toolbox::new(models::equip(tools::all(), &host, tools::write_file)).with_models(host);
    let catalogue = toolbox.catalogue();
    let pipeline = Arc::new(pipeline::lower(&syntax::Document::new(text), &catalogue));
    let names = pipeline::names::Names::new(&pipeline);
    let plan = Arc::new(pipeline::Plan::new(&pipeline, &names));
    let input = Input {
        pipeline: &pipeline,
        plan: &plan,
        names: &names,
        catalogue: &catalogue,
        roster: &pipeline::models::Roster::default(),
        files: &NoFiles,
        settings: &checks::configuration::Settings::default(),
    };
    let findings =
        checks::check(&input).into_iter().filter(|finding| finding.severity == Severity::Error);
    let wrong: Vec<_> =
        findings.map(|finding| format!("{}: {}", finding.code, finding.message)).collect();
    if !wrong.is_empty() {
        return Ours::Wrong(wrong);
    }
    let (work, own) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    for (path, text) in given {
        let path = work.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let options =
        Options::new(work.path().to_owned(), work.path().to_owned(), own.path().to_owned());
    let request = Request {
        earlier: Vec::new(),
        pipeline,
        plan,
        catalogue,
        source: Source { file: None, text: text.into() },
        inputs: inputs.as_object().cloned().unwrap_or_default(),
        selection: Selection::All,
        options,
    };
    let prepared = match engine::prepare(request, &toolbox) {
        Ok(prepared) => prepared,
        Err(refusals) => return Ours::Refused(refusals),
    };
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let journal = Journal::in_memory();
    let run = engine::run(prepared, &toolbox, &journal, |_| {}, CancellationToken::new());
    let document = Box::new(runtime.block_on(run));
    let mut files = BTreeMap::new();
    collect(work.path(), work.path(), &mut files);
    Ours::Ran { document, files }
}

fn collect(root: &Path, folder: &Path, files: &mut BTreeMap<String, String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(root, &path, files);
        } else {
            let name = path.strip_prefix(root).unwrap().display().to_string();
            files.insert(name, String::from_utf8_lossy(&fs::read(&path).unwrap()).into_owned());
        }
    }
}
