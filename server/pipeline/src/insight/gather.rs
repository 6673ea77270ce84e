//! From a pipeline and its plan to the sheet.

use std::sync::Arc;

use super::part::{Part, Whole};
use super::roll::Roll;
use super::sheet::{InputFact, OutputFact, Sheet, StepFact};
use super::{chances, say};
use crate::catalogue::Catalogue;
use crate::names::{Meaning, Names};
use crate::{Data, Pipeline, Plan, facts};

impl Sheet {
    /// Everything that is known of a pipeline. `names` and `plan` are its own. What a step says is kept with it while its text,
    /// the number of the plan, and what the document says of models are the same; the rest takes time linear in the steps.
    #[must_use]
    pub fn of(pipeline: &Pipeline, names: &Names, plan: &Plan, catalogue: &Catalogue) -> Self {
        let roll = &*Roll::of(pipeline, plan);
        let parts = Part::all(Whole { pipeline, names, plan, catalogue, roll });
        let purpose = pipeline.description.as_ref().map(|it| it.value.trim().to_owned());
        Self {
            title: say::title(pipeline).map(str::to_owned),
            purpose: purpose.filter(|it| !it.is_empty()),
            inputs: inputs(pipeline, names, roll, &parts),
            outputs: outputs(pipeline, names, roll),
            steps: parts.iter().flat_map(|it| it.steps.iter().cloned()).collect(),
            stages: Arc::clone(&roll.stages),
            on_call: Arc::clone(&roll.on_call),
            cycles: Arc::clone(&roll.cycles),
            longest_path: Arc::clone(&roll.longest_path),
            flows: parts.iter().flat_map(|it| it.flows.between.iter().cloned()).collect(),
            handlers: pipeline.global_error_handlers.len(),
            handlers_act: pipeline.global_error_handlers.iter().any(|it| it.action.is_some()),
            model_calls: parts.iter().try_fold(0_u64, |sum, it| sum.checked_add(it.model_calls?)),
            cost: None,
            chances: chances::all(roll, &parts),
        }
    }

    /// The step of that id.
    #[must_use]
    pub fn step(&self, id: &str) -> Option<&StepFact> {
        self.steps.iter().find(|it| *it.id == *id).map(|it| &**it)
    }
}

fn inputs(pipeline: &Pipeline, names: &Names, roll: &Roll, parts: &[Arc<Part>]) -> Vec<InputFact> {
    let mut readers: Vec<Vec<usize>> = vec![Vec::new(); pipeline.inputs.len()];
    for (outer, part) in parts.iter().enumerate() {
        for input in &part.flows.inputs {
            readers.get_mut(*input).into_iter().for_each(|it| it.push(outer));
        }
    }
    facts::inputs(pipeline)
        .map(|input| {
            let readers = names.input(&input.name.value).and_then(|it| readers.get(it));
            let default = input.default.as_ref();
            InputFact {
                name: input.name.value.clone(),
                ty: input.ty.as_ref().map(|it| it.value.clone()),
                required: input.required && default.is_none(),
                default: default.filter(|_| !input.secret).and_then(|it| say::short(&it.value)),
                has_default: default.is_some(),
                secret: input.secret,
                read_by: readers.map(|it| roll.all(it)).unwrap_or_default(),
            }
        })
        .collect()
}

fn outputs(pipeline: &Pipeline, names: &Names, roll: &Roll) -> Vec<OutputFact> {
    let of = |output: &crate::Output| {
        let meant = output.references.iter().map(|it| names.meaning(pipeline, &[], it));
        let mut from: Vec<usize> = meant
            .filter_map(|meaning| match meaning {
                Meaning::Step(step)
                | Meaning::Variable(step)
                | Meaning::NamedLoop(step)
                | Meaning::OutsideBody(step) => Some(step),
                _ => None,
            })
            .collect();
        from.sort_unstable();
        from.dedup();
        let mut from_inputs: Vec<String> = Vec::new();
        for input in
            output.references.iter().filter_map(|it| match names.meaning(pipeline, &[], it) {
                Meaning::Input(input) => pipeline.inputs.get(input),
                _ => None,
            })
        {
            if !from_inputs.contains(&input.name.value) {
                from_inputs.push(input.name.value.clone());
            }
        }
        OutputFact {
            name: output.name.value.clone(),
            from: roll.all(&from),
            from_inputs,
            is_fixed: output.references.is_empty() && is_fixed(&output.value.value),
            required: output.required,
        }
    };
    pipeline.outputs.iter().map(|it| of(it)).collect()
}

/// Whether a value stands as it is written, whatever happens in the run.
fn is_fixed(value: &Data) -> bool {
    let mut fixed = true;
    value.each_text(&mut |text| fixed &= text.template.is_none() && text.autos.is_empty());
    fixed
}
