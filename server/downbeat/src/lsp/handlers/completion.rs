use ide::{Doc, Insert, Item, ItemKind, Proposals, documentation};
use tower_lsp_server::ls_types::{
    CompletionItem, CompletionItemKind, CompletionItemLabelDetails, CompletionList,
    CompletionParams, CompletionResponse, CompletionTextEdit, Documentation, InsertTextFormat,
    InsertTextMode, TextEdit, Uri,
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
    let Proposals { items, is_incomplete } = ide::completion(view.snapshot, offset);
    let items = items.into_iter().enumerate();
    let items: Vec<_> =
        items.map(|(rank, item)| entry(view, offset, item, rank, indentation)).collect();
    // A bare list is what most clients take best; only a cut one must say so.
    Ok(Some(if is_incomplete {
        CompletionResponse::List(CompletionList { is_incomplete, items })
    } else {
        CompletionResponse::Array(items)
    }))
}

fn entry(
    view: &View<'_>,
    offset: u32,
    item: Item,
    rank: usize,
    indentation: usize,
) -> CompletionItem {
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
    let (prose, data) = match item.doc {
        Doc::None => (None, None),
        Doc::Text(text) => (Some(text), None),
        Doc::Topic(topic) if view.client.resolves_documentation => {
            (None, Some(topic.name().into()))
        }
        Doc::Topic(topic) => {
            let snapshot = view.snapshot;
            (documentation(&topic.name(), &snapshot.catalogue, &snapshot.roster), None)
        }
    };
    let filled = |text: String| (!text.is_empty()).then_some(text);
    let (label_details, detail) = if view.client.label_details {
        let details = CompletionItemLabelDetails {
            detail: filled(item.parameters),
            description: filled(item.detail),
        };
        (Some(details), None)
    } else {
        (None, filled(format!("{} {}", item.parameters, item.detail).trim().to_owned()))
    };
    let commits = view.client.commit_characters && commits(item.kind);
    // What is typed already must be part of what the editor filters by, else it would hide the proposal.
    let filter = if item.replace.start > offset { String::new() } else { item.label.clone() };
    CompletionItem {
        sort_text: Some(format!("{rank:04}")),
        filter_text: filled(filter),
        kind: Some(kind(item.kind)),
        label_details,
        detail,
        documentation: prose.map(|text| Documentation::MarkupContent(view.prose(text))),
        insert_text_format: is_snippet.then_some(InsertTextFormat::SNIPPET),
        insert_text_mode: mode,
        commit_characters: commits.then(|| vec![".".to_owned()]),
        text_edit: Some(CompletionTextEdit::Edit(TextEdit::new(view.range(item.replace), text))),
        data,
        label: item.label,
        ..CompletionItem::default()
    }
}

/// Whether a `.` behind it accepts it: behind names and fields more may follow.
const fn commits(kind: ItemKind) -> bool {
    matches!(kind, ItemKind::Name | ItemKind::Field)
}

const fn kind(kind: ItemKind) -> CompletionItemKind {
    match kind {
        ItemKind::Key => CompletionItemKind::PROPERTY,
        ItemKind::Tool => CompletionItemKind::MODULE,
        ItemKind::Operation | ItemKind::Method => CompletionItemKind::METHOD,
        ItemKind::Word => CompletionItemKind::ENUM_MEMBER,
        ItemKind::Step => CompletionItemKind::REFERENCE,
        ItemKind::Name => CompletionItemKind::VARIABLE,
        ItemKind::Field => CompletionItemKind::FIELD,
        ItemKind::Function => CompletionItemKind::FUNCTION,
        ItemKind::Keyword => CompletionItemKind::KEYWORD,
        ItemKind::Expert | ItemKind::Personality => CompletionItemKind::CLASS,
        ItemKind::Model => CompletionItemKind::CONSTANT,
        ItemKind::File => CompletionItemKind::FILE,
        ItemKind::Piece => CompletionItemKind::SNIPPET,
    }
}
