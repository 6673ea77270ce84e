use tower_lsp_server::ls_types::{Hover, HoverContents, HoverParams, Uri};

use super::View;
use crate::lsp::client::Words;
use crate::lsp::message::Refusal;
use crate::lsp::words::Progress;

pub(super) fn uri(params: &HoverParams) -> &Uri {
    &params.text_document_position_params.text_document.uri
}

pub(super) fn answer(view: &View<'_>, params: HoverParams) -> Result<Option<Hover>, Refusal> {
    let offset = view.offset(params.text_document_position_params.position);
    let is_told = view.client.words == Words::ByHover && ide::is_on_pipeline(view.snapshot, offset);
    let words = || is_told.then(|| below(view)).flatten();
    Ok(ide::hover(view.snapshot, offset).map(|hover| Hover {
        contents: HoverContents::Markup(
            view.prose(hover.markdown + words().unwrap_or_default().as_str()),
        ),
        range: Some(view.range(hover.span)),
    }))
}

/// What stands below the facts of the pipeline: a model's words, where they are there, or that they are on their way.
fn below(view: &View<'_>) -> Option<String> {
    match view.words()? {
        Progress::There(wording) => {
            let text = wording.text.as_deref()?;
            Some(format!("\n\n---\n\n{text}\n\n*In the words of `{}`.*", wording.model))
        }
        Progress::Coming => Some("\n\n---\n\n*A model is asked for words.*".to_owned()),
        Progress::Never => None,
    }
}
