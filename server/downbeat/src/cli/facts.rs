//! What `plan` shows. The same file gives the same plan.

use pipeline::{
    Condition, Origin, Pipeline, Step, StepKind,
    catalogue::{Catalogue, Effect},
    facts,
};

use super::place::Workplace;
use crate::{
    shape::{
        Plan, PlanEdge, PlanEffect, PlanInput, PlanOrigin, PlanOutput, PlanPlace, PlanStep, json,
    },
    workspace::{Analysis, Source, display},
};

/// What would run.
pub(crate) fn plan(
    source: &Source,
    analysis: &Analysis,
    catalogue: &Catalogue,
    place: &Workplace,
) -> Plan {
    let Analysis { document, pipeline, plan, .. } = analysis;
    let id = |at: &usize| step_id(pipeline, *at);
    let ids = |steps: &Vec<usize>| steps.iter().map(id).collect::<Vec<_>>();
    let steps: Vec<PlanStep> = pipeline
        .steps
        .iter()
        .enumerate()
        .map(|(at, step)| PlanStep {
            id: id(&at),
            does: does(step),
            operation: facts::operation(step).map(str::to_owned),
            stage: plan.stage_of(at),
            condition: step.condition.as_deref().map(condition),
            effects: facts::effects(step, catalogue).into_iter().map(Into::into).collect(),
            provided: provided(step, catalogue),
            line: document.position_utf16(step.absolute(step.span).start).line,
        })
        .collect();
    let mut all: Vec<PlanEffect> =
        steps.iter().flat_map(|step| step.effects.iter().copied()).collect();
    all.sort_unstable();
    all.dedup();
    if all.len() > 1 {
        all.retain(|effect| *effect != PlanEffect::Pure);
    }
    Plan {
        file: source.name.to_string(),
        pipeline: pipeline.id.as_ref().or(pipeline.name.as_ref()).map(|id| id.value.clone()),
        name: pipeline.name.as_ref().map(|name| name.value.clone()),
        description: pipeline.description.as_ref().map(|it| it.value.trim().to_owned()),
        stages: plan.stages.iter().map(ids).collect(),
        on_call: ids(&plan.on_call),
        edges: plan
            .edges
            .iter()
            .map(|edge| PlanEdge {
                from: id(&edge.from),
                to: id(&edge.to),
                origin: edge.origin.into(),
                because: plan.because(pipeline, edge),
            })
            .collect(),
        cycles: plan.cycles.iter().map(ids).collect(),
        steps,
        inputs: inputs(pipeline),
        outputs: pipeline
            .outputs
            .iter()
            .map(|output| PlanOutput {
                name: output.name.value.clone(),
                value: json(&output.value.value),
            })
            .collect(),
        effects: all,
        cost: super::plan::cost::cost(pipeline, catalogue, &place.workspace),
        place: PlanPlace {
            cwd: display(&place.cwd),
            workspace: display(&place.workspace),
            writable: place.writable.iter().map(|path| display(path)).collect(),
        },
        insight: None,
    }
}

/// Id of a step, or `#` and its number.
fn step_id(pipeline: &Pipeline, at: usize) -> String {
    match pipeline.steps.get(at).map(|step| step.id_text()) {
        Some(id) if !id.is_empty() => id.to_owned(),
        _ => format!("#{}", at + 1),
    }
}

fn inputs(pipeline: &Pipeline) -> Vec<PlanInput> {
    let inputs = ide::inputs(pipeline).into_iter().map(|input| PlanInput {
        name: input.name.to_owned(),
        ty: input.written_type.map(str::to_owned),
        required: input.required,
        default: input.default.map(json).unwrap_or_default(),
        description: input.description.map(str::to_owned),
    });
    inputs.collect()
}

fn does(step: &Step) -> String {
    match &step.kind {
        StepKind::Action(action) => action.value.clone(),
        StepKind::Tool { tool, .. } => tool.value.clone(),
        StepKind::Echo(_) | StepKind::Debug(_) => "echo".to_owned(),
        StepKind::FileProse(_) => "file-prose".to_owned(),
        StepKind::Auto(_) => "AUTO".to_owned(),
        StepKind::ForEach(_) => "for_each".to_owned(),
        StepKind::While(_) => "while".to_owned(),
        StepKind::ActionLoop(_) => "action_loop".to_owned(),
        StepKind::Queue(_) => "create_parallel_queue".to_owned(),
        StepKind::Parallel => "parallel".to_owned(),
        StepKind::Unknown(_) => "unknown".to_owned(),
    }
}

fn condition(condition: &Condition) -> String {
    condition.text.value.trim().to_owned()
}

/// Whether this build can run it: of a step that goes round, everything in it.
fn provided(step: &Step, catalogue: &Catalogue) -> bool {
    match &step.kind {
        StepKind::Echo(_) | StepKind::Debug(_) => catalogue.provides("echo"),
        StepKind::FileProse(_) => catalogue.provides("file-prose"),
        StepKind::Action(_) | StepKind::Tool { .. } => {
            facts::signature(step, catalogue).is_some_and(|it| catalogue.provides(it.name))
        }
        StepKind::ForEach(_)
        | StepKind::While(_)
        | StepKind::ActionLoop(_)
        | StepKind::Queue(_)
        | StepKind::Parallel => step.body.iter().all(|inner| provided(inner, catalogue)),
        StepKind::Auto(_) | StepKind::Unknown(_) => false,
    }
}

impl From<Effect> for PlanEffect {
    fn from(effect: Effect) -> Self {
        match effect {
            Effect::Pure => Self::Pure,
            Effect::Reads => Self::Reads,
            Effect::Writes => Self::Writes,
            Effect::RunsCode => Self::RunsCode,
            Effect::Network => Self::Network,
            Effect::Model => Self::Model,
            Effect::AsksPerson => Self::AsksPerson,
        }
    }
}

impl PlanEffect {
    /// As documents spell it.
    pub(crate) const fn key(self) -> &'static str {
        match self {
            Self::Pure => "pure",
            Self::Reads => "reads",
            Self::Writes => "writes",
            Self::RunsCode => "runs_code",
            Self::Network => "network",
            Self::Model => "model",
            Self::AsksPerson => "asks_person",
        }
    }

    /// In words, as what a step does.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Pure => "computes",
            Self::Reads => "reads files",
            Self::Writes => "writes files",
            Self::RunsCode => "runs code",
            Self::Network => "uses the network",
            Self::Model => "calls a model",
            Self::AsksPerson => "asks a person",
        }
    }
}

impl From<Origin> for PlanOrigin {
    fn from(origin: Origin) -> Self {
        match origin {
            Origin::Declared => Self::Declared,
            Origin::Template => Self::Template,
            Origin::ControlFlow => Self::ControlFlow,
            Origin::Routing => Self::Routing,
        }
    }
}
