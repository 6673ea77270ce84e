//! A pipeline as a numbered list: what happens, in which order, how often, and what waits for what.

use std::collections::BTreeSet;

use crate::graph::{Graph, Link, LinkOrigin, Node, NodeKind, Standing};
use pipeline::Origin;

/// The list, in the order of the stages; a step in a loop stands below it. Every step's id stands in it exactly once:
/// other steps are named by their numbers. The same text gives the same list.
#[must_use]
pub fn architecture(graph: &Graph) -> String {
    let numbers = numbers(graph);
    let arriving = arriving(graph);
    let mut order: Vec<usize> = (0..graph.nodes.len()).collect();
    order.sort_by(|a, b| numbers[*a].cmp(&numbers[*b]));
    let mut out = String::new();
    for at in order {
        let Some(node) = graph.nodes.get(at).filter(|_| !numbers[at].is_empty()) else { continue };
        let indent = "   ".repeat(numbers[at].len() - 1);
        let (number, id) = (written(&numbers[at]), own_id(graph, node));
        out.push_str(&format!(
            "{indent}{number}. `{id}`: {}\n",
            said(node, &arriving[at], &numbers)
        ));
    }
    out
}

/// `[2, 1]` for the first step in the second one; nothing for what is no step of the text.
type Number = Vec<usize>;

fn numbers(graph: &Graph) -> Vec<Number> {
    let is_step = |at: &usize| {
        let kind = graph.nodes.get(*at).map(|node| node.kind);
        !matches!(kind, None | Some(NodeKind::Missing | NodeKind::Open))
    };
    let mut numbers = vec![Number::new(); graph.nodes.len()];
    // What stands on a cycle is in no stage and comes last.
    let staged = graph.stages.iter().flatten().copied();
    let outer = staged.chain(0..graph.nodes.len()).filter(is_step);
    let mut next = 1;
    for at in outer {
        let is_outer = graph.nodes.get(at).is_some_and(|node| node.parent.is_none());
        if is_outer && numbers[at].is_empty() {
            numbers[at] = vec![next];
            next += 1;
        }
    }
    let mut inside = vec![0; graph.nodes.len()];
    // A step stands behind the one that holds it.
    for (at, node) in graph.nodes.iter().enumerate() {
        if let Some(parent) = node.parent.filter(|_| is_step(&at)) {
            inside[parent] += 1;
            numbers[at] = [numbers[parent].as_slice(), &[inside[parent]]].concat();
        }
    }
    numbers
}

fn written(number: &[usize]) -> String {
    number.iter().map(usize::to_string).collect::<Vec<_>>().join(".")
}

/// Without the ids of the steps around it.
fn own_id<'g>(graph: &'g Graph, node: &'g Node) -> &'g str {
    let parent = node.parent.and_then(|parent| graph.nodes.get(parent));
    let inner = parent.and_then(|parent| node.id.strip_prefix(&parent.id)?.strip_prefix('.'));
    inner.unwrap_or(&node.id)
}

/// The links to each node from others.
fn arriving(graph: &Graph) -> Vec<Vec<&Link>> {
    let mut all = vec![Vec::new(); graph.nodes.len()];
    for link in graph.links.iter().filter(|link| link.from != link.to) {
        if let Some(links) = all.get_mut(link.to) {
            links.push(link);
        }
    }
    all
}

fn said(node: &Node, arriving: &[&Link], numbers: &[Number]) -> String {
    let mut parts = vec![node.detail.clone()];
    parts.extend(node.repeats.as_ref().map(|repeats| repeats.bound.clone()));
    let from = |wanted: &dyn Fn(&Link) -> bool| {
        let numbers: BTreeSet<&Number> = arriving
            .iter()
            .copied()
            .filter(|link| wanted(link))
            .filter_map(|link| numbers.get(link.from).filter(|number| !number.is_empty()))
            .collect();
        let written: Vec<String> = numbers.into_iter().map(|number| written(number)).collect();
        (!written.is_empty()).then(|| listed(&written))
    };
    let is_route = |link: &Link| link.origin == LinkOrigin::Plan(Origin::Routing);
    let waits = from(&|link| {
        link.standing == Standing::Always && !is_route(link) && link.origin != LinkOrigin::Handler
    });
    parts.extend(waits.map(|steps| format!("after {steps}")));
    let earlier = from(&|link| link.standing == Standing::Earlier);
    parts.extend(earlier.map(|steps| format!("reads what {steps} left in the round before")));
    let routes = from(&|link| is_route(link) && link.standing != Standing::Never);
    parts.extend(routes.map(|steps| format!("may be sent for by {steps}")));
    let handled = from(&|link| link.origin == LinkOrigin::Handler);
    parts.extend(handled.map(|steps| format!("handles a failure of {steps}")));
    if node.condition.is_some() {
        parts.push("only if its condition holds".to_owned());
    }
    parts.join("; ")
}

fn listed(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}
