//! What a step answers to.

use std::sync::Arc;

use super::{Extent, Member, Record, Type};
use crate::catalogue::{Catalogue, Envelope, Field, Signature};
use crate::{Data, Step, StepKind, facts};

/// The result of a step with its record.
#[must_use]
pub fn of_step(step: &Step, catalogue: &Catalogue) -> Type {
    let mut record = own(step, catalogue);
    promises(step, &mut record);
    if let Some(outputs) = step.key("outputs") {
        declared_outputs(&outputs.value.value, &mut record);
    }
    let primary = record.primary.clone();
    for (name, ty, doc) in OF_EVERY_STEP {
        add(&mut record, Member::new(*name, ty.clone(), doc));
    }
    for name in PRIMARY {
        add(&mut record, Member::new(*name, primary.clone(), "The step's main value."));
    }
    for name in ["results", "outputs", "action"] {
        add(&mut record, Member::new(name, Type::Any, ""));
    }
    if step.location.is_some() {
        add(&mut record, Member::new("location", Type::Text, "What its key `location` says."));
    }
    for name in decided(step) {
        add(&mut record, Member::new(name, Type::Any, "What AUTO chose for this parameter."));
    }
    Type::Step(Arc::new(record))
}

/// The parameters that are AUTO tags: what is chosen for them can be read.
fn decided(step: &Step) -> impl Iterator<Item = &str> {
    let is_auto = |data: &Data| data.as_text().is_some_and(|text| !text.autos.is_empty());
    let parameters = step.parameters.iter().filter(move |it| is_auto(&it.value.value));
    let model = step.key("model").filter(|it| is_auto(&it.value.value)).map(|_| "model");
    parameters.map(|it| it.name.value.as_str()).chain(model)
}

/// Fields of the record of every step (LANGUAGE, ruling 11).
const OF_EVERY_STEP: &[(&str, Type, &str)] = &[
    ("status", Type::Text, "`completed`, `failed`, `skipped` and so on."),
    ("success", Type::Bool, "Whether the step did what it should."),
    ("error", Type::Any, "Why it failed; nothing when it did not."),
    ("skipped", Type::Bool, "Whether it was skipped."),
    ("reason", Type::Text, "Why it was skipped."),
    ("duration", Type::Number, "Seconds that it took."),
    ("attempts", Type::Integer, "How often it was tried."),
];

/// Words for the primary value where a step has no field of that name.
const PRIMARY: &[&str] = &["result", "content", "text", "value", "output", "data", "response"];

fn own(step: &Step, catalogue: &Catalogue) -> Record {
    match &step.kind {
        StepKind::Echo(_) | StepKind::Debug(_) => {
            Record { fields: Vec::new(), extent: Extent::Answered, primary: Type::Text }
        }
        StepKind::FileProse(_) => Record {
            fields: vec![
                Member::new("filepath", Type::Text, "Where it was written."),
                Member::new("size", Type::Integer, "Characters that were written."),
                Member::new("message", Type::Text, "What happened, in words."),
            ],
            extent: Extent::Answered,
            primary: Type::Any,
        },
        StepKind::ForEach(_) => of_for_each(step, catalogue),
        StepKind::While(_) => rounds(&[
            ("iterations", Type::Any, "The record of each round, or how many there were."),
            ("completed", Type::Bool, "Whether the loop came to its end."),
        ]),
        StepKind::ActionLoop(_) => of_name("action_loop", catalogue),
        StepKind::Queue(_) => of_name("create_parallel_queue", catalogue),
        StepKind::Tool { .. } | StepKind::Action(_) => facts::signature(step, catalogue)
            .map(|it| of_signature(it, facts::operation(step)))
            .unwrap_or_default(),
        StepKind::Parallel | StepKind::Auto(_) | StepKind::Unknown(_) => Record::default(),
    }
}

fn of_name(action: &str, catalogue: &Catalogue) -> Record {
    catalogue.action(action).map(|it| of_signature(it, None)).unwrap_or_default()
}

fn rounds(fields: &[(&'static str, Type, &'static str)]) -> Record {
    let fields = fields.iter().map(|(name, ty, doc)| Member::new(*name, ty.clone(), doc)).collect();
    Record { fields, extent: Extent::Declared, primary: Type::Any }
}

/// An iteration's result is that of its one body step, else a map from body id to value (ruling 26).
fn of_for_each(step: &Step, catalogue: &Catalogue) -> Record {
    let item = match &*step.body {
        [one] => of_step(one, catalogue),
        body => {
            let ids = body.iter().filter(|inner| inner.id.is_some());
            let fields = ids
                .map(|inner| Member::new(inner.id_text(), of_step(inner, catalogue), ""))
                .collect();
            Type::map(fields, Extent::Open)
        }
    };
    let results = Type::list(item);
    let mut record = rounds(&[
        ("iterations", Type::Any, "The record of each iteration, in order."),
        ("count", Type::Integer, "How many iterations there were."),
        ("completed", Type::Any, "Whether all of them came to their end."),
    ]);
    record
        .fields
        .insert(0, Member::new("results", results.clone(), "What each iteration gave, in order."));
    record.primary = results;
    record
}

