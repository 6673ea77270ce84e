use tower_lsp_server::ls_types::{DocumentLink, DocumentLinkParams, Uri};

use super::View;
use crate::lsp::message::Refusal;

pub(super) fn uri(params: &DocumentLinkParams) -> &Uri {
    &params.text_document.uri
}

pub(super) fn answer(
    view: &View<'_>,
    _: DocumentLinkParams,
) -> Result<Option<Vec<DocumentLink>>, Refusal> {
    let links = ide::links(view.snapshot).into_iter().filter_map(|link| {
        let target = Some(Uri::from_file_path(link.file)?);
        Some(DocumentLink { range: view.range(link.span), target, tooltip: None, data: None })
    });
    Ok(Some(links.collect()))
}
