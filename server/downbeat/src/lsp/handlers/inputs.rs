use tower_lsp_server::ls_types::Uri;

use super::View;
use crate::lsp::message::Refusal;
use crate::lsp::protocol::{About, InputInfo};
use crate::shape::{self, json};

pub(super) fn uri(params: &About) -> &Uri {
    &params.uri
}

pub(super) fn answer(view: &View<'_>, _: About) -> Result<Vec<InputInfo>, Refusal> {
    let inputs = ide::inputs(&view.snapshot.pipeline).into_iter().map(|input| InputInfo {
        name: input.name.to_owned(),
        ty: shape::input_type(input.ty).to_owned(),
        description: input.description.map(str::to_owned),
        required: input.required,
        default: input.default.map(json),
        choices: input.choices.map(|choices| choices.into_iter().map(json).collect()),
        secret: input.secret,
        range: view.range(input.span),
    });
    Ok(inputs.collect())
}
