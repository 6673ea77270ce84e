use ide::Access;
use tower_lsp_server::ls_types::{
    DocumentHighlight, DocumentHighlightKind, DocumentHighlightParams, Uri,
};

use super::View;
use crate::lsp::message::Refusal;

pub(super) fn uri(params: &DocumentHighlightParams) -> &Uri {
    &params.text_document_position_params.text_document.uri
}

pub(super) fn answer(
    view: &View<'_>,
    params: DocumentHighlightParams,
) -> Result<Option<Vec<DocumentHighlight>>, Refusal> {
    let offset = view.offset(params.text_document_position_params.position);
    let found = ide::references(view.snapshot, offset);
    let highlight = |it: &ide::Occurrence| DocumentHighlight {
        range: view.range(it.span),
        kind: Some(match it.access {
            Access::Write => DocumentHighlightKind::WRITE,
            Access::Read => DocumentHighlightKind::READ,
        }),
    };
    Ok((!found.is_empty()).then(|| found.iter().map(highlight).collect()))
}
