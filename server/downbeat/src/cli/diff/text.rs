//! A difference for people.

use std::fmt::Write as _;

use serde_json::Value as Json;

use crate::{
    cli::{paint::Paint, printable::printable},
    shape::{Diff, DiffChange, DiffKind, DiffUse, DiffWhat},
};

/// Everything that is different; empty where nothing is.
pub(super) fn render(diff: &Diff, paint: Paint) -> String {
    let mut page = Page { out: String::new(), paint };
    page.changes("pipeline", &diff.header);
    for item in &diff.inputs {
        page.item(item.kind, &format!("input {}", item.name), &item.changes);
    }
    for step in &diff.steps {
        let head = match &step.was {
            Some(was) => format!("step {} (was {was})", step.step),
            None => format!("step {}", step.step),
        };
        page.item(step.kind, &head, &step.changes);
    }
    for item in &diff.outputs {
        page.item(item.kind, &format!("output {}", item.name), &item.changes);
    }
    for edge in &diff.edges {
        let because = paint.dim(&format!("({})", edge.because));
        page.line(edge.kind, &format!("edge {} -> {} {because}", edge.from, edge.to));
    }
    if let Some(stages) = &diff.stages {
        let list = |stages: &[Vec<String>]| {
            stages.iter().map(|stage| stage.join(", ")).collect::<Vec<_>>().join(" | ")
        };
        page.line(DiffKind::Removed, &format!("stages {}", list(&stages.old)));
        page.line(DiffKind::Added, &format!("stages {}", list(&stages.new)));
    }
    for item in &diff.uses {
        page.line(item.kind, &format!("{} ({})", used(item), item.steps.join(", ")));
    }
    page.out
}

fn used(item: &DiffUse) -> String {
    let name = &item.name;
    match item.what {
        DiffWhat::Tool => format!("tool {name}"),
        DiffWhat::Model => format!("model {name}"),
        DiffWhat::Effect => format!("effect {name}"),
        DiffWhat::Reads => format!("reads {name}"),
        DiffWhat::Writes => format!("writes {name}"),
    }
}

struct Page {
    out: String,
    paint: Paint,
}

impl Page {
    fn line(&mut self, kind: DiffKind, text: &str) {
        let text = printable(text).replace('\n', " ");
        let line = match kind {
            DiffKind::Added => self.paint.green(&format!("+ {text}")),
            DiffKind::Removed => self.paint.red(&format!("- {text}")),
            DiffKind::Changed => self.paint.yellow(&format!("~ {text}")),
            DiffKind::Renamed => self.paint.cyan(&format!("> {text}")),
        };
        self.push(&line);
    }

    /// Something with a name; of what is gone only the name is said.
    fn item(&mut self, kind: DiffKind, head: &str, changes: &[DiffChange]) {
        self.line(kind, head);
        if kind != DiffKind::Removed {
            changes.iter().for_each(|change| self.change(change));
        }
    }

    fn changes(&mut self, head: &str, changes: &[DiffChange]) {
        if !changes.is_empty() {
            self.item(DiffKind::Changed, head, changes);
        }
    }

    fn change(&mut self, change: &DiffChange) {
        let path = printable(&change.path);
        let many = |value: &Json| value.as_str().is_some_and(|text| text.trim_end().contains('\n'));
        if many(&change.old) || many(&change.new) {
            self.push(&format!("    {path}:"));
            self.texts(&change.old, &change.new);
            return;
        }
        let (old, new) = (said(&change.old), said(&change.new));
        let line = match change.kind {
            DiffKind::Added => self.paint.green(&format!("  + {path}: {new}")),
            DiffKind::Removed => self.paint.red(&format!("  - {path}: {old}")),
            DiffKind::Changed | DiffKind::Renamed => format!("    {path}: {old} -> {new}"),
        };
        self.push(&line);
    }

    /// Texts of several lines, without the lines that both begin or end with.
    fn texts(&mut self, old: &Json, new: &Json) {
        let lines = |value: &Json| -> Vec<String> {
            match value {
                Json::Null => Vec::new(),
                Json::String(text) => {
                    text.lines().map(|line| printable(line).to_string()).collect()
                }
                other => vec![said(other)],
            }
        };
        let (old, new) = (lines(old), lines(new));
        let same = |(left, right): &(&String, &String)| left == right;
        let before = old.iter().zip(&new).take_while(same).count();
        let (old, new) =
            (old.get(before..).unwrap_or_default(), new.get(before..).unwrap_or_default());
        let behind = old.iter().rev().zip(new.iter().rev()).take_while(same).count();
        for line in old.iter().take(old.len() - behind) {
            self.push(&self.paint.red(&format!("      - {line}")));
        }
        for line in new.iter().take(new.len() - behind) {
            self.push(&self.paint.green(&format!("      + {line}")));
        }
    }

    fn push(&mut self, line: &str) {
        writeln!(self.out, "{line}").expect("a string takes all");
    }
}

/// A value in one line, as JSON.
fn said(value: &Json) -> String {
    printable(&value.to_string()).to_string()
}
