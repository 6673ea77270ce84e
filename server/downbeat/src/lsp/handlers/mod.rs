//! Requests about documents: positions in, one feature of `ide`, positions out.

use ide::Snapshot;
use serde_json::value::RawValue;
use tower_lsp_server::ls_types::{Position, Range, Uri};

use super::client::Client;
use super::message::Code;
use super::reply::Reply;
use super::session::Session;

/// What a handler sees.
pub(crate) struct View<'a> {
    pub(crate) snapshot: &'a Snapshot,
    pub(crate) client: &'a Client,
    pub(crate) uri: &'a Uri,
}

impl View<'_> {
    fn offset(&self, position: Position) -> u32 {
        self.client.encoding.offset(&self.snapshot.document, position)
    }

    fn range(&self, span: syntax::Span) -> Range {
        self.client.encoding.range(&self.snapshot.document, span)
    }
}

/// Hands a request to its feature.
pub(crate) fn dispatch(
    _session: &mut Session,
    method: &str,
    _params: Option<&RawValue>,
    reply: Reply,
) {
    reply.refuse(Code::MethodNotFound, format!("there is no request `{method}`"));
}
