//! Which model a step would use now, and why.

use std::{fmt::Write, path::Path};

use models::catalogue::load;
use pipeline::{
    Pipeline, Step,
    catalogue::Catalogue,
    models::{Choice, NoChoice, Reach, Roster, Wanted},
    names::nearest,
};

use super::page;
use crate::{
    cli::{
        args::{ListFormat, ModelsWhy},
        exit::Exit,
        paint::Paint,
        printable::printable,
        terminal::{Stream, Terminal},
    },
    shape::{ModelChoice, ModelInfo},
    workspace::{self, Analysis, Source},
};

/// How many reasons for failing are listed.
const SHOWN: usize = 12;

pub(super) fn run(terminal: Terminal, call: &ModelsWhy) -> Exit {
    let source = match Source::read(&call.file) {
        Ok(source) => source,
        Err(unreadable) => {
            terminal.error(&unreadable.to_string());
            return Exit::Wrong;
        }
    };
    let root = workspace::root(&source.folder());
    let catalogue = workspace::catalogue();
    let analysis = workspace::analyse(&source, &root, &catalogue);
    let wanted = match wanted(&source, &analysis, &catalogue, &call.step) {
        Ok(wanted) => wanted,
        Err(Unasked { message, help }) => {
            terminal.error(&message);
            help.iter().for_each(|help| terminal.help(help));
            return Exit::Wrong;
        }
    };
    let asked = if call.all { Asked::Everybody } else { Asked::Reachable };
    let (found, outcome) = choose(&root, &wanted, asked);
    super::complain(terminal, &found);
    let shown = ModelChoice::new(&call.step, &wanted, &outcome);
    match call.format {
        ListFormat::Json => {
            terminal.json(&shown);
        }
        ListFormat::Text => {
            if let Some(model) = &shown.model {
                let text = render(model, &shown, terminal.paint(Stream::Out));
                terminal.write(Stream::Out, &text);
            }
        }
    }
    if let Err(none) = &outcome {
        let words = none.to_string();
        terminal.error(words.split_once(": `").map_or(words.as_str(), |(head, _)| head));
        for (reason, models) in none.by_reason().into_iter().take(SHOWN) {
            let first = models.first().copied().unwrap_or_default();
            let rest = match models.len() {
                0 | 1 => String::new(),
                count => format!(" and {} more", count - 1),
            };
            terminal.help(&format!("`{first}`{rest}: {reason}"));
        }
        none.help().into_iter().for_each(|help| terminal.help(help));
        return Exit::Wrong;
    }
    Exit::Success
}

/// A step of which nothing is wanted, for people.
#[derive(Debug, thiserror::Error)]
#[error("{message}{}", help.as_ref().map(|help| format!("; {help}")).unwrap_or_default())]
pub(crate) struct Unasked {
    message: String,
    help: Option<String>,
}

/// What a step, named by its id or its path, wants of its model.
///
/// # Errors
/// There is no such step, or it asks no model.
pub(crate) fn wanted(
    source: &Source,
    analysis: &Analysis,
    catalogue: &Catalogue,
    step: &str,
) -> Result<Wanted, Unasked> {
    let all = paths(&analysis.pipeline);
    let is_it = |(name, path): &&(String, Vec<&Step>)| {
        name == step || path.last().is_some_and(|it| it.id_text() == step)
    };
    let path = all.iter().find(is_it).and_then(|(_, path)| path.split_last());
    let Some((found, around)) = path else {
        let near = nearest(step, all.iter().map(|(name, _)| name.as_str()));
        return Err(Unasked {
            message: format!("`{}` has no step `{step}`", source.name),
            help: near.map(|near| format!("did you mean `{near}`?")),
        });
    };
    let wanted = Wanted::of_step(&analysis.pipeline, catalogue, around, found);
    wanted
        .ok_or_else(|| Unasked { message: format!("the step `{step}` asks no model"), help: None })
}

/// Which providers count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Asked {
    /// Those that can be asked from here.
    Reachable,
    /// All that are known.
    Everybody,
}

/// What is known of models in a workspace, and the choice among them.
pub(crate) fn choose(
    root: &Path,
    wanted: &Wanted,
    asked: Asked,
) -> (models::catalogue::Catalogue, Result<Choice, NoChoice>) {
    let found = load(&workspace::model_files(root));
    let reach = match asked {
        Asked::Everybody => Reach::NotKnown,
        Asked::Reachable => workspace::reach(root),
    };
    let outcome = Roster { reach, ..found.roster.clone() }.choose(wanted);
    (found, outcome)
}

/// Every step by its id behind those of the loops around it, with those loops.
fn paths(pipeline: &Pipeline) -> Vec<(String, Vec<&Step>)> {
    let mut all = Vec::new();
    for outer in pipeline.steps.iter() {
        gather("", &mut Vec::new(), outer, &mut all);
    }
    all
}

fn gather<'s>(
    before: &str,
    around: &mut Vec<&'s Step>,
    step: &'s Step,
    all: &mut Vec<(String, Vec<&'s Step>)>,
) {
    let name = format!("{before}{}", step.id_text());
    around.push(step);
    all.push((name.clone(), around.clone()));
    for inner in &step.body {
        gather(&format!("{name}."), around, inner, all);
    }
    around.pop();
}

fn render(model: &ModelInfo, choice: &ModelChoice, paint: Paint) -> String {
    let mut out = format!("{}\n", paint.bold(&printable(&model.name)));
    // Writing to a `String` cannot fail; the same holds below.
    let _ = writeln!(out, "{} {}", paint.dim("price"), page::cost(model));
    if let Some(instead) = &choice.instead {
        let _ = writeln!(out, "{} {}", paint.yellow("instead"), printable(instead));
    }
    let _ = writeln!(out, "{}", paint.dim("because"));
    for reason in &choice.because {
        let _ = writeln!(out, "  {}", printable(reason));
    }
    out
}
