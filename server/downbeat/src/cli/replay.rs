//! `downbeat replay`: a past run once more, with every answer taken from the journal.

use engine::{Journal, Past, Toolbox};

use super::{
    args::{Inputs, Replay},
    exit::Exit,
    resume,
    run::{
        drive::{Job, drive},
        inputs, refuse,
    },
    terminal::{Stream, Terminal},
};
use crate::workspace::{self, Again};

pub(super) fn run(terminal: Terminal, call: &Replay) -> Exit {
    let (journal, run) = match resume::open(terminal, &call.past) {
        Ok(found) => found,
        Err(exit) => return exit,
    };
    let past = match journal.past(&run) {
        Ok(past) => past,
        Err(error) => {
            terminal.error(&error.to_string());
            return Exit::Wrong;
        }
    };
    let toolbox = workspace::recorded_toolbox(&workspace::current_dir());
    let Again { source, analysis, request } = match read(terminal, &past, &call.inputs, &toolbox) {
        Ok(again) => again,
        Err(exit) => return exit,
    };
    let (pipeline, _) = analysis.into_program();
    match engine::prepare_replay(request, &toolbox, past) {
        Ok(prepared) => {
            // Nothing of it is kept: it is kept already.
            let job = Job { prepared, toolbox, journal: Journal::in_memory(), speaker: None };
            drive(terminal, &call.results, &source, &pipeline.steps, job)
        }
        Err(refusals) => {
            refuse::refusals(terminal, &source, &refusals);
            Exit::Wrong
        }
    }
}

/// [`analyse`], and refuses what this build finds wrong.
///
/// # Errors
/// How the command ends; why is said.
pub(super) fn read(
    terminal: Terminal,
    past: &Past,
    given: &Inputs,
    toolbox: &Toolbox,
) -> Result<Again, Exit> {
    let again = analyse(past, given, toolbox).map_err(|message| {
        terminal.error(&message);
        Exit::Wrong
    })?;
    let selection = &again.request.selection;
    if let Err(drawn) = refuse::findings(terminal, &again.source, &again.analysis, selection) {
        terminal.write(Stream::Err, &drawn);
        terminal.error("this version finds errors in the pipeline that the run began with");
        return Err(Exit::Wrong);
    }
    Ok(again)
}

/// A past run, as it was asked for.
///
/// # Errors
/// In words: the inputs cannot be read, what is given is not secret, or a secret is missing.
pub(super) fn analyse(past: &Past, given: &Inputs, toolbox: &Toolbox) -> Result<Again, String> {
    workspace::again(past, &inputs::collect(given)?, toolbox)
}
