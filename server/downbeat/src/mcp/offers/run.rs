//! Running a pipeline.

use std::sync::Arc;

use checks::Severity;
use engine::{
    Document, Journal, Options, Prepared, Product, Refusal as Refused, Request, Reuse, RunStatus,
    Selection, StepStatus, Toolbox, Usage, Warning, event::Event,
};
use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};
use tokio::sync::mpsc::unbounded_channel;

use crate::{
    cli::place::Workplace,
    mcp::{
        bench::{Bench, Refusal, Seat},
        offer::{Said, Work},
        progress::Progress,
    },
    workspace::{self, Analysis, Blocking, Source},
};

pub(super) struct Run;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Given {
    /// A pipeline.
    file: String,
    /// Values for its inputs, by name.
    #[serde(default)]
    inputs: Map<String, Json>,
    /// Run this step alone.
    only: Option<String>,
    /// Run this step and everything that depends on it.
    from: Option<String>,
    /// Run this step and everything that it depends on.
    until: Option<String>,
    /// Ask everything anew, though an earlier run was answered the same.
    #[serde(default)]
    no_cache: bool,
    /// US dollars that the run may cost at most; what the server was started with holds, too.
    max_cost: Option<f64>,
}

/// A run, without what its steps came to.
#[derive(Serialize, JsonSchema)]
pub(super) struct Ran {
    /// Its id.
    run: String,
    /// Id of the pipeline.
    pipeline: String,
    /// How it ended.
    status: RunStatus,
    /// Every step succeeded or was skipped, and every required output is there.
    success: bool,
    /// Why the run stopped before its end.
    error: Option<String>,
    /// Rendered outputs.
    outputs: Map<String, Json>,
    /// Every step, in the order of the file.
    steps: IndexMap<String, RanStep>,
    /// Files that steps left.
    products: Vec<Product>,
    /// What went wrong without failing anything.
    warnings: Vec<Warning>,
    /// What it cost; null is unknown.
    usage: Usage,
    /// Seconds.
    duration: Option<f64>,
    /// `resume` can go on with it.
    can_go_on: bool,
}

/// A step of a run.
#[derive(Serialize, JsonSchema)]
pub(super) struct RanStep {
    status: StepStatus,
    /// Seconds.
    duration: Option<f64>,
    /// What is wrong with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

impl Ran {
    pub(super) fn of(document: &Document) -> Self {
        let step = |(id, record): (&String, &engine::StepRecord)| {
            let step = RanStep {
                status: record.status,
                duration: record.duration,
                error: record.complaint(),
            };
            (id.clone(), step)
        };
        Self {
            run: document.run.clone(),
            pipeline: document.pipeline_id.clone(),
            status: document.status,
            success: document.success,
            error: document.error.clone(),
            outputs: document.outputs.clone(),
            steps: document.steps.iter().map(step).collect(),
            products: document.products.clone(),
            warnings: document.warnings.clone(),
            usage: document.usage.clone(),
            duration: document.duration,
            can_go_on: document.can_go_on(),
        }
    }
}

impl Work for Run {
    const NAME: &'static str = "run";
    const TITLE: &'static str = "Run a pipeline";
    const ABOUT: &'static str = "Checks a pipeline and runs it to its end. It may do whatever its steps do: see `plan` first. Steps whose \
        inputs did not change are not paid for again. A step that asks a person stops the run; a person can then go on with it. \
        The answer has the outputs; `show` has what each step came to.";
    type Given = Given;
    type Answer = Ran;

