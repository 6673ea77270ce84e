//! Choices over small catalogues, each case a pipeline of a few lines.

mod cost;
mod precedence;
mod properties;
mod selection;

use syntax::Document;

use super::{Access, Capability, Listed, Model, Place, Reach, Roster, Server, Speed, Wanted};
use crate::catalogue::Catalogue;
use crate::{Pipeline, Step, lower};

/// A pipeline of one document.
fn pipeline(text: &str) -> Pipeline {
    lower(&Document::new(text), &Catalogue::declared())
}

/// What the step `id` asks of its model; nothing where it asks none.
fn wanted(text: &str, id: &str) -> Option<Wanted> {
    let pipeline = pipeline(text);
    for outer in pipeline.steps.iter() {
        if let Some(around) = path(outer, id) {
            let (step, around) = around.split_last()?;
            return Wanted::of_step(&pipeline, &Catalogue::declared(), around, step);
        }
    }
    panic!("no step `{id}`");
}

fn path<'s>(step: &'s Step, id: &str) -> Option<Vec<&'s Step>> {
    if step.id_text() == id {
        return Some(vec![step]);
    }
    let mut below = step.body.iter().find_map(|it| path(it, id))?;
    below.insert(0, step);
    Some(below)
}

/// A step `s` below a header.
fn step(header: &str, keys: &str) -> Wanted {
    let keys: String = keys.lines().map(|line| format!("    {line}\n")).collect();
    let text = format!("name: x\n{header}\nsteps:\n  - id: s\n    prompt: hello\n{keys}");
    wanted(&text, "s").expect("a prompt makes a step that asks a model")
}

/// Three of two providers, and one inside this process: good and dear, middling, weak and cheap.
fn house() -> Vec<Model> {
    let model = |provider: &str, name: &str, quality, price, speed| Model {
        quality: Some(quality),
        input_price: Some(price),
        output_price: Some(price * 4.0),
        speed: Some(speed),
        context: Some(100_000),
        capabilities: Some(vec![Capability::Tools]),
        ..Model::unknown(provider, name)
    };
    let mut good = model("anthropic", "good", 90, 10.0, Speed::Slow);
    good.capabilities = Some(vec![Capability::Vision, Capability::Tools]);
    good.tags = vec!["code".into(), "research".into()];
    let mut local = model("local", "tiny", 10, 0.0, Speed::Slow);
    local.size = Some(0.1);
    vec![
        good,
        model("openai", "middling", 60, 1.0, Speed::Medium),
        model("openai", "weak", 30, 0.1, Speed::Fast),
        local,
    ]
}

fn roster() -> Roster {
    Roster::of(house())
}

/// All of these providers are open.
fn open(providers: &[&str]) -> Reach {
    let server = |provider: &&str| Server {
        provider: (*provider).to_owned(),
        place: Place::Elsewhere,
        access: Access::Open { models: None },
    };
    Reach::Known(providers.iter().map(server).collect())
}

/// A server on this machine that lists its models.
fn listing(provider: &str, names: &[&str]) -> Server {
    let listed = |name: &&str| Listed { name: (*name).to_owned(), context: Some(2_048) };
    let models = Some(names.iter().map(listed).collect());
    Server {
        provider: provider.to_owned(),
        place: Place::OwnMachine,
        access: Access::Open { models },
    }
}
