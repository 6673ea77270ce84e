use ide::{Outline, OutlineKind};
use tower_lsp_server::ls_types::{
    DocumentSymbol, DocumentSymbolParams, DocumentSymbolResponse, Location, SymbolInformation,
    SymbolKind, Uri,
};

use super::View;
use crate::lsp::message::Refusal;

pub(super) fn uri(params: &DocumentSymbolParams) -> &Uri {
    &params.text_document.uri
}

pub(super) fn answer(
    view: &View<'_>,
    _: DocumentSymbolParams,
) -> Result<Option<DocumentSymbolResponse>, Refusal> {
    let outline = ide::symbols(view.snapshot);
    Ok(Some(if view.client.nested_symbols {
        DocumentSymbolResponse::Nested(
            outline.into_iter().map(|entry| nested(view, entry)).collect(),
        )
    } else {
        let mut all = Vec::new();
        flatten(view, outline, None, &mut all);
        DocumentSymbolResponse::Flat(all)
    }))
}

#[expect(deprecated, reason = "the type has no constructor; `deprecated` is left empty")]
fn nested(view: &View<'_>, entry: Outline) -> DocumentSymbol {
    let children: Vec<_> = entry.children.into_iter().map(|child| nested(view, child)).collect();
    DocumentSymbol {
        name: entry.name,
        detail: (!entry.detail.is_empty()).then_some(entry.detail),
        kind: kind(entry.kind),
        tags: None,
        deprecated: None,
        range: view.range(entry.whole),
        selection_range: view.range(entry.focus),
        children: (!children.is_empty()).then_some(children),
    }
}

#[expect(deprecated, reason = "the type has no constructor; `deprecated` is left empty")]
fn flatten(
    view: &View<'_>,
    outline: Vec<Outline>,
    container: Option<&str>,
    all: &mut Vec<SymbolInformation>,
) {
    for entry in outline {
        all.push(SymbolInformation {
            name: entry.name.clone(),
            kind: kind(entry.kind),
            tags: None,
            deprecated: None,
            location: Location::new(view.uri.clone(), view.range(entry.whole)),
            container_name: container.map(str::to_owned),
        });
        flatten(view, entry.children, Some(&entry.name), all);
    }
}

const fn kind(kind: OutlineKind) -> SymbolKind {
    match kind {
        OutlineKind::Section => SymbolKind::NAMESPACE,
        OutlineKind::Input => SymbolKind::VARIABLE,
        OutlineKind::Step => SymbolKind::FUNCTION,
        OutlineKind::Loop => SymbolKind::CLASS,
        OutlineKind::Output => SymbolKind::FIELD,
    }
}
