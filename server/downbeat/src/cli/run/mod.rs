//! `downbeat run`: checks a pipeline, runs it, and shows how it goes.

mod inputs;
mod interrupt;
mod live;
mod plain;
mod progress;
mod refuse;
pub(super) mod summary;

use std::{num::NonZeroUsize, sync::Arc};

use engine::{
    Document, Journal, Options, Prepared, Request, RunStatus, Selection, Toolbox, event::Event,
};

use super::{
    args::{Part, Run},
    exit::Exit,
    place::Workplace,
    terminal::{Stream, Terminal},
};
use crate::workspace::{self, Analysis, Source};
use progress::Progress;

pub(super) fn run(terminal: Terminal, call: &Run) -> Exit {
    let (source, place, inputs) = match read(call) {
        Ok(read) => read,
        Err(message) => return wrong(terminal, &message),
    };
    let toolbox = workspace::toolbox();
    let catalogue = toolbox.catalogue();
    let analysis = workspace::analyse(&source, &place.workspace, &catalogue);
    let selection = selection(&call.part);
    if let Err(drawn) = refuse::findings(terminal, &source, &analysis, &selection) {
        terminal.write(Stream::Err, &drawn);
        terminal.error("the pipeline has errors, so nothing ran");
        return Exit::Wrong;
    }
    let request = Request {
        pipeline: Arc::new(analysis.pipeline.clone()),
        plan: Arc::new(analysis.plan.clone()),
        catalogue,
        source: engine::Source { file: source.path.clone(), text: Arc::clone(&source.text) },
        inputs,
        selection,
        options: options(call, &place),
    };
    let prepared = match engine::prepare(request, &toolbox) {
        Ok(prepared) => prepared,
        Err(refusals) => {
            refuse::refusals(terminal, &source, &refusals);
            return Exit::Wrong;
        }
    };
    let journal = match Journal::open(&place.workspace.join(workspace::STATE)) {
        Ok(journal) => journal,
        Err(error) => return wrong(terminal, &format!("{error}, so nothing ran")),
    };
    if let Some(aside) = journal.set_aside() {
        terminal.note(&format!(
            "the journal was damaged; it was put aside as `{}`",
            workspace::display(aside)
        ));
    }
    drive(terminal, call, &source, &analysis, Job { prepared, toolbox, journal })
}

/// What is to be driven.
struct Job {
    prepared: Prepared,
    toolbox: Toolbox,
    journal: Journal,
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
    options.front_end = workspace::Checked::new(&place.workspace);
    if let Some(jobs) = call.jobs.and_then(|jobs| NonZeroUsize::new(jobs.into())) {
        options.jobs = jobs;
    }
    options
}

/// Runs to the end, or until a second interruption.
fn drive(terminal: Terminal, call: &Run, source: &Source, analysis: &Analysis, job: Job) -> Exit {
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            return wrong(terminal, &format!("cannot start: {}", workspace::reason(&error)));
        }
    };
    let steps = analysis.pipeline.steps.len();
    let progress = Arc::new(Progress::new(terminal, job.prepared.run(), steps));
    let (shown, as_lines) = (Arc::clone(&progress), call.events.is_some());
    let watch = move |event: &Event| {
        if as_lines {
            // Events are our own shape: text keys and finite numbers.
            let line = serde_json::to_string(event).unwrap_or_default();
            terminal.line(&line);
        }
        shown.show(event);
    };
    // On a worker, not on this thread: a step then starts where the one before ended.
    let ended = runtime.block_on(interrupt::until_twice(terminal, |cancel| {
        let Job { prepared, toolbox, journal } = job;
        runtime.spawn(async move { engine::run(prepared, &toolbox, &journal, watch, cancel).await })
    }));
    progress.finish();
    runtime.shutdown_background();
    let document = match ended {
        None => return Exit::Interrupted,
        Some(Ok(document)) => document,
        Some(Err(error)) => {
            terminal.error(&format!("the run failed inside: {error}"));
            return Exit::Failure;
        }
    };
    report(terminal, call, source, analysis, &document);
    match document.status {
        RunStatus::Completed if document.success => Exit::Success,
        RunStatus::Cancelled | RunStatus::Interrupted => Exit::Interrupted,
        _ => Exit::Failure,
    }
}

fn report(
    terminal: Terminal,
    call: &Run,
    source: &Source,
    analysis: &Analysis,
    document: &Document,
) {
    summary::failures(terminal, source, analysis, document);
    if call.events.is_some() {
        // One line, as every event before it.
        terminal.line(&serde_json::to_string(document).unwrap_or_default());
    } else if call.json {
        terminal.json(document);
    } else {
        terminal.write(Stream::Out, &summary::outputs(document, terminal));
    }
    terminal.note(&summary::last_line(document));
}
