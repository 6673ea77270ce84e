use pipeline::{
    Data, Handler, Located, eval,
    language::{self, Level},
};
use syntax::Span;

use crate::{facts::Whole, findings::Findings, rule::declare_rule, view::StepView};

declare_rule!("bad-handler", Error, "bad_handler.md", Step(of_step), Pipeline(of_document));

fn of_step(view: &StepView<'_>, findings: &mut Findings) {
    for handler in &view.step.handlers {
        judge(handler, findings);
        if let Some(task) = handler.task.as_ref().filter(|task| *task.value == *view.step.id_text()) {
            findings.report(task.span, format!("`{}` cannot be its own error handler", task.value));
        }
    }
    if let (Some(on_error), Some(_)) = (view.step.key("on_error"), view.step.key("error_handlers"))
        && matches!(on_error.value.value, Data::List(_))
    {
        findings.report(on_error.key.span, "a list in `on_error` beside `error_handlers` says the same twice: keep one of the two");
    }
}

fn of_document(whole: &Whole<'_>, findings: &mut Findings) {
    for handler in &whole.input.pipeline.global_error_handlers {
        let mark = findings.len();
        judge(handler, findings);
        findings.shift_from(mark, handler.base);
    }
}

/// What a handler may say, LANGUAGE §2.9.
fn judge(handler: &Handler, findings: &mut Findings) {
    if handler.fields.is_empty() {
        if handler.action.is_none() && handler.problems.is_empty() {
            findings.report(handler.span, NOTHING);
        }
        return;
    }
    let field = |name: &str| handler.fields.iter().find(|(key, _)| key.value == name);
    if let (Some((key, _)), Some(_)) = (field("handler_action"), field("handler_task_id")) {
        findings.report(key.span, "a handler has `handler_action` or `handler_task_id`, not both");
    }
    const DOES: &[&str] =
        &["handler_action", "handler_task_id", "fallback_value", "fallback_result", "action"];
    if !DOES.iter().any(|name| field(name).is_some()) {
        let place = handler.fields.first().map_or(handler.span, |(key, _)| key.span);
        findings.report(place, NOTHING);
    }
    for known in language::keys(Level::Handler) {
        let Some((least, most)) = known.range else { continue };
        if let Some((_, value)) = field(known.name)
            && number(&value.value).is_some_and(|it| it < least || it > most)
            && !handler.problems.iter().any(|it| it.span == value.span)
        {
            findings.report(value.span, range_words(known.name, least, most));
        }
    }
    if let Some((_, patterns)) = field("error_patterns") {
        each_text(patterns, &mut |pattern, span| {
            if let Some(reason) = bad_pattern(pattern) {
                findings.report(span, pattern_words(&reason));
            }
        });
    }
}

const NOTHING: &str =
    "this handler does nothing: it needs `handler_action`, `handler_task_id` or `fallback_value`";

fn number(data: &Data) -> Option<f64> {
    match data {
        Data::Int(value) => Some(*value as f64),
        Data::Float(value) => Some(*value),
        _ => None,
    }
}

fn each_text(data: &Located<Data>, visit: &mut dyn FnMut(&str, Span)) {
    match &data.value {
        Data::Text(text) if text.is_static() => visit(&text.value, data.span),
        Data::List(items) => items.iter().for_each(|item| each_text(item, visit)),
        _ => {}
    }
}

/// Why a pattern is no regular expression; as `regex_search` would say.
fn bad_pattern(pattern: &str) -> Option<String> {
    eval::Pattern::new(pattern).err()
}

fn range_words(name: &str, least: f64, most: f64) -> String {
    format!("`{name}` of a handler is from {least} to {most}")
}

fn pattern_words(reason: &str) -> String {
    format!("this is no regular expression: {reason}")
}
