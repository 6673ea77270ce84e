//! What a step asks of its model, and where it says so.

use pipeline::{
    Data, Located,
    models::{Ask, Capability, Model, Source, Wanted},
};
use syntax::Span;

use super::StepView;

/// What a step asks of its model.
pub(crate) struct Asked {
    pub(crate) wanted: Wanted,
    /// Where the step says which model, else what it does; relative to the step.
    pub(crate) span: Span,
}

/// What a step asks of its model; nothing where it asks none.
pub(crate) fn asked(view: &StepView<'_>) -> Option<Asked> {
    let input = view.scope.input;
    let (step, around) = view.scope.path.split_last()?;
    let wanted = Wanted::of_step(input.pipeline, input.catalogue, around, step)?;
    let span = place(view, &wanted.source);
    Some(Asked { wanted, span })
}

impl Asked {
    /// The one model that is named, if it is known.
    pub(crate) fn model<'v>(&self, view: &StepView<'v>) -> Option<&'v Model> {
        match &self.wanted.ask {
            Ask::Named(names) => match names.as_slice() {
                [name] => view.scope.input.roster.find(name),
                _ => None,
            },
            Ask::Later(_) | Ask::Any => None,
        }
    }
}

/// Words of `capabilities` for what every model does.
const EVERYDAY: &[&str] = &[
    "text",
    "chat",
    "completion",
    "generate",
    "generation",
    "text_generation",
    "code_generation",
    "analyze",
    "analysis",
    "data_analysis",
    "summarize",
    "summarization",
    "translate",
    "translation",
    "question_answering",
    "streaming",
];

/// Words of `capabilities` in `requires_model` that say nothing of any model that is known.
pub(crate) fn unknown_capabilities<'v>(view: &StepView<'v>) -> Vec<&'v Located<Data>> {
    let required = view.step.key("requires_model").map(|it| &it.value.value);
    let Some(listed) = required.and_then(|it| it.get("capabilities")) else { return Vec::new() };
    let models = &view.scope.input.roster.models;
    let is_known = |word: &str| {
        let plain = word.to_lowercase().replace(['-', ' '], "_");
        let is_said = |tag: &&str| tag.replace('-', "_").eq_ignore_ascii_case(&plain);
        EVERYDAY.contains(&&*plain)
            || Capability::of_word(word).is_some()
            || models.iter().any(|it| it.tags.iter().any(|tag| is_said(&&**tag)))
    };
    let items: Vec<_> =
        listed.value.as_list().map_or_else(|| vec![listed], |it| it.iter().collect());
    let is_unknown = |item: &&Located<Data>| {
        let text = item.value.as_text().filter(|text| text.is_static());
        text.map(|it| it.value.trim()).is_some_and(|word| !word.is_empty() && !is_known(word))
    };
    items.into_iter().filter(is_unknown).collect()
}

fn place(view: &StepView<'_>, source: &Source) -> Span {
    let step = view.step;
    let key = |name: &str| step.key(name).map(|it| it.value.span);
    let said = match source {
        Source::Step | Source::Auto => step.model.as_ref().map(|it| it.span),
        Source::Expert(_) => step.expert.as_ref().map(|it| it.span),
        Source::ToolExpert(_) => key("tools"),
        Source::Requirement => step.key("requires_model").map(|it| it.key.span),
        Source::Selection => key("selection"),
        Source::Caller
        | Source::Document
        | Source::Orchestrator
        | Source::Default
        | Source::Tool(_)
        | Source::Nothing => None,
    };
    let kind = || view.does().or_else(|| key("prompt")).or_else(|| key("action"));
    said.or_else(kind).or_else(|| step.id.as_ref().map(|it| it.span)).unwrap_or(step.span)
}
