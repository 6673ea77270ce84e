use ide::NoRename;
use tower_lsp_server::ls_types::{
    PrepareRenameResponse, RenameParams, TextDocumentPositionParams, Uri, WorkspaceEdit,
};

use super::View;
use crate::lsp::message::{Code, Refusal};

pub(super) fn prepare_uri(params: &TextDocumentPositionParams) -> &Uri {
    &params.text_document.uri
}

pub(super) fn prepare(
    view: &View<'_>,
    params: TextDocumentPositionParams,
) -> Result<Option<PrepareRenameResponse>, Refusal> {
    let offset = view.offset(params.position);
    let found = ide::prepare_rename(view.snapshot, offset).map_err(refusal)?;
    Ok(found.map(|it| PrepareRenameResponse::RangeWithPlaceholder {
        range: view.range(it.span),
        placeholder: it.name,
    }))
}

pub(super) fn uri(params: &RenameParams) -> &Uri {
    &params.text_document_position.text_document.uri
}

pub(super) fn answer(
    view: &View<'_>,
    params: RenameParams,
) -> Result<Option<WorkspaceEdit>, Refusal> {
    let offset = view.offset(params.text_document_position.position);
    let edits = ide::rename(view.snapshot, offset, params.new_name.trim()).map_err(refusal)?;
    Ok(edits.map(|edits| view.edit(&edits)))
}

fn refusal(why: NoRename) -> Refusal {
    Refusal::new(Code::RequestFailed, why.reason)
}
