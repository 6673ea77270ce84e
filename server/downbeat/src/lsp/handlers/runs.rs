use tower_lsp_server::ls_types::Uri;

use super::View;
use crate::lsp::message::{Code, Refusal};
use crate::lsp::protocol::{AboutRuns, PastRun};
use crate::workspace;

/// Runs that are told where the client asks for no number.
const USUAL: usize = 50;
/// Runs that are told at most.
const MOST: usize = 1_000;

pub(super) fn uri(params: &AboutRuns) -> &Uri {
    &params.uri
}

pub(super) fn answer(view: &View<'_>, params: AboutRuns) -> Result<Vec<PastRun>, Refusal> {
    let Some(file) = view.desk.path() else { return Ok(Vec::new()) };
    let root = workspace::root(&view.desk.folder());
    let limit = params.limit.unwrap_or(USUAL).min(MOST);
    let runs = workspace::runs(&root, Some(file), limit)
        .map_err(|error| Refusal::new(Code::RequestFailed, error.to_string()))?;
    let told = runs.into_iter().map(|run| PastRun {
        run: run.run,
        status: run.status.as_str().to_owned(),
        started_at: run.started_at,
        duration: run.duration,
    });
    Ok(told.collect())
}
