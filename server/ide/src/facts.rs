//! What can be said of a step before anything ran.

use pipeline::catalogue::{Effect, Envelope, Field, Type};
use pipeline::facts::{operation, signature};
use pipeline::{Count, Data, Definition, FailurePolicy, Located, Pipeline, Step, StepKind};

use crate::known::Member;
use crate::{Personality, Snapshot};

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
    if wraps(snapshot, step) && !fields.iter().any(|it| it.name == "result") {
        fields.push(&RESULT);
    }
    for record in RECORD {
        if !fields.iter().any(|it| it.name == record.name) {
            fields.push(record);
        }
    }
    fields
}

/// Whether what it produces stands in `result`.
pub(crate) fn wraps(snapshot: &Snapshot, step: &Step) -> bool {
    signature(step, &snapshot.catalogue).is_none_or(|it| it.envelope == Envelope::Wrapped)
}

/// What the author says that the step produces: its `vars`, its `outputs`, and the properties of its schema.
pub(crate) fn promised(step: &Step) -> Vec<Member> {
    let vars = step.vars.iter().map(|it| match &it.value.declaration {
        Data::Text(text) => Member::new(&it.value.name, None, &text.value),
        _ => Member::new(&it.value.name, None, ""),
    });
    let outputs = step.key("outputs").map(|it| names(&it.value.value)).unwrap_or_default();
    let schema = step.key("output_schema").map(|it| &it.value.value);
    let schema = schema.or_else(|| step.parameter("schema").map(|it| &it.value.value));
    let properties =
        schema.and_then(|it| it.get("properties")).map(|it| names(&it.value)).unwrap_or_default();
    let all = vars.chain(outputs.into_iter().chain(properties).map(|it| Member::new(it, None, "")));
    let mut members: Vec<Member> = Vec::new();
    for member in all {
        if !members.iter().any(|it| it.name == member.name) {
            members.push(member);
        }
    }
    members
}

/// The names in a map or a list of names.
fn names(data: &Data) -> Vec<&str> {
    match data {
        Data::Map(entries) => entries.iter().map(|(name, _)| name.value.as_str()).collect(),
        Data::List(items) => {
            items.iter().filter_map(|it| it.value.as_text()).map(|it| &*it.value).collect()
        }
        _ => Vec::new(),
    }
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

/// How often it is tried and how long it may take, in words; nothing for what is as usual.
pub(crate) fn attempts(step: &Step) -> Option<String> {
    let tries = step.attempts.explicit.then(|| match step.attempts.total {
        1 => "tried once".to_owned(),
        total => format!("tried at most {total} times"),
    });
    let timeout =
        step.timeout.as_ref().map(|it| format!("at most {} s each", it.value.as_secs_f64()));
    let words: Vec<String> = tries.into_iter().chain(timeout).collect();
    (!words.is_empty()).then(|| words.join(", "))
}

/// The personality of steps that name none.
pub(crate) const STANDARD: &str = "The personality of steps that name none.";

/// The model of an expert, as `experts` says it in either form.
pub(crate) fn expert_model(snapshot: &Snapshot, name: &str) -> Option<String> {
    let expert = snapshot.pipeline.experts.iter().find(|it| it.name.value == name)?;
    let definition = &expert.value.value;
    let model = definition.get("model").map_or(definition, |it| &it.value);
    model.as_text().map(|it| it.value.to_string())
}

/// The system prompt of a personality, as `personalities` says it.
pub(crate) fn system_prompt(personality: &Definition) -> Option<&str> {
    let definition = &personality.value.value;
    let prompt = definition.get("system_prompt").map_or(definition, |it| &it.value);
    prompt.as_text().map(|it| &*it.value)
}

/// The system prompt in a personality's file: all of it, or what its YAML says.
pub(crate) fn prompt_of_file(personality: &Personality) -> &str {
    let text = personality.text.as_str();
    if !personality.source.ends_with(".yaml") {
        return text;
    }
    let line = text.lines().find_map(|line| line.strip_prefix("system_prompt:"));
    match line.map(|it| it.trim().trim_matches(['"', '\''])) {
        Some(prompt) if !prompt.is_empty() && !prompt.starts_with(['|', '>']) => prompt,
        Some(_) => text
            .split_once("system_prompt:")
            .and_then(|(_, it)| it.split_once('\n'))
            .map_or(text, |(_, it)| it.trim_start()),
        None => text,
    }
}

/// A page about a personality.
pub(crate) fn personality_page(name: &str, text: &str, source: &str) -> String {
    const LONGEST: usize = 1_500;
    let text = text.trim();
    let cut = match text.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or_default()),
        None => text.to_owned(),
    };
    let quoted: Vec<String> =
        cut.lines().map(|line| format!("> {line}").trim_end().to_owned()).collect();
    format!("**personality `{name}`** ({source})\n\n{}", quoted.join("\n"))
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
