//! How good a past run was.

use engine::Journal;

use crate::{
    mcp::{
        bench::{Bench, Past, Refusal},
        offer::{Look, Said},
    },
    report::QualityReport,
};

pub(super) struct Quality;

impl Look for Quality {
    const NAME: &'static str = "quality";
    const TITLE: &'static str = "Judge a past run";
    const ABOUT: &'static str = "How good a past run was, as far as that can be said without a model: its health from 0 to 1, and remarks on \
        values that are empty, cut off, refused, repeated, invented or left as placeholders.";
    type Given = Past;
    type Answer = QualityReport;

    fn look(bench: &Bench, past: Past) -> Result<Said<QualityReport>, Refusal> {
        let (archive, document) = bench.document(&past)?;
        let mut report = QualityReport::new(&document);
        if let Ok(past) = Journal::open(archive.folder())?.past(&document.run) {
            report.look_at_products(&document, &past.options().cwd);
        }
        Ok(Said::plainly(report))
    }
}
