//! Which kind of step a step is: exactly one, told from its keys and the text of its `action`.

use super::fields::Fields;
use super::scalars::Source;
use crate::catalogue::{Family, Signature, family, normalise};
use crate::{Data, Located, Parameter, Problem, ProblemKind, StepKind, Text};

/// The construct that a step's keys name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Construct {
    ForEach,
    While,
    ActionLoop,
    Queue,
    Parallel,
    /// `action`, `tool` or `prompt`
    Action,
    /// nothing says what the step does
    None,
}

const LOOPS: [(&str, Construct); 4] = [
    ("create_parallel_queue", Construct::Queue),
    ("action_loop", Construct::ActionLoop),
    ("for_each", Construct::ForEach),
    ("while", Construct::While),
];

/// The construct of a step, with a problem where its keys name none or several.
pub(super) fn construct(fields: &Fields<'_>, problems: &mut Vec<Problem>) -> Construct {
    let mut named: Vec<(Located<String>, Construct)> = Vec::new();
    for (key, construct) in LOOPS {
        if let Some((written, _)) = fields.pair(key) {
            named.push((written.clone(), construct));
        }
    }
    if let Some((written, value)) = fields.pair("parallel")
        && matches!(value.value, Data::List(_))
    {
        named.push((written.clone(), Construct::Parallel));
    }
    let has = |wanted: Construct, named: &[(Located<String>, Construct)]| {
        named.iter().any(|(_, construct)| *construct == wanted)
    };
    let tests_are_its_own = has(Construct::Queue, &named) || has(Construct::ActionLoop, &named);
    if tests_are_its_own {
        named.retain(|(_, construct)| *construct != Construct::While);
    } else if let Some((written, _)) = fields.pair("until")
        && !has(Construct::While, &named)
    {
        named.push((written.clone(), Construct::While));
    }
    let word = action_word(fields);
    if let Some((written, _)) = fields.pair("action") {
        match word.as_deref() {
            Some("create_parallel_queue") if !has(Construct::Queue, &named) => {
                // `action_loop` beside it is the queue's own list of actions.
                named.retain(|(_, construct)| {
                    !matches!(construct, Construct::ActionLoop | Construct::While)
                });
                named.insert(0, (written.clone(), Construct::Queue));
            }
            Some("create_parallel_queue" | "action_loop") => {}
            _ => named.push((written.clone(), Construct::Action)),
        }
    } else if let Some((written, _)) = fields.pair("tool").or_else(|| fields.pair("prompt"))
        && !has(Construct::Queue, &named)
        && !has(Construct::ActionLoop, &named)
    {
        named.push((written.clone(), Construct::Action));
    }
    settle(fields, named, problems)
}

/// Picks one of the named constructs; a loop over a condition or a list may have an action of its own.
fn settle(
    fields: &Fields<'_>,
    mut named: Vec<(Located<String>, Construct)>,
    problems: &mut Vec<Problem>,
) -> Construct {
    let shorthand = matches!(
        named.as_slice(),
        [(_, Construct::ForEach | Construct::While), (_, Construct::Action)]
    );
    if shorthand {
        match fields.pair("steps") {
            Some((written, _)) => named.insert(1, (written.clone(), Construct::None)),
            None => return named[0].1,
        }
    }
    let chosen = named.first().map_or(Construct::None, |(_, construct)| *construct);
    if named.len() > 1 {
        named.sort_by_key(|(key, _)| key.span.start);
        let span = named[0].0.span;
        let keys = named.into_iter().map(|(key, _)| key).collect();
        problems.push(Problem { kind: ProblemKind::SeveralKinds { keys }, span });
    }
    chosen
}

/// The trimmed, lower-case text of `action`.
fn action_word(fields: &Fields<'_>) -> Option<String> {
    Some(fields.get("action")?.value.as_text()?.value.trim().to_ascii_lowercase())
}

