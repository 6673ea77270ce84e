use ide::Access;
use tower_lsp_server::ls_types::{Location, ReferenceParams, Uri};

use super::View;
use crate::lsp::message::Refusal;

pub(super) fn uri(params: &ReferenceParams) -> &Uri {
    &params.text_document_position.text_document.uri
}

pub(super) fn answer(
    view: &View<'_>,
    params: ReferenceParams,
) -> Result<Option<Vec<Location>>, Refusal> {
    let offset = view.offset(params.text_document_position.position);
    let found = ide::references(view.snapshot, offset);
    if found.is_empty() {
        return Ok(None);
    }
    let declared = params.context.include_declaration;
    let wanted = found.iter().filter(|it| declared || it.access == Access::Read);
    Ok(Some(wanted.map(|it| Location::new(view.uri.clone(), view.range(it.span))).collect()))
}
