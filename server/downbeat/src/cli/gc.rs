//! `downbeat gc`: forgets old runs and what no run refers to.

use engine::{Earnest, Forget, Forgotten};

use super::{
    args::{Gc, ListFormat},
    exit::Exit,
    past,
    printable::printable,
    terminal::{Stream, Terminal},
};
use crate::words::{moment, size};

pub(super) fn run(terminal: Terminal, call: &Gc) -> Exit {
    let root = match past::root(&call.place) {
        Ok(root) => root,
        Err(message) => {
            terminal.error(&message);
            return Exit::Wrong;
        }
    };
    let archive = match past::archive(terminal, &root) {
        Ok(archive) => archive,
        Err(exit) => return exit,
    };
    let which = Forget { keep: call.keep, older_than: call.older_than };
    let earnest = if call.dry_run { Earnest::Rehearsal } else { Earnest::Real };
    let forgotten = match archive.forget(which, earnest) {
        Ok(forgotten) => forgotten,
        Err(error) => {
            terminal.error(&error.to_string());
            return Exit::Failure;
        }
    };
    match call.format {
        ListFormat::Json => {
            terminal.json(&forgotten);
        }
        ListFormat::Text => {
            terminal.write(Stream::Out, &told(&forgotten, earnest));
        }
    }
    Exit::Success
}

fn told(forgotten: &Forgotten, earnest: Earnest) -> String {
    let verb = match earnest {
        Earnest::Real => "forgot",
        Earnest::Rehearsal => "would forget",
    };
    let mut out = String::new();
    let wide = forgotten.runs.iter().map(|run| run.run.chars().count()).max().unwrap_or(0);
    for run in &forgotten.runs {
        let (id, started) = (printable(&run.run), moment(run.started_at));
        out.push_str(&format!("{id:<wide$}  {:<11} {started}\n", run.status.as_str()));
    }
    let count = |count: usize, what: &str| match count {
        1 => format!("1 {what}"),
        _ => format!("{count} {what}s"),
    };
    let (runs, values) =
        (count(forgotten.runs.len(), "run"), count(forgotten.values, "stored value"));
    out.push_str(&format!("{verb} {runs} and {values} ({})\n", size(forgotten.bytes)));
    out
}
