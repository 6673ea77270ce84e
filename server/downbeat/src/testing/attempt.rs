//! One run of one test, in a folder of its own, kept nowhere.

use std::{
    fs, io,
    num::NonZeroUsize,
    path::{Component, Path},
    sync::Arc,
    time::Instant,
};

use checks::{
    Diagnostic,
    suite::{self, What},
};
use engine::{
    Archive, Document, Found, Journal, Options, Past, Prepared, Refusal, Request, Reuse, RunStatus,
    Secret, Selection, Toolbox,
    mind::{Chooser, Unreachable},
    people::People,
};
use models::Host;
use pipeline::{
    Located,
    models::{Choice, NoChoice, Wanted},
};
use serde_json::{Map, Value as Json};
use syntax::Span;
use tempfile::TempDir;
use tokio::task::spawn_blocking;
use tokio_util::sync::CancellationToken;

use super::{
    expectation::{self, look},
    report::{Attempt, Cause, Failure},
    scope::Outcome,
    suite::{Pipeline, Tests},
};
use crate::{answers::Answers, judging, shape::Range, workspace};

/// One run that is to be made.
#[derive(Clone, Debug)]
pub(super) struct Trial {
    pub(super) tests: Arc<Tests>,
    /// Who answers the model steps of the pipeline.
    pub(super) host: Arc<Host>,
    /// Which test of the file.
    pub(super) case: usize,
    /// With which model; none: those that the pipeline asks for.
    pub(super) model: Option<String>,
    /// From 1.
    pub(super) number: u32,
}

/// What did not hold, and where it is written.
type Wrong = (Span, Cause, String);

/// Why a run does not begin.
struct Refused {
    /// Of the refusal, or of the finding.
    code: String,
    /// For people.
    why: String,
    /// What in the test is the reason.
    span: Span,
}

impl Trial {
    /// Runs, and holds what comes out against what must hold.
    pub(super) async fn run(self, cancel: CancellationToken) -> Attempt {
        let begun = Instant::now();
        let trial = Arc::new(self);
        let (cost, wrong) = trial.outcome(&cancel).await;
        let failures: Vec<Failure> = wrong
            .into_iter()
            .map(|(span, what, message)| Failure {
                what,
                message,
                range: Range::new(&trial.tests.document, span),
                span,
            })
            .collect();
        let verdict = failures.iter().map(|it| it.what.verdict()).max();
        Attempt {
            model: trial.model.clone(),
            number: trial.number,
            verdict: verdict.unwrap_or(super::report::Verdict::Passed),
            duration: begun.elapsed().as_secs_f64(),
            cost,
            failures,
        }
    }

    /// What the run cost, and what did not hold.
    async fn outcome(self: &Arc<Self>, cancel: &CancellationToken) -> (Option<f64>, Vec<Wrong>) {
        let trial = Arc::clone(self);
        let prepared = match spawn_blocking(move || trial.prepare()).await {
            Ok(Ok(prepared)) => prepared,
            Ok(Err(refused)) => return (Some(0.0), self.refused(refused)),
            Err(error) => return (None, vec![self.inside(&error)]),
        };
        let Ready { prepared, toolbox, room, then } = prepared;
        let journal = Journal::in_memory();
        let stop = cancel.child_token();
        let driven = engine::run(prepared, &toolbox, &journal, |_| {}, stop);
        let document = driven.await;
        let cost = match &then {
            Some(_) => Some(0.0),
            None => expectation::cost(&document),
        };
        let (trial, stop) = (Arc::clone(self), cancel.child_token());
        let judged = spawn_blocking(move || {
            // What a recorded run costs is what it cost then.
            let cost = expectation::cost(then.as_ref().unwrap_or(&document));
            trial.hold(&document, cost, &stop)
        });
        let judged = judged.await;
        drop(room);
        (cost, judged.unwrap_or_else(|error| vec![self.inside(&error)]))
    }

    fn case(&self) -> &suite::Case {
        &self.tests.suite.cases[self.case]
    }

    fn inside(&self, error: &tokio::task::JoinError) -> Wrong {
        (self.case().name.span, Cause::Refused, format!("the test failed inside: {error}"))
    }

