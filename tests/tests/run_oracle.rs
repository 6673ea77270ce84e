//! What the program that the language comes from did with the same pipelines: documents and files.
//!
//! A run is equal, or every single difference is allowed by a rule of the language, which a function below states; or
//! the pipeline needs what this version refuses by name. Anything else fails the test.
#![expect(clippy::unwrap_used, reason = "a test helper may fail its test")]

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    fs,
    path::Path,
    sync::Arc,
};

use checks::{Input, NoFiles, Severity};
use engine::{Document, Journal, Options, Refusal, Request, Selection, Source, Toolbox};
use serde_json::{Map, Value as Json, json};
use tokio_util::sync::CancellationToken;

/// What became of a pipeline here.
enum Ours {
    /// Codes of error-level findings.
    Wrong(Vec<String>),
    Refused(Vec<Refusal>),
    Ran {
        document: Box<Document>,
        files: BTreeMap<String, String>,
    },
}

fn run(text: &str, inputs: &Json) -> Ours {
    let toolbox = Toolbox::new(tools::all());
    let catalogue = toolbox.catalogue();
    let pipeline = Arc::new(pipeline::lower(&syntax::Document::new(text), &catalogue));
    let names = pipeline::names::Names::new(&pipeline);
    let plan = Arc::new(pipeline::Plan::new(&pipeline, &names));
    let input = Input {
        pipeline: &pipeline,
        plan: &plan,
        names: &names,
        catalogue: &catalogue,
        files: &NoFiles,
    };
    let findings =
        checks::check(&input).into_iter().filter(|finding| finding.severity == Severity::Error);
    let wrong: Vec<_> =
        findings.map(|finding| format!("{}: {}", finding.code, finding.message)).collect();
    if !wrong.is_empty() {
        return Ours::Wrong(wrong);
    }
    let (work, own) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let options =
        Options::new(work.path().to_owned(), work.path().to_owned(), own.path().to_owned());
    let request = Request {
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

/// A place where two documents are not equal.
#[derive(Debug)]
struct Difference {
    place: String,
    theirs: Json,
    ours: Json,
}

fn differences(place: &str, theirs: &Json, ours: &Json, into: &mut Vec<Difference>) {
    match (theirs, ours) {
        (Json::Object(a), Json::Object(b)) => {
            for key in a.keys().chain(b.keys()).collect::<BTreeSet<_>>() {
                let get =
                    |map: &Map<String, Json>| map.get(key).cloned().unwrap_or(json!("(absent)"));
                differences(&format!("{place}/{key}"), &get(a), &get(b), into);
            }
        }
        (Json::Array(a), Json::Array(b)) if a.len() == b.len() => {
            for (index, (a, b)) in a.iter().zip(b).enumerate() {
                differences(&format!("{place}/{index}"), a, b, into);
            }
        }
        _ if numbers_equal(theirs, ours) => {}
        _ if theirs == ours => {}
        _ => into.push(Difference {
            place: place.to_owned(),
            theirs: theirs.clone(),
            ours: ours.clone(),
        }),
    }
}

fn numbers_equal(a: &Json, b: &Json) -> bool {
    matches!((a.as_f64(), b.as_f64()), (Some(a), Some(b)) if a == b)
}

/// Our document in the older form: without what was added, clocks stopped.
fn older(document: &Document) -> Json {
    let mut json = serde_json::to_value(document).unwrap();
    let map = json.as_object_mut().unwrap();
    for added in ["schema_version", "run", "products", "warnings", "usage"] {
        map.remove(added);
    }
    for clock in ["execution_id", "started_at", "completed_at", "duration"] {
        map.insert(clock.to_owned(), Json::Null);
    }
    for step in map["steps"].as_object_mut().unwrap().values_mut() {
        let step = step.as_object_mut().unwrap();
        for added in ["cached", "condition_error"] {
            step.remove(added);
        }
        for clock in ["started_at", "completed_at", "duration"] {
            step.insert(clock.to_owned(), Json::Null);
        }
    }
    json
}

/// The rule that allows a difference between run documents, if one does.
fn rule(difference: &Difference, ours: &Json, inputs: &Json) -> Option<&'static str> {
    let Difference { place, theirs, ours: here } = difference;
    let parts: Vec<_> = place.split('/').skip(1).collect();
    let step = |id: &str| &ours["steps"][id];
    let failed = |id: &str| step(id)["status"] == "failed" && step(id)["error"].is_string();
    match parts[..] {
        ["steps", id, "value", "recovery"] if failed(id) && here == "(absent)" => {
            Some("no advice that nobody acts on")
        }
        ["steps", id, "error"] | ["steps", id, "value", "error"]
            if step(id)["error_type"] == "TimeoutError"
                && both(theirs, here, |it| it.contains("timeout")) =>
        {
            Some("errors in our own words")
        }
        ["steps", id, "status"] if failed(id) && theirs == "completed" => {
            Some("a step that ends in an error is failed")
        }
        ["steps", id, "error_type"] if failed(id) && theirs == "str" => {
            Some("an error has a kind, not the type of its text")
        }
        ["steps", id, "value", "error_type"]
            if failed(id) && theirs == "(absent)" && here == &step(id)["error_type"] =>
        {
            Some("a failure value says its kind")
        }
        _ if both_texts(theirs, here)
            .is_some_and(|(theirs, here)| unrendered(theirs, here, inputs)) =>
        {
            Some("values that callers supply are never rendered")
        }
        _ => None,
    }
}

fn both_texts<'a>(a: &'a Json, b: &'a Json) -> Option<(&'a str, &'a str)> {
    Some((a.as_str()?, b.as_str()?))
}

