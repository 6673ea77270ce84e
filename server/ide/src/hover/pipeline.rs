use pipeline::Step;

use super::input::short;
use crate::{Snapshot, facts};

/// The pipeline's facts: its purpose in the author's own words, and the rest as it follows from the text.
pub(super) fn about(snapshot: &Snapshot) -> String {
    let pipeline = &snapshot.pipeline;
    let mut text = format!("**{}**", facts::title(pipeline));
    match &pipeline.description {
        Some(description) => text.push_str(&format!("\n\n{}", description.value.trim())),
        None => text.push_str("\n\nIts purpose is not stated: it has no `description`."),
    }
    inputs(snapshot, &mut text);
    stages(snapshot, &mut text);
    let all: Vec<&Step> = pipeline.steps.iter().flat_map(|step| step.walk()).collect();
    list(&mut text, "Side effects", &side_effects(snapshot), "none");
    let loops: Vec<_> = all
        .iter()
        .filter_map(|step| Some(format!("`{}`: {}", step.id_text(), facts::bound(step)?)))
        .collect();
    list(&mut text, "Loops", &loops, "none");
    let products: Vec<_> = all
        .iter()
        .flat_map(|step| &step.products)
        .map(|product| {
            format!(
                "`{}` from `{}`",
                facts::one_line(&product.file.value.value),
                product.variable.value
            )
        })
        .collect();
    list(&mut text, "Products", &products, "none declared");
    text
}

fn inputs(snapshot: &Snapshot, text: &mut String) {
    let inputs: Vec<_> = snapshot
        .pipeline
        .inputs
        .iter()
        .map(|input| {
            let ty = input.ty.as_ref().map_or("any type", |ty| ty.value.as_str());
            let default =
                input.default.as_ref().filter(|_| !input.secret).and_then(|it| short(&it.value));
            let need = match default {
                Some(default) => format!(", default `{default}`"),
                None if input.required => ", required".to_owned(),
                None => String::new(),
            };
            format!("`{}` ({ty}{need})", input.name.value)
        })
        .collect();
    list(text, "Inputs", &inputs, "none");
}

fn stages(snapshot: &Snapshot, text: &mut String) {
    const LONGEST: usize = 30;
    let plan = &snapshot.plan;
    text.push_str(&format!(
        "\n\n**Stages** ({} steps in {} stages)\n",
        snapshot.pipeline.steps.len(),
        plan.stages.len()
    ));
    for (number, stage) in plan.stages.iter().enumerate().take(LONGEST) {
        let ids: Vec<_> = stage
            .iter()
            .filter_map(|step| snapshot.pipeline.steps.get(*step))
            .map(|step| format!("`{}`", step.id_text()))
            .collect();
        text.push_str(&format!("\n{}. {}", number + 1, ids.join(", ")));
    }
    if plan.stages.len() > LONGEST {
        text.push_str(&format!("\n\nand {} more", plan.stages.len() - LONGEST));
    }
    if !plan.cycles.is_empty() {
        text.push_str("\n\nSome steps wait for each other in a circle and are in no stage.");
    }
}

fn side_effects(snapshot: &Snapshot) -> Vec<String> {
    let mut found: Vec<(&'static str, Vec<String>)> = Vec::new();
    for step in &snapshot.pipeline.steps {
        for effect in facts::effects(snapshot, step).into_iter().map(facts::effect) {
            let id = format!("`{}`", step.id_text());
            match found.iter_mut().find(|(known, _)| *known == effect) {
                Some((_, ids)) => ids.push(id),
                None => found.push((effect, vec![id])),
            }
        }
    }
    found.into_iter().map(|(effect, ids)| format!("{effect}: {}", some(&ids))).collect()
}

/// The first of many.
fn some(all: &[String]) -> String {
    const MOST: usize = 12;
    match all.get(..MOST) {
        Some(first) if all.len() > MOST => {
            format!("{} and {} more", first.join(", "), all.len() - MOST)
        }
        _ => all.join(", "),
    }
}

fn list(text: &mut String, title: &str, items: &[String], none: &str) {
    text.push_str(&format!("\n\n**{title}**"));
    if items.is_empty() {
        text.push_str(&format!(": {none}"));
    }
    for (number, item) in items.iter().enumerate() {
        text.push_str(if number == 0 { "\n\n- " } else { "\n- " });
        text.push_str(item);
    }
}
