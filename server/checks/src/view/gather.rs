//! Takes an item apart for the rules.

use pipeline::{
    Condition, Data, Entry, Handler, Input as Declared, Located, Output, Problem, Step, StepKind,
    Text, TopEntry, action_of,
    language::{Form, Level},
};
use syntax::{Finding, Span};

use super::{
    Field, KeyView, Parsed, ReferenceView, Scope, StepView, TextView, reference::references,
};

/// An item of a pipeline; all its spans have one base.
#[derive(Clone, Copy)]
pub(crate) enum Part<'a> {
    Entry(&'a TopEntry),
    Input(&'a Declared),
    Output(&'a Output),
    /// One of the document's own.
    Handler(&'a Handler),
    /// The step alone: its body steps are parts of their own.
    Step(&'a Step),
}

/// The parts of an item that rules look at.
#[derive(Default)]
pub(crate) struct Gathered<'a> {
    pub(crate) syntax: &'a [Finding],
    pub(crate) problems: Vec<&'a Problem>,
    pub(crate) keys: Vec<KeyView<'a>>,
    pub(crate) texts: Vec<TextView<'a>>,
    pub(crate) references: Vec<ReferenceView<'a>>,
    pub(crate) step: Option<StepView<'a>>,
    /// What its error handlers do.
    pub(crate) actions: Vec<Step>,
}

/// Top-level keys whose values are items of their own.
const ITEMS: &[&str] =
    &["inputs", "parameters", "outputs", "steps", "pipeline", "global_error_handlers"];
/// Step keys whose values are body steps or are held by the step's kind.
const BODIES: &[&str] =
    &["steps", "action_loop", "create_parallel_queue", "parallel", "until", "while", "condition"];

/// Takes `part` apart. `siblings` are the entries beside it.
pub(crate) fn gather<'a>(
    scope: Scope<'a>,
    part: Part<'a>,
    siblings: &'a [&'a Entry],
) -> Gathered<'a> {
    let mut it = Gathered::default();
    match part {
        Part::Entry(entry) => {
            it.syntax = &entry.syntax;
            it.problems.extend(&entry.problems);
            it.keys.push(KeyView { level: Level::Top, entry, siblings });
            if let Some(key) = entry.known.filter(|key| !ITEMS.contains(&key.name)) {
                let field = Field { key: key.name, inner: key.name, rendered: key.rendered };
                texts(scope, &entry.value, field, &mut it.texts);
            }
        }
        Part::Input(input) => {
            it.problems.extend(&input.problems);
            if let Some(default) = &input.default {
                texts(
                    scope,
                    default,
                    Field { key: "default", inner: "default", rendered: true },
                    &mut it.texts,
                );
            }
        }
        Part::Output(output) => {
            it.problems.extend(&output.problems);
            texts(
                scope,
                &output.value,
                Field { key: "outputs", inner: "outputs", rendered: true },
                &mut it.texts,
            );
            it.references = references(scope, &output.references, &it.texts);
        }
        Part::Handler(handler) => {
            it.problems.extend(&handler.problems);
            it.actions = actions(scope, std::slice::from_ref(handler));
            let field = Field {
                key: "global_error_handlers",
                inner: "global_error_handlers",
                rendered: true,
            };
            match &handler.action {
                Some(action) if handler.fields.is_empty() => {
                    it.texts.extend(text_view(scope, &action.value, action.span, field));
                }
                _ => {
                    for (key, value) in &handler.fields {
                        texts(scope, value, Field { inner: &key.value, ..field }, &mut it.texts);
                    }
                }
            }
            it.references = references(scope, &handler.references, &it.texts);
        }
        Part::Step(step) => {
            it.syntax = &step.syntax;
            it.problems.extend(&step.problems);
            it.problems.extend(step.handlers.iter().flat_map(|handler| &handler.problems));
            it.step = Some(StepView { scope, step });
            it.actions = actions(scope, &step.handlers);
            for entry in &step.keys {
                it.keys.push(KeyView { level: Level::Step, entry, siblings });
                if let Some(key) = entry.known.filter(|key| !BODIES.contains(&key.name)) {
                    let field = Field { key: key.name, inner: key.name, rendered: key.rendered };
                    if !key.forms.contains(&Form::Condition) {
                        texts(scope, &entry.value, field, &mut it.texts);
                    }
                }
            }
            if let StepKind::Queue(queue) = &step.kind
                && let Some(on) = &queue.on
            {
                texts(scope, on, Field { key: "on", inner: "on", rendered: true }, &mut it.texts);
            }
            it.texts.extend(conditions(step).into_iter().map(|condition| TextView {
                scope,
                text: &condition.text,
                span: condition.span,
                field: Field { key: condition.key, inner: condition.key, rendered: true },
                parsed: Parsed::Condition(&condition.parsed),
            }));
            it.references = references(scope, &step.references, &it.texts);
            if pipeline::facts::writes_out_a_pipeline(step) {
                it.texts.retain(|text| text.field.inner != "pipeline");
            }
        }
    }
    it
}

/// What handlers do by an action of their own, but for those that are switched off.
fn actions(scope: Scope<'_>, handlers: &[Handler]) -> Vec<Step> {
    let is_off = |it: &&Handler| {
        it.fields
            .iter()
            .any(|(key, value)| key.value == "enabled" && value.value == Data::Bool(false))
    };
    let on = handlers.iter().filter(|it| !is_off(it));
    on.filter_map(|it| action_of(it, scope.input.catalogue)).collect()
}

/// Every condition of a step.
pub(crate) fn conditions(step: &Step) -> Vec<&Condition> {
    let (test, until) = match &step.kind {
        StepKind::While(it) => (&it.test, &it.until),
        StepKind::ActionLoop(it) => (&it.test, &it.until),
        StepKind::Queue(it) => (&it.test, &it.until),
        _ => (&None, &None),
    };
    [step.condition.as_deref(), test.as_ref(), until.as_ref()].into_iter().flatten().collect()
}

fn texts<'a>(
    scope: Scope<'a>,
    data: &'a Located<Data>,
    field: Field<'a>,
    found: &mut Vec<TextView<'a>>,
) {
    match &data.value {
        Data::Text(text) => found.extend(text_view(scope, text, data.span, field)),
        Data::List(items) => items.iter().for_each(|item| texts(scope, item, field, found)),
        Data::Map(entries) => {
            for (key, value) in entries.iter() {
                texts(scope, value, Field { inner: &key.value, ..field }, found);
            }
        }
        _ => {}
    }
}

fn text_view<'a>(
    scope: Scope<'a>,
    text: &'a Text,
    span: Span,
    field: Field<'a>,
) -> Option<TextView<'a>> {
    let parsed = match &text.template {
        Some(template) => Parsed::Template(template),
        None if text.autos.is_empty() => return None,
        None => Parsed::Plain,
    };
    Some(TextView { scope, text, span, field, parsed })
}
