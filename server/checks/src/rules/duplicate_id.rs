use rustc_hash::FxHashMap;
use syntax::Span;

use crate::{
    facts::{NameHash, Whole},
    findings::Findings,
    kept::Reads,
    rule::declare_rule,
    view::StepView,
};

declare_rule!(
    "duplicate-id",
    Error,
    "duplicate_id.md",
    Kept(Reads::GRAPH, outermost),
    Step(in_body)
);

fn outermost(whole: &Whole<'_>, findings: &mut Findings) {
    let steps = &whole.input.pipeline.steps;
    if whole.facts.iter().filter(|facts| facts.id.is_some()).count() == whole.input.names.ids() {
        return;
    }
    let place = |index: usize| steps.get(index).and_then(|step| Some((step, step.id.as_ref()?)));
    let mut first: FxHashMap<NameHash, usize> = FxHashMap::default();
    first.reserve(steps.len());
    for (index, facts) in whole.facts.iter().enumerate() {
        let Some(id) = facts.id else { continue };
        let earlier = *first.entry(id).or_insert(index);
        if earlier == index {
            continue;
        }
        if let (Some((step, id)), Some((other, same))) = (place(index), place(earlier))
            && id.value == same.value
        {
            report(&id.value, step.absolute(id.span), other.absolute(same.span), findings);
        }
    }
}

fn in_body(view: &StepView<'_>, findings: &mut Findings) {
    let mut first: FxHashMap<&str, Span> = FxHashMap::default();
    for id in view.step.body.iter().filter_map(|step| step.id.as_ref()) {
        let earlier = *first.entry(&id.value).or_insert(id.span);
        if earlier != id.span {
            report(&id.value, id.span, earlier, findings);
        }
    }
}

fn report(id: &str, span: Span, earlier: Span, findings: &mut Findings) {
    findings.report(span, words(id)).related(earlier, "first used here");
}

fn words(id: &str) -> String {
    format!("another step is called `{id}` already")
}
