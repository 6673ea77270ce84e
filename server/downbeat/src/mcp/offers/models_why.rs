//! Which model a step would use, and why.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::{
    cli::models::why,
    mcp::{
        bench::{Bench, Refusal},
        offer::{Look, Said},
    },
    shape::ModelChoice,
    workspace,
};

pub(super) struct ModelsWhy;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Given {
    /// A pipeline.
    file: Option<String>,
    /// Its text, where that is not saved.
    text: Option<String>,
    /// Id of a step, behind those of the loops around it: `loop.body`.
    step: String,
}

impl Look for ModelsWhy {
    const NAME: &'static str = "models_why";
    const TITLE: &'static str = "Say which model a step gets";
    const ABOUT: &'static str = "Which model a step would ask now, its price and window, and the reasons in the order in which they were \
        looked at; where none can be had, on what each one fails.";
    type Given = Given;
    type Answer = ModelChoice;

    fn look(bench: &Bench, given: Given) -> Result<Said<ModelChoice>, Refusal> {
        let source = bench.source(given.file.as_deref(), given.text.as_deref())?;
        let root = workspace::root(&source.folder());
        let catalogue = workspace::catalogue();
        let analysis = workspace::analyse(&source, &root, &catalogue);
        let wanted = why::wanted(&source, &analysis, &catalogue, &given.step)
            .map_err(|unanswered| unanswered.to_string())?;
        let (_, outcome) = why::choose(&root, &wanted, why::Asked::Reachable);
        Ok(Said::plainly(ModelChoice::new(&given.step, &wanted, &outcome)))
    }
}
