use pipeline::{Edge, Plan};

use crate::{facts::Whole, findings::Findings, rule::declare_rule};

declare_rule!("cycle", Error, "cycle.md", Pipeline(detect));

/// Reported on the id of the last step of the knot; the edges are the related places.
fn detect(whole: &Whole<'_>, findings: &mut Findings) {
    let input = whole.input;
    for cycle in &input.plan.cycles {
        let Some((&last, step)) = cycle.iter().max().and_then(|it| Some((it, input.pipeline.steps.get(*it)?))) else { continue };
        let start = cycle.iter().position(|&it| it == last).unwrap_or_default();
        let path: Vec<usize> = cycle[start..].iter().chain(&cycle[..start]).copied().collect();
        let ids: Vec<&str> = path.iter().filter_map(|&it| input.pipeline.steps.get(it)).map(|it| it.id_text()).collect();
        let span = step.id.as_ref().map_or(step.span, |id| id.span);
        let draft = findings.report(step.absolute(span), words(&ids));
        for (from, to) in path.iter().zip(path.iter().skip(1).chain(path.first())) {
            if let Some(edge) = edge(input.plan, *from, *to) {
                draft.related(edge.span, input.plan.because(input.pipeline, edge));
            }
        }
    }
}

/// The edge between two neighbours on the path, whichever way the path was written.
fn edge(plan: &Plan, one: usize, other: usize) -> Option<&Edge> {
    let between = |from, to| plan.edges_to(to).iter().find(move |edge| edge.from == from);
    between(one, other).or_else(|| between(other, one))
}

fn words(ids: &[&str]) -> String {
    let first = ids.first().copied().unwrap_or_default();
    format!("these steps wait for each other: `{}` -> `{first}`", ids.join("` -> `"))
}
