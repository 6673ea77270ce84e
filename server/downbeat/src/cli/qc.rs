//! `downbeat qc`: how good a run was, as far as that can be said without a model.

use engine::{Archive, Document, Journal, JournalError, Wanted};

use super::{
    args::{self, ListFormat, Qc},
    check::counted_noun,
    exit::Exit,
    paint::Paint,
    past,
    printable::printable,
    terminal::{Stream, Terminal},
};
use crate::{
    judging,
    report::{Earlier, Judged, QualityReport, Risk},
    workspace,
};

/// Runs of a pipeline that are looked through for earlier ones.
const LOOKED_UP: usize = 200;
/// Earlier runs that are told.
const TOLD: usize = 10;

pub(super) fn run(terminal: Terminal, call: &Qc) -> Exit {
    let (archive, document) = match past::document(terminal, &call.past) {
        Ok(found) => found,
        Err(exit) => return exit,
    };
    let mut report = QualityReport::new(&document);
    let journal = Journal::open(archive.folder()).map_err(|error| error.to_string());
    let past =
        journal.and_then(|journal| journal.past(&document.run).map_err(|error| error.to_string()));
    match past {
        Ok(past) => report.look_at_products(&document, &past.options().cwd),
        Err(error) => terminal.note(&format!("its files were not looked at: {error}")),
    }
    let mut unjudged = None;
    if call.judge {
        match judged(&archive, &document, &call.past) {
            Ok(all) => all.into_iter().for_each(|it| report.hear(it)),
            Err(why) => unjudged = Some(format!("nothing was judged: {why}")),
        }
    }
    match &unjudged {
        Some(why) => terminal.note(why),
        None if call.judge && report.judged.is_empty() => {
            terminal.note("no model wrote a value in this run, so nothing was judged");
        }
        None => {}
    }
    match trend(&archive, &document) {
        Ok(trend) => report.trend = trend,
        Err(error) => {
            terminal.error(&error.to_string());
            return Exit::Failure;
        }
    }
    match call.format {
        ListFormat::Json => {
            terminal.json(&report);
        }
        ListFormat::Text => {
            terminal.write(Stream::Out, &told(terminal.paint(Stream::Out), &report));
        }
    }
    match call.min {
        Some(_) if unjudged.is_some() => {
            terminal.error("`--min` asks how many values a model lets pass, and none judged them");
            Exit::Failure
        }
        Some(least) => judge(terminal, &report, least),
        None => Exit::Success,
    }
}

/// What a model says of the values of a run.
///
/// # Errors
/// Why nobody judges, for people.
fn judged(
    archive: &Archive,
    document: &Document,
    past: &args::Past,
) -> Result<Vec<Judged>, String> {
    let root = past::root(&past.place)?;
    let text = archive.text(&document.run).map_err(|error| error.to_string())?;
    let text = text.ok_or("the text of its pipeline was not kept")?;
    judging::values(document, &text, &root, &workspace::catalogue())
}

/// Whether a run is good enough.
pub(super) fn judge(terminal: Terminal, report: &QualityReport, least: f64) -> Exit {
    let health = report.health.unwrap_or_default();
    if let Some(passed) = report.passed().filter(|passed| *passed < least) {
        terminal.error(&format!(
            "a model lets {passed:.2} of the values pass, at least {least:.2} is asked for"
        ));
        return Exit::Failure;
    }
    if health >= least {
        return Exit::Success;
    }
    terminal
        .error(&format!("the health of the run is {health:.2}, at least {least:.2} is asked for"));
    Exit::Failure
}

/// How good the runs of the same file were that began before.
fn trend(archive: &Archive, document: &Document) -> Result<Vec<Earlier>, JournalError> {
    let file = archive.summary(&document.run)?.and_then(|summary| summary.file);
    let Some(file) = file else { return Ok(Vec::new()) };
    let wanted = Wanted { files: Some(vec![file]), limit: LOOKED_UP };
    let mut trend = Vec::new();
    for summary in archive.runs(&wanted)? {
        if summary.started_at >= document.started_at || trend.len() == TOLD {
            continue;
        }
        if let Some(earlier) = archive.document(&summary.run)? {
            let health = QualityReport::new(&earlier).health;
            trend.push(Earlier { run: summary.run, started_at: summary.started_at, health });
        }
    }
    Ok(trend)
}

/// A report for people.
pub(super) fn told(paint: Paint, report: &QualityReport) -> String {
    let risk = match report.risk {
        Risk::Low => paint.green("low"),
        Risk::Medium => paint.yellow("medium"),
        Risk::High => paint.red("high"),
    };
    let health = report.health.map_or_else(|| "unknown".to_owned(), |it| format!("{it:.2}"));
    let mut out = format!("{}\n", paint.bold(&printable(&report.run)));
    out.push_str(&format!("health {health}, risk {risk}\n"));
    let QualityReport { ran, failed, skipped, .. } = report;
    let ran = counted_noun(*ran, "step");
    out.push_str(&format!("{ran} ran, {failed} failed, {skipped} skipped\n"));
    if let Some(first) = report.judged.first() {
        let passed = report.judged.iter().filter(|it| it.passed).count();
        let (all, model) = (report.judged.len(), &first.model);
        out.push_str(&format!("{passed} of {all} values pass, as `{}` judges\n", printable(model)));
    }
    for remark in &report.remarks {
        let step = remark.step.as_deref().unwrap_or("the run");
        let code = paint.dim(&format!("({})", printable(&remark.code)));
        out.push_str(&format!("  {}: {} {code}\n", printable(step), printable(&remark.message)));
    }
    if !report.trend.is_empty() {
        let health =
            |it: &Earlier| it.health.map_or_else(|| "?".to_owned(), |it| format!("{it:.2}"));
        let earlier: Vec<String> = report.trend.iter().rev().map(health).collect();
        out.push_str(&format!("earlier runs, the newest last: {}\n", earlier.join(" ")));
    }
    out
}
