//! `downbeat run`: checks a pipeline, runs it, and shows how it goes.

pub(super) mod drive;
pub(super) mod inputs;
pub(super) mod interrupt;
mod live;
mod plain;
pub(super) mod progress;
pub(super) mod refuse;
pub(super) mod summary;

use std::{num::NonZeroUsize, path::Path, sync::Arc};

use engine::{Earlier, Journal, Options, Request, Reuse, Selection};

use super::{
    args::{Part, Run},
    exit::Exit,
    forecast, past,
    people::{PipelineFrom, Speaker},
    place::Workplace,
    terminal::{Stream, Terminal},
};
use crate::workspace::{self, Source};
use drive::{Job, drive};

pub(super) fn run(terminal: Terminal, call: &Run) -> Exit {
    let (source, place, inputs) = match read(call) {
        Ok(read) => read,
        Err(message) => return wrong(terminal, &message),
    };
    let from = match source.path {
        Some(_) => PipelineFrom::File,
        None => PipelineFrom::Stdin,
    };
    let speaker = match Speaker::new(terminal, &call.asked, from) {
        Ok(speaker) => speaker,
        Err(message) => return wrong(terminal, &message),
    };
    let reuse = match reuse(terminal, call, &source, &place) {
        Ok(reuse) => reuse,
        Err(exit) => return exit,
    };
    let toolbox = match call.recorded {
        Some(_) => workspace::recorded_toolbox(&place.workspace),
        None => workspace::toolbox(&place.workspace),
    };
    let catalogue = toolbox.catalogue();
    let analysis = workspace::analyse(&source, &place.workspace, &catalogue);
    let selection = selection(&call.part);
    if let Err(drawn) = refuse::findings(terminal, &source, &analysis, &selection) {
        terminal.write(Stream::Err, &drawn);
        terminal.error("the pipeline has errors, so nothing ran");
        return Exit::Wrong;
    }
    let (pipeline, plan) = analysis.into_program();
    let steps = pipeline.steps.clone();
    let mut request = Request {
        pipeline: Arc::new(pipeline),
        plan: Arc::new(plan),
        catalogue,
        source: engine::Source { file: source.path.clone(), text: Arc::clone(&source.text) },
        inputs,
        selection,
        earlier: Vec::new(),
        options: Options { reuse, people: speaker.people(), ..options(call, &place) },
    };
    if let Err(error) = workspace::recall(&mut request) {
        return wrong(terminal, &format!("{error}, so nothing ran"));
    }
    for Earlier { run, record } in &request.earlier {
        terminal.note(&format!("`{}` is not to run; it is as in the run `{run}`", record.id));
    }
    let recording = match call
        .recorded
        .as_deref()
        .map(|run| recording(terminal, run, source.path.as_deref(), &place))
    {
        Some(Ok(past)) => Some(past),
        Some(Err(exit)) => return exit,
        None => None,
    };
    let prepared = match recording {
        None => engine::prepare(request, &toolbox),
        Some(past) => engine::prepare_recorded(request, &toolbox, past),
    };
    let prepared = match prepared {
        Ok(prepared) => prepared,
        Err(refusals) => {
            refuse::refusals(terminal, &source, &refusals);
            return Exit::Wrong;
        }
    };
    if call.dry_run {
        return forecast::dry(terminal, &call.results, &prepared, &toolbox, &place);
    }
    let journal = match Journal::open(&place.workspace.join(workspace::STATE)) {
        Ok(journal) => journal,
        Err(error) => return wrong(terminal, &format!("{error}, so nothing ran")),
    };
    say_set_aside(terminal, &journal);
    drive(
        terminal,
        &call.results,
        &source,
        &steps,
        Job { prepared, toolbox, journal, speaker: Some(speaker) },
    )
}

/// Says that a damaged journal was put aside.
pub(super) fn say_set_aside(terminal: Terminal, journal: &Journal) {
    if let Some(aside) = journal.set_aside() {
        terminal.note(&format!(
            "the journal was damaged; it was put aside as `{}`",
            workspace::display(aside)
        ));
    }
}

/// The past run whose answers are taken.
fn recording(
    terminal: Terminal,
    run: &str,
    file: Option<&Path>,
    place: &Workplace,
) -> Result<engine::Past, Exit> {
    let archive = past::archive(terminal, &place.workspace)?;
    let run = past::find_of(terminal, &archive, run, &place.workspace, file)?;
    let journal = Journal::open(&place.workspace.join(workspace::STATE));
    journal.map_err(engine::ResumeError::from).and_then(|it| it.past(&run)).map_err(|error| {
        terminal.error(&error.to_string());
        Exit::Wrong
    })
}

fn read(
    call: &Run,
) -> Result<(Source, Workplace, serde_json::Map<String, serde_json::Value>), String> {
    let source = Source::read(&call.file).map_err(|error| error.to_string())?;
    let place = Workplace::new(&source, &call.place)?;
    let inputs = inputs::collect(&call.inputs)?;
    Ok((source, place, inputs))
}

fn wrong(terminal: Terminal, message: &str) -> Exit {
    terminal.error(message);
    Exit::Wrong
}

/// Whose answers count.
fn reuse(
    terminal: Terminal,
    call: &Run,
    source: &Source,
    place: &Workplace,
) -> Result<Reuse, Exit> {
    match &call.reuse {
        _ if call.no_cache => Ok(Reuse::Never),
        None => Ok(Reuse::Calls),
        Some(run) => {
            let archive = past::archive(terminal, &place.workspace)?;
            past::find_of(terminal, &archive, run, &place.workspace, source.path.as_deref())
                .map(Reuse::Run)
        }
    }
}

fn selection(part: &Part) -> Selection {
    match (&part.only, &part.from, &part.until) {
        (Some(step), _, _) => Selection::Only(step.clone()),
        (None, Some(step), _) => Selection::From(step.clone()),
        (None, None, Some(step)) => Selection::Until(step.clone()),
        (None, None, None) => Selection::All,
    }
}

fn options(call: &Run, place: &Workplace) -> Options {
    let mut options =
        Options::new(place.cwd.clone(), place.workspace.clone(), place.folder.clone());
    options.writable.clone_from(&place.writable);
    options.reachable.clone_from(&place.reachable);
    options.front_end = workspace::Checked::new(&place.workspace);
    options.budget = call.budget.over(options.budget);
    workspace::bound(&mut options);
    if let Some(jobs) = call.jobs.and_then(|jobs| NonZeroUsize::new(jobs.into())) {
        options.jobs = jobs;
    }
    options
}
