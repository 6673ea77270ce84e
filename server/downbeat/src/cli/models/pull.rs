//! Models that run inside this program: brought, and deleted again.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use models::shelf::{KNOWN, Progress, Shelf, pull, source};

use crate::{
    cli::{
        args::{ModelsPull, ModelsRm},
        exit::Exit,
        terminal::{Stream, Terminal},
    },
    workspace,
};

pub(super) fn run(terminal: Terminal, call: &ModelsPull) -> Exit {
    let Some(what) = &call.what else { return list(terminal) };
    let Some(shelf) = shelf(terminal) else { return Exit::Failure };
    let mirror = std::env::var("HF_ENDPOINT").ok();
    let source = match source(what, call.name.as_deref(), mirror.as_deref()) {
        Ok(source) => source,
        Err(why) => {
            terminal.error(&why.to_string());
            return Exit::Wrong;
        }
    };
    if let Some((licence, card)) = &source.licence {
        terminal.note(&format!("licence: {licence} ({card})"));
    }
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            terminal.error(&error.to_string());
            return Exit::Failure;
        }
    };
    let bar = bar(terminal);
    let mut tell = |progress: Progress| {
        if let Some(all) = progress.all {
            bar.set_length(all);
        }
        bar.set_position(progress.had);
    };
    let pulled = runtime.block_on(pull(&shelf, &source, &mut tell));
    bar.finish_and_clear();
    match pulled {
        Ok(pulled) => {
            let checked =
                if pulled.is_checked { "as it must be" } else { "nobody says what it must be" };
            terminal.note(&pulled.file.display().to_string());
            terminal.note(&format!("SHA-256: {}, {checked}", pulled.sha256));
            if source.licence.is_none() {
                let licence = pulled.licence.as_deref().unwrap_or("not said by the file");
                terminal.note(&format!("licence: {licence}"));
            }
            terminal.line(&format!("local:{}", source.name));
            Exit::Success
        }
        Err(why) => {
            terminal.error(&why.to_string());
            Exit::Failure
        }
    }
}

pub(super) fn remove(terminal: Terminal, call: &ModelsRm) -> Exit {
    let Some(shelf) = shelf(terminal) else { return Exit::Failure };
    let name = call.name.strip_prefix("local:").unwrap_or(&call.name);
    match shelf.remove(name) {
        Ok(file) => {
            terminal.note(&format!("deleted {}", file.display()));
            Exit::Success
        }
        Err(why) => {
            terminal.error(&why);
            Exit::Wrong
        }
    }
}

/// Those that can be pulled by name.
fn list(terminal: Terminal) -> Exit {
    for known in KNOWN {
        terminal.line(&format!(
            "{:<16} {:>5} MB  {}; {}",
            known.name,
            known.length / 1_000_000,
            known.about,
            known.licence
        ));
    }
    terminal.note("any GGUF file of the architectures `llama` and `qwen2` can be pulled by its address or its path");
    Exit::Success
}

fn shelf(terminal: Terminal) -> Option<Shelf> {
    let user = workspace::user_folder();
    if user.is_none() {
        terminal.error("this user has no home folder, so nothing can be kept");
    }
    user.as_deref().map(Shelf::of_user)
}

/// How far it is, where somebody watches.
fn bar(terminal: Terminal) -> ProgressBar {
    let is_watched = terminal.interactive(Stream::Err)
        && terminal.verbosity > crate::cli::terminal::Verbosity::Quiet;
    if !is_watched {
        return ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
    }
    let style = ProgressStyle::with_template(
        "{bar:30} {bytes} of {total_bytes}, {bytes_per_sec}, {eta} left",
    );
    // The template is our own; another one would be drawn as well.
    let style = style.unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr()).with_style(style)
}
