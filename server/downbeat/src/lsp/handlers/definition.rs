use ide::Target;
use syntax::Document;
use tower_lsp_server::ls_types::{
    GotoDefinitionParams, GotoDefinitionResponse, Location, LocationLink, Range, Uri,
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
    let (target_uri, whole, name) = match found.target {
        Target::Here { whole, name } => (view.uri.clone(), view.range(whole), view.range(name)),
        Target::File(path) => match Uri::from_file_path(path) {
            Some(uri) => (uri, Range::default(), Range::default()),
            None => return Ok(None),
        },
        Target::Inside { file, text, name } => {
            let Some(uri) = Uri::from_file_path(file) else { return Ok(None) };
            let range = view.client.encoding.range(&Document::new(&text), name);
            (uri, range, range)
        }
    };
    Ok(Some(if view.client.definition_links {
        GotoDefinitionResponse::Link(vec![LocationLink {
            origin_selection_range: Some(view.range(found.origin)),
            target_uri,
            target_range: whole,
            target_selection_range: name,
        }])
    } else {
        GotoDefinitionResponse::Scalar(Location::new(target_uri, name))
    }))
}
