//! `downbeat show`: a past run, or one of its steps.

use std::fmt::Write;

use engine::{Archive, Document, JournalError, RunSummary, StepRecord, StepStatus};
use pipeline::names::nearest;
use serde_json::Value as Json;

use super::{
    args::{ListFormat, Show},
    exit::Exit,
    paint::Paint,
    past,
    printable::printable,
    run::summary,
    terminal::{Stream, Terminal},
};
use crate::{
    report::{self, Report, step_at},
    words::{self, moment, size, took},
};

pub(super) fn run(terminal: Terminal, call: &Show) -> Exit {
    let (archive, document) = match past::document(terminal, &call.past) {
        Ok(found) => found,
        Err(exit) => return exit,
    };
    match &call.step {
        None => whole(terminal, call.format, &archive, &document),
        Some(path) => match step(&archive, &document, path) {
            Ok(Some(record)) => one(terminal, call.format, path, &record),
            Ok(None) => unknown(terminal, &document, path),
            Err(error) => failed(terminal, &error),
        },
    }
}

fn failed(terminal: Terminal, error: &JournalError) -> Exit {
    terminal.error(&error.to_string());
    Exit::Failure
}

/// The record of a step: in the document, else, while the loop around it goes on, in the journal.
fn step(
    archive: &Archive,
    document: &Document,
    path: &str,
) -> Result<Option<StepRecord>, JournalError> {
    match step_at(document, path) {
        Some(record) => Ok(Some(record.clone())),
        None => archive.step(&document.run, path),
    }
}

fn unknown(terminal: Terminal, document: &Document, path: &str) -> Exit {
    terminal.error(&format!("the run `{}` has no step `{path}`", document.run));
    let report = Report::new(document);
    match nearest(path, report.steps.iter().map(|step| step.path.as_str())) {
        Some(near) => terminal.help(&format!("did you mean `{near}`?")),
        None => {
            let ids: Vec<&str> = document.steps.keys().map(String::as_str).collect();
            terminal.help(&format!("its steps are: {}", ids.join(", ")));
        }
    }
    Exit::Wrong
}

fn whole(terminal: Terminal, format: ListFormat, archive: &Archive, document: &Document) -> Exit {
    match format {
        ListFormat::Json => {
            terminal.json(document);
        }
        ListFormat::Text => {
            let summary = match archive.summary(&document.run) {
                Ok(summary) => summary,
                Err(error) => return failed(terminal, &error),
            };
            terminal.write(Stream::Out, &told(terminal, summary.as_ref(), document));
        }
    }
    Exit::Success
}

fn told(terminal: Terminal, about: Option<&RunSummary>, document: &Document) -> String {
    let paint = terminal.paint(Stream::Out);
    let mut out = format!("{}\n", paint.bold(&printable(&document.run)));
    // Writing to a `String` cannot fail; the same holds below.
    let _ = writeln!(out, "{}", printable(&summary::last_line(document)));
    let _ = writeln!(out, "{} {}", paint.dim("started"), moment(document.started_at));
    if let Some(file) = about.and_then(|about| about.file.as_deref()) {
        let _ = writeln!(out, "{} {}", paint.dim("file"), printable(file));
    }
    if let Some(error) = &document.error {
        let _ = writeln!(out, "{} {}", paint.red("error"), printable(error));
    }
    let wide = document.steps.keys().map(|id| id.chars().count()).max().unwrap_or(0).min(40);
    out.push('\n');
    for record in document.steps.values() {
        let duration = record.duration.map_or_else(|| "-".to_owned(), took);
        let _ = writeln!(
            out,
            "  {:<wide$}  {} {duration:>9}  {}",
            printable(&record.id),
            status(record, paint),
            printable(&remark(record))
        );
    }
    let outputs = summary::outputs(document, terminal);
    if !outputs.is_empty() {
        let _ = write!(out, "\n{}\n{outputs}", paint.dim("outputs"));
    }
    if !document.products.is_empty() {
        let _ = writeln!(out, "\n{}", paint.dim("products"));
        for product in &document.products {
            let _ = writeln!(
                out,
                "  {}  {}, of `{}`",
                printable(&product.path),
                size(product.bytes),
                printable(&product.step)
            );
        }
    }
    for warning in &document.warnings {
        let mark = paint.yellow(&format!("warning[{}]", printable(&warning.code)));
        let _ = writeln!(out, "\n{mark} {}", printable(&warning.message));
    }
    out
}

