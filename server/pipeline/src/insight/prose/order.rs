//! In which order steps run, and what each of them does.

use std::sync::Arc;

use rustc_hash::FxHashSet;

use super::super::say::code;
use super::super::sheet::{Id, Sheet, StepFact};
use super::room::{Extent, count};

pub(super) fn order(sheet: &Sheet, extent: Extent) -> Vec<String> {
    let outer = sheet.steps.iter().filter(|it| it.inside.is_none()).count();
    if outer == 0 {
        return vec!["It has no steps.".to_owned()];
    }
    let (steps, stages) = (count(outer as u64, "step"), count(sheet.stages.len() as u64, "stage"));
    let mut said = vec![format!("It has {steps} in {stages}.")];
    match sheet.steps.len() - outer {
        0 => {}
        1 => said.push("1 more step stands inside of others.".to_owned()),
        inner => said.push(format!("{inner} more steps stand inside of others.")),
    }
    let widest = sheet.stages.iter().map(Vec::len).max().unwrap_or(0);
    match sheet.stages.len() {
        0 | 1 if widest < 2 => {}
        _ if widest < 2 => said.push("They run one after another.".to_owned()),
        _ => said.push(format!("Up to {widest} steps of one stage may run at once.")),
    }
    if sheet.longest_path.len() > 1 && widest > 1 {
        said.push(format!("The longest chain is {}.", chain(&sheet.longest_path, extent)));
    }
    if !sheet.on_call.is_empty() {
        said.push(format!("Only an error handler calls {}.", extent.ids(&sheet.on_call)));
    }
    let cycles = sheet.cycles.iter().take(extent.most());
    said.extend(
        cycles
            .map(|it| format!("These wait for each other and can never run: {}.", extent.ids(it))),
    );
    said.extend(behind_cycles(sheet, extent));
    said
}

/// Steps that wait for what can never run.
fn behind_cycles(sheet: &Sheet, extent: Extent) -> Option<String> {
    let stuck: FxHashSet<&Id> = sheet.cycles.iter().flatten().chain(&*sheet.on_call).collect();
    let waits =
        |it: &&Arc<StepFact>| it.inside.is_none() && it.stage.is_none() && !stuck.contains(&it.id);
    let waiting: Vec<&Id> = sheet.steps.iter().filter(waits).map(|it| &it.id).collect();
    let verb = if waiting.len() == 1 { "waits" } else { "wait" };
    (!waiting.is_empty())
        .then(|| format!("{} {verb} for them and can never run either.", extent.ids(&waiting)))
}

/// Ids in the order in which they run; of many the first and the last.
fn chain(all: &[Id], extent: Extent) -> String {
    match all {
        [first, .., last] if all.len() > extent.most() => {
            format!("{} steps long, from {} to {}", all.len(), code(first), code(last))
        }
        _ => all.iter().map(|it| code(it)).collect::<Vec<_>>().join(", then "),
    }
}

/// A numbered list: what the steps of each stage do.
pub(super) fn stages(sheet: &Sheet, extent: Extent) -> String {
    let told = sheet.stages.len().min(extent.stages());
    let mut of_stage: Vec<Vec<&StepFact>> = vec![Vec::new(); told];
    for step in &sheet.steps {
        let steps = step.stage.and_then(|it| of_stage.get_mut(it));
        steps.into_iter().for_each(|it| it.push(step));
    }
    let mut text = String::new();
    for (number, steps) in of_stage.iter().enumerate() {
        let said = steps.iter().map(|it| move || format!("{} ({})", code(&it.id), it.own.does));
        let gap = if number == 0 { "\n\n" } else { "\n" };
        text.push_str(&format!("{gap}{}. {}", number + 1, extent.row(said).unwrap_or_default()));
    }
    if let Some(more @ 1..) = sheet.stages.len().checked_sub(told) {
        text.push_str(&format!("\n\nand {}", count(more as u64, "more stage")));
    }
    text
}
