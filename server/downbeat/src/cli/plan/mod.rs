//! `downbeat plan`: what would run, in which order and why. A file with errors has a plan too.

mod graph;
mod text;

use std::path::Path;

use checks::Severity;

use super::{
    args::{self, PlanFormat},
    check,
    draw::Pen,
    exit::Exit,
    facts, markdown,
    place::Workplace,
    printable::printable,
    terminal::{Stream, Terminal},
};
use crate::workspace::{self, Source};

pub(super) fn run(terminal: Terminal, call: &args::Plan) -> Exit {
    let read = Source::read(&call.file).map_err(|error| error.to_string());
    let placed =
        read.and_then(|source| Workplace::new(&source, &call.place).map(|place| (source, place)));
    let (source, place) = match placed {
        Ok(placed) => placed,
        Err(message) => {
            terminal.error(&message);
            return Exit::Wrong;
        }
    };
    let catalogue = workspace::catalogue();
    let analysis = workspace::analyse(&source, &place.workspace, &catalogue);
    let plan = facts::plan(&source, &analysis, &catalogue, &place);
    match call.format {
        PlanFormat::Text => {
            terminal.write(Stream::Out, &text::render(&plan, terminal.paint(Stream::Out)))
        }
        PlanFormat::Json => terminal.json(&plan),
        PlanFormat::Mermaid => terminal.write(Stream::Out, &graph::mermaid(&analysis.graph())),
        PlanFormat::Dot => {
            let name = plan.pipeline.as_deref().unwrap_or("pipeline");
            terminal.write(Stream::Out, &graph::dot(name, &analysis.graph()))
        }
    };
    let errors: Vec<_> =
        analysis.findings.iter().filter(|it| it.severity == Severity::Error).cloned().collect();
    if errors.is_empty() {
        return Exit::Success;
    }
    let drawn = check::draw(&Pen::new(terminal, Stream::Err), &source, &errors);
    terminal.write(Stream::Err, &drawn);
    Exit::Wrong
}

/// `downbeat explain FILE`: what the editor shows over the pipeline's name.
pub(super) fn explain(terminal: Terminal, file: &Path) -> Exit {
    let source = match Source::read(file) {
        Ok(source) => source,
        Err(unreadable) => {
            terminal.error(&unreadable.to_string());
            return Exit::Wrong;
        }
    };
    let place = Workplace::usual(&source);
    let catalogue = workspace::catalogue();
    let analysis = workspace::analyse(&source, &place.workspace, &catalogue);
    let said = ide::summary(&analysis.pipeline, &analysis.names, &analysis.plan, &catalogue);
    let (width, paint) = (terminal.width(Stream::Out), terminal.paint(Stream::Out));
    terminal.write(Stream::Out, &markdown::render(&printable(&said), width, paint));
    Exit::Success
}
