use serde::Serialize;
use tower_lsp_server::ls_types::Uri;

use super::View;
use crate::lsp::message::Refusal;
use crate::lsp::protocol::About;
use crate::lsp::words::Progress;
use crate::shape::Insight;

/// The answer to `downbeat/insight`.
#[derive(Debug, Default, Serialize)]
pub(super) struct Told {
    /// The client's number for the text.
    version: i32,
    #[serde(flatten)]
    insight: Insight,
}

pub(super) fn uri(params: &About) -> &Uri {
    &params.uri
}

pub(super) fn answer(view: &View<'_>, _: About) -> Result<Told, Refusal> {
    let it = view.snapshot;
    let mut insight = Insight::of(&it.pipeline, &it.names, &it.plan, &it.catalogue, &it.roster);
    if let Some(Progress::There(wording)) = view.words() {
        insight.wording = Some((*wording).clone());
    }
    Ok(Told { version: view.version, insight })
}
