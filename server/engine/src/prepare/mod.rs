//! Everything that can be refused before a run starts is refused here: nothing has run, nothing is written.

mod block;
mod graph;
mod handlers;
mod inputs;
mod remedy;
mod selection;
mod support;

use std::{
    sync::Arc,
    time::{SystemTime, UNIX_EPOCH},
};

use pipeline::{Pipeline, names::Names};
use syntax::Span;

use crate::{
    Request, Toolbox,
    journal::{Lease, Past, recipe::Recipe},
    random::random,
    recall::{Beyond, Recall},
    scope::{Facts, Inputs},
    secrets::{Seal, Secret},
};
pub(crate) use block::{Block, Part, Work};
pub(crate) use remedy::{Context, Deed, Fallback, OnFailure, OnSuccess, Remedies, Remedy};
pub(crate) use support::{CallKind, Calling};

/// Why a run does not start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Kebab-case and stable (`missing-input`, `not-supported-yet`).
    pub code: &'static str,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
    /// Id of the step it is about, if any.
    pub step: Option<String>,
    /// Where in the document, absolute, if anywhere.
    pub span: Option<Span>,
}

/// A run that may start.
#[derive(Debug)]
pub struct Prepared {
    pub(crate) request: Request,
    pub(crate) facts: Facts,
    pub(crate) secrets: Vec<Secret>,
    pub(crate) names: Names,
    /// The pipeline's own steps.
    pub(crate) block: Arc<Block>,
    pub(crate) remedies: Remedies,
    pub(crate) started_at: f64,
    /// Where answers come from.
    pub(crate) recall: Recall,
    /// Closes what is kept.
    pub(crate) seal: Seal,
    /// What it takes to go on with the run later.
    pub(crate) recipe: Recipe,
    /// Of a run that was taken over.
    pub(crate) lease: Option<Lease>,
}

impl Prepared {
    /// Id of the coming run.
    #[must_use]
    pub fn run(&self) -> &str {
        &self.facts.run
    }
}

fn nothing_to_run() -> Refusal {
    Refusal {
        code: "nothing-to-run",
        message: "there are no steps, so there is nothing to run".to_owned(),
        help: Some("list what the pipeline does under `steps:`".to_owned()),
        step: None,
        span: None,
    }
}

/// Checks inputs, selection and that everything the selection would run is provided.
///
/// # Errors
/// Every reason at once, inputs first, then steps in declaration order, then error handlers.
pub fn prepare(request: Request, toolbox: &Toolbox) -> Result<Prepared, Vec<Refusal>> {
    let started_at = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs_f64();
    let mark = format!("{:016x}", random());
    prepare_at(request, toolbox, started_at, &mark)
}

/// [`prepare`] for a run that was taken over: it goes on where it was. The request is made of what [`Past`] has kept.
///
/// # Errors
/// As [`prepare`]. The run is then let go again.
pub fn prepare_resume(
    request: Request,
    toolbox: &Toolbox,
    past: Past,
) -> Result<Prepared, Vec<Refusal>> {
    prepare_again(request, toolbox, past, Beyond::Ask)
}

/// [`prepare`] for a run that is told once more: nothing outside is asked, and what was not kept fails its step.
///
/// # Errors
/// As [`prepare`].
pub fn prepare_replay(
    request: Request,
    toolbox: &Toolbox,
    past: Past,
) -> Result<Prepared, Vec<Refusal>> {
    prepare_again(request, toolbox, past, Beyond::Refuse)
}

fn prepare_again(
    request: Request,
    toolbox: &Toolbox,
    past: Past,
    beyond: Beyond,
) -> Result<Prepared, Vec<Refusal>> {
    let Past { recipe, document, answers, lease } = past;
    let mut prepared = prepare_at(request, toolbox, document.started_at, &recipe.mark)?;
    prepared.facts.run = document.run.as_str().into();
    prepared.recall = Recall::Kept(answers, beyond);
    prepared.recipe = recipe;
    prepared.lease = lease;
    Ok(prepared)
}

fn prepare_at(
    request: Request,
    toolbox: &Toolbox,
    started_at: f64,
    mark: &str,
) -> Result<Prepared, Vec<Refusal>> {
    let pipeline = &request.pipeline;
    let names = Names::new(pipeline);
    let mut refusals = Vec::new();
    if pipeline.steps.is_empty() {
        refusals.push(nothing_to_run());
    }

    let mut selected = selection::selected(&request, &names).unwrap_or_else(|refusal| {
        refusals.push(refusal);
        vec![false; pipeline.steps.len()]
    });
    let uncalled = handlers::only_handlers(&request, &names);
    for step in &uncalled {
        if let Some(selected) = selected.get_mut(*step) {
            *selected = false;
        }
    }
    let mut facts =
        Facts::new(pipeline, &names, &request.options, pipeline_id(pipeline), started_at, random());
    let checked = inputs::resolve(&request, &facts, &mut refusals);
    let block = support::block(&request, toolbox, &names, &selected, &mut refusals);
    let remedies =
        handlers::remedies(&request, toolbox, &names, &selected, uncalled, &mut refusals);
    if !refusals.is_empty() {
        return Err(refusals);
    }
    let mut secrets = request.options.secrets.clone();
    secrets.extend(inputs::secrets(pipeline, &checked));
    facts.inputs = Inputs::new(checked);
    facts.constants = constants(pipeline, &facts).map_err(|refusal| vec![refusal])?;
    Ok(Prepared {
        recall: Recall::Outside,
        seal: Seal::new(mark, &secrets),
        recipe: Recipe::of(&request, mark),
        lease: None,
        facts,
        secrets,
        names,
        block: Arc::new(block),
        remedies,
        started_at,
        request,
    })
}

/// The id, else the name, made an id.
fn pipeline_id(pipeline: &Pipeline) -> &str {
    let written = pipeline.id.as_ref().or(pipeline.name.as_ref());
    written.map_or("pipeline", |id| &id.value)
}

fn constants(pipeline: &Pipeline, facts: &Facts) -> Result<crate::scope::Entries, Refusal> {
    let mut sections = crate::scope::Entries::new();
    for constant in &pipeline.constants {
        let scope = facts.alone();
        let value =
            crate::render::data(&constant.value.value, &scope).map_err(|error| Refusal {
                code: "invalid-constant",
                message: format!(
                    "`{}.{}`: {}",
                    constant.section, constant.name.value, error.message
                ),
                help: None,
                step: None,
                span: Some(constant.absolute(error.span.unwrap_or(constant.value.span))),
            })?;
        crate::scope::insert_into(&mut sections, constant.section, &constant.name.value, value);
    }
    Ok(sections)
}
