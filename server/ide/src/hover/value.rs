//! Keys and words that the tree does not hold one by one: in nested maps, in half-typed lines, in closed sets.

use pipeline::language::{Form, Level};

use super::{Hover, catalogue, key, step};
use crate::completion::signature;
use crate::place::{self, Place, Scope, Slot};
use crate::{Snapshot, facts};

/// What can be said of the word at `offset` by the place that it stands in.
pub(super) fn about(snapshot: &Snapshot, offset: u32) -> Option<Hover> {
    let place = place::at(snapshot, offset)?;
    if place.word.text.is_empty() || !place.word.span.touches(offset) {
        return None;
    }
    let markdown = match &place.slot {
        Slot::Key { .. } => of_key(snapshot, &place)?,
        Slot::Value { key } | Slot::Item { key, .. } => of_value(snapshot, &place, key)?,
        Slot::Condition { .. } => return None,
    };
    Some(Hover { span: place.word.span, markdown })
}

fn of_key(snapshot: &Snapshot, place: &Place) -> Option<String> {
    let word = place.word.text.as_str();
    match &place.scope {
        Scope::Level(_) => place.scope.key(word).map(key::about),
        Scope::Parameters(step) => {
            let signature = signature(snapshot, step)?;
            Some(catalogue::parameter(signature, signature.parameter(word)?))
        }
        Scope::Declarations(Level::Expert) => of_expert(snapshot, word),
        Scope::Declarations(Level::Personality) => of_personality(snapshot, word),
        Scope::Declarations(_) | Scope::Products | Scope::Handed | Scope::Free => None,
    }
}

fn of_value(snapshot: &Snapshot, place: &Place, key: &str) -> Option<String> {
    let word = place.word.text.as_str();
    let level = match &place.scope {
        Scope::Level(level) => *level,
        Scope::Parameters(step) => return of_parameter(snapshot, step, key, word),
        Scope::Declarations(Level::Expert) => return of_model(snapshot, word),
        _ => return None,
    };
    match (level, key) {
        (Level::Step, "expert") => of_expert(snapshot, word),
        (Level::Step, "personality") | (Level::Personality, "extends") => {
            of_personality(snapshot, word)
        }
        (Level::Step, "tools") | (Level::Queue | Level::ActionLoopItem, "tool") => {
            Some(catalogue::signature(&snapshot.catalogue, snapshot.catalogue.tool(word)?))
        }
        (Level::ActionLoopItem, "action") => {
            Some(catalogue::signature(&snapshot.catalogue, snapshot.catalogue.action(word)?))
        }
        (Level::Handler, "handler_task_id") => {
            Some(step::about(snapshot, snapshot.names.step(word)?))
        }
        (Level::Step, "dependencies" | "depends_on") => {
            Some(step::about(snapshot, snapshot.names.step(word)?))
        }
        (Level::Step, "on_failure" | "on_error") => policy(word),
        (_, "model" | "default_model" | "orchestrator" | "fallback" | "preferred" | "excluded")
        | (Level::Step, "requires_model")
        | (Level::Model, "name") => of_model(snapshot, word),
        _ => {
            let known = place.scope.key(key)?;
            let is_word = |form: &Form| matches!(form, Form::Word(words) if words.iter().any(|it| it.eq_ignore_ascii_case(word)));
            known.forms.iter().any(is_word).then(|| key::about(known))
        }
    }
}

fn of_parameter(
    snapshot: &Snapshot,
    step: &[place::Member],
    key: &str,
    word: &str,
) -> Option<String> {
    let signature = signature(snapshot, step)?;
    let parameter = signature.parameter(key)?;
    if parameter.ty == pipeline::catalogue::Type::Model {
        return of_model(snapshot, word);
    }
    let is_choice = parameter.choices.iter().any(|it| it.eq_ignore_ascii_case(word));
    is_choice.then(|| catalogue::parameter(signature, parameter))
}

/// What a word of `on_failure` means.
fn policy(word: &str) -> Option<String> {
    let means = match word.to_lowercase().as_str() {
        "fail" => {
            "A failure of this step stops the run: nothing more is started, what runs is ended."
        }
        "continue" => "The run goes on after a failure of this step.",
        "skip" => "After a failure of this step, everything that depends on it is skipped.",
        "retry" => "The run goes on once all attempts of this step are spent.",
        _ => return None,
    };
    Some(format!("**`{word}`**\n\n{means}"))
}

fn of_model(snapshot: &Snapshot, word: &str) -> Option<String> {
    snapshot.roster.find(word).map(catalogue::model)
}

fn of_expert(snapshot: &Snapshot, word: &str) -> Option<String> {
    let is_declared = snapshot.pipeline.experts.iter().any(|it| it.name.value == word);
    let mut text = is_declared.then(|| format!("**expert `{word}`**"))?;
    if let Some(tool) = snapshot.catalogue.tool(word) {
        text.push_str(&format!("\n\nServes steps that use `{}`.", tool.name));
    }
    if let Some(name) = facts::expert_model(snapshot, word) {
        match snapshot.roster.find(&name) {
            Some(model) => text.push_str(&format!("\n\n{}", catalogue::model(model))),
            None => text.push_str(&format!("\n\nModel: `{name}`")),
        }
    }
    Some(text)
}

fn of_personality(snapshot: &Snapshot, word: &str) -> Option<String> {
    if let Some(it) = snapshot.pipeline.personalities.iter().find(|it| it.name.value == word) {
        let text = facts::system_prompt(it).unwrap_or("It has no `system_prompt`.");
        return Some(facts::personality_page(word, text, "this file"));
    }
    let found = snapshot.around.personalities();
    if let Some(personality) = found.iter().find(|it| it.name == word) {
        return Some(facts::personality_page(
            word,
            facts::prompt_of_file(personality),
            &personality.source,
        ));
    }
    (word == "standard").then(|| facts::personality_page(word, facts::STANDARD, "built in"))
}
