//! A pipeline in words: its purpose as its author states it, and the rest as it follows from the text.
//!
//! The editor shows it over the pipeline's name, the command line prints it for `explain`.

use pipeline::catalogue::{Catalogue, Effect};
use pipeline::{FailurePolicy, Pipeline, Plan, Step, StepKind};

use crate::facts;
use crate::hover::{list, quoted, short, some};

/// What a pipeline is for and what it will do, in Markdown. `plan` is that of `pipeline`.
#[must_use]
pub fn summary(pipeline: &Pipeline, plan: &Plan, catalogue: &Catalogue) -> String {
    let mut text = format!("**{}**", facts::title(pipeline));
    match &pipeline.description {
        Some(description) => text.push_str(&format!("\n\n{}", description.value.trim())),
        None => text.push_str("\n\nIts purpose is not stated: it has no `description`."),
    }
    let all: Vec<&Step> = pipeline.steps.iter().flat_map(|step| step.walk()).collect();
    list(&mut text, "Inputs", &inputs(pipeline), "none");
    stages(pipeline, plan, &mut text);
    list(&mut text, "Side effects", &side_effects(pipeline, catalogue), "none");
    let conditions = of_each(&all, |step| {
        let condition = step.condition.as_ref()?;
        Some(format!(
            "{} only if `{}`",
            quoted(step.id_text()),
            facts::one_line(&condition.text.value)
        ))
    });
    if !conditions.is_empty() {
        list(&mut text, "Conditions", &conditions, "");
    }
    let loops =
        of_each(&all, |step| Some(format!("{}: {}", quoted(step.id_text()), facts::bound(step)?)));
    list(&mut text, "Loops", &loops, "none");
    list(&mut text, "On failure", &failures(pipeline, &all), "any failure stops the run");
    list(&mut text, "Products", &products(&all), "none declared");
    let outputs: Vec<String> =
        pipeline.outputs.iter().map(|it| format!("`{}`", it.name.value)).collect();
    text.push_str(&format!(
        "\n\n**Outputs**: {}",
        if outputs.is_empty() { "none".to_owned() } else { some(&outputs) }
    ));
    let missing = of_each(&all, |step| (!runs(step, catalogue)).then(|| quoted(step.id_text())));
    if !missing.is_empty() {
        text.push_str(&format!("\n\n**This build cannot run**: {}", some(&missing)));
    }
    text
}

fn of_each(steps: &[&Step], say: impl Fn(&Step) -> Option<String>) -> Vec<String> {
    steps.iter().filter_map(|step| say(step)).collect()
}

fn inputs(pipeline: &Pipeline) -> Vec<String> {
    let mut said: Vec<&str> = Vec::new();
    let mut lines = Vec::new();
    for input in &pipeline.inputs {
        // The first declaration of a name wins.
        if said.contains(&input.name.value.as_str()) {
            continue;
        }
        said.push(&input.name.value);
        let ty = input.ty.as_ref().map_or("any type", |ty| ty.value.as_str());
        let default =
            input.default.as_ref().filter(|_| !input.secret).and_then(|it| short(&it.value));
        let need = match default {
            Some(default) => format!(", default `{default}`"),
            None if input.secret => ", secret".to_owned(),
            None if input.default.is_some() => ", has a default".to_owned(),
            None if input.required => ", required".to_owned(),
            None => String::new(),
        };
        let description = input.description.as_deref().map(facts::one_line);
        let description = description.map(|it| format!(": {it}")).unwrap_or_default();
        lines.push(format!("`{}` ({ty}{need}){description}", input.name.value));
    }
    lines
}

