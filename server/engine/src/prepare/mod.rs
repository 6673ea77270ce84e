//! Everything that can be refused before a run starts is refused here: nothing has run, nothing is written.

mod block;
mod budget;
mod callee;
mod earlier;
mod graph;
mod handlers;
mod inputs;
mod program;
mod remedy;
mod selection;
mod support;

use std::{
    path::Path,
    sync::Arc,
    time::{SystemTime, UNIX_EPOCH},
};

use pipeline::{Pipeline, names::Names};
use serde_json::{Map, Value as Json};
use syntax::Span;

use crate::{
    Request, Source, Toolbox,
    document::Turn,
    files::Remembered,
    journal::{Lease, Past, recipe::Recipe},
    random::random,
    recall::{Manner, Recall},
    scope::{Entries, Facts, Inputs},
    secrets::{Seal, Secret},
};
pub(crate) use block::{Block, Work};
use callee::Chain;
pub(crate) use callee::{
    Callee, DEEPEST, ErrorHandling, Given, MOST_ATTEMPTS, PipelineCall, Unusable, Wanted, load,
};
pub use earlier::Earlier;
use program::{Draft, Workshop};
pub(crate) use program::{Means, Program};
pub(crate) use remedy::{CalledStep, Context, Deed, Fallback, OnFailure, OnSuccess, Remedy};
pub(crate) use support::{Brief, CallKind, Calling};

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
    /// The document that the place is in, where it is not the one that was asked for but one that it calls.
    pub within: Option<Source>,
}

/// A run that may start.
#[derive(Debug)]
pub struct Prepared {
    pub(crate) request: Request,
    pub(crate) means: Means,
    pub(crate) facts: Facts,
    pub(crate) secrets: Vec<Secret>,
    pub(crate) program: Arc<Program>,
    pub(crate) started_at: f64,
    /// Where answers come from.
    pub(crate) recall: Recall,
    /// Closes what is kept.
    pub(crate) seal: Seal,
    /// What it takes to go on with the run later.
    pub(crate) recipe: Recipe,
    /// When it ended, where it is only told once more.
    pub(crate) ended_at: Option<f64>,
    /// What its records do not tell of it, where it is only told once more.
    pub(crate) course: Option<Vec<Turn>>,
    /// What steps that are not to run came to before.
    pub(crate) earlier: Vec<(usize, Earlier)>,
    /// Of a run that was taken over.
    pub(crate) lease: Option<Lease>,
}

impl Prepared {
    /// Id of the coming run.
    #[must_use]
    pub fn run(&self) -> &str {
        &self.facts.run
    }

    /// Id of its pipeline.
    #[must_use]
    pub fn pipeline_id(&self) -> &str {
        &self.facts.pipeline_id
    }

    /// The folder that its paths are relative to.
    #[must_use]
    pub fn cwd(&self) -> &Path {
        &self.request.options.cwd
    }

    /// The root of its workspace, whose journal it is written to.
    #[must_use]
    pub fn workspace(&self) -> &Path {
        &self.request.options.workspace
    }
}

/// Checks inputs, selection and that everything the selection would run is provided, in the pipeline and in those that it
/// calls.
///
/// # Errors
/// Every reason at once, inputs first, then steps in declaration order, then error handlers.
pub fn prepare(request: Request, toolbox: &Toolbox) -> Result<Prepared, Vec<Refusal>> {
    let mark = format!("{:016x}", random());
    prepare_at(request, toolbox, now(), &mark)
}

fn now() -> f64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs_f64()
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
    prepare_again(request, toolbox, past, Manner::Resume)
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
    prepare_again(request, toolbox, past, Manner::Replay)
}

/// [`prepare`] for a new run that asks nothing outside: its answers are those of a past one, by the paths of its steps, and
/// a step without such an answer fails.
///
/// # Errors
/// As [`prepare`].
pub fn prepare_recorded(
    request: Request,
    toolbox: &Toolbox,
    past: Past,
) -> Result<Prepared, Vec<Refusal>> {
    let Past { recipe, answers, .. } = past;
    let mut prepared = prepare_at(request, toolbox, now(), &recipe.mark)?;
    prepared.recall = Recall::Kept(answers, Manner::Recording);
    Ok(prepared)
}

