//! Which model a step would use now, and why.

use std::fmt::Write;

use models::catalogue::load;
use pipeline::{
    Pipeline, Step,
    models::{Reach, Roster, Wanted},
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
    workspace::{self, Source},
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
    let all = paths(&analysis.pipeline);
    let Some((_, path)) = all.iter().find(|(name, path)| {
        *name == call.step || path.last().is_some_and(|it| it.id_text() == call.step)
    }) else {
        terminal.error(&format!("`{}` has no step `{}`", source.name, call.step));
        if let Some(near) = nearest(&call.step, all.iter().map(|(name, _)| name.as_str())) {
            terminal.help(&format!("did you mean `{near}`?"));
        }
        return Exit::Wrong;
    };
    let Some((step, around)) = path.split_last() else { return Exit::Wrong };
    let Some(wanted) = Wanted::of_step(&analysis.pipeline, &catalogue, around, step) else {
        terminal.error(&format!("the step `{}` asks no model", call.step));
        return Exit::Wrong;
    };
    let found = load(&workspace::model_files(&root));
    super::complain(terminal, &found);
    let reach = if call.all { Reach::NotKnown } else { workspace::reach(&root) };
    let outcome = Roster { reach, ..found.roster }.choose(&wanted);
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
