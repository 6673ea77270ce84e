//! Runs pipelines over a tool that does what its command says.

#![expect(dead_code, reason = "each test binary uses its own part")]
#![expect(clippy::unwrap_used, reason = "a test helper may fail its test")]

pub(crate) mod author;
pub(crate) mod sameness;

use std::{
    collections::HashMap,
    path::Path,
    sync::{Arc, Mutex},
    time::Duration,
};

use engine::{
    Budget, Ceiling, Document, Journal, Options, Prepared, Refusal, Request, Selection, Source,
    Toolbox, Usage,
    event::Event,
    limits::Limits,
    people::{Kind, Need, Part, Question},
    tool::{Call, Failure, Tool},
};
use pipeline::catalogue::{Catalogue, Signature};
use serde_json::{Map, Value as Json, json};
use tokio_util::sync::CancellationToken;

/// Stands for `terminal`. Commands: `say X`, `report X` (a reported failure), `raise X`, `flaky N` (transient until the
/// Nth attempt), `draft N` (a text with a gap until the Nth attempt), `fail N` (for good, the first N times), `wait MS`, `hang` (deaf to its token), `panic`, `spend T C MT MC` (tokens and dollars, and the most of each), `guess` (nobody knows), `tell X` (live output), `ask X` (a person), `json X`.
#[derive(Default)]
pub(crate) struct Fake {
    /// Steps in the order of their calls, `step/attempt`.
    pub calls: Mutex<Vec<String>>,
    in_flight: Mutex<(usize, usize)>,
}

impl Fake {
    /// The most calls that were in flight at once.
    pub(crate) fn most(&self) -> usize {
        self.in_flight.lock().unwrap().1
    }

    async fn act(&self, call: &Call) -> Result<Json, Failure> {
        let command = call.parameters["command"].as_str().unwrap();
        let (verb, rest) = command.split_once(' ').unwrap_or((command, ""));
        match verb {
            "say" => Ok(json!({ "stdout": rest, "success": true })),
            "json" => Ok(serde_json::from_str(rest).unwrap()),
            "report" => Ok(json!({ "stdout": "", "success": false, "error": rest })),
            "raise" => Err(Failure::permanent("FakeError", rest)),
            "spend" => {
                let [tokens, cost] = numbers(rest)[..2] else { panic!("{rest}") };
                call.output.spent(Usage {
                    input_tokens: Some(tokens as u64),
                    output_tokens: Some(0),
                    cost: Some(cost),
                    ..Usage::default()
                });
                Ok(json!({ "spent": cost }))
            }
            "guess" => Ok(json!("who knows")),
            "flaky" if call.place.attempt < rest.parse().unwrap() => {
                Err(Failure::transient("FakeError", "not yet"))
            }
            "flaky" => Ok(json!("at last")),
            "fail" => {
                let name = call.place.path.clone();
                let calls = self.calls.lock().unwrap();
                let made =
                    calls.iter().filter(|it| name.ends_with(it.split('/').next().unwrap())).count();
                if made > rest.parse().unwrap() {
                    Ok(json!("in the end"))
                } else {
                    Err(Failure::permanent("FakeError", "once more"))
                }
            }
            "draft" if call.place.attempt < rest.parse().unwrap() => Ok(json!("the mean is TBD")),
            "draft" => Ok(json!("the mean is 2")),
            "wait" => {
                let time = Duration::from_millis(rest.parse().unwrap());
                tokio::select! {
                    () = tokio::time::sleep(time) => Ok(json!("waited")),
                    () = call.cancel.cancelled() => Err(Failure::permanent("FakeError", "stopped")),
                }
            }
            "ask" => {
                let question = question(call, rest);
                let heard = call.people.ask(&question, &call.cancel).await?;
                Ok(json!(format!("{:?}", heard.reply)))
            }
            "hang" => std::future::pending().await,
            "panic" => panic!("{rest}"),
            "tell" => {
                call.output.text(rest);
                call.output.progress(0.5, "half");
                Ok(json!(rest))
            }
            other => panic!("no such verb: {other}"),
        }
    }
}

#[async_trait::async_trait]
impl Tool for Fake {
    fn signature(&self) -> &'static Signature {
        Catalogue::declared().tool("terminal").unwrap()
    }

    fn ceiling(&self, call: &Call) -> Option<Ceiling> {
        let command = call.parameters["command"].as_str()?;
        match command.split_once(' ') {
            Some(("spend", rest)) => {
                let [_, _, tokens, cost] = numbers(rest)[..] else { panic!("{rest}") };
                Some(Ceiling { tokens: Some(tokens as u64), cost: Some(cost) })
            }
            _ => (command == "guess").then(Ceiling::default),
        }
    }

    async fn call(&self, call: Call) -> Result<Json, Failure> {
        self.calls.lock().unwrap().push(format!("{}/{}", call.place.step, call.place.attempt));
        {
            let mut flights = self.in_flight.lock().unwrap();
            flights.0 += 1;
            flights.1 = flights.1.max(flights.0);
        }
        let result = self.act(&call).await;
        self.in_flight.lock().unwrap().0 -= 1;
        result
    }
}

fn question(call: &Call, text: &str) -> Question {
    Question {
        run: call.place.run.clone(),
        step: call.place.step.clone(),
        path: call.place.path.clone(),
        names: &[],
        id: None,
        part: Part::Main,
        title: None,
        text: text.to_owned(),
        body: None,
        kind: Kind::Text,
        default: None,
        agreed: None,
        timeout: None,
        need: Need::Needed,
        complaint: None,
    }
}

