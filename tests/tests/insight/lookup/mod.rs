//! Looks up in a pipeline and its plan what a sentence says. A sentence of no known form is wrong.
//!
//! The answers come from the pipeline itself, by other ways than the sheet takes.

mod acts;
mod flow;
mod shapes;
mod steps;
mod text;
mod worth;

use acts::{failures, files, models, side_effects};
use flow::{branches, data, in_and_out, loops, order, stage};
pub(crate) use shapes::{CHANGES, SHAPES};
use steps::find;
use text::{codes, form, sentences};
use worth::worth;

use crate::World;

/// Sentences that are not true, and why.
pub(crate) fn wrong(world: &World, said: &str) -> Vec<String> {
    let Some(start) = said.find("**In and out.**") else {
        return vec!["nothing is told".to_owned()];
    };
    let mut wrong = Vec::new();
    for paragraph in said[start..].split("\n\n") {
        if paragraph.starts_with("1. ") {
            wrong.extend(paragraph.lines().filter_map(|it| stage(world, it).err()));
            continue;
        }
        if paragraph.starts_with("and ") {
            continue;
        }
        let Some((lead, text)) = paragraph.strip_prefix("**").and_then(|it| it.split_once(".** "))
        else {
            wrong.push(format!("no paragraph: {paragraph}"));
            continue;
        };
        for sentence in sentences(text) {
            match judge(world, lead, &sentence) {
                Some(true) => {}
                Some(false) => wrong.push(format!("not true: {sentence}")),
                None => wrong.push(format!("no known form: {lead}: {sentence}")),
            }
        }
    }
    wrong
}

/// Whether a sentence is true; `None` where its form is not known.
fn judge(world: &World, lead: &str, sentence: &str) -> Option<bool> {
    let codes = codes(sentence);
    let form = form(sentence);
    match lead {
        "In and out" => in_and_out(world, sentence, &form, &codes),
        "Order" => order(world, sentence, &form, &codes),
        "Data" => data(world, &form, &codes),
        "Branches" => branches(world, &form, &codes),
        "Loops" => loops(world, sentence, &form, &codes),
        "Models" => models(world, sentence, &form, &codes),
        "Side effects" => side_effects(world, sentence, &form, &codes),
        "Files" => Some(files(world, &form, &codes)),
        "On failure" => failures(world, sentence, &form, &codes),
        "Worth a look" => worth(world, sentence, &form, &codes),
        "This build" => Some(codes.iter().all(|it| find(world, it).is_some())),
        _ => None,
    }
}
