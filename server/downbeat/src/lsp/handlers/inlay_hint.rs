use tower_lsp_server::ls_types::{
    InlayHint, InlayHintLabel, InlayHintParams, InlayHintTooltip, Uri,
};

use super::View;
use crate::lsp::message::Refusal;

pub(super) fn uri(params: &InlayHintParams) -> &Uri {
    &params.text_document.uri
}

pub(super) fn answer(
    view: &View<'_>,
    params: InlayHintParams,
) -> Result<Option<Vec<InlayHint>>, Refusal> {
    let wanted = view.client.settings.hints;
    let shown = ide::Shown { stage: wanted.stage, edges: wanted.edges, model: wanted.model };
    let hints = ide::hints(view.snapshot, view.span(params.range), shown);
    let hint = |hint: ide::Hint| InlayHint {
        position: view.range(syntax::Span::empty(hint.offset)).start,
        label: InlayHintLabel::String(hint.label),
        kind: None,
        text_edits: None,
        tooltip: Some(InlayHintTooltip::MarkupContent(view.prose(hint.tooltip))),
        padding_left: Some(true),
        padding_right: None,
        data: None,
    };
    Ok(Some(hints.into_iter().map(hint).collect()))
}
