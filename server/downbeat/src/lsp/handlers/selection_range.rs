use tower_lsp_server::ls_types::{Position, SelectionRange, SelectionRangeParams, Uri};

use super::View;
use crate::lsp::message::{Code, Refusal};

/// More cursors than anyone has: the answer grows with each.
const MOST: usize = 1_000;

pub(super) fn uri(params: &SelectionRangeParams) -> &Uri {
    &params.text_document.uri
}

pub(super) fn answer(
    view: &View<'_>,
    params: SelectionRangeParams,
) -> Result<Option<Vec<SelectionRange>>, Refusal> {
    if params.positions.len() > MOST {
        let message = format!("more than {MOST} positions at once");
        return Err(Refusal::new(Code::InvalidParams, message));
    }
    Ok(Some(params.positions.into_iter().map(|position| at(view, position)).collect()))
}

fn at(view: &View<'_>, position: Position) -> SelectionRange {
    let spans = ide::selection(view.snapshot, view.offset(position));
    let mut outer = None;
    for span in spans.into_iter().rev() {
        outer = Some(SelectionRange { range: view.range(span), parent: outer.map(Box::new) });
    }
    let here = tower_lsp_server::ls_types::Range::new(position, position);
    outer.unwrap_or(SelectionRange { range: here, parent: None })
}
