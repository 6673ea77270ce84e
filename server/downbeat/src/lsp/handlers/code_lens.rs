use ide::Start;
use serde_json::json;
use tower_lsp_server::ls_types::{CodeLens, CodeLensParams, Command, Uri};

use super::View;
use crate::lsp::commands;
use crate::lsp::message::Refusal;

pub(super) fn uri(params: &CodeLensParams) -> &Uri {
    &params.text_document.uri
}

pub(super) fn answer(view: &View<'_>, _: CodeLensParams) -> Result<Vec<CodeLens>, Refusal> {
    let uri = view.uri.as_str();
    let lenses = ide::lenses(view.snapshot).into_iter().map(|lens| {
        let (title, argument) = match lens.start {
            Start::Run => ("Run", json!({ "uri": uri })),
            Start::From(step) => ("Run from here", json!({ "uri": uri, "from": step })),
            Start::Only(step) => ("Run only", json!({ "uri": uri, "only": step })),
        };
        let command =
            Command::new(title.to_owned(), commands::RUN.to_owned(), Some(vec![argument]));
        CodeLens { range: view.range(lens.span), command: Some(command), data: None }
    });
    Ok(lenses.collect())
}
