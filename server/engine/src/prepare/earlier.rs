//! What steps that are not selected came to before, where a selected one reads it.

use pipeline::{Origin, names::Names};
use serde::{Deserialize, Serialize};

use super::{Program, Refusal, selection};
use crate::{
    Request,
    document::{StepRecord, StepStatus},
};

/// What a step came to in an earlier run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Earlier {
    /// That run.
    pub run: String,
    /// How the step ended in it.
    pub record: StepRecord,
}

impl Request {
    /// Ids of the steps that are not selected and whose results a selected one reads, in declaration order. Their
    /// records are wanted in [`Request::earlier`].
    #[must_use]
    pub fn wanted(&self) -> Vec<String> {
        let names = Names::new(&self.pipeline);
        let selected = selection::selected(&self.pipeline, &self.plan, &names, &self.selection);
        let Ok(selected) = selected else { return Vec::new() };
        let ids = wanted(self, &selected).into_iter().map(|(step, _)| self.id(step).to_owned());
        ids.collect()
    }

    fn id(&self, step: usize) -> &str {
        self.pipeline.steps.get(step).map_or("", |step| step.id_text())
    }
}

/// The steps, each with one that reads it.
fn wanted(request: &Request, selected: &[bool]) -> Vec<(usize, usize)> {
    let is_selected = |step: usize| selected.get(step) == Some(&true);
    let mut all: Vec<_> = request
        .plan
        .edges
        .iter()
        .filter(|edge| matches!(edge.origin, Origin::Template | Origin::ControlFlow))
        .filter(|edge| is_selected(edge.to) && !is_selected(edge.from))
        .map(|edge| (edge.from, edge.to))
        .collect();
    all.sort_unstable();
    all.dedup_by_key(|(from, _)| *from);
    all
}

/// The records of the pipeline's own steps; what is read and was never recorded goes into `refusals`. A step that was skipped then counts as
/// skipped now.
pub(super) fn earlier(
    request: &Request,
    program: &Program,
    refusals: &mut Vec<Refusal>,
) -> Vec<(usize, Earlier)> {
    let parts = program.block.parts();
    let selected: Vec<_> = parts.iter().map(|it| it.work.is_some() || it.on_call).collect();
    let mut found = Vec::new();
    for (step, reader) in wanted(request, &selected) {
        let id = request.id(step);
        match request.earlier.iter().find(|it| it.record.id == id) {
            Some(earlier) if earlier.record.status == StepStatus::Completed => {
                found.push((step, earlier.clone()));
            }
            Some(_) => {}
            None => refusals.push(Refusal {
                code: "not-recorded",
                message: format!(
                    "`{}` reads `{id}`, which is not to run, and no run has its result",
                    request.id(reader)
                ),
                help: Some(format!("run it first: `--until {id}`")),
                step: Some(request.id(reader).to_owned()),
                span: None,
                within: None,
            }),
        }
    }
    found
}
