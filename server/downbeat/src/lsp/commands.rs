//! `workspace/executeCommand`.

use std::path::Path;
use std::sync::Arc;

use engine::{Options, Pace, Request, Selection, Source};
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;
use syntax::Span;
use tower_lsp_server::ls_types::ExecuteCommandParams;

use super::client::Trust;
use super::desk::{Desk, Edition, Reading};
use super::encoding::Encoding;
use super::message::{Code, Refusal};
use super::protocol::{Finding, Refused, RunArguments, RunId};
use super::reply::Reply;
use super::runs::{Cancelled, Runs};
use super::session::{Session, require};
use crate::workspace::{self, Blocking};

/// Runs the text in the editor.
pub(crate) const RUN: &str = "downbeat.run";
/// Cancels a run.
pub(crate) const CANCEL: &str = "downbeat.cancel";
/// Goes on with a run.
pub(crate) const RESUME: &str = "downbeat.resume";
/// Pauses a run.
pub(crate) const PAUSE: &str = "downbeat.pause";
/// Lets a run that is paused go on.
pub(crate) const UNPAUSE: &str = "downbeat.unpause";
/// Runs tests.
pub(crate) const TEST: &str = "downbeat.test";
/// Stops tests.
pub(crate) const CANCEL_TEST: &str = "downbeat.cancelTest";
/// What editors may call.
pub(crate) const ALL: [&str; 7] = [RUN, CANCEL, RESUME, PAUSE, UNPAUSE, TEST, CANCEL_TEST];

/// How many reasons a message names; all of them are in its data.
const NAMED: usize = 5;

impl Session {
    /// Carries out a command. Nothing here waits for a run.
    pub(crate) fn execute(&mut self, params: Option<&RawValue>, reply: Reply) {
        let params = match require::<ExecuteCommandParams>(params) {
            Ok(params) => params,
            Err(refusal) => return reply.give(Err::<(), _>(refusal)),
        };
        match params.command.as_str() {
            RUN => self.run(params, reply),
            CANCEL => reply.give(argument::<RunId>(params).and_then(|RunId { run }| {
                match self.runs.cancel(&run) {
                    Cancelled::Stops | Cancelled::WasOver => Ok(()),
                    Cancelled::Unknown => Err(Refusal::new(
                        Code::RequestFailed,
                        format!("this server has started no run `{run}`"),
                    )),
                }
            })),
            RESUME => self.resume(params, reply),
            PAUSE => self.set_pace(params, Pace::Paused, reply),
            UNPAUSE => self.set_pace(params, Pace::Going, reply),
            TEST => self.test(params, reply),
            CANCEL_TEST => self.cancel_test(params, reply),
            other => reply.refuse(Code::InvalidParams, format!("there is no command `{other}`")),
        }
    }

    fn run(&mut self, params: ExecuteCommandParams, reply: Reply) {
        if self.client.trust == Trust::Untrusted {
            return reply.give(Err::<(), _>(untrusted()));
        }
        let prepared = argument::<RunArguments>(params).and_then(|call| {
            let selection = selection(&call)?;
            let desk = self.desk(&call.uri).ok_or_else(|| {
                Refusal::new(Code::InvalidParams, format!("`{}` is not open", call.uri))
            })?;
            Ok((call, selection, desk))
        });
        let (call, selection, desk) = match prepared {
            Ok(prepared) => prepared,
            Err(refusal) => return reply.give(Err::<(), _>(refusal)),
        };
        let (edition, encoding, runs) =
            (desk.latest(), self.client.encoding, Arc::clone(&self.runs));
        self.pool.run(move || match request(&desk, &edition, encoding, call, selection) {
            Ok(mut request) => {
                request.options.people = runs.people();
                start(&runs, desk.uri.as_str(), request, &edition, encoding, reply)
            }
            Err(refusal) => reply.give(Err::<(), _>(refusal)),
        });
    }
}

/// The only argument of a command.
pub(super) fn argument<T: DeserializeOwned>(params: ExecuteCommandParams) -> Result<T, Refusal> {
    let mut arguments = params.arguments;
    let wrong = |why: String| {
        Refusal::new(Code::InvalidParams, format!("`{}` takes one object: {why}", params.command))
    };
    if arguments.len() != 1 {
        return Err(wrong(format!("it was given {} arguments", arguments.len())));
    }
    serde_json::from_value(arguments.remove(0)).map_err(|error| wrong(error.to_string()))
}

fn selection(call: &RunArguments) -> Result<Selection, Refusal> {
    match (&call.only, &call.from, &call.until) {
        (None, None, None) => Ok(Selection::All),
        (Some(step), None, None) => Ok(Selection::Only(step.clone())),
        (None, Some(step), None) => Ok(Selection::From(step.clone())),
        (None, None, Some(step)) => Ok(Selection::Until(step.clone())),
        _ => Err(Refusal::new(
            Code::InvalidParams,
            "only one of `only`, `from` and `until` can be chosen",
        )),
    }
}

/// The step that a selection names.
fn step_of(selection: &Selection) -> Option<&str> {
    match selection {
        Selection::All => None,
        Selection::Only(step) | Selection::From(step) | Selection::Until(step) => Some(step),
    }
}

