//! What can be said of a step before anything ran.

use pipeline::catalogue::{Effect, Envelope, Field, Type};
use pipeline::facts::{operation, signature};
pub(crate) use pipeline::insight::say::{bound, does, effect, on_failure, one_line};
use pipeline::{Data, Definition, Step, StepKind};

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

/// What it may do to the world, its body included; in the order of [`Effect`], none twice.
pub(crate) fn effects(snapshot: &Snapshot, step: &Step) -> Vec<Effect> {
    let all = pipeline::facts::effects(step, &snapshot.catalogue);
    all.into_iter().filter(|effect| *effect != Effect::Pure).collect()
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