/// What the step declares by `vars` and `produces`. A model answers its variables as one object, in `result`.
fn promises(step: &Step, record: &mut Record) {
    let members: Vec<Member> = step
        .vars
        .iter()
        .map(|it| Member::new(it.value.name.as_str(), variable_type(&it.value.declaration), ""))
        .collect();
    let asks_a_model =
        matches!(&step.kind, StepKind::Action(it) if ANSWERS_VARIABLES.contains(&&*it.value));
    if asks_a_model && !members.is_empty() {
        record.fields.retain(|it| &*it.name != "result");
        let result = Type::map(members.clone(), Extent::Promised);
        add(record, Member::new("result", result.clone(), "The variables as one map."));
        record.primary = result;
        record.extent = Extent::Promised;
    } else if asks_a_model && step.parameter("response_format").is_some() {
        record.fields.retain(|it| &*it.name != "result");
        add(record, Member::new("result", Type::Any, "The answer."));
        record.primary = Type::Any;
        record.extent = Extent::Open;
    }
    if record.extent == Extent::Answered && step.key("produces").is_some() {
        record.extent = Extent::Promised;
    }
    members.into_iter().for_each(|member| add(record, member));
}

/// Actions whose answer is made of the variables, where the step declares some.
const ANSWERS_VARIABLES: &[&str] = &["generate", "analyze_text"];

/// Results whose fields follow from what the call is given.
const FREE: &[&str] =
    &["generate_structured", "pipeline-executor", "mcp-server", "process", "validate"];

/// Whether a call answers its declared fields and no others. Of the rest, what a model, a server or a page says may be more.
fn extent(signature: &Signature) -> Extent {
    match signature.name {
        name if FREE.contains(&name) => Extent::Open,
        "generate"
        | "filesystem"
        | "terminal"
        | "python-executor"
        | "web-search"
        | "validation"
        | "report-generator"
        | "pdf-compiler"
        | "user-prompt"
        | "approval-gate"
        | "feedback-collection"
        | "recursion-control"
        | "task-delegation"
        | "prompt-optimization" => Extent::Answered,
        _ => Extent::Declared,
    }
}

fn of_signature(signature: &Signature, operation: Option<&str>) -> Record {
    let fields = signature.fields(operation);
    if fields.is_empty() {
        return Record::default();
    }
    let extent = extent(signature);
    let several = signature.operations.len() > 1
        && operation
            .or(signature.default_operation)
            .and_then(|name| signature.operation(name))
            .is_none();
    // Where the operation is not known, a field may be what any of them makes of it.
    let ty = |field: &Field| if several { Type::Any } else { of_field(field, extent) };
    let members: Vec<Member> =
        fields.iter().map(|field| Member::new(field.name, ty(field), field.doc)).collect();
    let primary = signature.primary.and_then(|name| members.iter().find(|it| *it.name == *name));
    let primary = primary.map_or(Type::Any, |it| it.ty.clone());
    let mut record = Record { fields: members.clone(), extent, primary };
    if signature.envelope == Envelope::Wrapped {
        add(
            &mut record,
            Member::new(
                "result",
                Type::map(members, extent),
                "The result alone, without the step's record.",
            ),
        );
    }
    record
}

fn of_field(field: &Field, extent: Extent) -> Type {
    if field.fields.is_empty() {
        return Type::declared(field.ty);
    }
    let of = |it: &Field| Member::new(it.name, of_field(it, extent), it.doc);
    let inner = field.fields.iter().map(of).collect();
    let map = Type::map(inner, extent);
    if field.ty == crate::catalogue::Type::List { Type::list(map) } else { map }
}

/// `outputs` of a step names the fields that its result will have beside the known ones.
fn declared_outputs(data: &Data, record: &mut Record) {
    let names: Vec<&str> = match data {
        Data::List(items) => {
            items.iter().filter_map(|item| item.value.as_text()).map(|text| &*text.value).collect()
        }
        Data::Map(entries) => entries.iter().map(|(name, _)| name.value.as_str()).collect(),
        _ => Vec::new(),
    };
    if !names.is_empty() {
        record.extent = Extent::Promised;
    }
    for name in names {
        add(record, Member::new(name, Type::Any, ""));
    }
}

/// The type that a variable's declaration names in so many words; prose says nothing certain.
fn variable_type(declaration: &Data) -> Type {
    let word = match declaration {
        Data::Map(_) => declaration.get("type").and_then(|it| it.value.as_text()),
        other => other.as_text(),
    };
    word.map_or(Type::Any, |word| of_word(&word.value))
}

/// The type of a word such as `integer`; anything for other words.
pub(super) fn of_word(word: &str) -> Type {
    match word.trim().to_ascii_lowercase().as_str() {
        "string" | "str" | "text" => Type::Text,
        "integer" | "int" => Type::Integer,
        "number" | "float" => Type::Number,
        "boolean" | "bool" => Type::Bool,
        "array" | "list" => Type::list(Type::Any),
        "object" | "dict" | "map" => Type::open_map(),
        _ => Type::Any,
    }
}

/// Adds a field that is not there yet.
fn add(record: &mut Record, member: Member) {
    if !record.fields.iter().any(|it| it.name == member.name) {
        record.fields.push(member);
    }
}
