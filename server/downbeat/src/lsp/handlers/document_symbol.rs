use ide::{Outline, OutlineKind};
use tower_lsp_server::ls_types::{
    DocumentSymbol, DocumentSymbolParams, DocumentSymbolResponse, Location, SymbolInformation,
    SymbolKind, Uri,
};

use super::View;
use crate::lsp::message::Refusal;
use crate::lsp::ruler::Ruler;

pub(super) fn uri(params: &DocumentSymbolParams) -> &Uri {
    &params.text_document.uri
}

pub(super) fn answer(
    view: &View<'_>,
    _: DocumentSymbolParams,
) -> Result<Option<DocumentSymbolResponse>, Refusal> {
    let outline = ide::symbols(view.snapshot);
    let mut ruler = view.ruler();
    Ok(Some(if view.client.nested_symbols {
        let nested = outline.into_iter().map(|entry| nested(&mut ruler, entry));
        DocumentSymbolResponse::Nested(nested.collect())
    } else {
        let mut all = Vec::new();
        flatten(&mut ruler, view.uri, outline, None, &mut all);
        DocumentSymbolResponse::Flat(all)
    }))
}

#[expect(deprecated, reason = "the type has no constructor; `deprecated` is left empty")]
fn nested(ruler: &mut Ruler<'_>, entry: Outline) -> DocumentSymbol {
    let range = ruler.range(entry.whole);
    let selection_range = ruler.range(entry.focus);
    let children: Vec<_> = entry.children.into_iter().map(|child| nested(ruler, child)).collect();
    DocumentSymbol {
        name: entry.name,
        detail: (!entry.detail.is_empty()).then_some(entry.detail),
        kind: kind(entry.kind),
        tags: None,
        deprecated: None,
        range,
        selection_range,
        children: (!children.is_empty()).then_some(children),
    }
}

#[expect(deprecated, reason = "the type has no constructor; `deprecated` is left empty")]
fn flatten(
    ruler: &mut Ruler<'_>,
    uri: &Uri,
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
            location: Location::new(uri.clone(), ruler.range(entry.whole)),
            container_name: container.map(str::to_owned),
        });
        flatten(ruler, uri, entry.children, Some(&entry.name), all);
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
