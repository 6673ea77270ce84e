//! Files that a run left: those that steps declare as their products, and those that they wrote.

use std::collections::BTreeMap;

use engine::Document;

use crate::report::{Report, step_at};

/// A file that a run left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Left {
    /// Path of the step that left it.
    pub(super) step: String,
    /// Where it is, relative to the working directory.
    pub(super) path: String,
    /// Whether it has to be there, and unchanged.
    pub(super) kind: Kind,
}

/// See [`Left`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A product, with the hash that it had; none is known of old ones.
    Declared { blake3: String },
    /// A file that was written on the way, and may be gone or be something else by now.
    Written,
}

/// All files that a run left, a file that was written several times with the step that did it last.
pub(super) fn of(document: &Document) -> Vec<Left> {
    let declared = document.products.iter().map(|product| Left {
        step: product.step.clone(),
        path: product.path.clone(),
        kind: Kind::Declared { blake3: product.blake3.clone() },
    });
    let mut left: Vec<Left> = declared.collect();
    let report = Report::new(document);
    let wrote = report.steps.iter().filter(|step| step.success);
    let wrote = wrote.filter_map(|step| {
        let record = step_at(document, &step.path)?;
        let result = record.value.get("result")?;
        let is_write = record.tool.as_deref() == Some("filesystem")
            && result.get("action")?.as_str()? == "write";
        is_write.then_some(())?;
        Some((result.get("path")?.as_str()?.to_owned(), step.path.clone()))
    });
    let last: BTreeMap<String, String> = wrote.collect();
    let known: Vec<String> = left.iter().map(|it| it.path.clone()).collect();
    let written = last.into_iter().filter(|(path, _)| !known.contains(path));
    left.extend(written.map(|(path, step)| Left { step, path, kind: Kind::Written }));
    left
}
