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
    let mut ruler = view.ruler();
    let lenses = ide::lenses(view.snapshot).into_iter().map(|lens| {
        let (title, command, argument) = match (lens.start, view.run) {
            (Start::Run, Some(run)) => ("Cancel", commands::CANCEL, json!({ "run": run })),
            (Start::Run, None) => ("Run", commands::RUN, json!({ "uri": uri })),
            (Start::From(step), _) => {
                ("Run from here", commands::RUN, json!({ "uri": uri, "from": step }))
            }
            (Start::Only(step), _) => {
                ("Run only", commands::RUN, json!({ "uri": uri, "only": step }))
            }
        };
        let command = Command::new(title.to_owned(), command.to_owned(), Some(vec![argument]));
        CodeLens { range: ruler.range(lens.span), command: Some(command), data: None }
    });
    Ok(lenses.collect())
}
