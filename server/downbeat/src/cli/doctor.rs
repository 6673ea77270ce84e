//! `downbeat doctor`: what this program finds around it.

use std::sync::Arc;

use engine::Journal;
use models::{Health, Providers};

use super::{check::counted_noun, exit::Exit, terminal::Terminal};
use crate::workspace;

pub(super) fn run(terminal: Terminal) -> Exit {
    let root = workspace::root(&workspace::current_dir());
    let (journal, exit) = journal(&root.join(workspace::STATE));
    let provided = workspace::toolbox(&workspace::current_dir()).names();
    let tools = if provided.is_empty() { "none".to_owned() } else { provided.join(", ") };
    let rows = [
        (
            "downbeat",
            format!(
                "{} ({} {})",
                env!("CARGO_PKG_VERSION"),
                std::env::consts::OS,
                std::env::consts::ARCH
            ),
        ),
        ("workspace", workspace::display(&root)),
        ("journal", journal),
        ("tools", tools),
        ("python3", python()),
        ("ffmpeg", ffmpeg()),
    ];
    for (what, state) in rows {
        terminal.line(&format!("{what:<10} {state}"));
    }
    for state in providers() {
        terminal.line(&format!("{:<10} {state}", "models"));
    }
    super::models::complain_of_files(terminal, &root);
    exit
}

/// Who of the providers of models is set up, by what, and whether it answers; what is to be said about files with keys.
fn providers() -> Vec<String> {
    let root = workspace::root(&workspace::current_dir());
    let providers = Arc::new(Providers::new(workspace::surroundings(&root)));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let found = match runtime {
        Ok(runtime) => runtime.block_on(providers.health()),
        Err(error) => return vec![format!("not asked: {error}")],
    };
    let mut lines: Vec<_> = found.iter().map(in_words).collect();
    if found.is_empty() {
        let nothing = providers.nothing_is_set_up();
        lines.push(nothing.message);
        lines.extend(nothing.help);
    }
    lines.extend(providers.warnings().iter().cloned());
    lines
}

fn in_words(Health { provider, by, state }: &Health) -> String {
    match state {
        Ok(models) => format!("{provider}: {} ({by})", counted_noun(*models, "model")),
        Err(error) => format!("{provider}: not reachable: {error} ({by})"),
    }
}

fn journal(state: &std::path::Path) -> (String, Exit) {
    let told = Journal::existing(state).and_then(|journal| match journal {
        None => Ok("none yet: nothing has run here".to_owned()),
        Some(journal) => {
            let readable = format!("readable, {}", counted_noun(journal.runs()?.len(), "run"));
            Ok(match journal.set_aside() {
                None => readable,
                Some(aside) => format!(
                    "{readable}; a damaged one was put aside as `{}`",
                    workspace::display(aside)
                ),
            })
        }
    });
    match told {
        Ok(told) => (told, Exit::Success),
        Err(error) => (format!("not usable: {error}"), Exit::Failure),
    }
}

/// What `python-executor` would start.
fn python() -> String {
    match std::process::Command::new("python3").arg("--version").output() {
        Ok(out) if out.status.success() => String::from_utf8_lossy(&out.stdout).trim().to_owned(),
        Ok(_) => "there, but it does not start".to_owned(),
        Err(_) => "not found: steps of `python-executor` cannot run".to_owned(),
    }
}

/// What `video-processing` would start.
fn ffmpeg() -> String {
    let version = |program: &str| {
        let out = std::process::Command::new(program).arg("-version").output().ok()?;
        let text = String::from_utf8_lossy(&out.stdout).into_owned();
        let first = text.lines().next().filter(|_| out.status.success())?;
        Some(first.split(" Copyright").next().unwrap_or(first).to_owned())
    };
    match (version("ffmpeg"), version("ffprobe")) {
        (Some(version), Some(_)) => version,
        (Some(_), None) => "there without `ffprobe`: steps of `video-processing` cannot run".to_owned(),
        (None, _) => {
            "not found: steps of `video-processing` cannot run; the package `ffmpeg` of apt, dnf, brew and winget has it".to_owned()
        }
    }
}
