//! `downbeat schema`: JSON Schemas of what this program reads and prints.

use super::{args::Schema, exit::Exit, terminal::Terminal};
use crate::shape::SHAPES;

pub(super) fn run(terminal: Terminal, call: &Schema) -> Exit {
    let names = || SHAPES.iter().map(|shape| shape.name);
    let Some(name) = &call.name else {
        for name in names() {
            terminal.line(name);
        }
        return Exit::Success;
    };
    if let Some(shape) = SHAPES.iter().find(|shape| shape.name == name) {
        terminal.json(&shape.schema());
        return Exit::Success;
    }
    terminal.error(&format!("no document is called `{name}`"));
    match pipeline::names::nearest(name, names()) {
        Some(near) => terminal.help(&format!("did you mean `{near}`?")),
        None => {
            terminal.help(&format!("documents are: {}", names().collect::<Vec<_>>().join(", ")))
        }
    }
    Exit::Wrong
}
