//! Error handlers: text, map, or list of both.

use super::fields::Fields;
use super::references::references;
use super::scalars::Source;
use super::{kinds, routing, step};
use crate::catalogue::Catalogue;
use crate::language::Level;
use crate::{
    Data, Handler, Located, Parameter, Problem, ProblemKind, ReferenceOrigin, Step, StepKind,
};

/// Handlers of a step, in order. A policy word in `on_error` is none.
pub(super) fn handlers(source: Source<'_>, fields: &Fields<'_>) -> Vec<Handler> {
    let mut handlers = Vec::new();
    if let Some(value) = fields.get("on_error") {
        let is_policy =
            source.text(value).is_some_and(|text| routing::policy(&text.value).is_some());
        if !is_policy {
            handlers.extend(handler_list(source, value));
        }
    }
    if let Some(value) = fields.get("error_handlers") {
        handlers.extend(handler_list(source, value));
    }
    handlers
}

/// One handler, or a list of them.
pub(super) fn handler_list(source: Source<'_>, data: &Located<Data>) -> Vec<Handler> {
    match &data.value {
        Data::Null => Vec::new(),
        Data::List(items) => items.iter().map(|item| handler(source, item)).collect(),
        _ => vec![handler(source, data)],
    }
}

/// A handler of the document, with the names that it reads.
pub(super) fn global_handler(source: Source<'_>, data: &Located<Data>) -> Handler {
    let mut handler = handler(source, data);
    handler.references = references("global_error_handlers", &data.value, ReferenceOrigin::Inert);
    handler
}

/// The document's handlers: one, or a list of them.
pub(super) fn global_handlers(source: Source<'_>, data: &Located<Data>) -> Vec<Handler> {
    match &data.value {
        Data::Null => Vec::new(),
        Data::List(items) => items.iter().map(|item| global_handler(source, item)).collect(),
        _ => vec![global_handler(source, data)],
    }
}

pub(super) fn handler(source: Source<'_>, data: &Located<Data>) -> Handler {
    let mut handler = Handler {
        span: data.span,
        task: None,
        action: None,
        fields: Vec::new(),
        references: Vec::new(),
        problems: Vec::new(),
    };
    match &data.value {
        Data::Map(pairs) => {
            let fields = &Fields::new(Level::Handler, pairs);
            fields.check(&mut handler.problems);
            fields.check_unknown(&mut handler.problems);
            handler.task = fields.get("handler_task_id").and_then(|value| source.id(value));
            handler.action =
                fields.get("handler_action").and_then(|value| source.located_text(value));
            handler.fields = pairs.to_vec();
        }
        Data::List(_) | Data::Null => {
            let kind = ProblemKind::WrongType {
                key: "on_error".to_owned(),
                expected: "text or a map".to_owned(),
                found: data.value.kind(),
            };
            handler.problems.push(Problem { kind, span: data.span });
        }
        _ => handler.action = source.located_text(data),
    }
    handler
}

/// A handler's action, with its `parameters`, as a step without id; `None` where it has no action. A handler that is a
/// sentence says it.
#[must_use]
pub fn action_of(handler: &Handler, catalogue: &Catalogue) -> Option<Step> {
    let action = handler.action.as_ref()?;
    let mut step = step::empty(&Located::new(Data::Null, action.span));
    let fields = Fields::new(Level::Handler, &handler.fields);
    let given = fields.get("parameters").and_then(|given| given.value.as_map());
    step.parameters = given
        .unwrap_or_default()
        .iter()
        .map(|(name, value)| Parameter { name: name.clone(), value: value.clone() })
        .collect();
    let source = Source { text: "", catalogue };
    step.kind = kinds::kind_of_text(source, action, &step.parameters, &mut step.problems);
    let is_prose = action.value.value.trim().contains(char::is_whitespace);
    if is_prose && handler.fields.is_empty() && matches!(step.kind, StepKind::Unknown(_)) {
        let message = Located::new(Data::Text(action.value.clone()), action.span);
        let name = Located::new("message".to_owned(), action.span);
        step.parameters = vec![Parameter { name, value: message }];
        step.kind = StepKind::Debug(Some(action.clone()));
    }
    Some(step)
}
