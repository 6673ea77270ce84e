use tower_lsp_server::ls_types::{FoldingRange, FoldingRangeKind, FoldingRangeParams, Uri};

use super::View;
use crate::lsp::message::Refusal;

pub(super) fn uri(params: &FoldingRangeParams) -> &Uri {
    &params.text_document.uri
}

pub(super) fn answer(view: &View<'_>, _: FoldingRangeParams) -> Result<Vec<FoldingRange>, Refusal> {
    let mut ranges: Vec<FoldingRange> = Vec::new();
    let mut ruler = view.ruler();
    for span in ide::folds(view.snapshot) {
        let range = ruler.range(span);
        // A span that ends with a line break ends on the line before.
        let end_line = if range.end.character == 0 {
            range.end.line.saturating_sub(1)
        } else {
            range.end.line
        };
        let start_line = range.start.line;
        let repeated =
            ranges.last().is_some_and(|it| (it.start_line, it.end_line) == (start_line, end_line));
        if start_line < end_line && !repeated {
            let kind = Some(FoldingRangeKind::Region);
            ranges.push(FoldingRange { start_line, end_line, kind, ..FoldingRange::default() });
        }
    }
    Ok(ranges)
}
