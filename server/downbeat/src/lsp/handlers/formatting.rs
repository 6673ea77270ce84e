use ide::{Formatted, Indent};
use tower_lsp_server::ls_types::{FormattingOptions, TextEdit};

use super::View;

/// The whole document.
pub(super) mod whole {
    use tower_lsp_server::ls_types::{DocumentFormattingParams, TextEdit, Uri};

    use super::{edits, indent};
    use crate::lsp::{handlers::View, message::Refusal};

    pub(in super::super) fn uri(params: &DocumentFormattingParams) -> &Uri {
        &params.text_document.uri
    }

    pub(in super::super) fn answer(
        view: &View<'_>,
        params: DocumentFormattingParams,
    ) -> Result<Vec<TextEdit>, Refusal> {
        let document = &view.snapshot.document;
        Ok(edits(view, &ide::format(document, indent(&params.options))))
    }
}

/// The steps and entries that a range touches.
pub(super) mod range {
    use tower_lsp_server::ls_types::{DocumentRangeFormattingParams, TextEdit, Uri};

    use super::{edits, indent};
    use crate::lsp::{handlers::View, message::Refusal};

    pub(in super::super) fn uri(params: &DocumentRangeFormattingParams) -> &Uri {
        &params.text_document.uri
    }

    pub(in super::super) fn answer(
        view: &View<'_>,
        params: DocumentRangeFormattingParams,
    ) -> Result<Vec<TextEdit>, Refusal> {
        let document = &view.snapshot.document;
        let span = view.span(params.range);
        Ok(edits(view, &ide::format_range(document, span, indent(&params.options))))
    }
}

/// How far a level is indented. YAML takes no tabs; who is used to them gets what the command line does.
fn indent(options: &FormattingOptions) -> Indent {
    if options.insert_spaces { Indent::new(options.tab_size) } else { Indent::default() }
}

fn edits(view: &View<'_>, formatted: &Formatted) -> Vec<TextEdit> {
    let mut ruler = view.ruler();
    let edit = |edit: &checks::Edit| TextEdit::new(ruler.range(edit.span), edit.text.clone());
    formatted.edits.iter().map(edit).collect()
}
