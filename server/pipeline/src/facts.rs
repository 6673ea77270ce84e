//! What can be said of a pipeline and its steps before anything ran.

use rustc_hash::FxHashSet;

use crate::catalogue::{AUTO_DEBUGGER, Catalogue, Effect, Signature, Type};
use crate::{Data, Input, Located, Pipeline, Placed, Step, StepKind};

/// What callers may hand in: of several declarations of one name the first, in the order of declaration.
pub fn inputs(pipeline: &Pipeline) -> impl Iterator<Item = &Placed<Input>> {
    let mut seen = FxHashSet::default();
    pipeline.inputs.iter().filter(move |input| seen.insert(input.name.value.as_str()))
}

/// The type that an input's value is converted to; `Any` where none is declared, for words that are no type, and for text
/// whose default is a list or a map: those have no spelling that would be read back.
#[must_use]
pub fn input_type(input: &Input) -> Type {
    let Some(written) = &input.ty else { return Type::Any };
    let nested =
        matches!(input.default.as_ref().map(|it| &it.value), Some(Data::List(_) | Data::Map(_)));
    match written.value.trim().to_lowercase().as_str() {
        "string" | "str" | "text" | "file" | "path" if nested => Type::Any,
        "string" | "str" | "text" => Type::Text,
        "file" | "path" => Type::Path,
        "integer" | "int" => Type::Integer,
        "number" | "float" | "double" => Type::Number,
        "boolean" | "bool" => Type::Bool,
        "array" | "list" => Type::List,
        "object" | "map" | "dict" => Type::Map,
        _ => Type::Any,
    }
}

/// The signature of what a step calls; nothing for loops, prose and what the catalogue does not know.
#[must_use]
pub fn signature(step: &Step, catalogue: &Catalogue) -> Option<&'static Signature> {
    match &step.kind {
        StepKind::Tool { tool, .. } => catalogue.tool(&tool.value),
        StepKind::Action(action) => catalogue.action(&action.value),
        _ => None,
    }
}

/// Whether a step runs another pipeline.
#[must_use]
pub fn calls_a_pipeline(step: &Step) -> bool {
    matches!(&step.kind, StepKind::Tool { tool, .. } if tool.value == "pipeline-executor")
}

/// Whether a step runs a pipeline that is written out in it: a document of its own, which this one does not render.
#[must_use]
pub fn writes_out_a_pipeline(step: &Step) -> bool {
    let text = step.parameter("pipeline").and_then(|it| it.value.value.as_text());
    calls_a_pipeline(step) && text.is_some_and(|text| text.value.trim().contains('\n'))
}

/// Whether a step runs another pipeline and nothing waits for its end but the run itself.
#[must_use]
pub fn is_detached(step: &Step) -> bool {
    let waits = step.parameter("wait_for_completion");
    calls_a_pipeline(step) && waits.is_some_and(|it| it.value.value == Data::Bool(false))
}

/// What stands behind the name of a called pipeline in the names of its file, the likeliest first: nothing behind a path,
/// and behind an id one of several endings.
#[must_use]
pub fn called_endings(name: &str) -> &'static [&'static str] {
    let names_a_file = [".yaml", ".yml", ".json"].iter().any(|ending| name.ends_with(ending));
    if names_a_file { &[""] } else { &[".pipeline.yaml", ".pipeline.yml", ".yaml", ".yml"] }
}

/// The operation that a step names beside its tool.
#[must_use]
pub fn operation(step: &Step) -> Option<&str> {
    match &step.kind {
        StepKind::Tool { operation, .. } => operation.as_ref().map(|it| it.value.as_str()),
        _ => None,
    }
}

/// What the call of a step may do to the world, as far as its operation and the words of its parameters are written out.
#[must_use]
pub fn effects_called(step: &Step, signature: &Signature) -> &'static [Effect] {
    signature.effects_given(operation(step), |name| {
        let text = step.parameter(name)?.value.value.as_text()?;
        text.is_static().then_some(&*text.value)
    })
}

/// The lists of the tools that a step lends to the model that it asks.
pub fn lent(step: &Step) -> impl Iterator<Item = &Located<Data>> {
    let has_list =
        matches!(&step.kind, StepKind::Tool { tool, .. } if tool.value == AUTO_DEBUGGER.name);
    let available = step.parameter("available_tools").filter(|_| has_list).map(|it| &it.value);
    step.key("tools").map(|it| &it.value).into_iter().chain(available)
}

/// What a step may do to the world, its body, its products and the tools that it lends to a model included; in the order of [`Effect`], none twice. Empty
/// where the step does nothing that is known.
#[must_use]
pub fn effects(step: &Step, catalogue: &Catalogue) -> Vec<Effect> {
    let of = |step| effects_alone(step, catalogue).into_iter().chain(effects_lent(step, catalogue));
    let mut all: Vec<Effect> = step.walk().into_iter().flat_map(of).collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// What the model that a step asks may do with the tools that it is lent.
pub(crate) fn effects_lent(step: &Step, catalogue: &Catalogue) -> Vec<Effect> {
    if !effects_alone(step, catalogue).contains(&Effect::Model) {
        return Vec::new();
    }
    let known = lent_tools(step).filter_map(|it| catalogue.tool(&it.value));
    known.flat_map(|it| it.effects).copied().collect()
}

/// The names of the tools that a step lends to the model that it asks.
pub fn lent_tools(step: &Step) -> impl Iterator<Item = Located<String>> {
    lent(step).flat_map(tool_names)
}

/// The names in a list of tools, or in a text with commas.
#[must_use]
pub fn tool_names(listed: &Located<Data>) -> Vec<Located<String>> {
    let name = |name: &str, span| Located::new(name.trim().to_owned(), span);
    match &listed.value {
        Data::List(items) => {
            items.iter().filter_map(|it| Some(name(&it.value.as_text()?.value, it.span))).collect()
        }
        Data::Text(text) => {
            let parts = text.value.split(',').filter(|it| !it.trim().is_empty());
            parts.map(|it| name(it, listed.span)).collect()
        }
        _ => Vec::new(),
    }
}

/// What a step itself may do to the world, its products included, its body and what it lends not.
pub(crate) fn effects_alone(step: &Step, catalogue: &Catalogue) -> Vec<Effect> {
    let mut effects = match &step.kind {
        StepKind::Echo(_) | StepKind::Debug(_) => vec![Effect::Pure],
        StepKind::FileProse(_) => vec![Effect::Writes],
        StepKind::Auto(_) => vec![Effect::Model],
        _ => signature(step, catalogue)
            .map(|it| effects_called(step, it).to_vec())
            .unwrap_or_default(),
    };
    if !step.products.is_empty() {
        effects.push(Effect::Writes);
    }
    effects
}
