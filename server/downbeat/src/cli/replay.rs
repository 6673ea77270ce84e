//! `downbeat replay`: a past run once more, with every answer taken from the journal.

use std::sync::Arc;

use engine::{Journal, Past, Request, Toolbox};

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
use crate::workspace::{self, Analysis, Source};

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
    let toolbox = workspace::toolbox();
    let Again { source, analysis, request } = match read(terminal, &past, &call.inputs, &toolbox) {
        Ok(again) => again,
        Err(exit) => return exit,
    };
    match engine::prepare_replay(request, &toolbox, past) {
        Ok(prepared) => {
            // Nothing of it is kept: it is kept already.
            let job = Job { prepared, toolbox, journal: Journal::in_memory() };
            drive(terminal, &call.results, &source, &analysis, job)
        }
        Err(refusals) => {
            refuse::refusals(terminal, &source, &refusals);
            Exit::Wrong
        }
    }
}

/// A past run, as it was asked for.
pub(super) struct Again {
    pub(super) source: Source,
    pub(super) analysis: Analysis,
    pub(super) request: Request,
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

/// What a past run was asked, with its secrets given again.
///
/// # Errors
/// In words: what is given is not secret, or a secret is missing.
pub(super) fn analyse(past: &Past, given: &Inputs, toolbox: &Toolbox) -> Result<Again, String> {
    let given = inputs::collect(given)?;
    if let Some(name) = given.keys().find(|name| !past.secret_inputs().contains(*name)) {
        return Err(format!(
            "`{name}` is kept with the run; only its secret inputs are given again"
        ));
    }
    let options = past.options();
    let (text, inputs) = past.open(&given, &options.secrets).map_err(|name| {
        if past.secret_inputs().contains(&name) {
            format!("secrets are not kept: give the input `{name}` again with `-i {name}=...`")
        } else {
            format!("secrets are not kept: set the variable `{name}` as it was when the run began")
        }
    })?;
    let name = past.file().map_or_else(|| "-".to_owned(), workspace::display);
    let source =
        Source { name: name.into(), path: past.file().map(Into::into), text: Arc::clone(&text) };
    let catalogue = toolbox.catalogue();
    let analysis = workspace::analyse(&source, &options.workspace, &catalogue);
    let request = Request {
        pipeline: Arc::new(analysis.pipeline.clone()),
        plan: Arc::new(analysis.plan.clone()),
        catalogue,
        source: engine::Source { file: source.path.clone(), text },
        inputs,
        selection: past.selection().clone(),
        options,
    };
    Ok(Again { source, analysis, request })
}
