//! Which findings keep a run from starting.

use checks::{Diagnostic, Severity};
use engine::Selection;
use pipeline::{Pipeline, Plan};
use syntax::Span;

/// Where an error keeps a selection of steps from running.
pub(crate) enum Blocking {
    /// Anywhere.
    Anywhere,
    /// In these steps, or outside of all steps and outputs.
    Parts { selected: Vec<Span>, harmless: Vec<Span> },
}

impl Blocking {
    /// `plan` is that of `pipeline`.
    pub(crate) fn new(pipeline: &Pipeline, plan: &Plan, selection: &Selection) -> Self {
        let at = |id: &str| pipeline.steps.iter().position(|step| step.id_text() == id);
        let chosen = match selection {
            Selection::Only(id) => at(id).map(|step| vec![step]),
            Selection::Until(id) => at(id).map(|step| {
                let mut chosen = plan.ancestors(step);
                chosen.push(step);
                chosen
            }),
            Selection::All | Selection::From(_) => None,
        };
        let Some(chosen) = chosen else { return Self::Anywhere };
        let span = |at: usize| pipeline.steps.get(at).map(|step| step.absolute(step.span));
        let others =
            (0..pipeline.steps.len()).filter(|step| !chosen.contains(step)).filter_map(span);
        let outputs = pipeline.outputs.iter().map(|output| output.absolute(output.value.span));
        Self::Parts {
            selected: chosen.iter().filter_map(|step| span(*step)).collect(),
            harmless: others.chain(outputs).collect(),
        }
    }

    /// Whether this finding (spans absolute) is an error that does.
    pub(crate) fn is(&self, found: &Diagnostic) -> bool {
        if found.severity != Severity::Error {
            return false;
        }
        match self {
            Self::Anywhere => true,
            Self::Parts { selected, harmless } => {
                let places =
                    || std::iter::once(found.span).chain(found.related.iter().map(|it| it.span));
                let meets = |part: &Span| places().any(|place| part.covers(place));
                selected.iter().any(meets) || !harmless.iter().any(|part| part.covers(found.span))
            }
        }
    }
}
