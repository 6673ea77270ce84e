//! Lists of steps that run together, with everything that is known of them before the run.

use std::{collections::HashMap, sync::Arc};

use pipeline::{
    BodyOrder, Data, Pipeline, Step, StepKind,
    names::{automatic_name, body_name},
};

use super::{Calling, PipelineCall, graph, program::Draft};
use crate::{document::StepRecord, limits::Limits, scheduler::Graph};

/// The steps of a pipeline, or the body of a step that goes round.
#[derive(Debug)]
pub(crate) struct Block {
    pub(crate) pipeline: Arc<Pipeline>,
    /// Positions that lead to the step whose body it is; empty for the pipeline's own steps.
    holder: Box<[usize]>,
    /// Index of its first step among those of the list.
    first: usize,
    automatic_name: Arc<str>,
    parts: Vec<Part>,
    positions: HashMap<Arc<str>, usize>,
    pub(crate) graph: Arc<Graph>,
}

/// One of the steps.
#[derive(Debug)]
pub(crate) struct Part {
    /// Under which its result is read.
    pub(crate) name: Arc<str>,
    /// None where it is not selected.
    pub(crate) work: Option<Work>,
    /// Whether it runs only when a failure calls for it.
    pub(crate) on_call: bool,
    /// The steps of the list that it waits for.
    waits: Box<[usize]>,
}

/// What a step does.
#[derive(Clone, Debug)]
pub(crate) enum Work {
    /// It calls a tool.
    Call(Calling),
    /// It goes round.
    Rounds(Arc<Block>),
    /// It runs another pipeline.
    Pipeline(Arc<PipelineCall>),
}

impl Block {
    /// The pipeline's own steps; `work` is one entry a step.
    pub(super) fn of_pipeline(
        draft: &Draft<'_>,
        work: Vec<Option<Work>>,
        on_call: &[usize],
    ) -> Self {
        let steps = &draft.pipeline.steps;
        let selected: Vec<bool> = work.iter().map(Option::is_some).collect();
        let waits: Vec<_> =
            (0..steps.len()).map(|step| graph::dependencies(draft.plan, step)).collect();
        let nodes = graph::of_pipeline(draft, &selected);
        let steps = steps.iter().map(|step| (step.id_text().into(), &**step));
        let limits = &draft.workshop.means.options.limits;
        let steps = steps.collect();
        let list = List { pipeline: draft.pipeline, holder: &[], steps, on_call, limits };
        list.block(waits, work, nodes)
    }

    /// The body of the step at `holder`.
    pub(super) fn of_body(
        pipeline: &Arc<Pipeline>,
        holder: &[usize],
        order: &BodyOrder,
        work: Vec<Option<Work>>,
        limits: &Limits,
    ) -> Self {
        let step = step_at(pipeline, holder);
        let nodes = step.map(|step| graph::of_body(pipeline, step, order)).unwrap_or_default();
        let waits = nodes.iter().map(|node| node.dependencies.clone()).collect();
        let bodies = step.into_iter().flat_map(|step| {
            step.body
                .iter()
                .enumerate()
                .map(move |(index, inner)| (name_of(step, inner, index), inner))
        });
        let on_call = &order.on_call;
        let list = List { pipeline, holder, steps: bodies.collect(), on_call, limits };
        list.block(waits, work, nodes)
    }

    /// The step at `path` alone: nothing is waited for, and nothing follows.
    pub(super) fn of_one(
        pipeline: &Arc<Pipeline>,
        path: &[usize],
        work: Work,
        limits: &Limits,
    ) -> Option<Self> {
        let (index, holder) = path.split_last()?;
        let step = step_at(pipeline, path)?;
        let name = match step_at(pipeline, holder) {
            Some(holder) => name_of(holder, step, *index),
            None => step.id_text().into(),
        };
        let steps = vec![(name, step)];
        let list = List { pipeline, holder, steps, on_call: &[], limits };
        let node = graph::alone(pipeline, step);
        let block = list.block(vec![Vec::new()], vec![Some(work)], vec![node]);
        Some(Self { first: *index, ..block })
    }

    /// The steps, in order of declaration.
    pub(crate) fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// A step as it is written.
    pub(crate) fn step(&self, index: usize) -> Option<&Step> {
        match self.holder() {
            Some(holder) => holder.body.get(self.first + index),
            None => self.pipeline.steps.get(self.first + index).map(|step| &**step),
        }
    }

