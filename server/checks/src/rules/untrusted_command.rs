use pipeline::catalogue::Effect;

use crate::{
    facts::code,
    findings::Findings,
    flows::Command,
    rule::declare_rule,
    view::{StepView, Taint},
};

declare_rule!(
    "untrusted-command",
    Warning,
    "untrusted_command.md",
    Sink(detect),
    Step(by_model)
);

/// An AUTO tag inside a command: a model writes it.
fn by_model(view: &StepView<'_>, findings: &mut Findings) {
    for parameter in code(view.step, view.scope.input.catalogue) {
        let Some(text) = parameter.value.value.as_text() else { continue };
        for tag in &text.autos {
            findings.report(text.source(tag.span), auto_words());
        }
    }
}

fn detect(taint: &Taint<'_>, index: usize, findings: &mut Findings) {
    for command in taint.whole.flows(index).into_iter().flat_map(|it| &it.commands) {
        judge(taint, index, command, findings);
    }
}

/// One finding a command, on the first thing in it that nobody has looked at.
fn judge(taint: &Taint<'_>, index: usize, command: &Command, findings: &mut Findings) {
    let Some((place, inflow, source)) = command
        .doubts
        .iter()
        .find_map(|&(place, inflow)| Some((place, inflow, taint.source_of(inflow, index)?)))
    else {
        return;
    };
    let Some(bringer) = taint.bringer(source) else { return };
    let (id, effect) = (bringer.id.as_ref(), bringer.effect);
    let name = id.map_or("", |id| &*id.value);
    let words = words(&command.parameter, name, effect, &taint.way(inflow));
    let draft = findings.report_in(index, place, words);
    if let Some(id) = id {
        draft.related_in(source, id.span, source_words(effect));
    }
}

fn words(parameter: &str, source: &str, effect: Effect, way: &[&str]) -> String {
    let who =
        if effect == Effect::Model { "a model decides in" } else { "the web decides through" };
    match way {
        [] => format!("{who} `{source}` what this `{parameter}` runs"),
        _ => format!(
            "{who} `{source}`, by way of `{}`, what this `{parameter}` runs",
            way.join("`, `")
        ),
    }
}

const fn source_words(effect: Effect) -> &'static str {
    match effect {
        Effect::Model => "a model writes it here",
        _ => "it comes from the web here",
    }
}

const fn auto_words() -> &'static str {
    "a model writes this part of what is run, and may write another command"
}
