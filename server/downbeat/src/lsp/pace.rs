//! `downbeat.pause` and `downbeat.unpause`: of a run of this server, or of a workspace of an open document.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use engine::{Heard, Pace};
use tower_lsp_server::ls_types::ExecuteCommandParams;

use super::client::Trust;
use super::commands::{argument, untrusted};
use super::message::{Code, Refusal};
use super::protocol::RunId;
use super::reply::Reply;
use super::resume::find;
use super::runs::Runs;
use super::session::Session;

impl Session {
    /// Pauses a run, or lets it go on.
    pub(super) fn set_pace(&mut self, params: ExecuteCommandParams, pace: Pace, reply: Reply) {
        if self.client.trust == Trust::Untrusted {
            return reply.give(Err::<(), _>(untrusted()));
        }
        let RunId { run } = match argument::<RunId>(params) {
            Ok(call) => call,
            Err(refusal) => return reply.give(Err::<(), _>(refusal)),
        };
        let open: BTreeMap<PathBuf, String> = self
            .open_desks()
            .filter_map(|desk| Some((desk.path()?.to_owned(), desk.uri.as_str().to_owned())))
            .collect();
        let runs = Arc::clone(&self.runs);
        self.pool.run(move || {
            reply.give(set_pace(&runs, &open, &run, pace));
        });
    }
}

fn set_pace(
    runs: &Runs,
    open: &BTreeMap<PathBuf, String>,
    run: &str,
    pace: Pace,
) -> Result<(), Refusal> {
    let failed = |message: String| Refusal::new(Code::RequestFailed, message);
    // A run of this server is found though its document was closed.
    let (journal, run) = match runs.journal_of(run) {
        Some(journal) => (journal, run.to_owned()),
        None => {
            let (state, run) = find(open, run)?;
            (runs.admit(&state).map_err(failed)?.journal().clone(), run)
        }
    };
    let heard = journal.set_pace(&run, pace).map_err(|error| failed(error.to_string()))?;
    match heard {
        Heard::Soon | Heard::Already => Ok(()),
    }
}