    async fn work(
        bench: Arc<Bench>,
        given: Given,
        progress: Progress,
    ) -> Result<Said<Ran>, Refusal> {
        let seat = bench.seat()?;
        let prepared = {
            let bench = Arc::clone(&bench);
            tokio::task::spawn_blocking(move || prepared(&bench, given)).await?
        };
        let (prepared, toolbox, journal) = prepared?;
        drive(prepared, toolbox, journal, seat, progress).await
    }
}

type Ready = (Prepared, Toolbox, Journal);

fn prepared(bench: &Bench, given: Given) -> Result<Ready, Refusal> {
    let source = Source::read(&bench.within(&given.file)?)?;
    let place = Workplace::usual(&source);
    let toolbox = workspace::toolbox(&place.workspace);
    let catalogue = toolbox.catalogue();
    let analysis = workspace::analyse(&source, &place.workspace, &catalogue);
    let selection = match (given.only, given.from, given.until) {
        (None, None, None) => Selection::All,
        (Some(step), None, None) => Selection::Only(step),
        (None, Some(step), None) => Selection::From(step),
        (None, None, Some(step)) => Selection::Until(step),
        _ => return Err("`only`, `from` and `until` exclude one another".into()),
    };
    sound(&analysis, &selection)?;
    let mut options = Options::new(place.cwd, place.workspace.clone(), place.folder);
    options.writable.clone_from(&bench.options.writable);
    options.reachable.clone_from(&bench.options.reachable);
    options.front_end = workspace::Checked::new(&place.workspace);
    options.budget = bench.budget(options.budget, given.max_cost);
    options.reuse = if given.no_cache { Reuse::Never } else { Reuse::Calls };
    workspace::bound(&mut options);
    let (pipeline, plan) = analysis.into_program();
    let mut request = Request {
        pipeline: Arc::new(pipeline),
        plan: Arc::new(plan),
        catalogue,
        source: engine::Source { file: source.path.clone(), text: Arc::clone(&source.text) },
        inputs: given.inputs,
        selection,
        earlier: Vec::new(),
        options,
    };
    workspace::recall(&mut request)?;
    let prepared = engine::prepare(request, &toolbox).map_err(|refusals| told(&refusals))?;
    Ok((prepared, toolbox, Journal::open(&place.workspace.join(workspace::STATE))?))
}

/// Whether no error touches what is to run.
fn sound(analysis: &Analysis, selection: &Selection) -> Result<(), Refusal> {
    let blocking = Blocking::new(&analysis.pipeline, &analysis.plan, selection);
    let errors: Vec<String> = analysis
        .findings
        .iter()
        .filter(|found| found.severity == Severity::Error && blocking.is(found))
        .map(|found| {
            let at = analysis.document.position_utf16(found.span.start);
            format!("{}:{}: {}: {}", at.line + 1, at.column + 1, found.code, found.message)
        })
        .collect();
    if errors.is_empty() {
        return Ok(());
    }
    Err(format!("the pipeline has errors, so nothing ran:\n{}", errors.join("\n")).into())
}

/// Why the engine refused.
pub(super) fn told(refusals: &[Refused]) -> Refusal {
    let line = |refusal: &Refused| {
        let help = refusal.help.as_ref().map(|help| format!(" ({help})")).unwrap_or_default();
        format!("{}: {}{help}", refusal.code, refusal.message)
    };
    let lines: Vec<String> = refusals.iter().map(line).collect();
    format!("nothing ran:\n{}", lines.join("\n")).into()
}

/// Runs to the end, and tells the agent how far it is. The run ends when the agent no longer waits for it.
pub(super) async fn drive(
    prepared: Prepared,
    toolbox: Toolbox,
    journal: Journal,
    seat: Seat,
    mut progress: Progress,
) -> Result<Said<Ran>, Refusal> {
    let (sender, mut events) = unbounded_channel();
    let cancel = seat.cancel.clone();
    // This future is dropped where the agent has gone.
    let _stop = cancel.clone().drop_guard();
    let stop = cancel.clone();
    let mut running = tokio::spawn(async move {
        let _seat = seat;
        // A receiver that is gone wants no more of them.
        let watch = move |event: &Event| drop(sender.send(event.clone()));
        engine::run(prepared, &toolbox, &journal, watch, stop).await
    });
    let given_up = progress.cancel.clone();
    let document = loop {
        tokio::select! {
            Some(event) = events.recv() => progress.hear(&event).await,
            ended = &mut running => break ended?,
            () = given_up.cancelled(), if !cancel.is_cancelled() => cancel.cancel(),
        }
    };
    Ok(Said::plainly(Ran::of(&document)))
}
