use pipeline::models::{Model, asked_tokens, prompt_tokens};

use crate::{findings::Findings, rule::declare_rule, view::StepView, view::asked};

declare_rule!("too-many-tokens", Warning, "too_many_tokens.md", Step(detect));

/// Only what is written counts: a template may bring more.
fn detect(view: &StepView<'_>, findings: &mut Findings) {
    let Some(asked) = asked(view) else { return };
    let Some(model) = asked.model(view) else { return };
    let prompt = prompt_tokens(view.step, &asked.wanted);
    if let Some(window) = model.context.filter(|it| u64::from(*it) < prompt) {
        let place = view.step.parameter("prompt").or_else(|| view.step.parameter("text"));
        let span = place.map_or(asked.span, |it| it.name.span);
        findings.report(span, cannot_read(model, window, prompt));
    }
    let written = asked_tokens(view.step, &asked.wanted);
    if let Some((most, wanted)) = model.max_output.zip(written).filter(|(most, it)| it > most) {
        let place = view.step.parameter("max_tokens");
        let span = place.map_or(asked.span, |it| it.value.span);
        findings.report(span, cannot_write(model, most, wanted));
    }
}

fn cannot_read(model: &Model, window: u32, prompt: u64) -> String {
    format!("the prompt has about {prompt} tokens; `{}` reads at most {window}", model.name)
}

fn cannot_write(model: &Model, most: u32, wanted: u32) -> String {
    format!("`{}` writes at most {most} tokens, not {wanted}", model.name)
}
