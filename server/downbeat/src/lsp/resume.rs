//! `downbeat.resume`: a run that was interrupted or cancelled goes on, whoever began it.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use engine::{Archive, Found, Prepared, ResumeError, Toolbox};

use super::client::Trust;
use super::commands::{argument, refused, untrusted};
use super::message::{Code, Refusal};
use super::protocol::{Finding, ResumeArguments, RunId};
use super::reply::Reply;
use super::runs::{Announced, Place, Runs};
use super::session::Session;
use crate::workspace::{self, Again, Blocking};

use tower_lsp_server::ls_types::ExecuteCommandParams;

impl Session {
    /// Goes on with a run of the workspace of an open document.
    pub(super) fn resume(&mut self, params: ExecuteCommandParams, reply: Reply) {
        if self.client.trust == Trust::Untrusted {
            return reply.give(Err::<(), _>(untrusted()));
        }
        let call = match argument::<ResumeArguments>(params) {
            Ok(call) => call,
            Err(refusal) => return reply.give(Err::<(), _>(refusal)),
        };
        let open: BTreeMap<PathBuf, String> = self
            .open_desks()
            .filter_map(|desk| Some((desk.path()?.to_owned(), desk.uri.as_str().to_owned())))
            .collect();
        let runs = Arc::clone(&self.runs);
        self.pool.run(move || match prepare(&runs, &open, &call) {
            Ok(Ready { prepared, toolbox, place, announced }) => {
                // The answer goes out before the first event.
                reply.give(Ok(RunId { run: prepared.run().to_owned() }));
                runs.start(prepared, toolbox, place, announced);
            }
            Err(refusal) => reply.give(Err::<(), _>(refusal)),
        });
    }
}

/// A run that can go on.
struct Ready {
    prepared: Prepared,
    toolbox: Toolbox,
    place: Place,
    announced: Announced,
}

fn prepare(
    runs: &Runs,
    open: &BTreeMap<PathBuf, String>,
    call: &ResumeArguments,
) -> Result<Ready, Refusal> {
    let (state, run) = find(open, &call.run)?;
    let place = runs.admit(&state).map_err(|message| Refusal::new(Code::RequestFailed, message))?;
    let past = place.journal().resume(&run).map_err(|error| match error {
        ResumeError::Over(_) => refused("over", error.to_string(), Vec::new()),
        other => Refusal::new(Code::RequestFailed, other.to_string()),
    })?;
    tools::process::end_leftovers(past.run());
    let toolbox = workspace::toolbox(&past.options().workspace);
    let failed = |message: String| refused("refused", message, Vec::new());
    let Again { analysis, mut request, .. } =
        workspace::again(&past, &call.inputs, &toolbox).map_err(failed)?;
    let blocking = Blocking::new(&analysis.pipeline, &analysis.plan, &request.selection);
    let errors = analysis.findings.iter().filter(|found| blocking.is(found));
    let errors: Vec<Finding> =
        errors.map(|found| finding(found.code, found.message.clone())).collect();
    if !errors.is_empty() {
        let message = "this version finds errors in the pipeline that the run began with";
        return Err(refused("findings", message.to_owned(), errors));
    }
    request.options.people = runs.people();
    let uri = request.source.file.as_ref().and_then(|file| open.get(file)).cloned();
    let prepared = engine::prepare_resume(request, &toolbox, past).map_err(|refusals| {
        let reasons = refusals.into_iter().map(|it| finding(it.code, it.message)).collect();
        refused("refused", "the run cannot go on".to_owned(), reasons)
    })?;
    let uri = uri.unwrap_or_else(|| prepared.run().to_owned());
    let announced = runs.begin(prepared.run(), &uri).map_err(super::commands::busy)?;
    Ok(Ready { prepared, toolbox, place, announced })
}

fn finding(code: &str, message: String) -> Finding {
    Finding { code: code.to_owned(), message, range: None, help: None }
}

/// The state folder that knows the run, among those of open documents, and its whole id.
pub(super) fn find(
    open: &BTreeMap<PathBuf, String>,
    name: &str,
) -> Result<(PathBuf, String), Refusal> {
    let mut states: Vec<PathBuf> = open
        .keys()
        .filter_map(|file| Some(workspace::root(file.parent()?).join(workspace::STATE)))
        .collect();
    states.dedup();
    for state in states {
        let archive = Archive::open(&state);
        let archive =
            archive.map_err(|error| Refusal::new(Code::RequestFailed, error.to_string()))?;
        let Some(archive) = archive else { continue };
        let found = archive.find(name);
        match found.map_err(|error| Refusal::new(Code::RequestFailed, error.to_string()))? {
            Found::Run(run) => return Ok((state, run)),
            Found::Nothing => {}
            Found::Several(_) => {
                let message = format!("several runs begin with `{name}`");
                return Err(Refusal::new(Code::RequestFailed, message));
            }
        }
    }
    let message = format!("no workspace of an open document has a run `{name}`");
    Err(Refusal::new(Code::RequestFailed, message))
}
