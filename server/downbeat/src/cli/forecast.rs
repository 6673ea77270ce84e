//! What a run would do, shown without doing it: `run --dry-run` and `plan --against RUN`.

use std::{fmt::Write, sync::Arc};

use engine::{Fate, Forecast, Foreseen, Journal, Options, Request, Reuse, Selection, Toolbox};
use serde_json::Value as Json;

use super::{
    args,
    exit::Exit,
    paint::Paint,
    past,
    place::Workplace,
    printable::printable,
    run::{inputs, refuse},
    terminal::Terminal,
};
use crate::workspace::{self, Analysis, Source};

/// The longest value of a parameter that is shown to people.
const SHOWN: usize = 100;

/// Holds a pipeline against a past run, with the inputs of that run where no others are given.
///
/// # Errors
/// How the command ends; why is said.
pub(super) fn against(
    terminal: Terminal,
    call: &args::Plan,
    run: &str,
    source: &Source,
    analysis: &Analysis,
    place: &Workplace,
) -> Result<Forecast, Exit> {
    let archive = past::archive(terminal, &place.workspace)?;
    let run = past::find_of(terminal, &archive, run, &place.workspace, source.path.as_deref())?;
    let wrong = |message: String| {
        terminal.error(&message);
        Exit::Wrong
    };
    let journal = Journal::open(&place.workspace.join(workspace::STATE))
        .map_err(|error| wrong(error.to_string()))?;
    let past = journal.past(&run).map_err(|error| wrong(error.to_string()))?;
    let given = inputs::collect(&call.inputs).map_err(wrong)?;
    let mut options =
        Options::new(place.cwd.clone(), place.workspace.clone(), place.folder.clone());
    options.writable.clone_from(&place.writable);
    options.reachable.clone_from(&place.reachable);
    options.front_end = workspace::Checked::new(&place.workspace);
    let (_, mut inputs) = past.open(&given, &options.secrets).map_err(|name| {
        wrong(format!("secrets are not kept with a run: give `{name}` again, as it was then"))
    })?;
    let declared: Vec<&str> =
        pipeline::facts::inputs(&analysis.pipeline).map(|it| it.name.value.as_str()).collect();
    inputs.retain(|name, _| given.contains_key(name) || declared.contains(&name.as_str()));
    options.reuse = Reuse::Run(run.clone());
    let toolbox = workspace::toolbox(&place.workspace);
    let request = Request {
        pipeline: Arc::new(analysis.pipeline.clone()),
        plan: Arc::new(analysis.plan.clone()),
        catalogue: toolbox.catalogue(),
        source: engine::Source { file: source.path.clone(), text: Arc::clone(&source.text) },
        inputs,
        selection: Selection::All,
        earlier: Vec::new(),
        options,
    };
    let prepared = engine::prepare(request, &toolbox).map_err(|refusals| {
        refuse::refusals(terminal, source, &refusals);
        Exit::Wrong
    })?;
    engine::forecast(&prepared, &toolbox, Some(&journal), Some(&run))
        .map_err(|error| wrong(error.to_string()))
}

/// What a run would do that is ready to begin.
pub(super) fn dry(
    terminal: Terminal,
    call: &args::Results,
    prepared: &engine::Prepared,
    toolbox: &Toolbox,
    place: &Workplace,
) -> Exit {
    let journal = Journal::existing(&place.workspace.join(workspace::STATE));
    let forecast =
        journal.and_then(|journal| engine::forecast(prepared, toolbox, journal.as_ref(), None));
    let forecast = match forecast {
        Ok(forecast) => forecast,
        Err(error) => {
            terminal.error(&error.to_string());
            return Exit::Wrong;
        }
    };
    if call.json || call.events.is_some() {
        terminal.json(&forecast);
    } else {
        let text = text(&forecast, terminal.paint(super::terminal::Stream::Out));
        terminal.write(super::terminal::Stream::Out, &text);
    }
    terminal.note("nothing was called");
    Exit::Success
}

/// A forecast for people: a line a step, its parameters or its reason below.
pub(super) fn text(forecast: &Forecast, paint: Paint) -> String {
    let mut out = String::new();
    let count =
        |is_it: fn(&Fate) -> bool| forecast.steps.iter().filter(|step| is_it(&step.fate)).count();
    let taken = count(|fate| matches!(fate, Fate::Taken { .. }));
    let called = count(|fate| matches!(fate, Fate::Called));
    // Writing to a `String` cannot fail; the same holds below.
    let _ = match &forecast.against {
        Some(run) => writeln!(
            out,
            "{} {taken} taken from it, {called} called again",
            paint.bold(&format!("against the run `{}`:", printable(run)))
        ),
        None => {
            writeln!(out, "{} {called}, taken from earlier runs: {taken}", paint.bold("calls:"))
        }
    };
    let width = forecast.steps.iter().map(|it| it.path.chars().count()).max().unwrap_or(0).min(40);
    for step in &forecast.steps {
        line(&mut out, step, width, forecast.against.is_some(), paint);
    }
    if forecast.more > 0 {
        let _ = writeln!(out, "and {} more", forecast.more);
    }
    out
}

fn line(out: &mut String, step: &Foreseen, width: usize, is_compared: bool, paint: Paint) {
    let again = if is_compared { "again" } else { "call" };
    let (mark, what) = match &step.fate {
        Fate::Called => (paint.yellow(&format!("{again:<5}")), does(step)),
        Fate::Taken { run } => {
            let from =
                if is_compared { does(step) } else { format!("{}, as in `{run}`", does(step)) };
            (paint.green("taken"), from)
        }
        Fate::Rounds { count: Some(count) } => (
            paint.dim("loop "),
            format!("{count} {}", if *count == 1 { "round" } else { "rounds" }),
        ),
        Fate::Rounds { count: None } => {
            (paint.dim("loop "), "how often is known only in the run".to_owned())
        }
        Fate::Pipeline => (paint.dim("runs "), does(step)),
        Fate::Skipped { reason } => {
            (paint.dim("skip "), format!("skipped, {}", reason.replace('_', " ")))
        }
        Fate::Fails => (paint.red("fails"), does(step)),
    };
    let doubt = if step.certain { "" } else { ", perhaps" };
    let _ = writeln!(
        out,
        "  {mark}  {:<width$}  {}{doubt}",
        printable(&step.path),
        paint.dim(&printable(&what))
    );
    if let Some(because) = &step.because {
        let _ = writeln!(out, "         {:width$}  {}", "", printable(&because.message));
    }
    let is_shown = !matches!(step.fate, Fate::Taken { .. }) && !is_compared;
    for (name, value) in step.parameters.iter().filter(|_| is_shown) {
        let value = printable(&shown(value)).into_owned();
        let _ = writeln!(out, "         {:width$}  {}: {value}", "", paint.cyan(&printable(name)));
    }
}

fn does(step: &Foreseen) -> String {
    let tool = step.tool.clone().unwrap_or_default();
    match &step.operation {
        Some(operation) => format!("{tool} {operation}"),
        None => tool,
    }
}

/// On one line, and not too long.
fn shown(value: &Json) -> String {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= SHOWN {
        return line;
    }
    line.chars().take(SHOWN).chain(['…']).collect()
}
