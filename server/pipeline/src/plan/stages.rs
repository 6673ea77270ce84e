//! Levels: a step's level is the length of the longest path that leads to it.

use super::{NO_STAGE, Plan};

/// Level of every step; [`NO_STAGE`] on a cycle or behind one.
pub(super) fn levels(plan: &Plan, count: usize) -> Vec<u32> {
    let mut level = vec![NO_STAGE; count];
    let mut open_edges: Vec<usize> = (0..count).map(|step| plan.edges_to(step).len()).collect();
    let mut reached = vec![0_u32; count];
    let mut ready: Vec<usize> = (0..count).filter(|&step| open_edges[step] == 0).collect();
    while let Some(step) = ready.pop() {
        level[step] = reached[step];
        for next in plan.dependents(step) {
            reached[next] = reached[next].max(level[step] + 1);
            open_edges[next] -= 1;
            if open_edges[next] == 0 {
                ready.push(next);
            }
        }
    }
    level
}

/// Steps by level, in declaration order; steps without one are left out.
pub(super) fn group(level: &[u32]) -> Vec<Vec<usize>> {
    let height = level
        .iter()
        .filter(|&&level| level != NO_STAGE)
        .max()
        .map_or(0, |&level| level as usize + 1);
    let mut stages = vec![Vec::new(); height];
    for (step, &level) in level.iter().enumerate() {
        if let Some(stage) = stages.get_mut(level as usize) {
            stage.push(step);
        }
    }
    stages
}

/// Rank of every step in the order of levels, declaration order inside; those without a level come last.
pub(super) fn positions(level: &[u32]) -> Vec<u32> {
    let mut order: Vec<usize> = (0..level.len()).collect();
    order.sort_by_key(|&step| level[step]);
    let mut position = vec![0; level.len()];
    for (rank, &step) in order.iter().enumerate() {
        position[step] = rank as u32;
    }
    position
}
