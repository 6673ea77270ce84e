//! Semantic tokens: whole, as the difference from an earlier answer, and of a range.

mod encode;
mod shelf;

pub(crate) use shelf::Shelf;

use ide::{Modifier, TokenKind};
use tower_lsp_server::ls_types::{
    SemanticTokenModifier, SemanticTokenType, SemanticTokensDeltaParams, SemanticTokensFullOptions,
    SemanticTokensLegend, SemanticTokensOptions, SemanticTokensParams, SemanticTokensRangeParams,
    Uri, WorkDoneProgressOptions,
};

use serde_json::value::RawValue;

use super::View;
use crate::lsp::message::{Code, Refusal};

/// An answer that is JSON already; null where nothing is said.
type Json = Option<Box<RawValue>>;

fn json(text: String) -> Result<Json, Refusal> {
    let json = RawValue::from_string(text);
    json.map(Some).map_err(|error| Refusal::new(Code::InternalError, error.to_string()))
}

pub(crate) fn options() -> SemanticTokensOptions {
    SemanticTokensOptions {
        work_done_progress_options: WorkDoneProgressOptions::default(),
        legend: SemanticTokensLegend {
            token_types: TokenKind::ALL.map(token_type).to_vec(),
            token_modifiers: Modifier::ALL.map(token_modifier).to_vec(),
        },
        range: Some(true),
        full: Some(SemanticTokensFullOptions::Delta { delta: Some(true) }),
    }
}

const fn token_type(kind: TokenKind) -> SemanticTokenType {
    match kind {
        TokenKind::Namespace => SemanticTokenType::NAMESPACE,
        TokenKind::Type => SemanticTokenType::TYPE,
        TokenKind::Class => SemanticTokenType::CLASS,
        TokenKind::EnumMember => SemanticTokenType::ENUM_MEMBER,
        TokenKind::Parameter => SemanticTokenType::PARAMETER,
        TokenKind::Variable => SemanticTokenType::VARIABLE,
        TokenKind::Property => SemanticTokenType::PROPERTY,
        TokenKind::Function => SemanticTokenType::FUNCTION,
        TokenKind::Method => SemanticTokenType::METHOD,
        TokenKind::Macro => SemanticTokenType::MACRO,
        TokenKind::Keyword => SemanticTokenType::KEYWORD,
        TokenKind::Comment => SemanticTokenType::COMMENT,
        TokenKind::String => SemanticTokenType::STRING,
        TokenKind::Number => SemanticTokenType::NUMBER,
        TokenKind::Operator => SemanticTokenType::OPERATOR,
    }
}

const fn token_modifier(modifier: Modifier) -> SemanticTokenModifier {
    match modifier {
        Modifier::Declaration => SemanticTokenModifier::DECLARATION,
        Modifier::Readonly => SemanticTokenModifier::READONLY,
        Modifier::Deprecated => SemanticTokenModifier::DEPRECATED,
        Modifier::DefaultLibrary => SemanticTokenModifier::DEFAULT_LIBRARY,
    }
}

pub(super) mod full {
    use super::{Json, Refusal, SemanticTokensParams, Uri, View, json};

    pub(in super::super) fn uri(params: &SemanticTokensParams) -> &Uri {
        &params.text_document.uri
    }

    pub(in super::super) fn answer(
        view: &View<'_>,
        _: SemanticTokensParams,
    ) -> Result<Json, Refusal> {
        json(view.desk.tokens().full(view.snapshot, view.client.encoding))
    }
}

pub(super) mod delta {
    use super::{Json, Refusal, SemanticTokensDeltaParams, Uri, View, json};

    pub(in super::super) fn uri(params: &SemanticTokensDeltaParams) -> &Uri {
        &params.text_document.uri
    }

    pub(in super::super) fn answer(
        view: &View<'_>,
        params: SemanticTokensDeltaParams,
    ) -> Result<Json, Refusal> {
        let mut shelf = view.desk.tokens();
        let before = &params.previous_result_id;
        json(shelf.delta(view.snapshot, view.client.encoding, before))
    }
}

pub(super) mod range {
    use super::{Json, Refusal, SemanticTokensRangeParams, Uri, View, encode, json};

    pub(in super::super) fn uri(params: &SemanticTokensRangeParams) -> &Uri {
        &params.text_document.uri
    }

    pub(in super::super) fn answer(
        view: &View<'_>,
        params: SemanticTokensRangeParams,
    ) -> Result<Json, Refusal> {
        let span = view.span(params.range);
        let data = encode::of_range(view.snapshot, view.client.encoding, span);
        json(format!(r#"{{"data":[{data}]}}"#))
    }
}