    /// Everything that a run needs, or why there is none.
    fn prepare(&self) -> Result<Ready, Vec<Refused>> {
        let case = self.case();
        let one =
            |code: &str, why: String, span| vec![Refused { code: code.to_owned(), why, span }];
        let Some(pipeline) = &self.tests.pipeline else {
            let why = "there is no pipeline to test".to_owned();
            return Err(one("missing-file", why, case.name.span));
        };
        let errors = pipeline.errors();
        if !errors.is_empty() {
            return Err(self.found(pipeline, &errors));
        }
        let room = self.room(pipeline).map_err(|(span, why)| one("missing-file", why, span))?;
        let past = match &case.recorded {
            Some(named) => {
                let found = self.recorded(pipeline, &named.value);
                Some(found.map_err(|why| one("not-recorded", why, named.span))?)
            }
            None => None,
        };
        let toolbox = self.toolbox(pipeline, past.is_some());
        let request = self.request(pipeline, &toolbox, room.path());
        let then = past.as_ref().map(|past| past.document().clone());
        let prepared = match past {
            None => engine::prepare(request, &toolbox),
            Some(past) => engine::prepare_recorded(request, &toolbox, past),
        };
        let span = self.span_of_model();
        let prepared = prepared.map_err(|refusals| {
            let told = |it: Refusal| {
                let place = it.span.filter(|_| it.within.is_none());
                let place = place.map_or_else(String::new, |at| pipeline.place(at) + ": ");
                let why = format!("{place}{}: {}", it.code, it.message);
                Refused { code: it.code.to_owned(), why, span }
            };
            refusals.into_iter().map(told).collect::<Vec<_>>()
        })?;
        let other =
            then.as_ref().and_then(|then| self.other(pipeline, then, prepared.pipeline_id()));
        match other {
            Some(other) => Err(vec![other]),
            None => Ok(Ready { prepared, toolbox, room, then }),
        }
    }

    /// What this build finds wrong with the pipeline, in one sentence for all codes.
    fn found(&self, pipeline: &Pipeline, errors: &[&Diagnostic]) -> Vec<Refused> {
        let span = self.case().name.span;
        let told = |it: &&Diagnostic| Refused {
            code: it.code.to_owned(),
            why: format!("{}: {}: {}", pipeline.place(it.span), it.code, it.message),
            span,
        };
        errors.iter().map(told).collect()
    }

    /// Where the model is written that the run is made with, else the name of the test.
    fn span_of_model(&self) -> Span {
        let case = self.case();
        let written = case.models.iter().find(|it| Some(&it.value) == self.model.as_ref());
        written.map_or(case.name.span, |it| it.span)
    }

    fn request(&self, pipeline: &Pipeline, toolbox: &Toolbox, room: &Path) -> Request {
        let case = self.case();
        let mut options =
            Options::new(room.to_owned(), pipeline.workspace.clone(), pipeline.folder.clone());
        options.jobs = NonZeroUsize::MIN.saturating_add(15);
        options.front_end = workspace::Checked::new(&pipeline.workspace);
        options.limits = workspace::limits(&pipeline.workspace);
        options.reuse = Reuse::Never;
        let answers = Answers::of_file(&self.tests.source.name, case.answers.clone());
        options.people = People::reached_by(Arc::new(answers));
        let source = &pipeline.source;
        Request {
            earlier: Vec::new(),
            pipeline: Arc::new(pipeline.analysis.pipeline.clone()),
            plan: Arc::new(pipeline.analysis.plan.clone()),
            catalogue: toolbox.catalogue(),
            source: engine::Source { file: source.path.clone(), text: Arc::clone(&source.text) },
            inputs: case.inputs.clone(),
            selection: Selection::All,
            options,
        }
    }