fn both(a: &Json, b: &Json, holds: impl Fn(&str) -> bool) -> bool {
    both_texts(a, b).is_some_and(|(a, b)| holds(a) && holds(b))
}

/// Whether `here` is `theirs` but for a template in an input, which they rendered: the same word stands wherever the
/// template does, and everything else is equal.
fn unrendered(theirs: &str, here: &str, inputs: &Json) -> bool {
    let templates =
        inputs.as_object().into_iter().flat_map(Map::values).filter_map(Json::as_str).filter_map(
            |text| {
                let (start, end) = (text.find("{{")?, text.rfind("}}")? + 2);
                text.get(start..end)
            },
        );
    templates.into_iter().any(|template| {
        let pieces: Vec<_> = here.split(template).collect();
        let [first, .., last] = pieces[..] else { return false };
        let word = theirs.strip_prefix(first).and_then(|rest| match pieces.len() {
            2 => rest.strip_suffix(last),
            _ => rest.split_once(pieces[1]).map(|(word, _)| word),
        });
        word.is_some_and(|word| !word.is_empty() && pieces.join(word) == theirs)
    })
}

#[test]
fn real_pipelines_run_as_they_did() {
    let Some(shared) = tests::shared() else {
        return tests::skipped("real_pipelines_run_as_they_did", "no recorded answers");
    };
    let runs = fs::read_to_string(shared.join("oracle/runs.jsonl")).unwrap();
    let (mut wrong, mut count) = (String::new(), 0);
    for recorded in runs.lines().map(|line| serde_json::from_str::<Json>(line).unwrap()) {
        if recorded["supported"] != true || recorded["deterministic"] != true {
            continue;
        }
        count += 1;
        let name = format!("{} {}", recorded["path"].as_str().unwrap(), recorded["inputs"]);
        let text =
            fs::read_to_string(shared.join("corpus").join(recorded["path"].as_str().unwrap()))
                .unwrap();
        match run(&text, &recorded["inputs"]) {
            Ours::Wrong(findings) => writeln!(wrong, "{name}: {findings:?}").unwrap(),
            Ours::Refused(refusals) => writeln!(wrong, "{name}: {refusals:?}").unwrap(),
            Ours::Ran { document, files } => {
                let here = older(&document);
                let mut found = Vec::new();
                differences("", &recorded["result"], &here, &mut found);
                let inputs = &recorded["inputs"];
                found.retain(|difference| rule(difference, &here, inputs).is_none());
                for difference in found {
                    writeln!(wrong, "{name}: {difference:?}").unwrap();
                }
                let theirs: BTreeMap<_, _> = recorded["files"]
                    .as_object()
                    .unwrap()
                    .iter()
                    .map(|(path, file)| {
                        (path.clone(), file["content"].as_str().unwrap_or_default().to_owned())
                    })
                    .collect();
                for path in theirs.keys().chain(files.keys()).collect::<BTreeSet<_>>() {
                    let (a, b) = (theirs.get(path), files.get(path));
                    let allowed =
                        matches!((a, b), (Some(a), Some(b)) if a == b || unrendered(a, b, inputs));
                    if !allowed {
                        writeln!(wrong, "{name}: the file {path} is {a:?}, here {b:?}").unwrap();
                    }
                }
                if (recorded["exit"] == 0) != document.success {
                    writeln!(
                        wrong,
                        "{name}: exit {}, here success {}",
                        recorded["exit"], document.success
                    )
                    .unwrap();
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    assert!(count >= 15, "only {count} recorded runs were looked at");
}
