//! A past run, or one of its steps.

use engine::StepRecord;
use pipeline::names::nearest;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    mcp::{
        bench::{Bench, Past, Refusal},
        offer::{Look, Said},
        offers::run::Ran,
    },
    report::{Report, step_at},
};

pub(super) struct Show;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Given {
    /// The id of a run, the beginning of it, or `latest`, which is meant where nothing is said.
    run: Option<String>,
    /// The pipeline that ran; needed only where it lies in a workspace of its own.
    file: Option<String>,
    /// A step, or its path inside loops and called pipelines: `each[3].write`.
    step: Option<String>,
}

#[derive(Serialize, JsonSchema)]
pub(super) struct Answer {
    /// The run, without what its steps came to.
    run: Ran,
    /// What is kept of the step that was named, its value included.
    #[serde(skip_serializing_if = "Option::is_none")]
    step: Option<StepRecord>,
}

impl Look for Show {
    const NAME: &'static str = "show";
    const TITLE: &'static str = "Show a past run";
    const ABOUT: &'static str = "A past run: how it ended, its outputs, the state of each step. With a step: everything that is kept of \
        it, its value included.";
    type Given = Given;
    type Answer = Answer;

    fn look(bench: &Bench, given: Given) -> Result<Said<Answer>, Refusal> {
        let (archive, document) = bench.document(&Past::new(given.run, given.file))?;
        let step = match &given.step {
            None => None,
            Some(path) => match step_at(&document, path) {
                Some(record) => Some(record.clone()),
                None => Some(archive.step(&document.run, path)?.ok_or_else(|| {
                    let report = Report::new(&document);
                    let near = nearest(path, report.steps.iter().map(|step| step.path.as_str()));
                    let near = near.map(|near| format!("; did you mean `{near}`?"));
                    format!(
                        "the run `{}` has no step `{path}`{}",
                        document.run,
                        near.unwrap_or_default()
                    )
                })?),
            },
        };
        Ok(Said::plainly(Answer { run: Ran::of(&document), step }))
    }
}
