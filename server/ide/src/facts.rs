//! What can be said of a step before anything ran.

use pipeline::catalogue::{Effect, Envelope, Field, Type};
use pipeline::facts::{operation, signature};
use pipeline::{Count, Data, FailurePolicy, Located, Pipeline, Step, StepKind};

use crate::Snapshot;

/// Fields of a step's record: there for every step, whatever it does.
pub(crate) const RECORD: &[Field] = &[
    field("status", Type::Text, "`completed`, `failed`, `skipped` or `pending`."),
    field("success", Type::Bool, "Whether it did what it should."),
    field("skipped", Type::Bool, "Whether it was skipped."),
    field("reason", Type::Text, "Why it was skipped."),
    field("error", Type::Text, "What went wrong, if anything."),
    field("duration", Type::Number, "Seconds it took."),
    field("attempts", Type::Integer, "How often it was tried."),
];

const RESULT: Field = field("result", Type::Any, "What the step produced.");

const LOOP: &[Field] = &[
    field("results", Type::List, "The results of the iterations, in order."),
    field("iterations", Type::Any, "The iterations with everything that is known of them."),
    field("count", Type::Integer, "How many iterations there were."),
    field("completed", Type::Bool, "Whether the loop came to its own end."),
];

const fn field(name: &'static str, ty: Type, doc: &'static str) -> Field {
    Field { name, ty, doc, fields: &[] }
}

/// The fields that may be read behind a step, the step's own first.
pub(crate) fn fields(snapshot: &Snapshot, step: &Step) -> Vec<&'static Field> {
    let mut fields = own_fields(snapshot, step);
    if is_loop(step) {
        fields.extend(LOOP);
    }
    let wrapped =
        signature(step, &snapshot.catalogue).is_none_or(|it| it.envelope == Envelope::Wrapped);
    if wrapped && !fields.iter().any(|it| it.name == "result") {
        fields.push(&RESULT);
    }
    for record in RECORD {
        if !fields.iter().any(|it| it.name == record.name) {
            fields.push(record);
        }
    }
    fields
}

/// The fields of what it produces.
pub(crate) fn own_fields(snapshot: &Snapshot, step: &Step) -> Vec<&'static Field> {
    signature(step, &snapshot.catalogue).map(|it| it.fields(operation(step))).unwrap_or_default()
}

/// Whether it repeats a body.
pub(crate) const fn is_loop(step: &Step) -> bool {
    matches!(
        step.kind,
        StepKind::ForEach(_) | StepKind::While(_) | StepKind::ActionLoop(_) | StepKind::Queue(_)
    )
}

/// What it does, in a few words: "`write` of `filesystem`".
pub(crate) fn does(step: &Step) -> String {
    match &step.kind {
        StepKind::Action(name) => format!("`{}`", name.value),
        StepKind::Tool { tool, operation: Some(operation) } => {
            format!("`{}` of `{}`", operation.value, tool.value)
        }
        StepKind::Tool { tool, operation: None } => format!("`{}`", tool.value),
        StepKind::Echo(_) | StepKind::Debug(_) => "prints a text".to_owned(),
        StepKind::FileProse(_) => "writes a file".to_owned(),
        StepKind::Auto(_) => "what a model makes of its instruction".to_owned(),
        StepKind::ForEach(_) => "a loop over a list".to_owned(),
        StepKind::While(_) => "a loop over a condition".to_owned(),
        StepKind::ActionLoop(_) => "a repeated list of actions".to_owned(),
        StepKind::Queue(_) => "a list of actions for every item".to_owned(),
        StepKind::Parallel => "steps side by side".to_owned(),
        StepKind::Unknown(Some(text)) => {
            format!("`{}`, which is no action", one_line(&text.value.value))
        }
        StepKind::Unknown(None) => "nothing yet".to_owned(),
    }
}

/// What it may do to the world, its body included; in the order of [`Effect`], none twice.
pub(crate) fn effects(snapshot: &Snapshot, step: &Step) -> Vec<Effect> {
    let all = pipeline::facts::effects(step, &snapshot.catalogue);
    all.into_iter().filter(|effect| *effect != Effect::Pure).collect()
}

/// An effect in words.
pub(crate) const fn effect(effect: Effect) -> &'static str {
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

/// How often a loop goes round at most, in words; `None` for what is no loop.
pub(crate) fn bound(step: &Step) -> Option<String> {
    match &step.kind {
        StepKind::ForEach(it) => Some(match &it.items.value {
            Data::List(items) => format!("{} items", items.len()),
            _ => "once for each item of a list known when it starts".to_owned(),
        }),
        StepKind::Queue(it) => Some(match it.on.as_ref().map(|on| &on.value) {
            Some(Data::List(items)) => format!("{} items", items.len()),
            _ => "once for each item of a list known when it starts".to_owned(),
        }),
        StepKind::While(it) => Some(rounds(it.max_iterations.as_ref(), 10)),
        StepKind::ActionLoop(it) => Some(rounds(it.max_iterations.as_ref(), 100)),
        _ => None,
    }
}

fn rounds(written: Option<&Located<Count>>, default: u64) -> String {
    match written.map(|it| &it.value) {
        None => format!("at most {default} rounds"),
        Some(Count::Fixed(count)) => format!("at most {count} rounds"),
        Some(Count::Text(text)) => format!("at most `{}` rounds", one_line(&text.value)),
    }
}

/// What its failure means, in words.
pub(crate) fn on_failure(step: &Step) -> String {
    match step.on_failure {
        FailurePolicy::Fail => "stops the run".to_owned(),
        FailurePolicy::Continue | FailurePolicy::Retry => "the run goes on".to_owned(),
        FailurePolicy::Skip => "skips what depends on it".to_owned(),
        FailurePolicy::Route => match &step.routing.on_failure {
            Some(target) => format!("goes on at `{}`", target.value),
            None => "goes on elsewhere".to_owned(),
        },
    }
}

/// What the pipeline is called.
pub(crate) fn title(pipeline: &Pipeline) -> &str {
    [&pipeline.name, &pipeline.id]
        .into_iter()
        .flatten()
        .next()
        .map_or("pipeline", |it| it.value.as_str())
}

/// The start of a text in one line.
pub(crate) fn one_line(text: &str) -> String {
    const LONGEST: usize = 80;
    let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match flat.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}…", flat.get(..at).unwrap_or_default()),
        None => flat,
    }
}
