//! What is told of pipelines is true: against sheets that were written by hand, and sentence by sentence against the
//! pipeline and its plan.

#[path = "insight/lookup/mod.rs"]
mod lookup;

use std::{collections::BTreeMap, fs, path::Path};

use pipeline::insight::{Bound, Extent, FileUse, Sheet, explanation, intention};
use pipeline::{Pipeline, Plan, catalogue::Catalogue, names::Names};
use syntax::Document;

const SHEETS: &str = include_str!("data/fact_sheets.txt");

struct World {
    pipeline: Pipeline,
    names: Names,
    plan: Plan,
}

impl World {
    fn of(text: &str) -> Self {
        let pipeline = pipeline::lower(&Document::new(text), &Catalogue::declared());
        let names = Names::new(&pipeline);
        let plan = Plan::new(&pipeline, &names);
        Self { pipeline, names, plan }
    }

    fn sheet(&self) -> Sheet {
        Sheet::of(&self.pipeline, &self.names, &self.plan, &Catalogue::declared())
    }
}

/// Kinds of facts and their values; order counts among stages only.
type Facts = BTreeMap<String, Vec<String>>;

#[test]
fn sheets_are_those_that_were_written_by_hand() {
    let Some(shared) = tests::shared() else {
        return tests::skipped(
            "sheets_are_those_that_were_written_by_hand",
            "no folder of real pipelines",
        );
    };
    let by_hand = SHEETS
        .split("\n=== ")
        .skip(1)
        .map(|block| block.split_once('\n').expect("a file and facts"));
    let mut wrong = Vec::new();
    let mut count = 0;
    for (file, lines) in by_hand {
        count += 1;
        let text = fs::read_to_string(shared.join("corpus").join(file)).unwrap();
        let told = told(&World::of(&text).sheet());
        let written: Facts = lines
            .lines()
            .map(|line| line.split_once(' ').expect("a kind and values"))
            .map(|(kind, values)| {
                (kind.to_owned(), sorted(kind, values.split(' ').map(str::to_owned).collect()))
            })
            .collect();
        let kinds: std::collections::BTreeSet<&String> =
            told.keys().chain(written.keys()).collect();
        for kind in kinds {
            let (told, written) = (told.get(kind), written.get(kind));
            if told != written {
                wrong.push(format!("{file}: {kind}\n  told    {told:?}\n  by hand {written:?}"));
            }
        }
    }
    assert!(count >= 20, "{count} sheets");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn sorted(kind: &str, mut values: Vec<String>) -> Vec<String> {
    if kind != "stages" {
        values.sort();
    }
    values
}

/// A sheet in the words of those that were written by hand.
fn told(sheet: &Sheet) -> Facts {
    let mut facts = Facts::new();
    let mut say = |kind: &str, value: String| facts.entry(kind.to_owned()).or_default().push(value);
    let without_space = |text: &str| text.replace(' ', "");
    for it in &sheet.inputs {
        let mark = if it.has_default {
            "="
        } else if it.required {
            "!"
        } else {
            "?"
        };
        say("in", format!("{}{mark}", it.name));
    }
    for it in &sheet.outputs {
        say("out", format!("{}<{}", it.name, it.from.join(",")));
    }
    for (number, stage) in sheet.stages.iter().enumerate() {
        if number > 0 {
            say("stages", "|".to_owned());
        }
        stage.iter().for_each(|id| say("stages", id.to_string()));
    }
    for it in &sheet.flows {
        let fields =
            if it.fields.is_empty() { String::new() } else { format!(":{}", it.fields.join(",")) };
        say("flows", format!("{}<{}{fields}", it.to, it.from));
    }
    for step in &sheet.steps {
        let (id, own) = (&step.id.to_string(), &step.own);
        if step.inside.is_some() {
            say("inside", id.clone());
        }
        if own.condition.is_some() {
            say("if", id.clone());
        }
        for it in &step.routes {
            say("routes", format!("{id}>{}>{}", it.key, it.to.as_deref().unwrap_or("?")));
        }
        if let Some(it) = &own.repeats {
            let bound = match &it.bound {
                Bound::Items(most) | Bound::AtMost(most) => most.to_string(),
                Bound::List => "list".to_owned(),
                Bound::Written(text) => without_space(text),
            };
            say(
                "loops",
                format!("{id}:{bound}:{}", it.at_once.map_or("?".to_owned(), |it| it.to_string())),
            );
        }
        if own.has_auto {
            say("auto", id.clone());
        }
        if let Some(it) = &step.model {
            let name = match (it.models.as_slice(), &it.template) {
                ([], None) => "*".to_owned(),
                ([], Some(_)) => "~".to_owned(),
                (names, _) => names.join(","),
            };
            say("models", format!("{id}={name}"));
        }
        let is_leaf = !sheet.steps.iter().any(|it| it.inside.as_ref() == Some(&step.id));
        if own.effects.is_empty() && is_leaf {
            say("unknown", id.clone());
        }
        for effect in own.effects.iter().filter(|_| is_leaf) {
            use pipeline::catalogue::Effect;
            match effect {
                Effect::Reads => say("reads", id.clone()),
                Effect::Writes => say("writes", id.clone()),
                Effect::RunsCode => say("code", id.clone()),
                Effect::Network => say("network", id.clone()),
                Effect::AsksPerson => say("person", id.clone()),
                Effect::Pure | Effect::Model => {}
            }
        }
        for it in &own.files {
            let usage = if it.usage == FileUse::Reads { "r" } else { "w" };
            say("files", format!("{usage}:{id}:{}", without_space(&it.path)));
        }
        let failure = serde_json::to_value(&own.failure).unwrap();
        match failure["policy"].as_str().unwrap() {
            "go_on" => say("goes-on", id.clone()),
            "skip" => say("skips", id.clone()),
            _ => {}
        }
        if own.failure.handlers > 0 {
            say("handlers", format!("{id}:{}", own.failure.handlers));
        }
        own.failure.attempts.iter().for_each(|it| say("tries", format!("{id}:{it}")));
        own.failure.timeout.iter().for_each(|it| say("seconds", format!("{id}:{it}")));
    }
    say("calls", sheet.model_calls.map_or("?".to_owned(), |it| it.to_string()));
    facts.into_iter().map(|(kind, values)| (kind.clone(), sorted(&kind, values))).collect()
}

#[test]
fn every_sentence_about_real_pipelines_can_be_looked_up() {
    let Some(shared) = tests::shared() else {
        return tests::skipped(
            "every_sentence_about_real_pipelines_can_be_looked_up",
            "no folder of real pipelines",
        );
    };
    look_up_all(&shared.join("corpus"), 60);
}

#[test]
fn every_sentence_about_our_own_pipelines_can_be_looked_up() {
    look_up_all(&tests::root().join("fixtures"), 5);
}

#[test]
fn every_sentence_about_pipelines_of_every_shape_can_be_looked_up() {
    let mut wrong = Vec::new();
    for (name, text) in lookup::SHAPES {
        wrong.extend(look_up(name, text));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What looks sentences up can tell a false one: another number, another name.
#[test]
fn a_changed_sentence_is_not_true() {
    let mut tried = std::collections::BTreeSet::new();
    for (name, text) in lookup::SHAPES {
        let world = World::of(text);
        let said = explanation(&world.sheet(), Extent::Brief);
        let story = intention(&world.sheet());
        for (from, to) in lookup::CHANGES {
            for (text, wrong) in [(&said, lookup::wrong as Judge), (&story, lookup::wrong_story)] {
                let Some(at) = text.find(from) else { continue };
                let changed = format!("{}{to}{}", &text[..at], &text[at + from.len()..]);
                tried.insert(*from);
                assert!(
                    !wrong(&world, &changed).is_empty(),
                    "{name}: `{from}` to `{to}`\n{changed}"
                );
            }
        }
    }
    let untried: Vec<_> = lookup::CHANGES.iter().filter(|(it, _)| !tried.contains(it)).collect();
    assert!(untried.is_empty(), "no text has these to change: {untried:?}");
}

type Judge = fn(&World, &str) -> Vec<String>;

fn look_up_all(folder: &Path, least: usize) {
    let mut wrong = Vec::new();
    let mut count = 0;
    for path in files(folder) {
        let Ok(text) = fs::read_to_string(&path) else { continue };
        count += 1;
        wrong.extend(look_up(&path.display().to_string(), &text));
    }
    assert!(count >= least, "{count} pipelines");
    assert!(wrong.is_empty(), "{} wrong\n{}", wrong.len(), wrong.join("\n"));
}

fn look_up(name: &str, text: &str) -> Vec<String> {
    let world = World::of(text);
    let said = explanation(&world.sheet(), Extent::Brief);
    let wrong = lookup::wrong(&world, &said);
    let story = lookup::wrong_story(&world, &intention(&world.sheet()));
    wrong.into_iter().chain(story).map(|it| format!("{name}: {it}")).collect()
}

fn files(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.extension().is_some_and(|it| it == "yaml") {
            found.push(path);
        }
    }
    found.sort();
    found
}
