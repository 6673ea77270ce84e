//! `downbeat qc`: how good a run was, as far as that can be said without a model.

use super::{
    args::{ListFormat, Qc},
    exit::Exit,
    past,
    printable::printable,
    terminal::{Stream, Terminal},
};
use crate::report::{QualityReport, Risk};

pub(super) fn run(terminal: Terminal, call: &Qc) -> Exit {
    let document = match past::document(terminal, &call.past) {
        Ok((_, document)) => document,
        Err(exit) => return exit,
    };
    let report = QualityReport::new(&document);
    match call.format {
        ListFormat::Json => {
            terminal.json(&report);
        }
        ListFormat::Text => {
            terminal.write(Stream::Out, &told(terminal, &report));
        }
    }
    Exit::Success
}

fn told(terminal: Terminal, report: &QualityReport) -> String {
    let paint = terminal.paint(Stream::Out);
    let risk = match report.risk {
        Risk::Low => paint.green("low"),
        Risk::Medium => paint.yellow("medium"),
        Risk::High => paint.red("high"),
    };
    let health = report.health.map_or_else(|| "unknown".to_owned(), |it| format!("{it:.2}"));
    let mut out = format!("{}\n", paint.bold(&printable(&report.run)));
    out.push_str(&format!("health {health}, risk {risk}\n"));
    let QualityReport { ran, failed, skipped, .. } = report;
    out.push_str(&format!("{ran} steps ran, {failed} failed, {skipped} skipped\n"));
    for remark in &report.remarks {
        let step = remark.step.as_deref().unwrap_or("the run");
        let code = paint.dim(&printable(&remark.code));
        out.push_str(&format!("  {}: {} {code}\n", printable(step), printable(&remark.message)));
    }
    out
}