    /// A folder to work in, with the files that the test asks for.
    fn room(&self, pipeline: &Pipeline) -> Result<TempDir, (Span, String)> {
        let room = tempfile::tempdir().map_err(|error| {
            let why = format!("cannot make a folder: {}", workspace::reason(&error));
            (self.case().name.span, why)
        })?;
        for file in &self.case().files {
            let path = Path::new(&file.value);
            let inside = path.components().all(|part| matches!(part, Component::Normal(_)));
            if !inside {
                let why = format!("`{}` is no path inside the workspace", file.value);
                return Err((file.span, why));
            }
            let bases = [&pipeline.workspace, &pipeline.folder];
            let found = bases.into_iter().map(|base| base.join(path)).find(|it| it.exists());
            let Some(found) = found else {
                let why = format!(
                    "`{}` is not in the workspace `{}`, nor beside the pipeline",
                    file.value,
                    workspace::display(&pipeline.workspace)
                );
                return Err((file.span, why));
            };
            copy(&found, &room.path().join(path)).map_err(|error| {
                let why = workspace::reason(&error);
                (file.span, format!("cannot copy `{}`: {why}", file.value))
            })?;
        }
        Ok(room)
    }

    /// Why the recorded run is none of this pipeline, where it is not.
    fn other(&self, pipeline: &Pipeline, then: &Document, id: &str) -> Option<Refused> {
        let Located { value: named, span } = self.case().recorded.as_ref()?;
        let recorded = &then.pipeline_id;
        (recorded != id).then(|| Refused {
            code: "not-recorded".to_owned(),
            why: format!(
                "`{named}` is a run of the pipeline `{recorded}`, and this one is `{id}`; record one of it: {}",
                pipeline.recording(named)
            ),
            span: *span,
        })
    }

    /// The run whose answers are taken.
    fn recorded(&self, pipeline: &Pipeline, named: &str) -> Result<Past, String> {
        let file = self.tests.source.folder().join(named);
        if file.is_file() {
            let source = workspace::Source::read(&file).map_err(|error| error.to_string())?;
            let document: Document = serde_json::from_str(&source.text).map_err(|error| {
                format!(
                    "`{named}` holds no run document: {error}; record one: {}",
                    pipeline.recording(named)
                )
            })?;
            return Ok(Past::told(document));
        }
        let state = pipeline.workspace.join(workspace::STATE);
        let none = || {
            format!(
                "`{named}` is no file beside the tests, and no run of the workspace begins so; record one: {}",
                pipeline.recording(named)
            )
        };
        let archive = Archive::open(&state).map_err(|error| error.to_string())?.ok_or_else(none)?;
        match archive.find(named).map_err(|error| error.to_string())? {
            Found::Run(run) => Journal::open(&state)
                .map_err(|error| error.to_string())?
                .past(&run)
                .map_err(|error| error.to_string()),
            Found::Several(runs) => {
                Err(format!("several runs begin with `{named}`: `{}`", runs.join("`, `")))
            }
            Found::Nothing => Err(none()),
        }
    }

    fn toolbox(&self, pipeline: &Pipeline, is_recorded: bool) -> Toolbox {
        let chooser: Arc<dyn Chooser> = match &self.model {
            _ if is_recorded => {
                Arc::new(workspace::Anybody(workspace::roster(&pipeline.workspace)))
            }
            Some(model) => Arc::new(Only { host: Arc::clone(&self.host), model: model.clone() }),
            None => Arc::clone(&self.host) as _,
        };
        workspace::toolbox_of(&self.host, chooser)
    }

    /// What is to be said of a run that was refused.
    fn refused(&self, refusals: Vec<Refused>) -> Vec<Wrong> {
        let wanted = self.case().failure();
        if wanted.is_some_and(|wanted| refusals.iter().any(|it| it.code == wanted)) {
            return Vec::new();
        }
        refusals.into_iter().map(|it| (it.span, Cause::Refused, it.why)).collect()
    }

