//! Spans of runs and their steps, for `tracing`: made of the events of a run, and seen by whoever subscribes.
//!
//! A run has a span, and each step has one below it, from its first attempt to its end; a step in a loop has it below
//! that of the loop. Without a subscriber they cost next to nothing.

mod lines;
#[cfg(feature = "otlp")]
mod otlp;

use std::{collections::BTreeMap, io, path::Path};

use engine::event::{Event, EventKind};
use tracing::{Span, field::Empty, info_span};
use tracing_subscriber::{Layer as _, filter::Targets, layer::SubscriberExt as _};

/// Open spans of one run.
#[derive(Debug, Default)]
pub(crate) struct Spans {
    run: Option<Span>,
    /// By the path of the step.
    steps: BTreeMap<String, Span>,
}

impl Spans {
    /// Something happened in the run.
    pub(crate) fn hear(&mut self, event: &Event) {
        let text = |name: &str| event.data.as_ref()?.get(name)?.as_str();
        let Some(path) = event.path().or(event.step.as_deref()) else {
            return self.hear_of_run(event, text("run"), text("pipeline_id"));
        };
        match event.kind {
            EventKind::StepStarted if !self.steps.contains_key(path) => {
                let span = info_span!(
                    parent: self.around(path), "step", otel.name = path, step = path,
                    retries = Empty, status = Empty, error = Empty, otel.status_code = Empty
                );
                self.steps.insert(path.to_owned(), span);
            }
            EventKind::StepCompleted => self.close(path, "completed", is_bad(event), event),
            EventKind::StepFailed => {
                let status = text("status").unwrap_or("failed").to_owned();
                self.close(path, &status, true, event);
            }
            _ => {}
        }
    }

    fn hear_of_run(&mut self, event: &Event, run: Option<&str>, pipeline: Option<&str>) {
        match event.kind {
            EventKind::RunStarted => {
                self.run = Some(info_span!(
                    parent: None, "run", otel.name = pipeline, run, pipeline,
                    status = Empty, error = Empty, otel.status_code = Empty
                ));
            }
            EventKind::RunCompleted | EventKind::RunFailed | EventKind::RunCancelled => {
                let status = match event.kind {
                    EventKind::RunCompleted => "completed",
                    EventKind::RunCancelled => "cancelled",
                    _ => "failed",
                };
                // Steps that were in flight end with it.
                self.steps.clear();
                if let Some(span) = self.run.take() {
                    finish(&span, status, event.kind != EventKind::RunCompleted, event);
                }
            }
            _ => {}
        }
    }

    fn close(&mut self, path: &str, status: &str, is_bad: bool, event: &Event) {
        let Some(span) = self.steps.remove(path) else { return };
        if let Some(retries) = event.data.as_ref().and_then(|data| data.get("retries")?.as_u64()) {
            span.record("retries", retries);
        }
        finish(&span, status, is_bad, event);
    }

    /// The span that a step stands in: of the loop around it (`each[3].write` in `each`), else of the run.
    fn around(&self, path: &str) -> Option<tracing::Id> {
        let outer = path.rsplit_once('.').map(|(outer, _)| outer);
        let outer = outer.map(|outer| outer.rsplit_once('[').map_or(outer, |(step, _)| step));
        let span = outer.and_then(|outer| self.steps.get(outer)).or(self.run.as_ref());
        span.and_then(Span::id)
    }
}

fn is_bad(event: &Event) -> bool {
    let success = event.data.as_ref().and_then(|data| data.get("success")?.as_bool());
    success == Some(false)
}

fn finish(span: &Span, status: &str, is_bad: bool, event: &Event) {
    span.record("status", status);
    if let Some(message) = &event.message {
        span.record("error", message.as_str());
    }
    span.record("otel.status_code", if is_bad { "ERROR" } else { "OK" });
}

/// Where spans go.
#[derive(Debug)]
pub(crate) struct Tracing {
    #[cfg(feature = "otlp")]
    exporter: Option<otlp::Exporter>,
}

impl Tracing {
    /// Waits until everything is sent. A file has everything already.
    pub(crate) fn end(self) {
        #[cfg(feature = "otlp")]
        drop(self.exporter);
    }
}

/// Begins to write spans to a file, and, in builds that can, to send them where `OTEL_EXPORTER_OTLP_ENDPOINT` says. At
/// most once a process.
///
/// # Errors
/// The file cannot be made, or the exporter cannot be started.
pub(crate) fn begin(file: Option<&Path>) -> io::Result<Option<Tracing>> {
    #[cfg(feature = "otlp")]
    let exporter = otlp::Exporter::from_environment()?;
    #[cfg(feature = "otlp")]
    let is_wanted = file.is_some() || exporter.is_some();
    #[cfg(not(feature = "otlp"))]
    let is_wanted = file.is_some();
    if !is_wanted {
        return Ok(None);
    }
    // Spans of libraries are theirs.
    let own = Targets::new().with_target("downbeat", tracing::Level::INFO);
    let lines = file.map(lines::Lines::new).transpose()?;
    let subscriber =
        tracing_subscriber::registry().with(lines.map(|it| it.with_filter(own.clone())));
    #[cfg(feature = "otlp")]
    let subscriber = subscriber.with(exporter.as_ref().map(|it| it.layer().with_filter(own)));
    tracing::subscriber::set_global_default(subscriber).map_err(io::Error::other)?;
    Ok(Some(Tracing {
        #[cfg(feature = "otlp")]
        exporter,
    }))
}
