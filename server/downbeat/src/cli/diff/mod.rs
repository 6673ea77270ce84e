//! `downbeat diff`: the change of meaning between two pipelines.

mod text;

use ide::diff::{Side, diff};
use pipeline::catalogue::Catalogue;
use syntax::{Document, Finding, FindingKind};

use super::{
    args::{self, ListFormat},
    exit::Exit,
    terminal::{Stream, Terminal},
};
use crate::{
    shape::Diff,
    workspace::{self, Analysis, Source, Unreadable},
};

pub(super) fn run(terminal: Terminal, call: &args::Diff) -> Exit {
    let catalogue = workspace::catalogue();
    if call.old == call.new && workspace::display(&call.old) == "-" {
        terminal.error("only one of the two can come from standard input");
        return Exit::Wrong;
    }
    let read = |path| -> Result<_, Unreadable> {
        let source = Source::read(path)?;
        let root = workspace::root(&source.folder());
        let analysis = workspace::analyse(&source, &root, &catalogue);
        Ok((source, analysis))
    };
    let ((old, before), (new, after)) = match (read(&call.old), read(&call.new)) {
        (Ok(old), Ok(new)) => (old, new),
        (old, new) => {
            for unreadable in [old.err(), new.err()].into_iter().flatten() {
                terminal.error(&unreadable.to_string());
            }
            return Exit::Wrong;
        }
    };
    let difference = diff(&side(&before, &catalogue), &side(&after, &catalogue));
    let shown = Diff::new(&old.name, &new.name, difference);
    match call.format {
        ListFormat::Text => {
            terminal.write(Stream::Out, &text::render(&shown, terminal.paint(Stream::Out)))
        }
        ListFormat::Json => terminal.json(&shown),
    };
    let damaged: Vec<&Source> = [(&old, &before), (&new, &after)]
        .into_iter()
        .filter(|(_, analysis)| is_damaged(&analysis.document))
        .map(|(source, _)| source)
        .collect();
    for source in &damaged {
        let name = &source.name;
        terminal.error(&format!(
            "something in `{name}` cannot be read, and is not compared; `downbeat check {name}` says what"
        ));
    }
    match (shown.equal, damaged.is_empty()) {
        (false, _) => Exit::Failure,
        (true, true) => Exit::Success,
        (true, false) => Exit::Wrong,
    }
}

fn side<'a>(analysis: &'a Analysis, catalogue: &'a Catalogue) -> Side<'a> {
    let Analysis { document, pipeline, plan, .. } = analysis;
    Side { document, pipeline, plan, catalogue }
}

/// Whether some of the text could not be read as it stands.
fn is_damaged(document: &Document) -> bool {
    let is_error = |finding: &Finding| finding.kind != FindingKind::NotStrict;
    document.findings().iter().any(is_error)
        || document.segments().any(|(_, segment)| segment.tree.findings().iter().any(is_error))
}
