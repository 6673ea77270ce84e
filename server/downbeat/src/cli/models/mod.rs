//! `downbeat models`: which models there are, what is known of one, which one a step would use, new facts, and models that
//! run inside this program.

mod list;
mod page;
#[cfg(feature = "local")]
mod pull;
#[cfg(not(feature = "local"))]
#[path = "without.rs"]
mod pull;
mod refresh;
pub(crate) mod why;

use std::path::Path;

use models::catalogue::{Catalogue, Written, load};
use pipeline::names::nearest;

use super::{
    args::{ListFormat, Models, ModelsCommand},
    check::draw,
    draw::Pen,
    exit::Exit,
    terminal::{Stream, Terminal},
};
use crate::{
    shape::ModelInfo,
    workspace::{self, Source},
};

pub(super) fn run(terminal: Terminal, call: &Models) -> Exit {
    match &call.command {
        None => list::run(terminal, &call.list),
        Some(ModelsCommand::List(call)) => list::run(terminal, call),
        Some(ModelsCommand::Show(call)) => show(terminal, &call.name, call.format),
        Some(ModelsCommand::Why(call)) => why::run(terminal, call),
        Some(ModelsCommand::Refresh(call)) => refresh::run(terminal, call),
        Some(ModelsCommand::Pull(call)) => pull::run(terminal, call),
        Some(ModelsCommand::Rm(call)) => pull::remove(terminal, call),
    }
}

/// What the files of this place say; what is wrong with them is said aloud.
fn catalogue(terminal: Terminal) -> Catalogue {
    let root = workspace::root(&workspace::current_dir());
    let catalogue = load(&workspace::model_files(&root));
    complain(terminal, &catalogue);
    catalogue
}

/// Says what is wrong with the files about models of a workspace.
pub(super) fn complain_of_files(terminal: Terminal, workspace: &Path) {
    complain(terminal, &load(&workspace::model_files(workspace)));
}

/// Says what is wrong with the files of a catalogue.
fn complain(terminal: Terminal, catalogue: &Catalogue) {
    catalogue.problems.iter().for_each(|problem| terminal.note(problem));
    let pen = Pen::new(terminal, Stream::Err);
    for Written { path, text, owner } in &catalogue.files {
        let found = workspace::models_findings(text, *owner);
        let source = Source {
            name: workspace::display(path).into(),
            path: Some(path.clone()),
            text: text.as_str().into(),
        };
        terminal.write(Stream::Err, &draw(&pen, &source, &found));
    }
}

fn show(terminal: Terminal, name: &str, format: ListFormat) -> Exit {
    let catalogue = catalogue(terminal);
    let Some(model) = catalogue.roster.find(name) else {
        terminal.error(&format!("no model is called `{name}`"));
        match nearest(name, catalogue.roster.models.iter().map(|it| &*it.name)) {
            Some(near) => terminal.help(&format!("did you mean `{near}`?")),
            None => terminal.help("`downbeat models` lists those that are known"),
        }
        return Exit::Wrong;
    };
    let info = ModelInfo::from(model);
    match format {
        ListFormat::Json => terminal.json(&info),
        ListFormat::Text => {
            let text = page::render(&info, &catalogue.sources, terminal.paint(Stream::Out));
            terminal.write(Stream::Out, &text)
        }
    };
    Exit::Success
}
