//! The documentation of a proposal, asked for when the editor shows it.

use ide::documentation;
use pipeline::{catalogue::Catalogue, models::Roster};
use tower_lsp_server::ls_types::{CompletionItem, Documentation, MarkupContent, MarkupKind};

use crate::lsp::client::Client;

/// The proposal with its documentation; as it came where it has none.
pub(super) fn answer(
    item: CompletionItem,
    catalogue: &Catalogue,
    client: &Client,
) -> CompletionItem {
    let topic = item.data.as_ref().and_then(|data| data.as_str());
    let text = topic.and_then(|topic| documentation(topic, catalogue, &Roster::default()));
    let kind = if client.markdown { MarkupKind::Markdown } else { MarkupKind::PlainText };
    let documentation =
        text.map(|value| Documentation::MarkupContent(MarkupContent { kind, value }));
    CompletionItem { documentation: documentation.or(item.documentation), ..item }
}
