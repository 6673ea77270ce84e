use ide::{Insert, Item, ItemKind};
use tower_lsp_server::ls_types::{
    CompletionItem, CompletionItemKind, CompletionParams, CompletionResponse, CompletionTextEdit,
    Documentation, InsertTextFormat, InsertTextMode, TextEdit, Uri,
};

use super::View;
use crate::lsp::message::Refusal;

pub(super) fn uri(params: &CompletionParams) -> &Uri {
    &params.text_document_position.text_document.uri
}

pub(super) fn answer(
    view: &View<'_>,
    params: CompletionParams,
) -> Result<Option<CompletionResponse>, Refusal> {
    let position = params.text_document_position.position;
    let offset = view.offset(position);
    let line = syntax::Position { line: position.line, column: 0 };
    let start = view.snapshot.document.offset_utf8(line);
    let indentation = view
        .snapshot
        .document
        .rope()
        .byte_slice(start as usize..)
        .bytes()
        .take_while(|byte| *byte == b' ')
        .count();
    let items = ide::completion(view.snapshot, offset);
    Ok(Some(CompletionResponse::Array(
        items
            .into_iter()
            .enumerate()
            .map(|(rank, item)| entry(view, item, rank, indentation))
            .collect(),
    )))
}

fn entry(view: &View<'_>, item: Item, rank: usize, indentation: usize) -> CompletionItem {
    let (text, is_snippet) = match item.insert {
        Insert::Plain(text) => (text, false),
        Insert::Snippet { snippet, .. } if view.client.snippets => (snippet, true),
        Insert::Snippet { plain, .. } => (plain, false),
    };
    // Who takes text as it is gets the whole indentation; others indent further lines as the line at the cursor.
    let (text, mode) = match (text.contains('\n'), view.client.inserts_as_is) {
        (false, _) => (text, None),
        (true, true) => (
            text.replace('\n', &format!("\n{}", " ".repeat(indentation))),
            Some(InsertTextMode::AS_IS),
        ),
        (true, false) => {
            (text, view.client.adjusts_indentation.then_some(InsertTextMode::ADJUST_INDENTATION))
        }
    };
    CompletionItem {
        sort_text: Some(format!("{rank:04}")),
        filter_text: Some(item.label.clone()),
        kind: Some(kind(item.kind)),
        detail: (!item.detail.is_empty()).then_some(item.detail),
        documentation: (!item.doc.is_empty())
            .then(|| Documentation::MarkupContent(view.prose(item.doc))),
        insert_text_format: is_snippet.then_some(InsertTextFormat::SNIPPET),
        insert_text_mode: mode,
        text_edit: Some(CompletionTextEdit::Edit(TextEdit::new(view.range(item.replace), text))),
        label: item.label,
        ..CompletionItem::default()
    }
}

const fn kind(kind: ItemKind) -> CompletionItemKind {
    match kind {
        ItemKind::Key => CompletionItemKind::PROPERTY,
        ItemKind::Tool => CompletionItemKind::MODULE,
        ItemKind::Operation => CompletionItemKind::METHOD,
        ItemKind::Word => CompletionItemKind::ENUM_MEMBER,
        ItemKind::Step => CompletionItemKind::REFERENCE,
        ItemKind::Name => CompletionItemKind::VARIABLE,
        ItemKind::Field => CompletionItemKind::FIELD,
        ItemKind::Function => CompletionItemKind::FUNCTION,
    }
}
