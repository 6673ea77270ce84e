//! What a caller is asked before a run.

use pipeline::{Data, Pipeline, catalogue::Type, facts};
use syntax::Span;

/// A declared input, as a caller meets it.
#[derive(Clone, Debug, PartialEq)]
pub struct Question<'p> {
    /// Its name.
    pub name: &'p str,
    /// Its type as declared.
    pub written_type: Option<&'p str>,
    /// What its value is converted to.
    pub ty: Type,
    /// Prose of the author's.
    pub description: Option<&'p str>,
    /// Whether a run is refused without a value.
    pub required: bool,
    /// The value of a run without one, templates as they are written; none of a secret input.
    pub default: Option<&'p Data>,
    /// The only values that are accepted; none declared: every value of the type.
    pub choices: Option<Vec<&'p Data>>,
    /// Whether the value must be shown to nobody and kept nowhere.
    pub secret: bool,
    /// Its name in the text, absolute.
    pub span: Span,
}

/// The declared inputs in the order of the text; of several declarations of one name the first, which is the one that counts.
#[must_use]
pub fn inputs(pipeline: &Pipeline) -> Vec<Question<'_>> {
    facts::inputs(pipeline)
        .map(|input| Question {
            name: &input.name.value,
            written_type: input.ty.as_ref().map(|ty| ty.value.as_str()),
            ty: facts::input_type(input),
            description: input.description.as_deref().map(str::trim),
            required: input.required && input.default.is_none(),
            default: input.default.as_ref().map(|it| &it.value).filter(|_| !input.secret),
            choices: input
                .choices
                .as_ref()
                .map(|choices| choices.iter().map(|choice| &choice.value).collect()),
            secret: input.secret,
            span: input.absolute(input.name.span),
        })
        .collect()
}
