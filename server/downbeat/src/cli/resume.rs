//! `downbeat resume`: goes on with a run that did not come to its end.

use std::num::NonZeroUsize;

use engine::{Document, Journal, Past, ResumeError};

use super::{
    args::{self, Resume},
    exit::Exit,
    past,
    people::{PipelineFrom, Speaker},
    replay,
    run::{
        drive::{self, Job, drive, report},
        refuse, say_set_aside,
    },
    terminal::Terminal,
};
use crate::workspace::{self, Again};

pub(super) fn run(terminal: Terminal, call: &Resume) -> Exit {
    let (journal, run) = match open(terminal, &call.past) {
        Ok(found) => found,
        Err(exit) => return exit,
    };
    let past = match journal.resume(&run) {
        Ok(past) => past,
        Err(ResumeError::Over(document)) => return over(terminal, call, &journal, &document),
        Err(error) => {
            terminal.error(&error.to_string());
            return Exit::Wrong;
        }
    };
    let ended = tools::process::end_leftovers(past.run());
    match ended.len() {
        0 => {}
        1 => terminal.note("ended a process that the run had left behind"),
        count => terminal.note(&format!("ended {count} processes that the run had left behind")),
    }
    let toolbox = workspace::toolbox(&past.options().workspace);
    let Again { source, analysis, mut request } =
        match replay::read(terminal, &past, &call.inputs, &toolbox) {
            Ok(again) => again,
            Err(exit) => return exit,
        };
    let speaker = match Speaker::new(terminal, &call.asked, PipelineFrom::File) {
        Ok(speaker) => speaker,
        Err(message) => {
            terminal.error(&message);
            return Exit::Wrong;
        }
    };
    request.options.people = speaker.people();
    if let Some(jobs) = call.jobs.and_then(|jobs| NonZeroUsize::new(jobs.into())) {
        request.options.jobs = jobs;
    }
    request.options.budget = call.budget.over(request.options.budget);
    say_changed(terminal, &past, &source.text);
    let (pipeline, _) = analysis.into_program();
    match engine::prepare_resume(request, &toolbox, past) {
        Ok(prepared) => {
            let job = Job { prepared, toolbox, journal, speaker: Some(speaker) };
            drive(terminal, &call.results, &source, &pipeline.steps, job)
        }
        Err(refusals) => {
            refuse::refusals(terminal, &source, &refusals);
            Exit::Wrong
        }
    }
}

/// The journal of the workspace that is meant, and the id of the run.
pub(super) fn open(terminal: Terminal, call: &args::Past) -> Result<(Journal, String), Exit> {
    let root = past::root(&call.place).map_err(|message| {
        terminal.error(&message);
        Exit::Wrong
    })?;
    let archive = past::archive(terminal, &root)?;
    let run = past::find(terminal, &archive, &call.run, &root)?;
    let journal = Journal::open(&root.join(workspace::STATE)).map_err(|error| {
        terminal.error(&error.to_string());
        Exit::Failure
    })?;
    say_set_aside(terminal, &journal);
    Ok((journal, run))
}

/// Shows a run that is over: nothing is left to do.
fn over(terminal: Terminal, call: &Resume, journal: &Journal, document: &Document) -> Exit {
    terminal.note("the run is over, so nothing was done");
    let toolbox = workspace::toolbox(&workspace::current_dir());
    // What is missing of an old run only takes the drawings from the report.
    let again = journal.past(&document.run).ok();
    let again = again.and_then(|past| replay::analyse(&past, &call.inputs, &toolbox).ok());
    match again {
        Some(again) => {
            report(
                terminal,
                &call.results,
                &again.source,
                &again.analysis.pipeline.steps,
                document,
            );
        }
        None => {
            terminal.json(document);
        }
    }
    drive::exit(document)
}

/// Says so when the pipeline is another one by now.
fn say_changed(terminal: Terminal, past: &Past, text: &str) {
    let Some(file) = past.file() else { return };
    let now = std::fs::read_to_string(file);
    if now.is_err() || now.is_ok_and(|now| now != text) {
        terminal.note(&format!(
            "`{}` has changed since; the run goes on with the pipeline that it began with",
            workspace::display(file)
        ));
    }
}
