use pipeline::catalogue::Effect;

use crate::{
    facts::{Whole, code},
    findings::Findings,
    flows::Command,
    rule::declare_rule,
    view::{StepView, Taint},
};

declare_rule!(
    "untrusted-command",
    Warning,
    "untrusted_command.md",
    Pipeline(detect),
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

fn detect(whole: &Whole<'_>, findings: &mut Findings) {
    let Some(taint) = Taint::new(whole) else { return };
    for index in taint.sinks() {
        for command in whole.flows(index).into_iter().flat_map(|it| &it.commands) {
            judge(whole, &taint, index, command, findings);
        }
    }
}

/// One finding a command, on the first thing in it that nobody has looked at.
fn judge(
    whole: &Whole<'_>,
    taint: &Taint<'_>,
    index: usize,
    command: &Command,
    findings: &mut Findings,
) {
    let steps = &whole.input.pipeline.steps;
    let Some((place, inflow, source)) = command
        .doubts
        .iter()
        .find_map(|&(place, inflow)| Some((place, inflow, taint.source_of(inflow, index)?)))
    else {
        return;
    };
    let (Some(reader), Some(outer), Some((step, effect))) =
        (steps.get(index), steps.get(source), taint.bringer(source))
    else {
        return;
    };
    let words = words(&command.parameter, step.id_text(), effect);
    let draft = findings.report(reader.absolute(place), words);
    for (span, words) in taint.way(inflow) {
        draft.related(span, words);
    }
    if let Some(id) = &step.id {
        draft.related(outer.absolute(id.span), source_words(effect));
    }
}

fn words(parameter: &str, source: &str, effect: Effect) -> String {
    let from =
        if effect == Effect::Model { "a model writes in" } else { "comes from the web through" };
    format!("this `{parameter}` is built from what {from} `{source}`, which may be another command")
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