    /// What does not hold.
    fn hold(
        &self,
        document: &Document,
        cost: Option<f64>,
        cancel: &CancellationToken,
    ) -> Vec<Wrong> {
        let case = self.case();
        if document.status == RunStatus::Cancelled {
            return vec![(case.name.span, Cause::Refused, "it was interrupted".to_owned())];
        }
        let mut wrong = Vec::new();
        let expected = case.expect.iter().find_map(|it| match &it.what {
            What::Fails(code) => Some((it.span, code)),
            _ => None,
        });
        match expected {
            None if document.success => {}
            None => {
                let why = format!("the run failed: {}", expectation::reason(document));
                wrong.push((case.name.span, Cause::RunFailed, why));
            }
            Some((_, code)) if expectation::failed_with(document, code) => {}
            Some((span, code)) if document.success => {
                wrong.push((
                    span,
                    Cause::Fails,
                    format!("it succeeded, and was to fail with `{code}`"),
                ));
            }
            Some((span, code)) => {
                let why = expectation::reason(document);
                wrong.push((
                    span,
                    Cause::Fails,
                    format!("it failed otherwise than with `{code}`: {why}"),
                ));
            }
        }
        let scope = Outcome::new(document, &self.inputs());
        let judge = |question: &suite::Question, text: &str| self.judge(question, text, cancel);
        wrong.extend(case.expect.iter().filter_map(|it| {
            let (cause, why) = look(it, document, cost, &scope, &judge)?;
            Some((it.span, cause, why))
        }));
        wrong
    }

    /// Inputs as given, and the defaults of others.
    fn inputs(&self) -> Map<String, Json> {
        let mut inputs = self.case().inputs.clone();
        let pipeline = self.tests.pipeline.as_ref().map(|it| &it.analysis.pipeline);
        for input in pipeline.into_iter().flat_map(ide::inputs) {
            if let Some(default) = input.default.filter(|_| !inputs.contains_key(input.name)) {
                inputs.insert(input.name.to_owned(), crate::shape::json(default));
            }
        }
        inputs
    }

    fn judge(
        &self,
        question: &suite::Question,
        text: &str,
        cancel: &CancellationToken,
    ) -> Result<Option<String>, String> {
        let Some(pipeline) = &self.tests.pipeline else { return Ok(None) };
        let wanted = Wanted::of_orchestration(&pipeline.analysis.pipeline);
        let wanted = match &question.model {
            Some(model) => wanted.of_caller(model),
            None => wanted,
        };
        let shown = format!("Question: {}\n\nText:\n{text}", question.text);
        let matter = judging::Matter { task: TASK, examples: EXAMPLES, shown: &shown };
        let judgement = judging::judge(&pipeline.workspace, &wanted, &matter, cancel)?;
        Ok(match judgement.ruling {
            judging::Ruling::Pass => None,
            judging::Ruling::Fail => {
                Some(format!("{} says no: {}", judgement.model, judgement.reason))
            }
        })
    }
}

const TASK: &str = "You judge whether a text is as a question asks. Answer with a JSON object: `reason`, one short sentence, and `verdict`, \
    `pass` where the answer to the question is yes, `fail` where it is no. Judge only the text that is shown.";

const EXAMPLES: &[(&str, &str)] = &[
    (
        "Question: Does it name a city?\n\nText:\nThe train to Lyon leaves at nine.",
        r#"{"reason": "It names Lyon.", "verdict": "pass"}"#,
    ),
    (
        "Question: Is it polite?\n\nText:\nGo away and never write again.",
        r#"{"reason": "It tells the reader to go away.", "verdict": "fail"}"#,
    ),
];

/// A run that may begin.
struct Ready {
    prepared: Prepared,
    toolbox: Toolbox,
    /// Where it works; gone when this is dropped.
    room: TempDir,
    /// The run that was recorded, where it is that one once more.
    then: Option<Document>,
}

/// Chooses the model that a test is run with, whatever the pipeline asks for.
struct Only {
    host: Arc<Host>,
    model: String,
}

impl Chooser for Only {
    fn choose(&self, workspace: &Path, wanted: &Wanted) -> Result<Choice, NoChoice> {
        self.host.choose(workspace, &wanted.clone().of_caller(&self.model))
    }

    fn unreachable(&self) -> Option<Unreachable> {
        self.host.unreachable()
    }

    fn secrets(&self) -> Vec<Secret> {
        self.host.secrets()
    }
}

/// Copies a file, or a folder with everything in it; links are not followed.
fn copy(from: &Path, to: &Path) -> io::Result<()> {
    if !from.is_dir() {
        if let Some(folder) = to.parent() {
            fs::create_dir_all(folder)?;
        }
        return fs::copy(from, to).map(drop);
    }
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let kind = entry.file_type()?;
        if kind.is_dir() || kind.is_file() {
            copy(&entry.path(), &to.join(entry.file_name()))?;
        }
    }
    Ok(())
}