fn status(record: &StepRecord, paint: Paint) -> String {
    let word = match record.status {
        StepStatus::Completed if !record.success => "not ok",
        status => status.as_str(),
    };
    let padded = format!("{word:<9}");
    match record.status {
        StepStatus::Completed if record.success => paint.green(&padded),
        StepStatus::Completed | StepStatus::Failed => paint.red(&padded),
        StepStatus::Skipped | StepStatus::Pending => paint.dim(&padded),
        StepStatus::Running | StepStatus::Cancelled => paint.yellow(&padded),
    }
}

fn remark(record: &StepRecord) -> String {
    let rounds = record.iterations.as_ref().map(|rounds| match rounds.len() {
        1 => "1 round".to_owned(),
        count => format!("{count} rounds"),
    });
    let tries = (record.retries > 0).then(|| format!("{} tries", record.retries + 1));
    let skipped = report::reason(record).map(|reason| words::skipped(&reason).to_owned());
    let cached = record.cached.then(|| "from an earlier run".to_owned());
    let error = record.complaint().and_then(|error| error.lines().next().map(str::to_owned));
    let does = record.tool.clone().or_else(|| record.action.clone());
    let does = does.and_then(|does| does.lines().next().map(str::to_owned));
    let parts: Vec<String> =
        [does, rounds, tries, skipped, cached, error].into_iter().flatten().collect();
    parts.join(", ")
}

fn one(terminal: Terminal, format: ListFormat, path: &str, record: &StepRecord) -> Exit {
    match format {
        ListFormat::Json => {
            terminal.json(record);
        }
        ListFormat::Text => {
            let text = one_told(path, record, terminal.paint(Stream::Out));
            terminal.write(Stream::Out, &text);
        }
    }
    Exit::Success
}

fn one_told(path: &str, record: &StepRecord, paint: Paint) -> String {
    let mut out =
        format!("{}  {}\n", paint.bold(&printable(path)), status(record, paint).trim_end());
    let mut field = |name: &str, value: Option<String>| {
        if let Some(value) = value {
            let _ = writeln!(out, "{} {}", paint.dim(name), printable(&value));
        }
    };
    field("tool", record.tool.clone());
    field("action", record.action.clone());
    field("model", record.model.clone());
    let because = record.chosen.as_ref().map(|it| it.because.join("; "));
    field("chosen because", because);
    field("waits for", Some(record.dependencies.join(", ")).filter(|it| !it.is_empty()));
    field("started", record.started_at.map(moment));
    field("took", record.duration.map(took));
    field("tries", (record.retries > 0).then(|| (record.retries + 1).to_string()));
    field(
        "used",
        record
            .resources
            .map(|it| format!("{} of CPU, {} at most", took(it.cpu), size(it.peak_memory))),
    );
    field("error", record.complaint());
    for handled in &record.handled {
        field("handler", Some(format!("{} after {}", handled.handler, handled.error)));
    }
    for issue in record.quality.iter().flat_map(|quality| &quality.issues) {
        field("quality", Some(issue.message.clone()));
    }
    for product in &record.products {
        field("product", Some(format!("{} ({})", product.path, size(product.bytes))));
    }
    for round in record.iterations.iter().flatten() {
        let error = round.error.as_deref().map(|error| format!(": {error}")).unwrap_or_default();
        field("round", Some(format!("{} {}{error}", round.path, round.status.as_str())));
    }
    if !record.value.is_null() {
        let _ = writeln!(out, "{}\n{}", paint.dim("value"), printable(&value(&record.value)));
    }
    out
}

fn value(value: &Json) -> String {
    match value {
        Json::String(text) => text.clone(),
        other => serde_json::to_string_pretty(other).unwrap_or_else(|_| other.to_string()),
    }
}
