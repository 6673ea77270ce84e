use tower_lsp_server::ls_types::{Hover, HoverContents, HoverParams, Uri};

use super::View;
use crate::lsp::message::Refusal;

pub(super) fn uri(params: &HoverParams) -> &Uri {
    &params.text_document_position_params.text_document.uri
}

pub(super) fn answer(view: &View<'_>, params: HoverParams) -> Result<Option<Hover>, Refusal> {
    let offset = view.offset(params.text_document_position_params.position);
    Ok(ide::hover(view.snapshot, offset).map(|hover| Hover {
        contents: HoverContents::Markup(view.prose(hover.markdown)),
        range: Some(view.range(hover.span)),
    }))
}
