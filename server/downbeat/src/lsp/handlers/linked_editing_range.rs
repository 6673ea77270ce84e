use tower_lsp_server::ls_types::{LinkedEditingRangeParams, LinkedEditingRanges, Uri};

use super::View;
use crate::lsp::message::Refusal;

/// Names that need no other spelling anywhere.
const PLAIN_NAME: &str = "[A-Za-z_][A-Za-z0-9_]*";

pub(super) fn uri(params: &LinkedEditingRangeParams) -> &Uri {
    &params.text_document_position_params.text_document.uri
}

pub(super) fn answer(
    view: &View<'_>,
    params: LinkedEditingRangeParams,
) -> Result<Option<LinkedEditingRanges>, Refusal> {
    let offset = view.offset(params.text_document_position_params.position);
    let linked = ide::linked(view.snapshot, offset);
    Ok((!linked.is_empty()).then(|| LinkedEditingRanges {
        ranges: linked.into_iter().map(|span| view.range(span)).collect(),
        word_pattern: Some(PLAIN_NAME.to_owned()),
    }))
}