    /// The record of a step to which nothing has happened.
    pub(crate) fn pending(&self, index: usize) -> StepRecord {
        let Some((part, step)) = self.parts.get(index).zip(self.step(index)) else {
            return StepRecord::pending("");
        };
        // The action of a loop that has no `steps` stands in the loop.
        let written = holder_of_action(&self.pipeline, &self.holder, step);
        let action = written.key("action").and_then(|entry| entry.value.value.as_text());
        let tool = match &step.kind {
            StepKind::Tool { tool, .. } => Some(tool.value.clone()),
            _ => None,
        };
        let waits = part.waits.iter().filter_map(|at| self.parts.get(*at));
        StepRecord {
            action: action.map(|text| text.value.to_string()),
            tool,
            dependencies: waits.map(|it| it.name.to_string()).collect(),
            ..StepRecord::pending(&part.name)
        }
    }

    /// Positions that lead to one of its steps, from the outermost in.
    pub(crate) fn path(&self, index: usize) -> Vec<usize> {
        self.holder.iter().copied().chain([self.first + index]).collect()
    }

    /// The step whose body it is.
    pub(crate) fn holder(&self) -> Option<&Step> {
        step_at(&self.pipeline, &self.holder)
    }

    /// Index of the step of that name.
    pub(crate) fn position(&self, name: &str) -> Option<usize> {
        self.positions.get(name).copied()
    }

    /// The names of its steps.
    pub(crate) fn names_of_steps(&self) -> impl Iterator<Item = Arc<str>> + '_ {
        self.parts.iter().map(|part| Arc::clone(&part.name))
    }

    /// The name of the loop where none is given.
    pub(crate) const fn automatic_name(&self) -> &Arc<str> {
        &self.automatic_name
    }
}

/// Steps as they are written, by name.
struct List<'l> {
    pipeline: &'l Arc<Pipeline>,
    holder: &'l [usize],
    steps: Vec<(Arc<str>, &'l Step)>,
    on_call: &'l [usize],
    limits: &'l Limits,
}

impl List<'_> {
    fn block(
        self,
        waits: Vec<Vec<usize>>,
        work: Vec<Option<Work>>,
        mut nodes: Vec<crate::scheduler::Node>,
    ) -> Block {
        let Self { pipeline, holder, steps, on_call, limits } = self;
        for ((node, work), (_, step)) in nodes.iter_mut().zip(&work).zip(&steps) {
            if let Some(Work::Call(calling)) = work {
                let around = (1..=holder.len()).filter_map(|end| step_at(pipeline, &holder[..end]));
                let tags = around.chain([*step]).flat_map(tags).collect();
                node.limits = limits.of_step(calling.signature.name, &tags);
            }
        }
        let names: Vec<Arc<str>> = steps.iter().map(|(name, _)| Arc::clone(name)).collect();
        let parts = names.iter().zip(work).zip(waits).enumerate();
        let parts = parts.map(|(index, ((name, work), waits))| Part {
            name: Arc::clone(name),
            work,
            on_call: on_call.contains(&index),
            waits: waits.into(),
        });
        let parts: Vec<Part> = parts.collect();
        let mut positions = HashMap::new();
        for (index, name) in names.iter().enumerate() {
            positions.entry(Arc::clone(name)).or_insert(index);
        }
        let id = step_at(pipeline, holder).map_or("", |step| step.id_text());
        Block {
            automatic_name: automatic_name(id, holder.len().saturating_sub(1)).into(),
            holder: holder.into(),
            first: 0,
            parts,
            positions,
            graph: Arc::new(Graph::new(nodes)),
            pipeline: Arc::clone(pipeline),
        }
    }
}

/// The `tags` of a step: a list, or text with commas.
fn tags(step: &Step) -> Vec<&str> {
    let written = step.key("tags").map(|entry| &entry.value.value);
    let items: Vec<&str> = match written {
        Some(Data::List(items)) => {
            items.iter().filter_map(|item| item.value.as_text()).map(|it| &*it.value).collect()
        }
        Some(data) => data.as_text().into_iter().flat_map(|it| it.value.split(',')).collect(),
        None => Vec::new(),
    };
    items.into_iter().map(str::trim).filter(|tag| !tag.is_empty()).collect()
}

/// The step that positions lead to, from the outermost in.
pub(super) fn step_at<'p>(pipeline: &'p Pipeline, path: &[usize]) -> Option<&'p Step> {
    let (first, rest) = path.split_first()?;
    let first: &Step = pipeline.steps.get(*first)?;
    rest.iter().try_fold(first, |step, index| step.body.get(*index))
}

fn holder_of_action<'p>(pipeline: &'p Pipeline, holder: &[usize], step: &'p Step) -> &'p Step {
    if step.keys.is_empty() { step_at(pipeline, holder).unwrap_or(step) } else { step }
}

/// The name of a body step; that of the action of a loop that has no `steps` is the loop's.
pub(super) fn name_of(holder: &Step, inner: &Step, index: usize) -> Arc<str> {
    body_name(holder, inner, index).unwrap_or_else(|| holder.id_text().into())
}
