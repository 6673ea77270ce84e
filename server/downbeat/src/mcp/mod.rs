//! `downbeat mcp`: the same checks, plans and records for agents, by the Model Context Protocol on standard input and output.
//!
//! What an agent may call is an [`offer`]: a type for what it is given, a type for what it answers, and a function. Offers
//! only look, unless the caller of the process said that runs are allowed.

mod bench;
mod completion;
mod handler;
mod offer;
mod offers;
mod progress;
mod prompts;
mod resources;
mod topics;

use std::{path::PathBuf, process::ExitCode, sync::Arc};

use rmcp::{ServiceExt as _, service::QuitReason, transport::stdio};

use self::{bench::Bench, handler::Handler};
use crate::{cli::terminal::Terminal, workspace};

/// How the server was started.
#[derive(Debug)]
pub(crate) struct Options {
    /// The folder that it works in; the working directory where none is named.
    pub(crate) folder: Option<PathBuf>,
    /// Whether agents may run pipelines.
    pub(crate) runs: Runs,
    /// What a run may use at most.
    pub(crate) budget: engine::Budget,
    /// Further folders that runs may write to.
    pub(crate) writable: Vec<PathBuf>,
    /// Hosts that runs may reach though their addresses are private.
    pub(crate) reachable: Vec<String>,
}

/// Whether agents may run pipelines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Runs {
    Allowed,
    Refused,
}

/// Serves one agent until it goes away.
pub(crate) fn serve(terminal: Terminal, options: Options) -> ExitCode {
    let bench = match Bench::new(options) {
        Ok(bench) => Arc::new(bench),
        Err(message) => {
            terminal.error(&message);
            return ExitCode::from(2);
        }
    };
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            terminal.error(&format!("cannot start: {}", workspace::reason(&error)));
            return ExitCode::FAILURE;
        }
    };
    let ended = runtime.block_on(async {
        let ended = converse(Arc::clone(&bench)).await;
        bench.end().await;
        ended
    });
    runtime.shutdown_background();
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            terminal.error(&message);
            ExitCode::FAILURE
        }
    }
}

/// Answers until the agent goes away, or the process is told to end.
async fn converse(bench: Arc<Bench>) -> Result<(), String> {
    let service = Handler::new(bench).serve(stdio()).await;
    let service = service.map_err(|error| format!("the agent does not speak MCP: {error}"))?;
    tokio::select! {
        ended = service.waiting() => match ended {
            Ok(QuitReason::JoinError(error)) | Err(error) => Err(format!("the server failed inside: {error}")),
            Ok(_) => Ok(()),
        },
        () = told_to_end() => Ok(()),
    }
}

#[cfg(unix)]
async fn told_to_end() {
    use tokio::signal::unix::{SignalKind, signal};
    match signal(SignalKind::terminate()) {
        Ok(mut terminate) => tokio::select! {
            _ = terminate.recv() => {}
            _ = tokio::signal::ctrl_c() => {}
        },
        // Without a handler the signal ends the process by itself.
        Err(_) => std::future::pending().await,
    }
}

#[cfg(not(unix))]
async fn told_to_end() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}
