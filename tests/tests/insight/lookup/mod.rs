//! Looks up in a pipeline and its plan what a sentence says. A sentence of no known form is wrong.
//!
//! The answers come from the pipeline itself, by other ways than the sheet takes.

mod acts;
mod flow;
mod shapes;
mod steps;
mod story;
mod text;
mod worth;

use acts::{failures, files, models, side_effects, this_build};
use flow::{branches, data, in_and_out, loops, order, stage};
pub(crate) use shapes::{CHANGES, SHAPES};
use text::{codes, form, sentences};
use worth::worth;

use crate::World;

/// Sentences that are not true, and why.
pub(crate) fn wrong(world: &World, said: &str) -> Vec<String> {
    let Some(start) = said.find("**In short.**") else {
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
        if lead == "In short" {
            wrong.extend(story::wrong(world, &sentences(text)));
            continue;
        }
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

/// Sentences of a pipeline's story that are not true, and why.
pub(crate) fn wrong_story(world: &World, intention: &str) -> Vec<String> {
    let told = intention.rsplit("\n\n").next().map(sentences).unwrap_or_default();
    let purpose = world.pipeline.description.as_ref().map_or("It has none.", |it| &it.value);
    let stated = purpose.split_whitespace().filter(|it| it.ends_with(['.', '!', '?', ':'])).count();
    let all = told.len() + stated.max(1);
    let mut wrong = story::wrong(world, &told);
    if !(3..=10).contains(&all) && told.len() > 5 || all < 3 {
        wrong.push(format!("{all} sentences: {intention}"));
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
        "Data" => data(world, sentence, &form),
        "Branches" => branches(world, &form, &codes),
        "Loops" => loops(world, sentence, &form, &codes),
        "Models" => models(world, sentence, &form, &codes),
        "Side effects" => side_effects(world, sentence, &form, &codes),
        "Files" => Some(files(world, &form, &codes)),
        "On failure" => failures(world, sentence, &form, &codes),
        "Worth a look" => worth(world, sentence, &form, &codes),
        "This build" => this_build(world, sentence, &form, &codes),
        _ => None,
    }
}
