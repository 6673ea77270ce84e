//! Going on with a run.

use std::sync::Arc;

use engine::{Journal, Prepared, ResumeError, Toolbox};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Map;

use super::run::{Ran, drive, told};
use crate::{
    mcp::{
        bench::{Bench, Past, Refusal},
        offer::{Said, Work},
        progress::Progress,
    },
    workspace::{self, Again},
};

pub(super) struct Resume;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Given {
    /// The id of a run, the beginning of it, or `latest`, which is meant where nothing is said.
    run: Option<String>,
    /// The pipeline that ran; needed only where it lies in a workspace of its own.
    file: Option<String>,
    /// US dollars that the run may cost at most, what it has cost included; what the server was started with holds, too.
    max_cost: Option<f64>,
}

/// What is to be done.
enum Next {
    GoOn(Box<(Prepared, Toolbox, Journal)>),
    /// It is over.
    Told(Box<Ran>),
}

impl Work for Resume {
    const NAME: &'static str = "resume";
    const TITLE: &'static str = "Go on with a run";
    const ABOUT: &'static str = "Goes on with a run that was interrupted, cancelled or stopped by its budget: what it has done is not done \
        again. A run that is over is told, and nothing happens.";
    type Given = Given;
    type Answer = Ran;

    async fn work(
        bench: Arc<Bench>,
        given: Given,
        progress: Progress,
    ) -> Result<Said<Ran>, Refusal> {
        let seat = bench.seat()?;
        let next = {
            let bench = Arc::clone(&bench);
            tokio::task::spawn_blocking(move || next(&bench, given)).await??
        };
        match next {
            Next::Told(ran) => Ok(Said::plainly(*ran)),
            Next::GoOn(ready) => {
                let (prepared, toolbox, journal) = *ready;
                drive(prepared, toolbox, journal, seat, progress).await
            }
        }
    }
}

fn next(bench: &Bench, given: Given) -> Result<Next, Refusal> {
    let (archive, run) = bench.find(&Past::new(given.run, given.file))?;
    let journal = Journal::open(archive.folder())?;
    let past = match journal.resume(&run) {
        Ok(past) => past,
        Err(ResumeError::Over(document)) => return Ok(Next::Told(Box::new(Ran::of(&document)))),
        Err(error) => return Err(error.into()),
    };
    tools::process::end_leftovers(past.run());
    let toolbox = workspace::toolbox(&past.options().workspace);
    let Again { mut request, .. } = workspace::again(&past, &Map::new(), &toolbox)?;
    request.options.budget = bench.budget(request.options.budget, given.max_cost);
    let prepared =
        engine::prepare_resume(request, &toolbox, past).map_err(|refusals| told(&refusals))?;
    Ok(Next::GoOn(Box::new((prepared, toolbox, journal))))
}