fn stages(pipeline: &Pipeline, plan: &Plan, text: &mut String) {
    const LONGEST: usize = 30;
    let count = |count: usize, one: &str| {
        if count == 1 { format!("1 {one}") } else { format!("{count} {one}s") }
    };
    text.push_str(&format!(
        "\n\n**Stages** ({} in {})\n",
        count(pipeline.steps.len(), "step"),
        count(plan.stages.len(), "stage")
    ));
    let ids = |steps: &[usize]| {
        let steps = steps.iter().filter_map(|step| pipeline.steps.get(*step));
        steps.map(|step| quoted(step.id_text())).collect::<Vec<_>>()
    };
    for (number, stage) in plan.stages.iter().enumerate().take(LONGEST) {
        let together = if stage.len() > 1 { ", at once" } else { "" };
        text.push_str(&format!("\n{}. {}{together}", number + 1, some(&ids(stage))));
    }
    if let Some(more @ 1..) = plan.stages.len().checked_sub(LONGEST) {
        text.push_str(&format!("\n\nand {more} more"));
    }
    if !plan.on_call.is_empty() {
        let ids = some(&ids(&plan.on_call));
        text.push_str(&format!("\n\nOnly when an error handler calls them: {ids}"));
    }
    for cycle in &plan.cycles {
        text.push_str(&format!(
            "\n\nThese wait for each other and cannot run: {}",
            some(&ids(cycle))
        ));
    }
}

fn side_effects(pipeline: &Pipeline, catalogue: &Catalogue) -> Vec<String> {
    let mut found: Vec<(Effect, Vec<String>)> = Vec::new();
    for step in &pipeline.steps {
        for effect in pipeline::facts::effects(step, catalogue) {
            if effect == Effect::Pure {
                continue;
            }
            let id = quoted(step.id_text());
            match found.iter_mut().find(|(known, _)| *known == effect) {
                Some((_, ids)) => ids.push(id),
                None => found.push((effect, vec![id])),
            }
        }
    }
    found.sort_by_key(|(effect, _)| *effect);
    found
        .into_iter()
        .map(|(effect, ids)| format!("{}: {}", facts::effect(effect), some(&ids)))
        .collect()
}

/// Where the run goes when a step fails, for steps that say so.
fn failures(pipeline: &Pipeline, all: &[&Step]) -> Vec<String> {
    let mut lines = of_each(all, |step| {
        let handlers = step.handlers.len();
        let handled = match handlers {
            0 => None,
            1 => Some("its handler is tried".to_owned()),
            more => Some(format!("its {more} handlers are tried")),
        };
        let policy = (step.on_failure != FailurePolicy::Fail).then(|| facts::on_failure(step));
        let words: Vec<String> = handled.into_iter().chain(policy).collect();
        (!words.is_empty())
            .then(|| format!("{}: {}", quoted(step.id_text()), words.join(", then ")))
    });
    match pipeline.global_error_handlers.len() {
        0 => {}
        1 => lines.push("a handler for all steps is tried after a step's own".to_owned()),
        more => lines.push(format!("{more} handlers for all steps are tried after a step's own")),
    }
    lines
}

fn products(all: &[&Step]) -> Vec<String> {
    all.iter()
        .flat_map(|step| step.products.iter().map(move |product| (step, product)))
        .map(|(step, product)| {
            format!(
                "`{}` from `{}` of {}",
                facts::one_line(&product.file.value.value),
                product.variable.value,
                quoted(step.id_text())
            )
        })
        .collect()
}

/// Whether this build can run what the step itself does; bodies of loops are steps of their own.
fn runs(step: &Step, catalogue: &Catalogue) -> bool {
    match &step.kind {
        StepKind::Echo(_) | StepKind::Debug(_) => catalogue.provides("echo"),
        StepKind::FileProse(_) => catalogue.provides("file-prose"),
        StepKind::Action(_) | StepKind::Tool { .. } => pipeline::facts::signature(step, catalogue)
            .is_some_and(|it| catalogue.provides(it.name)),
        StepKind::Auto(_) | StepKind::Unknown(_) => false,
        StepKind::ForEach(_)
        | StepKind::While(_)
        | StepKind::ActionLoop(_)
        | StepKind::Queue(_)
        | StepKind::Parallel => true,
    }
}
