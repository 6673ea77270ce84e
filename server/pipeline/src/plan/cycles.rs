//! Cycles: one path for every strongly connected component (Tarjan 1972, without recursion).

use super::{NO_STAGE, Plan};

/// One shortest cycle through the first-declared step of every knot, in declaration order of those steps.
pub(super) fn find(plan: &Plan, count: usize) -> Vec<Vec<usize>> {
    if plan.stage.iter().all(|&stage| stage != NO_STAGE) {
        return Vec::new();
    }
    let knot = components(plan, count);
    let mut size = vec![0_u32; count];
    for &id in &knot {
        if let Some(size) = size.get_mut(id) {
            *size += 1;
        }
    }
    let mut done = vec![false; count];
    let mut cycles = Vec::new();
    for step in 0..count {
        let id = knot[step];
        if size.get(id).is_some_and(|&size| size > 1) && !std::mem::replace(&mut done[id], true) {
            cycles.push(shortest(plan, &knot, step));
        }
    }
    cycles
}

/// Component of every step, numbered arbitrarily below `count`; `usize::MAX` for steps that have a stage.
fn components(plan: &Plan, count: usize) -> Vec<usize> {
    const NEW: u32 = u32::MAX;
    let mut knot = vec![usize::MAX; count];
    let (mut index, mut low) = (vec![NEW; count], vec![0_u32; count]);
    let (mut clock, mut knots) = (0, 0);
    let mut stack = Vec::new();
    for root in (0..count).filter(|&step| plan.stage[step] == NO_STAGE) {
        if index[root] != NEW {
            continue;
        }
        let mut calls = vec![(root, 0_usize)];
        while let Some((step, edge)) = calls.pop() {
            if edge == 0 {
                index[step] = clock;
                low[step] = clock;
                clock += 1;
                stack.push(step);
            }
            let mut deeper = None;
            for (at, next) in plan.dependents(step).enumerate().skip(edge) {
                if plan.stage[next] != NO_STAGE || knot[next] != usize::MAX {
                    continue;
                }
                if index[next] == NEW {
                    deeper = Some((at, next));
                    break;
                }
                low[step] = low[step].min(index[next]);
            }
            if let Some((at, next)) = deeper {
                calls.push((step, at + 1));
                calls.push((next, 0));
                continue;
            }
            if low[step] == index[step] {
                while let Some(member) = stack.pop() {
                    knot[member] = knots;
                    if member == step {
                        break;
                    }
                }
                knots += 1;
            }
            if let Some(&(parent, _)) = calls.last() {
                low[parent] = low[parent].min(low[step]);
            }
        }
    }
    knot
}

/// A shortest cycle through `start` inside its component, by breadth-first search.
fn shortest(plan: &Plan, knot: &[usize], start: usize) -> Vec<usize> {
    let mut before = vec![usize::MAX; knot.len()];
    let mut open = std::collections::VecDeque::from([start]);
    while let Some(step) = open.pop_front() {
        for next in plan.dependents(step) {
            if next == start {
                let mut path = vec![step];
                while let Some(&last) = path.last()
                    && last != start
                {
                    path.push(before[last]);
                }
                path.reverse();
                return path;
            }
            if knot[next] == knot[start] && before[next] == usize::MAX {
                before[next] = step;
                open.push_back(next);
            }
        }
    }
    vec![start]
}
