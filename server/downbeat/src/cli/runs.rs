//! `downbeat runs`: past runs of this workspace.

use std::fmt::Write;

use engine::{Journal, RunStatus, RunSummary};

use super::{
    args::{ListFormat, Runs},
    exit::Exit,
    printable::printable,
    terminal::{Stream, Terminal},
};
use crate::workspace;

pub(super) fn run(terminal: Terminal, call: &Runs) -> Exit {
    let root = workspace::root(&workspace::current_dir());
    let runs = match all(&root.join(workspace::STATE)) {
        Ok(runs) => runs,
        Err(error) => {
            terminal.error(&error.to_string());
            return Exit::Failure;
        }
    };
    match call.format {
        ListFormat::Json => {
            terminal.json(&runs);
        }
        ListFormat::Text if runs.is_empty() => {
            terminal.note("nothing has run in this workspace yet")
        }
        ListFormat::Text => {
            terminal.write(Stream::Out, &table(&runs, terminal));
        }
    }
    Exit::Success
}

/// Newest first; none where nothing ever ran.
fn all(state: &std::path::Path) -> Result<Vec<RunSummary>, engine::JournalError> {
    Journal::existing(state)?.map_or_else(|| Ok(Vec::new()), |journal| journal.runs())
}

fn table(runs: &[RunSummary], terminal: Terminal) -> String {
    let paint = terminal.paint(Stream::Out);
    let wide = runs.iter().map(|run| run.run.chars().count()).max().unwrap_or(0);
    let mut out = String::new();
    for run in runs {
        let status = format!("{:<11}", run.status.as_str());
        let status = match run.status {
            RunStatus::Completed => paint.green(&status),
            RunStatus::Failed => paint.red(&status),
            _ => paint.yellow(&status),
        };
        let duration =
            run.duration.map_or_else(|| "-".to_owned(), |seconds| format!("{seconds:.1} s"));
        let started = jiff::Timestamp::from_millisecond((run.started_at * 1e3) as i64)
            .map_or_else(|_| String::new(), |at| at.strftime("%Y-%m-%d %H:%M:%SZ").to_string());
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
