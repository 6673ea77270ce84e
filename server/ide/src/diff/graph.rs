//! Edges and stages.

use rustc_hash::FxHashSet;

use super::{Edge, Kind, Side, Stages, renames::Renames};

/// Edges that only one of the two has.
pub(super) fn edges(old: &Side<'_>, new: &Side<'_>, renames: &Renames) -> Vec<Edge> {
    let (old, new) = (all(old, Kind::Removed, renames), all(new, Kind::Added, &Renames::default()));
    // The reason says where the edge comes from.
    let key = |edge: &Edge| (edge.from.clone(), edge.to.clone(), edge.because.clone());
    let only = |own: &[Edge], others: &[Edge]| -> Vec<Edge> {
        let others: FxHashSet<_> = others.iter().map(key).collect();
        own.iter().filter(|edge| !others.contains(&key(edge))).cloned().collect()
    };
    let mut edges = only(&new, &old);
    edges.extend(only(&old, &new));
    edges
}

fn all(side: &Side<'_>, kind: Kind, renames: &Renames) -> Vec<Edge> {
    let id = |at: usize| name(side, at, renames);
    let edge = |edge: &pipeline::Edge| Edge {
        kind,
        from: id(edge.from),
        to: id(edge.to),
        origin: edge.origin,
        because: renames.expression(&side.plan.because(side.pipeline, edge)),
    };
    side.plan.edges.iter().map(edge).collect()
}

/// Both lists, if they differ.
pub(super) fn stages(old: &Side<'_>, new: &Side<'_>, renames: &Renames) -> Option<Stages> {
    let named = |side: &Side<'_>, renames: &Renames| -> Vec<Vec<String>> {
        let ids = |stage: &Vec<usize>| stage.iter().map(|at| name(side, *at, renames)).collect();
        side.plan.stages.iter().map(ids).collect()
    };
    let stages = Stages { old: named(old, renames), new: named(new, &Renames::default()) };
    let sorted = |stages: &[Vec<String>]| {
        let mut stages = stages.to_vec();
        stages.iter_mut().for_each(|stage| stage.sort_unstable());
        stages
    };
    (sorted(&stages.old) != sorted(&stages.new)).then_some(stages)
}

/// The new name of a step.
pub(super) fn name(side: &Side<'_>, at: usize, renames: &Renames) -> String {
    match side.pipeline.steps.get(at).map(|step| step.id_text()) {
        Some(id) if !id.is_empty() => renames.name(id).to_owned(),
        _ => format!("#{}", at + 1),
    }
}
