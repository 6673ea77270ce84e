//! The id of a step, its place in the graph, and where its routes lead.

use pipeline::{Step, names::body_name};

use super::Checks;
use crate::prepare::{Refusal, block};

impl Checks<'_> {
    /// Its id, its place in the graph, its routes.
    pub(super) fn identity(&self, refusals: &mut Vec<Refusal>) {
        let id = self.step.id_text();
        if id.is_empty() {
            let message = format!("step {} has neither `id` nor `name`", self.index() + 1);
            refusals.push(self.refusal("missing-id", message, Some(self.step.span)));
        } else if self.draft.names.step(id) != Some(self.index()) {
            refusals.push(self.refusal(
                "duplicate-id",
                format!("two steps have the id `{id}`"),
                self.id_span(),
            ));
        }
        let plan = self.draft.plan;
        if plan.stage_of(self.index()).is_none() && !plan.on_call.contains(&self.index()) {
            refusals.push(self.refusal(
                "cycle",
                format!("the step `{id}` is on a cycle, or waits for one"),
                self.id_span(),
            ));
        }
        self.routes(|target| self.draft.names.step(target).is_some(), refusals);
    }

    /// The same of a step inside another.
    pub(super) fn identity_inside(&self, holder: &Step, refusals: &mut Vec<Refusal>) {
        let named = |index: usize, inner: &Step| block::name_of(holder, inner, index);
        let name = named(self.index(), self.step);
        let outer = holder.id_text();
        let shorthand = holder.body.len() == 1;
        if body_name(holder, self.step, self.index()).is_none() && !shorthand {
            let message =
                format!("step {} inside `{outer}` has neither `id` nor `name`", self.index() + 1);
            refusals.push(self.refusal("missing-id", message, Some(self.step.span)));
        }
        let mut before = holder.body.iter().enumerate().take(self.index());
        if before.any(|(index, inner)| named(index, inner) == name) {
            let message = format!("two steps inside `{outer}` have the id `{name}`");
            refusals.push(self.refusal("duplicate-id", message, self.id_span()));
        }
        let known = |target: &str| {
            holder.body.iter().enumerate().any(|(index, inner)| *named(index, inner) == *target)
        };
        self.routes(known, refusals);
    }

    fn routes(&self, known: impl Fn(&str) -> bool, refusals: &mut Vec<Refusal>) {
        let (id, routing) = (self.step.id_text(), &self.step.routing);
        let beside = if self.path.len() > 1 { " beside it" } else { "" };
        // What a `goto` leads to is looked at when it is taken.
        for (key, target) in routing.targets().filter(|(key, _)| *key != "goto") {
            if !known(&target.value) {
                let message = format!(
                    "`{key}` of `{id}` leads to `{}`, which is no step{beside}",
                    target.value
                );
                refusals.push(self.refusal("unknown-step", message, Some(target.span)));
            }
        }
    }
}