fn prepare_again(
    mut request: Request,
    toolbox: &Toolbox,
    past: Past,
    manner: Manner,
) -> Result<Prepared, Vec<Refusal>> {
    let Past { recipe, document, answers, lease } = past;
    let texts = recipe.called(&request).map_err(|secret| vec![missing_secret(&secret)])?;
    let others = Arc::clone(&request.options.files);
    request.options.files = Arc::new(Remembered { texts, others });
    request.earlier.clone_from(&recipe.earlier);
    let mut prepared = prepare_at(request, toolbox, document.started_at, &recipe.mark)?;
    prepared.facts.run = document.run.as_str().into();
    prepared.recall = Recall::Kept(answers, manner);
    prepared.ended_at = document.completed_at.filter(|_| manner == Manner::Replay);
    prepared.course = (manner == Manner::Replay).then_some(document.course);
    prepared.recipe = recipe;
    prepared.lease = lease;
    Ok(prepared)
}

fn prepare_at(
    mut request: Request,
    toolbox: &Toolbox,
    started_at: f64,
    mark: &str,
) -> Result<Prepared, Vec<Refusal>> {
    let mut refusals = Vec::new();
    request.options.budget =
        budget::budget(&request.pipeline, &request.options.budget, &mut refusals);
    let Request { pipeline, plan, options, .. } = &request;
    let names = Names::new(pipeline);
    let id = program::id(pipeline);
    let mut facts = Facts::new(pipeline, &names, options, id, started_at, random());
    let inputs = inputs::resolve(pipeline, &request.inputs, &facts, &mut refusals);
    let means = Means {
        toolbox: toolbox.clone(),
        catalogue: request.catalogue.clone(),
        options: options.clone(),
    };
    let file = request.source.file.as_deref();
    let workshop = Workshop::new(&means);
    let program = Draft {
        workshop: &workshop,
        pipeline,
        plan,
        names: &names,
        selection: &request.selection,
        file,
        folder: &options.pipeline_folder,
        given: &Given::nothing(),
        chain: &Chain::new(file, 0),
    }
    .finish(&mut refusals);
    let earlier = match refusals.as_slice() {
        [] => earlier::earlier(&request, &program, &mut refusals),
        _ => Vec::new(),
    };
    if !refusals.is_empty() {
        return Err(refusals);
    }
    let called = workshop.texts.into_inner();
    let mut secrets = options.secrets.clone();
    secrets.extend(means.toolbox.chooser().into_iter().flat_map(|it| it.secrets()));
    secrets.extend(inputs::secrets(pipeline, &inputs));
    facts.inputs = Inputs::new(inputs);
    facts.constants = constants(pipeline, &facts).map_err(|refusal| vec![refusal])?;
    Ok(Prepared {
        recall: Recall::Outside,
        seal: Seal::new(mark, &secrets),
        recipe: Recipe::of(&request, mark, &called),
        ended_at: None,
        course: None,
        lease: None,
        earlier,
        facts,
        secrets,
        program: Arc::new(program),
        means,
        started_at,
        request,
    })
}

/// What a called pipeline reads that is the same for all its steps: its inputs and its constants; and which texts of them
/// are secret. `given` are values for declared inputs, `around` for other names.
///
/// # Errors
/// Everything that is wrong with the inputs.
pub(crate) fn enter(
    program: &Program,
    caller: &Facts,
    given: &Map<String, Json>,
    around: Entries,
) -> Result<(Facts, Vec<Secret>), Vec<Refusal>> {
    let mut facts = caller.of_called(program);
    let mut refusals = Vec::new();
    let declared = inputs::resolve(&program.pipeline, given, &facts, &mut refusals);
    if !refusals.is_empty() {
        return Err(refusals);
    }
    let secrets = inputs::secrets(&program.pipeline, &declared);
    let others = around.into_iter().filter(|(name, _)| !declared.contains_key(name));
    let others: Entries = others.collect();
    facts.inputs = Inputs::new(declared.into_iter().chain(others).collect());
    facts.constants = constants(&program.pipeline, &facts).map_err(|refusal| vec![refusal])?;
    Ok((facts, secrets))
}

fn missing_secret(secret: &str) -> Refusal {
    Refusal {
        code: "missing-secret",
        message: format!("the secret `{secret}` is needed and is not set"),
        help: None,
        step: None,
        span: None,
        within: None,
    }
}

fn constants(pipeline: &Pipeline, facts: &Facts) -> Result<Entries, Refusal> {
    let mut sections = Entries::new();
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
                within: None,
                span: Some(constant.absolute(error.span.unwrap_or(constant.value.span))),
            })?;
        crate::scope::insert_into(&mut sections, constant.section, &constant.name.value, value);
    }
    Ok(sections)
}
