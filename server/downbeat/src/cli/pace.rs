//! `downbeat pause` and `downbeat unpause`: a run, whichever process drives it, begins nothing for a while.

use engine::{Heard, Pace, PaceError};

use super::{args::Pause, exit::Exit, resume, shell, terminal::Terminal};

pub(super) fn run(terminal: Terminal, call: &Pause, pace: Pace) -> Exit {
    let (journal, run) = match resume::open(terminal, &call.past) {
        Ok(found) => found,
        Err(exit) => return exit,
    };
    match journal.set_pace(&run, pace) {
        Ok(heard) => {
            terminal.note(&words(&run, pace, heard));
            Exit::Success
        }
        Err(error @ PaceError::Journal(_)) => {
            terminal.error(&error.to_string());
            Exit::Failure
        }
        Err(error) => {
            terminal.error(&error.to_string());
            Exit::Wrong
        }
    }
}

fn words(run: &str, pace: Pace, heard: Heard) -> String {
    match (pace, heard) {
        (Pace::Paused, Heard::Already) => format!("the run `{run}` is paused already"),
        (Pace::Going, Heard::Already) => format!("the run `{run}` is not paused"),
        (Pace::Paused, Heard::Soon) => format!(
            "the run `{run}` begins nothing from now on, within two seconds; `downbeat unpause {}` lets it go on",
            shell::word(run)
        ),
        (Pace::Going, Heard::Soon) => format!("the run `{run}` goes on within two seconds"),
    }
}