/// What the `action`, `tool` and `prompt` of a step name.
pub(super) fn action_kind(
    source: Source<'_>,
    fields: &Fields<'_>,
    default_tool: Option<&Located<String>>,
    parameters: &[Parameter],
    problems: &mut Vec<Problem>,
) -> StepKind {
    let action = fields.get("action").and_then(|value| source.located_text(value));
    let tool = fields.get("tool").and_then(|value| source.string(value));
    match (tool, action) {
        (Some(tool), action) => tool_kind(source, &tool, action.as_ref(), parameters, problems),
        (None, Some(action)) => match kind_of_text(source, &action, parameters, problems) {
            StepKind::Unknown(action) => match default_tool {
                Some(tool) => tool_kind(source, tool, action.as_ref(), parameters, problems),
                None => StepKind::Unknown(action),
            },
            kind => kind,
        },
        (None, None) => match (fields.pair("prompt"), default_tool) {
            (Some((key, _)), _) => StepKind::Action(Located::new("generate".to_owned(), key.span)),
            (None, Some(tool)) => tool_kind(source, tool, None, parameters, problems),
            (None, None) => StepKind::Unknown(None),
        },
    }
}

fn tool_kind(
    source: Source<'_>,
    tool: &Located<String>,
    action: Option<&Located<Text>>,
    parameters: &[Parameter],
    problems: &mut Vec<Problem>,
) -> StepKind {
    let signature = source.catalogue.tool(&tool.value);
    let name =
        signature.map_or_else(|| normalise(&tool.value), |signature| signature.name.to_owned());
    let operation = operation(source, signature, action, parameters, problems);
    StepKind::Tool { tool: Located::new(name, tool.span), operation }
}

/// `action` if it is an operation of the tool, else `parameters.action` if that is one, else whichever is written.
fn operation(
    source: Source<'_>,
    signature: Option<&Signature>,
    action: Option<&Located<Text>>,
    parameters: &[Parameter],
    problems: &mut Vec<Problem>,
) -> Option<Located<String>> {
    let has = |word: &str| {
        signature.is_some_and(|signature| {
            signature
                .operations
                .iter()
                .any(|operation| operation.name.eq_ignore_ascii_case(word.trim()))
        })
    };
    let written = action.map(|text| Located::new(text.value.value.trim().to_owned(), text.span));
    let parameter = parameters
        .iter()
        .find(|parameter| parameter.name.value == "action")
        .and_then(|it| source.string(&it.value));
    match (written, parameter) {
        (Some(written), Some(parameter)) if !has(&written.value) && has(&parameter.value) => {
            let kind = ProblemKind::OperationFromParameters { operation: parameter.value.clone() };
            problems.push(Problem { kind, span: written.span });
            Some(parameter)
        }
        (Some(written), _) => Some(written),
        (None, parameter) => parameter,
    }
}

/// What an action text without a tool means.
pub(super) fn kind_of_text(
    source: Source<'_>,
    action: &Located<Text>,
    parameters: &[Parameter],
    problems: &mut Vec<Problem>,
) -> StepKind {
    let text = action.value.value.trim();
    if text.starts_with("<AUTO") {
        return StepKind::Auto(action.clone());
    }
    match text.to_ascii_lowercase().as_str() {
        "llm_call" | "llm_generate" | "llm" => {
            return StepKind::Action(Located::new("generate".to_owned(), action.span));
        }
        "debug" => {
            let message = parameters.iter().find(|parameter| parameter.name.value == "message");
            return StepKind::Debug(
                message.and_then(|message| source.located_text(&message.value)),
            );
        }
        _ => {}
    }
    if let Some(signature) = source.catalogue.action(text) {
        let name = Located::new(signature.name.to_owned(), action.span);
        if source.catalogue.actions().iter().any(|action| std::ptr::eq(*action, signature)) {
            return StepKind::Action(name);
        }
        let operation = operation(source, Some(signature), None, parameters, problems);
        return StepKind::Tool { tool: name, operation };
    }
    match family(text) {
        Some(Family::Auto) => StepKind::Auto(action.clone()),
        Some(Family::Echo) => StepKind::Echo(action.clone()),
        Some(Family::FileProse) => StepKind::FileProse(action.clone()),
        None => StepKind::Unknown(Some(action.clone())),
    }
}
