use pipeline::{Data, Problem, ProblemKind, StepKind, catalogue::Signature, names::nearest};

use crate::{
    Fix, Severity,
    findings::{Findings, Topic},
    rule::declare_rule,
    view::StepView,
    words::{all_of, any_of},
};

declare_rule!(
    "missing-required",
    Error,
    "missing_required.md",
    Problem(key),
    Call(parameters),
    Call(operation),
    Call(message),
    Step(end_of_loop)
);

fn key(problem: &Problem, findings: &mut Findings) {
    if let ProblemKind::MissingKey { key } = &problem.kind {
        let draft = findings.report(problem.span, format!("`{key}` is missing"));
        if *key == "steps" {
            // A loop without a body does nothing, which is no harm.
            draft.severity(Severity::Warning).topic(Topic::Claim);
        }
    }
}

/// Keys below which a list of actions stands, or they are it.
const LISTS: &[&str] = &["action_loop", "create_parallel_queue", "task", "parameters"];

/// A loop of actions has actions and says when it ends; a count alone is no answer (LANGUAGE §2.6).
fn end_of_loop(view: &StepView<'_>, findings: &mut Findings) {
    let is_queue = matches!(view.step.kind, StepKind::Queue(_));
    if (is_queue || matches!(view.step.kind, StepKind::ActionLoop(_)))
        && view.step.body.is_empty()
        && view.step.problems.is_empty()
        && let Some(entry) = LISTS.iter().find_map(|key| view.step.key(key))
    {
        findings.report(entry.key.span, "`action_loop` needs at least one action");
        return;
    }
    if let (StepKind::ActionLoop(it), Some(entry)) = (&view.step.kind, view.step.key("action_loop"))
        && it.until.is_none()
        && it.test.is_none()
    {
        findings.report(entry.key.span, "an `action_loop` needs `until` or `while`");
    }
}

/// A templated value may yield more than is written here, so beside one a missing parameter is less certain.
fn parameters(view: &StepView<'_>, findings: &mut Findings) {
    let (Some(signature), Some(place)) = (view.signature(), view.does()) else { return };
    if view.step.problems.iter().any(is_about_parameters) || is_unknown_operation(view, signature) {
        return;
    }
    let is_given = |name: &str| {
        let named = |given: &str| {
            given == name || signature.parameter(given).is_some_and(|it| it.name == name)
        };
        view.step.parameters.iter().any(|given| named(&given.name.value))
            || name == "action" && view.operation().is_some()
    };
    let severity = if has_templates(view) { Severity::Warning } else { Severity::Error };
    let required = signature.required(view.operation());
    let missing: Vec<&str> = required.into_iter().filter(|name| !is_given(name)).collect();
    if !missing.is_empty() {
        findings.report(place, words(&missing, signature.name)).severity(severity);
    }
}

/// A tool with several operations and none that is usual is told which; a file that is written is given its content.
fn operation(view: &StepView<'_>, findings: &mut Findings) {
    let (Some(signature), Some(place)) = (view.signature(), view.does()) else { return };
    let is_open = view.step.parameters.iter().any(|it| it.name.value == "action")
        || view.step.key("parameters").is_some_and(|it| matches!(it.value.value, Data::Text(_)))
        || view.step.problems.iter().any(is_about_parameters);
    let named = view.operation().or(signature.default_operation);
    match named {
        None if !signature.operations.is_empty() && !is_open && !lacks_all(view, signature) => {
            let names: Vec<&str> = signature.operations.iter().map(|it| it.name).collect();
            findings
                .report(
                    place,
                    format!("`{}` needs an `action`: {}", signature.name, any_of(&names)),
                )
                .severity(Severity::Warning);
        }
        Some(word)
            if signature.name == "filesystem"
                && word.trim().eq_ignore_ascii_case("write")
                && view.step.parameter("path").is_some()
                && view.step.parameter("content").is_none()
                && !view.step.problems.iter().any(is_about_parameters) =>
        {
            findings
                .report(
                    place,
                    "nothing is written: `content` is missing, so the file is left empty",
                )
                .severity(Severity::Warning);
        }
        _ => {}
    }
}

/// The parameter of `debug`: without it a run prints an empty line.
const MESSAGE: &str = "message";

fn message(view: &StepView<'_>, findings: &mut Findings) {
    let (StepKind::Debug(_), Some(action)) = (&view.step.kind, view.step.key("action")) else {
        return;
    };
    if view.step.parameter(MESSAGE).is_some() || view.step.problems.iter().any(is_about_parameters)
    {
        return;
    }
    let misspelt =
        view.step.parameters.iter().find(|it| nearest(&it.name.value, [MESSAGE]).is_some());
    let place = misspelt.map_or(action.value.span, |it| it.name.span);
    let fix = Fix::suggestion(format!("change to `{MESSAGE}`"), place, MESSAGE);
    findings
        .report(place, "`debug` says nothing: its parameter `message` is missing")
        .severity(Severity::Warning)
        .fix(misspelt.map(|_| fix));
}

/// Whether a step says nothing but its tool, and parameters are missing: those are said.
fn lacks_all(view: &StepView<'_>, signature: &Signature) -> bool {
    view.step.parameters.is_empty() && !signature.required(None).is_empty()
}

fn words(missing: &[&str], of: &str) -> String {
    let noun = if missing.len() == 1 { "parameter" } else { "parameters" };
    format!("`{of}` needs the {noun} {}", all_of(missing))
}

/// What an operation needs that does not exist, nobody knows.
fn is_unknown_operation(view: &StepView<'_>, signature: &Signature) -> bool {
    let StepKind::Tool { operation: Some(operation), .. } = &view.step.kind else { return false };
    let word = operation.value.trim();
    !signature.operations.is_empty()
        && signature.operation(word).is_none()
        && !word.contains(['{', '<'])
}

/// What is no map at all is said by its type.
fn is_about_parameters(problem: &Problem) -> bool {
    matches!(&problem.kind, ProblemKind::WrongType { key, .. } if key == "parameters")
}

fn has_templates(view: &StepView<'_>) -> bool {
    let whole = view.step.key("parameters").map(|entry| &entry.value.value);
    let action = view.step.key("action").is_some_and(|entry| is_templated(&entry.value.value));
    action
        || whole.is_some_and(|data| matches!(data, Data::Text(_)))
        || view.step.parameters.iter().any(|parameter| is_templated(&parameter.value.value))
}

fn is_templated(data: &Data) -> bool {
    match data {
        Data::Text(text) => !text.is_static(),
        Data::List(items) => items.iter().any(|item| is_templated(&item.value)),
        Data::Map(entries) => entries.iter().any(|(_, value)| is_templated(&value.value)),
        _ => false,
    }
}
