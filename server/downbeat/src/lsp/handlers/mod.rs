//! Requests about documents: positions in, one feature of `ide`, positions out.

mod code_action;
mod code_lens;
mod completion;
mod completion_resolve;
mod definition;
mod document_highlight;
mod document_link;
mod document_symbol;
mod edits;
mod folding_range;
mod formatting;
mod hover;
mod inlay_hint;
mod inputs;
mod insight;
mod linked_editing_range;
mod references;
mod rename;
mod runs;
mod selection_range;
mod semantic_tokens;
mod suite_completion;
mod wording;

pub(crate) use code_action::FIX_ALL;
pub(crate) use semantic_tokens::{Shelf, options as semantic_tokens_options};

use std::sync::Arc;

use ide::Snapshot;
use serde_json::value::RawValue;
use syntax::Span;
use tower_lsp_server::ls_types::{MarkupContent, MarkupKind, Position, Range, Uri};

use super::client::{Client, Trust};
use super::desk::Desk;
use super::message::Code;
use super::protocol::WordingSetting;
use super::reply::Reply;
use super::ruler::Ruler;
use super::session::Session;
use super::words::{Progress, Words};
use crate::workspace;

/// What a handler sees.
pub(crate) struct View<'a> {
    pub(crate) snapshot: &'a Snapshot,
    pub(crate) client: &'a Client,
    pub(crate) desk: &'a Desk,
    pub(crate) uri: &'a Uri,
    /// The client's number for the text.
    pub(crate) version: i32,
    /// Id of the document's run, while one goes on.
    pub(crate) run: Option<&'a str>,
    pub(crate) words: &'a Arc<Words>,
}

impl View<'_> {
    fn offset(&self, position: Position) -> u32 {
        self.client.encoding.offset(&self.snapshot.document, position)
    }

    pub(crate) fn range(&self, span: Span) -> Range {
        self.client.encoding.range(&self.snapshot.document, span)
    }

    fn span(&self, range: Range) -> Span {
        self.client.encoding.span(&self.snapshot.document, range)
    }

    /// How far a model's words for the pipeline are; nothing where none are wanted.
    fn words(&self) -> Option<Progress> {
        let wanted = self.client.settings.wording == WordingSetting::On
            && self.client.trust == Trust::Trusted;
        wanted.then(|| {
            let folder = workspace::root(&self.desk.folder());
            self.words.look(self.uri.as_str(), self.snapshot, &folder)
        })
    }

    /// For the places of a long answer.
    fn ruler(&self) -> Ruler<'_> {
        Ruler::new(self.client.encoding, &self.snapshot.document)
    }

    /// Markdown for clients that show it; others see its source, which reads well enough.
    fn prose(&self, markdown: String) -> MarkupContent {
        let kind = if self.client.markdown { MarkupKind::Markdown } else { MarkupKind::PlainText };
        MarkupContent { kind, value: markdown }
    }
}

/// Hands a request to its feature.
pub(crate) fn dispatch(
    session: &mut Session,
    method: &str,
    params: Option<&RawValue>,
    reply: Reply,
) {
    match method {
        "textDocument/hover" => session.read(params, reply, hover::uri, hover::answer),
        "textDocument/completion" if suite_completion::is_for(session, params) => {
            session.complete_suite(params, reply);
        }
        "textDocument/completion" => {
            session.read(params, reply, completion::uri, completion::answer)
        }
        "completionItem/resolve" => {
            let (catalogue, client) = (session.catalogue(), session.client);
            reply.give(
                super::session::require(params)
                    .map(|item| completion_resolve::answer(item, catalogue, &client)),
            );
        }
        "textDocument/definition" => {
            session.read(params, reply, definition::uri, definition::answer)
        }
        "textDocument/documentSymbol" => {
            session.read(params, reply, document_symbol::uri, document_symbol::answer);
        }
        "textDocument/codeLens" => session.read(params, reply, code_lens::uri, code_lens::answer),
        "textDocument/codeAction" => {
            session.read(params, reply, code_action::uri, code_action::answer)
        }
        "textDocument/foldingRange" => {
            session.read(params, reply, folding_range::uri, folding_range::answer)
        }
        "textDocument/formatting" => {
            session.read(params, reply, formatting::whole::uri, formatting::whole::answer)
        }
        "textDocument/rangeFormatting" => {
            session.read(params, reply, formatting::range::uri, formatting::range::answer)
        }
        "downbeat/graph" => session.draw(params, reply),
        "downbeat/runs" => session.read(params, reply, runs::uri, runs::answer),
        "downbeat/tests" => session.list_tests(params, reply),
        "downbeat/inputs" => session.read(params, reply, inputs::uri, inputs::answer),
        "downbeat/insight" => session.read(params, reply, insight::uri, insight::answer),
        "downbeat/wording" => session.read(params, reply, wording::uri, wording::answer),
        "textDocument/inlayHint" => {
            session.read(params, reply, inlay_hint::uri, inlay_hint::answer)
        }
        "textDocument/references" => {
            session.read(params, reply, references::uri, references::answer);
        }
        "textDocument/prepareRename" => {
            session.read(params, reply, rename::prepare_uri, rename::prepare);
        }
        "textDocument/rename" => session.read(params, reply, rename::uri, rename::answer),
        "textDocument/linkedEditingRange" => {
            session.read(params, reply, linked_editing_range::uri, linked_editing_range::answer);
        }
        "textDocument/selectionRange" => {
            session.read(params, reply, selection_range::uri, selection_range::answer);
        }
        "textDocument/documentHighlight" => {
            session.read(params, reply, document_highlight::uri, document_highlight::answer);
        }
        "textDocument/documentLink" => {
            session.read(params, reply, document_link::uri, document_link::answer);
        }
        "textDocument/semanticTokens/full" => {
            session.read(params, reply, semantic_tokens::full::uri, semantic_tokens::full::answer)
        }
        "textDocument/semanticTokens/full/delta" => {
            session.read(params, reply, semantic_tokens::delta::uri, semantic_tokens::delta::answer)
        }
        "textDocument/semanticTokens/range" => {
            session.read(params, reply, semantic_tokens::range::uri, semantic_tokens::range::answer)
        }
        "workspace/executeCommand" => session.execute(params, reply),
        _ => reply.refuse(Code::MethodNotFound, format!("there is no request `{method}`")),
    }
}