fn numbers(text: &str) -> Vec<f64> {
    text.split_whitespace().map(|number| number.parse().unwrap()).collect()
}

/// A pipeline to run, and how.
pub(crate) struct Case {
    pub yaml: String,
    pub inputs: Map<String, Json>,
    pub selection: Selection,
    pub jobs: usize,
    pub secrets: Vec<String>,
    pub budget: Budget,
    pub limits: Limits,
    pub journal: Journal,
    pub cancel: CancellationToken,
    pub fake: Arc<Fake>,
    /// Files of the workspace, which is the pipeline's folder.
    pub files: Vec<(&'static str, String)>,
}

/// What came of it.
pub(crate) struct Ran {
    pub document: Document,
    pub events: Vec<Event>,
    pub fake: Arc<Fake>,
}

impl Case {
    pub(crate) fn new(yaml: &str) -> Self {
        Self {
            yaml: yaml.to_owned(),
            inputs: Map::new(),
            selection: Selection::All,
            jobs: 16,
            secrets: Vec::new(),
            budget: Budget::default(),
            limits: Limits::default(),
            journal: Journal::in_memory(),
            cancel: CancellationToken::new(),
            fake: Arc::default(),
            files: Vec::new(),
        }
    }

    pub(crate) fn file(mut self, name: &'static str, text: &str) -> Self {
        self.files.push((name, text.to_owned()));
        self
    }

    fn write_files(&self, folder: &Path) {
        for (name, text) in &self.files {
            let file = folder.join(name);
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(file, text).unwrap();
        }
    }

    pub(crate) fn inputs(mut self, inputs: Json) -> Self {
        let Json::Object(inputs) = inputs else { panic!("a map") };
        self.inputs = inputs;
        self
    }

    pub(crate) fn toolbox(&self) -> Toolbox {
        Toolbox::new([Arc::clone(&self.fake) as Arc<dyn Tool>])
    }

    pub(crate) fn prepare(&self, folder: &Path) -> Result<Prepared, Vec<Refusal>> {
        engine::prepare(request(&self.yaml, folder, self), &self.toolbox())
    }

    pub(crate) fn run(self) -> Ran {
        let folder = tempfile::tempdir().unwrap();
        self.write_files(folder.path());
        let prepared =
            self.prepare(folder.path()).unwrap_or_else(|refusals| panic!("{refusals:#?}"));
        let events = Mutex::new(Vec::new());
        let toolbox = self.toolbox();
        let told = |event: &Event| events.lock().unwrap().push(event.clone());
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .unwrap();
        let document = runtime.block_on(engine::run(
            prepared,
            &toolbox,
            &self.journal,
            told,
            self.cancel.clone(),
        ));
        drop(runtime);
        assert_eq!(
            self.journal.document(&document.run).unwrap().as_ref(),
            Some(&document),
            "the journal has the same"
        );
        Ran { document, events: events.into_inner().unwrap(), fake: self.fake }
    }

    /// Codes and steps of what is refused.
    pub(crate) fn refused(&self) -> Vec<String> {
        let folder = tempfile::tempdir().unwrap();
        self.write_files(folder.path());
        let refusals = self.prepare(folder.path()).expect_err("refused");
        refusals
            .iter()
            .map(|it| format!("{} {}: {}", it.code, it.step.as_deref().unwrap_or("-"), it.message))
            .collect()
    }
}

pub(crate) fn request(yaml: &str, folder: &Path, case: &Case) -> Request {
    let catalogue = case.toolbox().catalogue();
    let document = syntax::Document::new(yaml);
    let pipeline = Arc::new(pipeline::lower(&document, &catalogue));
    let names = pipeline::names::Names::new(&pipeline);
    let plan = Arc::new(pipeline::Plan::new(&pipeline, &names));
    let mut options = Options::new(folder.to_owned(), folder.to_owned(), folder.to_owned());
    options.budget = case.budget;
    options.limits = case.limits.clone();
    options.jobs = std::num::NonZeroUsize::new(case.jobs).unwrap();
    let secret =
        |value: &String| engine::Secret { name: value.len().to_string(), value: value.clone() };
    options.secrets = case.secrets.iter().map(secret).collect();
    Request {
        earlier: Vec::new(),
        pipeline,
        plan,
        catalogue,
        source: Source { file: None, text: yaml.into() },
        inputs: case.inputs.clone(),
        selection: case.selection.clone(),
        options,
    }
}

impl Ran {
    /// `id status` of every step, with `!` where a completed one reports a failure.
    pub(crate) fn statuses(&self) -> String {
        let word = |step: &engine::StepRecord| {
            let mark = if step.status == engine::StepStatus::Completed && !step.success {
                "!"
            } else {
                ""
            };
            format!("{} {}{mark}", step.id, step.status.as_str())
        };
        self.document.steps.values().map(word).collect::<Vec<_>>().join(", ")
    }

    /// `type step` of every event that is no checkpoint.
    pub(crate) fn told(&self) -> Vec<String> {
        let word = |event: &Event| {
            let kind = serde_json::to_value(event.kind).unwrap();
            format!("{} {}", kind.as_str().unwrap(), event.step.as_deref().unwrap_or("-"))
        };
        self.events.iter().map(word).filter(|word| !word.starts_with("checkpoint")).collect()
    }

    pub(crate) fn values(&self) -> HashMap<&str, &Json> {
        self.document.steps.iter().map(|(id, step)| (id.as_str(), &step.value)).collect()
    }
}
