//! What the models of a pipeline cost at most, on its sheet.

use std::sync::Arc;

use super::{
    model_call::leaves_models_open,
    prose::Extent,
    sheet::{CostFact, Sheet},
};
use crate::{
    Pipeline,
    catalogue::Catalogue,
    models::{Reach, Roster, dollars, sum},
};

impl Sheet {
    /// The same with what its models cost at most, by what is known of them. Where steps leave open which model answers, or
    /// whether its server runs on this machine counts, that is told only if it is known who can be asked.
    #[must_use]
    pub fn priced(
        mut self,
        pipeline: &Pipeline,
        catalogue: &Catalogue,
        roster: &Arc<Roster>,
    ) -> Self {
        let sum = sum(pipeline, catalogue, roster);
        let hangs_on_reach =
            || leaves_models_open(pipeline) || sum.as_ref().is_some_and(|it| it.hangs_on_place);
        if roster.reach == Reach::NotKnown && hangs_on_reach() {
            return self;
        }
        self.cost = sum.map(|it| CostFact {
            dollars: it.open.is_empty().then_some(it.known),
            known: it.known,
            unknown: it.open,
        });
        self
    }
}

/// The sentence about it.
pub(super) fn sentence(cost: &CostFact, extent: Extent) -> String {
    let unknown: Vec<&str> = cost.unknown.iter().map(String::as_str).collect();
    match cost.dollars {
        Some(0.0) => "That costs nothing.".to_owned(),
        Some(most) => format!("That costs at most {} US dollars.", dollars(most)),
        None if cost.known > 0.0 => format!(
            "That costs at most {} US dollars and what is not known of {}.",
            dollars(cost.known),
            extent.ids(&unknown)
        ),
        None => "What that costs is not known before the run.".to_owned(),
    }
}