/// What the engine is asked for, unless findings are in the way.
fn request(
    desk: &Desk,
    edition: &Edition,
    encoding: Encoding,
    call: RunArguments,
    selection: Selection,
) -> Result<Request, Refusal> {
    let snapshot = match desk.read(edition) {
        Reading::Ours(snapshot) => snapshot,
        Reading::Foreign | Reading::Findings(_) => {
            return Err(Refusal::new(Code::RequestFailed, "this document is not a pipeline"));
        }
        Reading::Stale => {
            return Err(Refusal::new(Code::ContentModified, "the text has changed since"));
        }
    };
    let blocking = Blocking::new(&snapshot.pipeline, &snapshot.plan, &selection);
    // A selection that names no step is refused for that: what else is wrong may have nothing to do with it.
    let is_known = step_of(&selection).is_none_or(|step| snapshot.names.step(step).is_some());
    let errors: Vec<Finding> = snapshot
        .report
        .diagnostics()
        .into_iter()
        .filter(|found| is_known && blocking.is(found))
        .map(|found| Finding {
            code: found.code.to_owned(),
            range: Some(encoding.range(&edition.document, found.span)),
            message: found.message,
            help: None,
        })
        .collect();
    if !errors.is_empty() {
        return Err(refused(
            "findings",
            named("the pipeline has errors, so nothing ran", &errors),
            errors,
        ));
    }
    let folder = desk.folder();
    let workspace = workspace::root(&folder);
    let mut options = Options::new(workspace.clone(), workspace.clone(), folder);
    options.front_end = workspace::Checked::new(&workspace);
    workspace::bound(&mut options);
    let mut request = Request {
        earlier: Vec::new(),
        pipeline: Arc::new(snapshot.pipeline.clone()),
        plan: Arc::clone(&snapshot.plan),
        catalogue: snapshot.catalogue.clone(),
        source: Source {
            file: desk.path().map(Path::to_owned),
            text: edition.document.rope().to_string().into(),
        },
        inputs: call.inputs,
        selection,
        options,
    };
    workspace::recall(&mut request)
        .map_err(|error| refused("journal", format!("{error}, so nothing ran"), Vec::new()))?;
    Ok(request)
}

fn start(
    runs: &Arc<Runs>,
    uri: &str,
    request: Request,
    edition: &Edition,
    encoding: Encoding,
    reply: Reply,
) {
    let toolbox = workspace::toolbox(&request.options.workspace);
    let state = request.options.workspace.join(workspace::STATE);
    let prepared = match engine::prepare(request, &toolbox) {
        Ok(prepared) => prepared,
        Err(refusals) => {
            let reasons: Vec<Finding> = refusals
                .into_iter()
                .map(|it| Finding {
                    code: it.code.to_owned(),
                    range: it
                        .span
                        .filter(|_| it.within.is_none())
                        .map(|span| encoding.range(&edition.document, span)),
                    message: in_called(it.message, it.within.as_ref(), it.span),
                    help: it.help,
                })
                .collect();
            let message = named("the run was refused, so nothing ran", &reasons);
            return reply.give(Err::<(), _>(refused("refused", message, reasons)));
        }
    };
    match runs.admit(&state) {
        Ok(place) => {
            let run = RunId { run: prepared.run().to_owned() };
            match runs.begin(&run.run, uri) {
                Ok(announced) => {
                    // The answer goes out before the first event.
                    reply.give(Ok(run));
                    runs.start(prepared, toolbox, place, announced);
                }
                Err(other) => reply.give(Err::<(), _>(busy(other))),
            }
        }
        Err(message) => reply.refuse(Code::RequestFailed, message),
    }
}

/// Says where in a called pipeline something is wrong.
fn in_called(message: String, within: Option<&Source>, span: Option<Span>) -> String {
    let Some(file) = within.and_then(|source| source.file.as_deref()) else { return message };
    let line = within.zip(span).map(|(source, span)| {
        let before = source.text.get(..span.start as usize).unwrap_or_default();
        format!(":{}", before.matches('\n').count() + 1)
    });
    format!("in {}{}: {message}", workspace::display(file), line.unwrap_or_default())
}

pub(super) fn refused(reason: &str, message: String, findings: Vec<Finding>) -> Refusal {
    refusal(message, &Refused { reason: reason.to_owned(), findings, run: None })
}

/// Nothing runs without trust.
pub(super) fn untrusted() -> Refusal {
    let message = "nothing runs in a workspace that is not trusted; trust it in the editor first";
    refused("untrusted", message.to_owned(), Vec::new())
}

/// One document has one run at a time: two would write the same files.
pub(super) fn busy(run: String) -> Refusal {
    let message =
        format!("the run `{run}` of this document is going on; cancel it or wait for its end");
    let reason = "running".to_owned();
    refusal(message, &Refused { reason, findings: Vec::new(), run: Some(run) })
}

fn refusal(message: String, data: &Refused) -> Refusal {
    let data = serde_json::to_value(data).ok();
    Refusal { data, ..Refusal::new(Code::RequestFailed, message) }
}

/// A message that names the first reasons.
fn named(what: &str, reasons: &[Finding]) -> String {
    let mut names: Vec<String> =
        reasons.iter().take(NAMED).map(|it| format!("{}: {}", it.code, it.message)).collect();
    if reasons.len() > NAMED {
        names.push(format!("and {} more", reasons.len() - NAMED));
    }
    format!("{what} ({})", names.join("; "))
}
