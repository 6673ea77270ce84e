use tower_lsp_server::ls_types::{
    GotoDefinitionParams, GotoDefinitionResponse, Location, LocationLink, Uri,
};

use super::View;
use crate::lsp::message::Refusal;

pub(super) fn uri(params: &GotoDefinitionParams) -> &Uri {
    &params.text_document_position_params.text_document.uri
}

pub(super) fn answer(
    view: &View<'_>,
    params: GotoDefinitionParams,
) -> Result<Option<GotoDefinitionResponse>, Refusal> {
    let offset = view.offset(params.text_document_position_params.position);
    let Some(found) = ide::definition(view.snapshot, offset) else { return Ok(None) };
    Ok(Some(if view.client.definition_links {
        GotoDefinitionResponse::Link(vec![LocationLink {
            origin_selection_range: Some(view.range(found.origin)),
            target_uri: view.uri.clone(),
            target_range: view.range(found.whole),
            target_selection_range: view.range(found.name),
        }])
    } else {
        GotoDefinitionResponse::Scalar(Location::new(view.uri.clone(), view.range(found.name)))
    }))
}
