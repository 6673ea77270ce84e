use std::sync::Arc;

use serde::Serialize;
use tower_lsp_server::ls_types::{TextDocumentPositionParams, Uri};

use super::View;
use crate::lsp::message::Refusal;
use crate::lsp::words::Progress;
use crate::wording::Wording;

/// The answer to `downbeat/wording`: what a model says of the pipeline whose name or id somebody looks at.
#[derive(Debug, Default, Serialize)]
#[serde(tag = "state", rename_all = "lowercase")]
pub(super) enum Said {
    /// Nothing: another place, words that are not wanted, or a model that has none.
    #[default]
    Nothing,
    /// It is being asked.
    Coming,
    /// It has answered.
    There { wording: Arc<Wording> },
}

pub(super) fn uri(params: &TextDocumentPositionParams) -> &Uri {
    &params.text_document.uri
}

pub(super) fn answer(view: &View<'_>, params: TextDocumentPositionParams) -> Result<Said, Refusal> {
    let is_there = ide::is_on_pipeline(view.snapshot, view.offset(params.position));
    Ok(match is_there.then(|| view.words()).flatten() {
        None | Some(Progress::Never) => Said::Nothing,
        Some(Progress::Coming) => Said::Coming,
        Some(Progress::There(wording)) => Said::There { wording },
    })
}
