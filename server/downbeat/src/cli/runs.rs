//! `downbeat runs`: past runs of a workspace.

use std::fmt::Write;

use engine::{RunStatus, RunSummary};

use super::{
    args::{ListFormat, Runs},
    exit::Exit,
    paint::Paint,
    past,
    printable::printable,
    terminal::{Stream, Terminal},
};
use crate::{
    words::{moment, took},
    workspace::{self, display},
};

pub(super) fn run(terminal: Terminal, call: &Runs) -> Exit {
    let root = match &call.file {
        Some(file) if call.place.cwd.is_none() => Ok(past::root_of(file)),
        _ => past::root(&call.place),
    };
    let root = match root {
        Ok(root) => root,
        Err(message) => {
            terminal.error(&message);
            return Exit::Wrong;
        }
    };
    // One more than is listed tells whether there are more.
    let mut runs = match workspace::runs(&root, call.file.as_deref(), call.limit.saturating_add(1))
    {
        Ok(runs) => runs,
        Err(error) => {
            terminal.error(&error.to_string());
            return Exit::Failure;
        }
    };
    let is_cut = runs.len() > call.limit;
    runs.truncate(call.limit);
    match call.format {
        ListFormat::Json => {
            terminal.json(&runs);
        }
        ListFormat::Text => {
            terminal.write(Stream::Out, &table(&runs, terminal.paint(Stream::Out)));
        }
    }
    if is_cut {
        terminal
            .note(&format!("older runs are not listed; `--limit` lists more than {}", call.limit));
    } else if runs.is_empty() {
        let of = call.file.as_ref().map(|file| format!("`{}` has not run", display(file)));
        let of = of.unwrap_or_else(|| "nothing has run".to_owned());
        terminal.note(&format!("{of} in the workspace `{}` yet", display(&root)));
        past::elsewhere(&root).iter().for_each(|line| terminal.note(line));
    }
    Exit::Success
}

fn table(runs: &[RunSummary], paint: Paint) -> String {
    let wide = runs.iter().map(|run| run.run.chars().count()).max().unwrap_or(0);
    let mut out = String::new();
    for run in runs {
        let status = status(run.status, paint);
        let duration = run.duration.map_or_else(|| "-".to_owned(), took);
        let started = moment(run.started_at);
        let file = printable(run.file.as_deref().unwrap_or("-"));
        // Writing to a `String` cannot fail.
        let _ = writeln!(
            out,
            "{:<wide$}  {status} {started}  {duration:>9}  {file}",
            printable(&run.run)
        );
    }
    out
}

fn status(status: RunStatus, paint: Paint) -> String {
    let word = format!("{:<11}", status.as_str());
    match status {
        RunStatus::Completed => paint.green(&word),
        RunStatus::Failed => paint.red(&word),
        RunStatus::Running | RunStatus::Paused | RunStatus::Cancelled | RunStatus::Interrupted => {
            paint.yellow(&word)
        }
    }
}
