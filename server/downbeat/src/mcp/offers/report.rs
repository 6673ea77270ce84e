//! A past run as a report.

use crate::{
    mcp::{
        bench::{Bench, Past, Refusal},
        offer::{Look, Said},
    },
    report,
};

pub(super) struct Report;

impl Look for Report {
    const NAME: &'static str = "report";
    const TITLE: &'static str = "Tell a past run";
    const ABOUT: &'static str = "A past run as a report: what happened in which order, how long it took, what it cost, what it left, what \
        went wrong.";
    type Given = Past;
    type Answer = report::Report;

    fn look(bench: &Bench, past: Past) -> Result<Said<report::Report>, Refusal> {
        let (_, document) = bench.document(&past)?;
        let report = report::Report::new(&document);
        let words = report.to_markdown();
        Ok(Said::in_words(report, words))
    }
}
