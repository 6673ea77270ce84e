//! Which models are asked, how often, and what that costs.

use rustc_hash::FxHashMap;

use super::super::say::code;
use super::super::sheet::{ModelCall, Sheet, StepFact};
use super::room::{Extent, count};

pub(super) fn models(sheet: &Sheet, extent: Extent) -> Vec<String> {
    let mut said = Vec::new();
    let asking = asking(sheet);
    let mut kinds: Vec<(&ModelCall, Vec<&str>)> = Vec::new();
    let mut known: FxHashMap<_, usize> = FxHashMap::default();
    for step in &asking {
        let Some(call) = &step.model else { continue };
        let by = Some(&call.source).filter(|_| !call.is_own && !call.models.is_empty());
        let kind = *known.entry((&call.models, &call.template, by)).or_insert(kinds.len());
        match kinds.get_mut(kind) {
            Some((_, ids)) => ids.push(&step.id),
            None => kinds.push((call, vec![&step.id])),
        }
    }
    for (call, asking) in kinds.iter().take(extent.most()) {
        let verb = if asking.len() == 1 { "asks" } else { "ask" };
        said.push(format!("{} {verb} {}.", extent.ids(asking), whom(call, extent)));
    }
    let auto: Vec<&str> =
        sheet.steps.iter().filter(|it| it.own.has_auto).map(|it| &*it.id).collect();
    if !auto.is_empty() {
        let verb = if auto.len() == 1 { "leaves" } else { "leave" };
        said.push(format!("{} {verb} values open for a model by AUTO.", extent.ids(&auto)));
    }
    if !asking.is_empty() {
        said.push(match sheet.model_calls {
            Some(most) => format!(
                "That makes at most {}, further attempts, AUTO and error handlers not counted.",
                count(most, "call")
            ),
            None => "How many calls that makes is not known before the run.".to_owned(),
        });
    }
    let calls_pipelines = sheet.steps.iter().any(|it| it.own.calls_pipeline);
    if asking.is_empty() && auto.is_empty() && !calls_pipelines {
        said.push("No step asks a model.".to_owned());
    } else {
        said.push(match &sheet.cost {
            Some(cost) => super::super::cost::sentence(cost, extent),
            None => "What that costs at most stands in the plan, as far as it is known.".to_owned(),
        });
    }
    said
}

/// The steps that ask a model.
pub(super) fn asking(sheet: &Sheet) -> Vec<&StepFact> {
    sheet.steps.iter().map(|it| &**it).filter(|it| it.model.is_some()).collect()
}

fn whom(call: &ModelCall, extent: Extent) -> String {
    let by = if call.is_own { String::new() } else { format!(", named by {}", call.source) };
    match (call.models.as_slice(), &call.template) {
        ([], Some(template)) => format!("a model that {} names", extent.text(template)),
        ([], None) => "a model that no name fixes: it is chosen when the step starts".to_owned(),
        ([model], _) => format!("the model {}{by}", code(model)),
        (several, _) => format!("one of the models {}{by}", extent.ids(several)),
    }
}
