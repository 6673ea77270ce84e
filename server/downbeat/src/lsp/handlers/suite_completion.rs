//! Completion in a file of tests.

use std::sync::Arc;

use ide::{SuiteItem, SuiteItemKind, suite_completion};
use serde_json::value::RawValue;
use tower_lsp_server::ls_types::{
    CompletionItem, CompletionItemKind, CompletionParams, CompletionTextEdit, Documentation,
    InsertTextFormat, InsertTextMode, Range, TextEdit,
};

use crate::lsp::client::Client;
use crate::lsp::desk::{Desk, Language};
use crate::lsp::reply::Reply;
use crate::lsp::session::{Session, require};

/// Whether a request is about an open file of tests.
pub(super) fn is_for(session: &Session, params: Option<&RawValue>) -> bool {
    desk(session, params).is_some_and(|(_, desk)| desk.language == Language::Tests)
}

fn desk(session: &Session, params: Option<&RawValue>) -> Option<(CompletionParams, Arc<Desk>)> {
    let params = require::<CompletionParams>(params).ok()?;
    let desk = session.desk(params.text_document_position.text_document.uri.as_str())?;
    Some((params, desk))
}

impl Session {
    /// Answers from the newest text, off this thread.
    pub(super) fn complete_suite(&mut self, params: Option<&RawValue>, reply: Reply) {
        let Some((params, desk)) = desk(self, params) else { return };
        let client = self.client;
        self.pool.run(move || {
            let edition = desk.latest();
            let tests = desk.tests(&mut desk.bench(), &edition);
            let document = &edition.document;
            let position = params.text_document_position.position;
            let offset = client.encoding.offset(document, position);
            let pipeline = tests.pipeline.as_ref().map(|it| &it.analysis.pipeline);
            let (span, items) = suite_completion(&tests.source.text, offset, pipeline);
            let range = client.encoding.range(document, span);
            let items =
                items.into_iter().enumerate().map(|(rank, item)| entry(&client, range, rank, item));
            reply.give(Ok(items.collect::<Vec<_>>()));
        });
    }
}

fn entry(client: &Client, range: Range, rank: usize, item: SuiteItem) -> CompletionItem {
    let kind = match item.kind {
        SuiteItemKind::Key => CompletionItemKind::PROPERTY,
        SuiteItemKind::Field => CompletionItemKind::FIELD,
        SuiteItemKind::Step => CompletionItemKind::REFERENCE,
        SuiteItemKind::Name => CompletionItemKind::VARIABLE,
    };
    let is_snippet = client.snippets && item.snippet != item.label;
    let lead = " ".repeat(range.start.character as usize);
    let (text, mode) = match (is_snippet, client.inserts_as_is) {
        (false, _) if item.kind == SuiteItemKind::Key => (format!("{}:", item.label), None),
        (false, _) => (item.label.clone(), None),
        (true, true) => {
            (item.snippet.replace('\n', &format!("\n{lead}")), Some(InsertTextMode::AS_IS))
        }
        (true, false) => (item.snippet, None),
    };
    CompletionItem {
        sort_text: Some(format!("{rank:04}")),
        kind: Some(kind),
        documentation: (!item.about.is_empty()).then_some(Documentation::String(item.about)),
        insert_text_format: is_snippet.then_some(InsertTextFormat::SNIPPET),
        insert_text_mode: mode,
        text_edit: Some(CompletionTextEdit::Edit(TextEdit::new(range, text))),
        label: item.label,
        ..CompletionItem::default()
    }
}
