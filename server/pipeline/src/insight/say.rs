//! Single facts in words. Names stand in backticks.

use super::own::bound as bound_of;
use super::sheet::Bound;
use crate::catalogue::Effect;
use crate::{Data, FailurePolicy, Pipeline, Step, StepKind};

/// What a step does, in a few words: "`write` of `filesystem`".
#[must_use]
pub fn does(step: &Step) -> String {
    match &step.kind {
        StepKind::Action(name) => code(&name.value),
        StepKind::Tool { tool, operation: Some(operation) } => {
            format!("{} of {}", code(&operation.value), code(&tool.value))
        }
        StepKind::Tool { tool, operation: None } => code(&tool.value),
        StepKind::Echo(_) | StepKind::Debug(_) => "prints a text".to_owned(),
        StepKind::FileProse(_) => "writes a file".to_owned(),
        StepKind::Auto(_) => "what a model makes of its instruction".to_owned(),
        StepKind::ForEach(_) => "a loop over a list".to_owned(),
        StepKind::While(_) => "a loop over a condition".to_owned(),
        StepKind::ActionLoop(_) => "a repeated list of actions".to_owned(),
        StepKind::Queue(_) => "a list of actions for every item".to_owned(),
        StepKind::Parallel => "steps side by side".to_owned(),
        StepKind::Unknown(Some(text)) => {
            format!("{}, which is no action", code(&one_line(&text.value.value)))
        }
        StepKind::Unknown(None) => "nothing yet".to_owned(),
    }
}

/// An effect of a step: "reads files".
#[must_use]
pub const fn effect(effect: Effect) -> &'static str {
    match effect {
        Effect::Pure => "none",
        Effect::Reads => "reads files",
        Effect::Writes => "writes files",
        Effect::RunsCode => "runs code",
        Effect::Network => "uses the network",
        Effect::Model => "asks a model",
        Effect::AsksPerson => "asks a person",
    }
}

/// How often a loop goes round at most; `None` for what is no loop.
#[must_use]
pub fn bound(step: &Step) -> Option<String> {
    bound_of(step).map(|it| rounds(&it))
}

/// A bound in words: "at most 10 rounds".
#[must_use]
pub fn rounds(bound: &Bound) -> String {
    match bound {
        Bound::Items(1) => "1 item".to_owned(),
        Bound::Items(items) => format!("{items} items"),
        Bound::List => "once for each item of a list known when it starts".to_owned(),
        Bound::AtMost(1) => "at most 1 round".to_owned(),
        Bound::AtMost(rounds) => format!("at most {rounds} rounds"),
        Bound::Written(text) => format!("at most {} rounds", code(&one_line(text))),
    }
}

/// What a step's failure means.
#[must_use]
pub fn on_failure(step: &Step) -> String {
    match step.on_failure {
        FailurePolicy::Fail => "stops the run".to_owned(),
        FailurePolicy::Continue | FailurePolicy::Retry => "the run goes on".to_owned(),
        FailurePolicy::Skip => "skips what depends on it".to_owned(),
        FailurePolicy::Route => match &step.routing.on_failure {
            Some(target) => format!("goes on at {}", code(&target.value)),
            None => "goes on elsewhere".to_owned(),
        },
    }
}

/// Whether this build can run what a step itself does; bodies of loops are steps of their own.
#[must_use]
pub fn runs(step: &Step, catalogue: &crate::catalogue::Catalogue) -> bool {
    match &step.kind {
        StepKind::Echo(_) | StepKind::Debug(_) => catalogue.provides("echo"),
        StepKind::FileProse(_) => catalogue.provides("file-prose"),
        StepKind::Action(_) | StepKind::Tool { .. } => {
            crate::facts::signature(step, catalogue).is_some_and(|it| catalogue.provides(it.name))
        }
        // A model does what the instruction says.
        StepKind::Auto(_) => catalogue.provides("generate"),
        StepKind::Unknown(_) => false,
        StepKind::ForEach(_) | StepKind::While(_) if step.kind.is_shorthand() => {
            step.body.iter().all(|it| runs(it, catalogue))
        }
        StepKind::ForEach(_)
        | StepKind::While(_)
        | StepKind::ActionLoop(_)
        | StepKind::Queue(_)
        | StepKind::Parallel => true,
    }
}

/// What the pipeline is called.
#[must_use]
pub fn title(pipeline: &Pipeline) -> Option<&str> {
    [&pipeline.name, &pipeline.id].into_iter().flatten().next().map(|it| it.value.as_str())
}

/// A text in one line.
pub(super) fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The start of a text in one line.
#[must_use]
pub fn one_line(text: &str) -> String {
    const LONGEST: usize = 80;
    let flat = flat(text);
    match flat.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}…", flat.get(..at).unwrap_or_default()),
        None => flat,
    }
}

/// A scalar in one line.
#[must_use]
pub fn short(data: &Data) -> Option<String> {
    match data {
        Data::Null => Some("null".to_owned()),
        Data::Bool(value) => Some(value.to_string()),
        Data::Int(value) => Some(value.to_string()),
        Data::Float(value) => Some(value.to_string()),
        Data::Text(text) => Some(one_line(&text.value)),
        Data::List(_) | Data::Map(_) => None,
    }
}

/// A text as Markdown's code, whatever it holds.
#[must_use]
pub fn code(text: &str) -> String {
    let ticks = text.split(|it| it != '`').map(str::len).max().unwrap_or_default();
    if ticks == 0 {
        return format!("`{text}`");
    }
    let fence = "`".repeat((ticks + 1).max(2));
    format!("{fence} {text} {fence}")
}

/// Words in a row: "a, b and c".
#[must_use]
pub fn listed<T: AsRef<str>>(words: &[T]) -> String {
    match words {
        [] => String::new(),
        [only] => only.as_ref().to_owned(),
        [first @ .., last] => {
            let first: Vec<&str> = first.iter().map(AsRef::as_ref).collect();
            format!("{} and {}", first.join(", "), last.as_ref())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::code;

    #[test]
    fn code_holds_any_text() {
        let all = ["a", "a`b", "``", "a```b"].map(code);
        assert_eq!(all, ["`a`", "`` a`b ``", "``` `` ```", "```` a```b ````"]);
    }
}
