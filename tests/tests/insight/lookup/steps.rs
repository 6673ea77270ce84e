//! Steps of a pipeline, and what leads from one to another, found by other ways than the sheet takes.

use std::collections::BTreeSet;

use pipeline::{
    Step, StepKind,
    catalogue::{Catalogue, Effect},
};

use crate::World;

pub(super) struct Found<'w> {
    pub(super) path: Vec<&'w Step>,
    pub(super) outer: usize,
}

impl<'w> Found<'w> {
    pub(super) fn step(&self) -> &'w Step {
        self.path.last().unwrap()
    }

    pub(super) fn acting(&self) -> &'w Step {
        if own_body(self.step()) { &self.step().body[0] } else { self.step() }
    }
}

pub(super) fn own_body(step: &Step) -> bool {
    let shorthand = match &step.kind {
        StepKind::ForEach(it) => it.shorthand,
        StepKind::While(it) => it.shorthand,
        _ => false,
    };
    shorthand && !step.body.is_empty()
}

pub(super) fn all<'w>(world: &'w World) -> Vec<Found<'w>> {
    pub(super) fn into<'w>(path: &[&'w Step], outer: usize, found: &mut Vec<Found<'w>>) {
        found.push(Found { path: path.to_vec(), outer });
        let step = path.last().unwrap();
        if !own_body(step) {
            for inner in &step.body {
                into(&[path, &[inner]].concat(), outer, found);
            }
        }
    }
    let mut found = Vec::new();
    for (outer, step) in world.pipeline.steps.iter().enumerate() {
        into(&[&step.item], outer, &mut found);
    }
    found
}

/// The step of an id as it is told.
pub(super) fn find<'w>(world: &'w World, id: &str) -> Option<Found<'w>> {
    all(world).into_iter().find(|it| names(it, id))
}

pub(super) fn names(found: &Found<'_>, id: &str) -> bool {
    let mut rest = id;
    for (depth, step) in found.path.iter().enumerate() {
        let own = if step.id_text().is_empty() {
            let number = match depth {
                0 => found.outer,
                _ => found.path[depth - 1]
                    .body
                    .iter()
                    .position(|it| std::ptr::eq(it, *step))
                    .unwrap(),
            };
            let looped = depth > 0
                && matches!(
                    found.path[depth - 1].kind,
                    StepKind::ActionLoop(_) | StepKind::Queue(_)
                );
            if looped { format!("action_{number}") } else { format!("#{}", number + 1) }
        } else {
            step.id_text().to_owned()
        };
        let number = format!("#{}", found.outer + 1);
        let Some(behind) =
            rest.strip_prefix(&own).or_else(|| rest.strip_prefix(&number).filter(|_| depth == 0))
        else {
            return false;
        };
        let last = depth + 1 == found.path.len();
        rest = match behind.strip_prefix('.') {
            Some(behind) if !last => behind,
            None if last && behind.trim_matches('\'').is_empty() => "",
            _ => return false,
        };
    }
    rest.is_empty()
}

pub(super) fn effects(step: &Step) -> Vec<Effect> {
    let catalogue = Catalogue::declared();
    let own = match &step.kind {
        StepKind::Echo(_) | StepKind::Debug(_) => vec![Effect::Pure],
        StepKind::FileProse(_) => vec![Effect::Writes],
        StepKind::Auto(_) => vec![Effect::Model],
        StepKind::Tool { tool, .. } if of_film(&tool.value, step).is_some() => {
            of_film(&tool.value, step).unwrap_or_default()
        }
        StepKind::Tool { tool, operation } => catalogue
            .tool(&tool.value)
            .map(|it| it.effects_of(operation.as_ref().map(|it| it.value.as_str())).to_vec())
            .unwrap_or_default(),
        StepKind::Action(name) => {
            catalogue.action(&name.value).map(|it| it.effects_of(None).to_vec()).unwrap_or_default()
        }
        _ => Vec::new(),
    };
    let lent = step.key("tools").map(|it| &it.value).into_iter();
    let lent = lent.chain(step.parameter("available_tools").map(|it| &it.value));
    let lent = lent.filter(|_| own.contains(&Effect::Model));
    let tools = lent
        .flat_map(|it| it.value.as_list().unwrap_or_default())
        .filter_map(|it| catalogue.tool(&it.value.as_text()?.value));
    let lent: Vec<Effect> = tools.flat_map(|it| it.effects.to_vec()).collect();
    let products = (!step.products.is_empty()).then_some(Effect::Writes);
    own.into_iter().chain(products).chain(lent).collect()
}

/// What is done with a film goes by what is asked for: who takes something out of it writes, who looks at it asks a model.
fn of_film(tool: &str, step: &Step) -> Option<Vec<Effect>> {
    let word = step.parameter("operation")?.value.value.as_text()?.value.to_lowercase();
    match (tool, &*word) {
        ("video-processing", "extract_frames" | "extract_audio") => {
            Some(vec![Effect::Reads, Effect::Writes])
        }
        ("video-processing", "analyze" | "summarize") => Some(vec![Effect::Reads, Effect::Model]),
        _ => None,
    }
}

/// Whether one step can only start when the other is over, by the edges alone.
pub(super) fn reaches(
    world: &World,
    from: usize,
    to: usize,
    without: Option<(usize, usize)>,
) -> bool {
    let mut seen = BTreeSet::new();
    let mut open = vec![from];
    while let Some(at) = open.pop() {
        for edge in
            world.plan.edges.iter().filter(|it| it.from == at && Some((it.from, it.to)) != without)
        {
            if edge.to == to {
                return true;
            }
            if seen.insert(edge.to) {
                open.push(edge.to);
            }
        }
    }
    false
}

pub(super) fn outer(world: &World, id: &str) -> Option<usize> {
    find(world, id).filter(|it| it.path.len() == 1).map(|it| it.outer)
}

pub(super) fn calls_pipeline(step: &Step) -> bool {
    matches!(&step.kind, StepKind::Tool { tool, .. } if tool.value == "pipeline-executor")
}

pub(super) fn asks(found: &Found<'_>) -> bool {
    !calls_pipeline(found.acting()) && effects(found.acting()).contains(&Effect::Model)
}
