//! A run that is driven to its end, shown while it goes on, and told when it is over.

use std::{
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

use engine::{Archive, Document, Journal, Prepared, RunStatus, Toolbox, event::Event};
use pipeline::Steps;

use super::{interrupt, progress::Progress, summary};
use crate::{
    cli::{
        args::Results,
        exit::Exit,
        people::Speaker,
        qc, shell,
        terminal::{Stream, Terminal},
    },
    report::QualityReport,
    trace::{self, Spans},
    workspace::{self, Source},
};

/// What is to be driven.
pub(in crate::cli) struct Job {
    pub(in crate::cli) prepared: Prepared,
    pub(in crate::cli) toolbox: Toolbox,
    pub(in crate::cli) journal: Journal,
    /// Whom steps ask; none where none is.
    pub(in crate::cli) speaker: Option<Arc<Speaker>>,
}

/// Runs to the end, or until a second interruption. `steps` are those of the source.
pub(in crate::cli) fn drive(
    terminal: Terminal,
    call: &Results,
    source: &Source,
    steps: &Steps,
    job: Job,
) -> Exit {
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            terminal.error(&format!("cannot start: {}", workspace::reason(&error)));
            return Exit::Wrong;
        }
    };
    let tracing = match trace::begin(call.trace.as_deref()) {
        Ok(tracing) => tracing,
        Err(error) => {
            let file = call.trace.as_deref().map(|it| format!(" `{}`", workspace::display(it)));
            let (file, reason) = (file.unwrap_or_default(), workspace::reason(&error));
            terminal.error(&format!("cannot write the trace{file}: {reason}"));
            return Exit::Wrong;
        }
    };
    let spans = Mutex::new(Spans::default());
    let run = job.prepared.run().to_owned();
    let cwd = job.prepared.cwd().to_owned();
    let root = job.prepared.workspace().to_owned();
    let progress = Arc::new(Progress::new(terminal, job.prepared.run(), steps.len()));
    let speaker = job.speaker.clone();
    if let Some(speaker) = &speaker {
        speaker.attach(Arc::clone(&progress));
    }
    let (shown, as_lines) = (Arc::clone(&progress), call.events.is_some());
    let watch = move |event: &Event| {
        if as_lines {
            // Events are our own shape: text keys and finite numbers.
            let line = serde_json::to_string(event).unwrap_or_default();
            terminal.line(&line);
        }
        shown.show(event);
        spans.lock().unwrap_or_else(PoisonError::into_inner).hear(event);
    };
    // On a worker, not on this thread: a step then starts where the one before ended.
    let ended = runtime.block_on(interrupt::until_twice(terminal, |cancel| {
        let Job { prepared, toolbox, journal, .. } = job;
        runtime.spawn(async move { engine::run(prepared, &toolbox, &journal, watch, cancel).await })
    }));
    progress.finish();
    runtime.shutdown_background();
    if let Some(tracing) = tracing {
        tracing.end();
    }
    let document = match ended {
        None => {
            terminal.note(&format!("stopped at once; `{}` goes on with it", resume(&run, &root)));
            return Exit::Interrupted;
        }
        Some(Ok(document)) => document,
        Some(Err(error)) => {
            terminal.error(&format!("the run failed inside: {error}"));
            return Exit::Failure;
        }
    };
    report(terminal, call, source, steps, &document);
    if can_go_on(&document, &root) {
        let more = match document.error_type.as_deref() {
            Some("CostBudgetError") => " --max-cost USD",
            Some("TokenBudgetError") => " --max-tokens N",
            Some("TimeBudgetError") => " --max-time TIME",
            _ => "",
        };
        let resume = resume(&document.run, &root);
        terminal.note(&format!("`{resume}{more}` goes on with it"));
    }
    if let Some(speaker) = &speaker {
        speaker.farewell();
    }
    match (exit(&document), call.qc) {
        (Exit::Success, Some(least)) => {
            let mut quality = QualityReport::new(&document);
            quality.look_at_products(&document, &cwd);
            terminal.note(qc::told(terminal.paint(Stream::Err), &quality).trim_end());
            qc::judge(terminal, &quality, least)
        }
        (exit, _) => exit,
    }
}

/// How a command ends that ran to such a document.
pub(in crate::cli) const fn exit(document: &Document) -> Exit {
    match document.status {
        RunStatus::Completed if document.success => Exit::Success,
        RunStatus::Cancelled | RunStatus::Interrupted => Exit::Interrupted,
        _ => Exit::Failure,
    }
}

/// Says what came of a run.
pub(in crate::cli) fn report(
    terminal: Terminal,
    call: &Results,
    source: &Source,
    steps: &Steps,
    document: &Document,
) {
    summary::failures(terminal, source, steps, document);
    if call.events.is_some() {
        // One line, as every event before it.
        terminal.json_line(document);
    } else if call.json {
        terminal.json(document);
    } else {
        terminal.write(Stream::Out, &summary::outputs(document, terminal));
    }
    terminal.note(&summary::last_line(document));
}

/// Whether a run stopped where it can be gone on with. One whose journal could not be written may not even be in it.
fn can_go_on(document: &Document, root: &Path) -> bool {
    let is_kept = || {
        let archive = Archive::open(&root.join(workspace::STATE)).ok().flatten();
        archive.is_some_and(|it| matches!(it.document(&document.run), Ok(Some(_))))
    };
    document.can_go_on() && (document.error_type.as_deref() != Some("JournalError") || is_kept())
}

/// The command that goes on with a run, as it is typed where this process was started.
fn resume(run: &str, root: &Path) -> String {
    let here = workspace::root(&workspace::current_dir());
    let place = if root == here {
        String::new()
    } else {
        format!(" --cwd {}", shell::word(&workspace::display(root)))
    };
    format!("downbeat resume {}{place}", shell::word(run))
}
