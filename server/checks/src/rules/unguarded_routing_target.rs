use pipeline::Origin;
use rustc_hash::FxHashSet;

use crate::{facts::Whole, findings::Findings, rule::declare_rule};

declare_rule!("unguarded-routing-target", Hint, "unguarded_routing_target.md", Pipeline(detect));

/// One hint a target, on the first route to it.
fn detect(whole: &Whole<'_>, findings: &mut Findings) {
    let input = whole.input;
    let mut seen = FxHashSet::default();
    for route in input.plan.edges.iter().filter(|edge| edge.origin == Origin::Routing) {
        let Some(target) = input.pipeline.steps.get(route.to) else { continue };
        if target.condition.is_none() && seen.insert(route.to) {
            findings.report(route.span, words(target.id_text()));
        }
    }
}

fn words(id: &str) -> String {
    format!("`{id}` also runs when nothing routes to it; a `condition` there would prevent that")
}
