use pipeline::{BodyOrder, Edge, Plan, Step, StepKind};
use rustc_hash::FxHashMap;

use crate::{Input, facts::Whole, findings::Findings, rule::declare_rule, view::StepView};

declare_rule!("cycle", Error, "cycle.md", Pipeline(detect), Step(in_body));

/// Reported on the id of the last step of the knot; the edges are the related places.
fn detect(whole: &Whole<'_>, findings: &mut Findings) {
    let input = whole.input;
    for cycle in &input.plan.cycles {
        let Some((&last, step)) =
            cycle.iter().max().and_then(|it| Some((it, input.pipeline.steps.get(*it)?)))
        else {
            continue;
        };
        let start = cycle.iter().position(|&it| it == last).unwrap_or_default();
        let path: Vec<usize> = cycle[start..].iter().chain(&cycle[..start]).copied().collect();
        let ids: Vec<&str> = path
            .iter()
            .filter_map(|&it| input.pipeline.steps.get(it))
            .map(|it| it.id_text())
            .collect();
        let span = step.id.as_ref().map_or(step.span, |id| id.span);
        let draft = findings.report(step.absolute(span), words(&ids));
        for (from, to) in path.iter().zip(path.iter().skip(1).chain(path.first())) {
            if let Some(edge) = edge(input.plan, *from, *to) {
                draft.related(edge.span, input.plan.because(input.pipeline, edge));
            }
        }
    }
}

/// In the body of a loop whose rounds do not follow one another; where they do, the round before is read.
fn in_body(view: &StepView<'_>, findings: &mut Findings) {
    let step = view.step;
    if !matches!(step.kind, StepKind::ForEach(_) | StepKind::Parallel)
        || !names_a_later_one(&step.body)
    {
        return;
    }
    let Input { pipeline, names, .. } = *view.scope.input;
    for (first, last) in BodyOrder::new(pipeline, names, view.scope.path).earlier {
        let (Some(first), Some(last)) = (step.body.get(first), step.body.get(last)) else {
            continue;
        };
        let Some(id) = &last.id else { continue };
        let draft = findings.report(id.span, words(&[&id.value, first.id_text()]));
        if let Some(id) = &first.id {
            draft.related(id.span, "one of them");
        }
    }
}

/// Whether a step waits for, or reads, one that is declared behind it: only then there can be a circle.
fn names_a_later_one(body: &[Step]) -> bool {
    let places: FxHashMap<&str, usize> =
        body.iter().enumerate().map(|(index, step)| (step.id_text(), index)).collect();
    let is_later = |name: &str, index: usize| places.get(name).is_some_and(|place| *place > index);
    body.iter().enumerate().any(|(index, outer)| {
        outer.walk().into_iter().any(|step| {
            step.dependencies.iter().any(|it| is_later(&it.value, index))
                || step.references.iter().any(|it| is_later(&it.root, index))
        })
    })
}

/// The edge between two neighbours on the path, whichever way the path was written.
fn edge(plan: &Plan, one: usize, other: usize) -> Option<&Edge> {
    let between = |from, to| plan.edges_to(to).iter().find(move |edge| edge.from == from);
    between(one, other).or_else(|| between(other, one))
}

/// Steps of a circle that are named.
const MAX_NAMED: usize = 12;

fn words(ids: &[&str]) -> String {
    let first = ids.first().copied().unwrap_or_default();
    let named = ids.get(..MAX_NAMED.min(ids.len())).unwrap_or_default();
    let rest = match ids.len() - named.len() {
        0 => String::new(),
        more => format!(" -> {more} more"),
    };
    format!("these steps wait for each other: `{}`{rest} -> `{first}`", named.join("` -> `"))
}
