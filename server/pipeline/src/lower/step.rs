//! A step: its keys, what each of them means, and what it reads.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use rustc_hash::{FxHashSet, FxHasher};

use super::fields::{Fields, Pair, check_case};
use super::kinds::{self, Construct};
use super::loops;
use super::references::References;
use super::routing::is_id;
use super::scalars::{self, Source, duration, ids_in};
use super::slug::slug;
use super::{handlers, routing};
use crate::catalogue::normalise;
use crate::facts::{is_detached, operation};
use crate::insight::{Kept, Told, Wish};
use crate::language::Level;
use crate::models::Charged;
use crate::{
    Attempts, Body, Cache, Data, Entry, FailurePolicy, Located, Parameter, PoorQuality, Problem,
    ProblemKind, Product, QualityGate, ReferenceOrigin, Routing, Step, StepKind, Text, Variable,
};

/// Where a step stands.
#[derive(Clone, Copy)]
pub(super) enum Setting<'s> {
    /// In `steps`.
    Listed,
    /// In an `action_loop`, with the tool of actions that name none.
    Looped(Option<&'s Located<String>>),
}

/// Lowers a step. Never fails: what is no map is a step that is nothing but a problem.
pub(super) fn step(source: Source<'_>, data: &Located<Data>, setting: Setting<'_>) -> Step {
    let level = match setting {
        Setting::Listed => Level::Step,
        Setting::Looped(_) => Level::ActionLoopItem,
    };
    let mut problems = Vec::new();
    let pairs = match &data.value {
        Data::Map(pairs) => &**pairs,
        other => {
            let kind = ProblemKind::WrongType {
                key: "steps".to_owned(),
                expected: "a map".to_owned(),
                found: other.kind(),
            };
            problems.push(Problem { kind, span: data.span });
            &[]
        }
    };
    let fields = &Fields::new(level, pairs);
    fields.check(&mut problems);
    let mut step = empty(data);
    step.keys = fields.known().map(|(pair, known)| entry(pair, known)).collect();
    step.name = fields.get("name").and_then(|value| source.string(value));
    step.description =
        fields.get("description").and_then(|value| source.string(value)).map(|text| text.value);
    step.id = id(source, fields, step.name.as_ref(), &mut problems);
    orders(source, fields, &mut step);
    (step.routing, step.on_failure) = routing::routing(source, fields);
    for key in ["on_failure", "on_error"] {
        if let Some(value) = fields.get(key) {
            check_case(routing::POLICIES, value, &mut problems);
        }
    }
    step.attempts = routing::attempts(fields, &mut problems);
    step.quality = quality(fields);
    step.timeout = timeout(fields);
    step.cache = cache(fields);
    step.handlers = handlers::handlers(source, fields);
    calls(source, fields, &mut step, &mut problems);

    let construct = kinds::construct(fields, &mut problems);
    // A list or a map in its place is said to be one.
    let is_scalar = |value| source.text(value).is_some();
    let lacks_id = step.id.is_none() && fields.get("id").is_none_or(is_scalar);
    if lacks_id && construct != Construct::None && matches!(setting, Setting::Listed) {
        let span = pairs.first().map_or(data.span, |(key, _)| key.span);
        problems.push(Problem { kind: ProblemKind::MissingKey { key: "id" }, span });
    }
    if let (Construct::None, Setting::Looped(Some(tool))) = (construct, setting) {
        step.kind = kinds::action_kind(source, fields, Some(tool), &step.parameters, &mut problems);
    } else if construct == Construct::None && !pairs.is_empty() {
        let span = step.id.as_ref().map_or(data.span, |id| id.span);
        problems.push(Problem { kind: ProblemKind::NoKind, span });
    }
    if construct == Construct::Action {
        let tool = if let Setting::Looped(tool) = setting { tool } else { None };
        step.kind = kinds::action_kind(source, fields, tool, &step.parameters, &mut problems);
    }
    let mut references = References::default();
    read(source, fields, &step, &mut references);
    step.references = references.all;
    step.references.shrink_to_fit();
    if writes_out_a_pipeline(source, fields) {
        step.references.retain(|it| &*it.place != "parameters.pipeline");
    }
    loops::fill(source, fields, construct, &mut step, &mut problems);
    step.problems = problems;
    step.shape = shape(&step, fields);
    step
}

/// A step that says nothing.
pub(super) fn empty(data: &Located<Data>) -> Step {
    Step {
        id: None,
        span: data.span,
        keys: Vec::new(),
        name: None,
        description: None,
        kind: StepKind::Unknown(None),
        dependencies: Vec::new(),
        dynamic_dependencies: None,
        condition: None,
        parameters: Vec::new(),
        routing: Routing::default(),
        on_failure: FailurePolicy::default(),
        attempts: Attempts::default(),
        quality: None,
        timeout: None,
        cache: None,
        handlers: Vec::new(),
        vars: Vec::new(),
        products: Vec::new(),
        expert: None,
        personality: None,
        model: None,
        location: None,
        references: Vec::new(),
        body: Body::default(),
        problems: Vec::new(),
        syntax: Vec::new(),
        in_damage: false,
        shape: 0,
        own: Kept::default(),
        wish: Wish::default(),
        charged: Charged::default(),
        told: Told::default(),
    }
}

pub(super) fn entry(pair: &Pair, known: Option<&'static crate::language::Key>) -> Entry {
    Entry { key: pair.0.clone(), known, value: pair.1.clone() }
}

fn id(
    source: Source<'_>,
    fields: &Fields<'_>,
    name: Option<&Located<String>>,
    problems: &mut Vec<Problem>,
) -> Option<Located<Arc<str>>> {
    let Some(written) = fields.get("id") else {
        let name = name?;
        return Some(Located::new(slug(&name.value)?.into(), name.span));
    };
    let id = source.id(written)?;
    if !is_id(&id.value) {
        problems
            .push(Problem { kind: ProblemKind::BadId { id: id.value.to_string() }, span: id.span });
    }
    Some(id)
}

/// Dependencies and the condition.
fn orders(source: Source<'_>, fields: &Fields<'_>, step: &mut Step) {
    let mut known = FxHashSet::default();
    for (pair, key) in fields.known() {
        if key.is_some_and(|key| key.name == "dependencies") {
            dependencies(source, &pair.1, &mut known, step);
        }
    }
    let condition = fields.pair("condition");
    step.condition = condition.and_then(|pair| source.condition(fields.level, pair)).map(Box::new);
}

/// Adds the ids of a list, or of text with commas, that are not `known` yet. Text with AUTO is resolved at run time.
fn dependencies(
    source: Source<'_>,
    data: &Located<Data>,
    known: &mut FxHashSet<Arc<str>>,
    step: &mut Step,
) {
    let mut add = |id: Located<Arc<str>>| {
        if known.insert(Arc::clone(&id.value)) {
            step.dependencies.push(id);
        }
    };
    match &data.value {
        Data::List(items) => items.iter().filter_map(|item| source.id(item)).for_each(&mut add),
        Data::Text(text) if !text.is_static() => {
            step.dynamic_dependencies = Some(Box::new(Located::new(text.clone(), data.span)))
        }
        _ => {
            if let Some(text) = source.text(data) {
                ids_in(&text, true).into_iter().for_each(&mut add);
            }
        }
    }
}

/// The step's own timeout, else that of its metadata.
fn timeout(fields: &Fields<'_>) -> Option<Located<std::time::Duration>> {
    let own = fields
        .get("timeout")
        .or_else(|| fields.get("metadata").and_then(|data| data.value.get("timeout")))?;
    let time = duration(&own.value).filter(|time| !time.is_zero())?;
    Some(Located::new(time, own.span))
}

/// `cache`; none where it is not written, or is no such value.
fn cache(fields: &Fields<'_>) -> Option<Cache> {
    match &fields.get("cache")?.value {
        Data::Bool(true) => Some(Cache::Always),
        Data::Bool(false) => Some(Cache::Never),
        other => duration(other).map(Cache::For),
    }
}

/// What the step's tool or model is given, and what it must leave.
fn calls(source: Source<'_>, fields: &Fields<'_>, step: &mut Step, problems: &mut Vec<Problem>) {
    let mut given = fields.get("parameters");
    if let Some((key, value)) = fields.pair("inputs") {
        let kind = match given {
            None => ProblemKind::InputsAsParameters,
            Some(_) => ProblemKind::BothSpellings {
                canonical: "parameters",
                alias: key.value.clone(),
                merged: crate::Merged::CanonicalWins,
            },
        };
        problems.push(Problem { kind, span: key.span });
        given = given.or(Some(value));
    }
    if let Some(pairs) = given.and_then(|given| given.value.as_map()) {
        step.parameters = pairs
            .iter()
            .map(|(name, value)| Parameter { name: name.clone(), value: value.clone() })
            .collect();
    }
    if let Some((key, value)) = fields.pair("prompt")
        && step.parameter("prompt").is_none()
    {
        step.parameters.push(Parameter {
            name: Located::new("prompt".to_owned(), key.span),
            value: value.clone(),
        });
    }
    let model = fields.get("model").or_else(|| step.parameter("model").map(|model| &model.value));
    step.model = model.map(|model| Box::new(model.clone()));
    step.expert = fields.get("expert").and_then(|value| source.string(value));
    step.personality = fields.get("personality").and_then(|value| source.string(value));
    let location = fields.get("location").and_then(|value| source.located_text(value));
    step.location = location.map(Box::new);
    step.vars = fields.get("vars").map(|value| variables(source, value)).unwrap_or_default();
    step.products = fields.get("products").map(|value| products(source, value)).unwrap_or_default();
}

/// Pairs of a map, or of a list of maps with one key each; `name` beside other keys names the pair.
pub(super) fn named(source: Source<'_>, data: &Located<Data>) -> Vec<Pair> {
    match &data.value {
        Data::Map(pairs) => pairs.to_vec(),
        Data::List(items) => items.iter().flat_map(|item| named_item(source, item)).collect(),
        _ => Vec::new(),
    }
}

/// One item of such a list. Text alone is a name without a value.
pub(super) fn named_item(source: Source<'_>, item: &Located<Data>) -> Vec<Pair> {
    match &item.value {
        Data::Map(_) => match item.value.get("name").and_then(|name| source.string(name)) {
            Some(name) => vec![(name, item.clone())],
            None => item.value.as_map().unwrap_or_default().to_vec(),
        },
        _ => source
            .string(item)
            .map(|name| (name, Located::new(Data::Null, item.span)))
            .into_iter()
            .collect(),
    }
}

fn variables(source: Source<'_>, data: &Located<Data>) -> Vec<Located<Variable>> {
    let pairs = named(source, data);
    pairs
        .into_iter()
        .map(|(name, value)| {
            Located::new(Variable { name: name.value, declaration: value.value }, name.span)
        })
        .collect()
}

fn products(source: Source<'_>, data: &Located<Data>) -> Vec<Product> {
    let product = |(variable, file): Pair| {
        let named = file.value.get("name").or_else(|| file.value.get("file")).cloned();
        let file = source.located_text(&named.unwrap_or(file))?;
        Some(Product { variable, file })
    };
    named(source, data).into_iter().filter_map(product).collect()
}

/// Whether the step runs a pipeline that is written out in it: a document of its own, which this one does not render
/// (ruling 7).
fn writes_out_a_pipeline(source: Source<'_>, fields: &Fields<'_>) -> bool {
    let tool = fields.get("tool").or_else(|| fields.get("action"));
    let text = fields.get("parameters").and_then(|it| it.value.get("pipeline"));
    text.and_then(|it| it.value.as_text()).is_some_and(|text| text.value.trim().contains('\n'))
        && tool
            .and_then(|tool| source.string(tool))
            .is_some_and(|tool| normalise(&tool.value) == "pipeline-executor")
}

/// Everything that the step reads, in the order of its keys.
fn read(source: Source<'_>, fields: &Fields<'_>, step: &Step, references: &mut References) {
    use ReferenceOrigin::{ControlFlow, Inert, Template};
    let own_parameters = fields.get("parameters").is_none();
    for (pair, known) in fields.known() {
        let Some(known) = known else { continue };
        let (key, value) = pair;
        let place = key.value.as_str();
        match known.name {
            "parameters" | "prompt" | "action" | "location" | "model" => {
                references.data(place, &value.value, Template)
            }
            "inputs" if own_parameters => references.data(place, &value.value, Template),
            "for_each" | "max_iterations" | "max_parallel" | "on" => {
                references.data(place, &value.value, ControlFlow)
            }
            "dependencies" if step.dynamic_dependencies.is_some() => {
                references.data(place, &value.value, ControlFlow)
            }
            "condition" | "while" | "until" => {
                if let Some(condition) = source.condition(fields.level, pair) {
                    references.condition(known.spelling(place), &condition);
                }
            }
            "goto" => goto(step, value, references),
            // Known once the step has ended, or was passed over.
            name @ ("on_false" | "on_success" | "on_failure") => {
                if let Some(to) = step.routing.chosen(name).filter(|it| it.value.template.is_some())
                {
                    after(step, references, |it| it.text(place, &to.value, ControlFlow));
                }
            }
            "on_error" | "error_handlers" | "products" => {
                references.data(place, &value.value, Inert)
            }
            "create_parallel_queue" => loops::read_queue(source, value, references),
            _ => {}
        }
    }
}

/// `goto` is rendered once the step is finished: what it reads of the step itself orders nothing.
fn goto(step: &Step, value: &Located<Data>, references: &mut References) {
    let Data::Text(text) = &value.value else { return };
    after(step, references, |references| {
        if text.template.is_some() && !is_ternary(text) {
            references.text("goto", text, ReferenceOrigin::ControlFlow);
        } else if is_ternary(text) {
            references.ternary("goto", text);
        }
    });
}

/// Reads what is looked at when the step is over: its own results order nothing.
fn after(step: &Step, references: &mut References, read: impl FnOnce(&mut References)) {
    let from = references.all.len();
    read(references);
    for reference in references.all.iter_mut().skip(from) {
        if *reference.root == *step.id_text() {
            reference.origin = ReferenceOrigin::Inert;
        }
    }
}

/// `on_quality` and `min_quality`; one of them is enough.
fn quality(fields: &Fields<'_>) -> Option<QualityGate> {
    let (then, least) = (fields.get("on_quality"), fields.get("min_quality"));
    if then.is_none() && least.is_none() {
        return None;
    }
    let word = then.and_then(|then| then.value.as_text()).map(|text| text.value.trim());
    let is_retry = word.is_some_and(|word| word.eq_ignore_ascii_case("retry"));
    let least = least.and_then(|least| scalars::number(&least.value));
    Some(QualityGate {
        least: least.unwrap_or(QualityGate::USUAL).clamp(0.0, 1.0),
        then: if is_retry { PoorQuality::Retry } else { PoorQuality::Fail },
    })
}

/// `condition ? this : that`, with or without braces round the condition.
fn is_ternary(text: &Text) -> bool {
    text.autos.is_empty()
        && text.value.contains('?')
        && text
            .template
            .as_ref()
            .is_none_or(|template| syntax::template::sole_expression(template).is_none())
}

/// Hash of what others may know of the step.
fn shape(step: &Step, fields: &Fields<'_>) -> u64 {
    let mut hasher = FxHasher::default();
    step.id_text().hash(&mut hasher);
    std::mem::discriminant(&step.kind).hash(&mut hasher);
    (step.is_unclear(), is_detached(step)).hash(&mut hasher);
    operation(step).hash(&mut hasher);
    for entry in &step.keys {
        entry.known.map_or(entry.key.value.as_str(), |key| key.name).hash(&mut hasher);
    }
    for parameter in &step.parameters {
        let is_auto = parameter.value.value.as_text().is_some_and(|it| !it.autos.is_empty());
        (&parameter.name.value, is_auto).hash(&mut hasher);
    }
    match &step.kind {
        StepKind::Action(name) => name.value.hash(&mut hasher),
        StepKind::Tool { tool, .. } => tool.value.hash(&mut hasher),
        StepKind::ForEach(it) => it.loop_name.as_ref().map(|name| &name.value).hash(&mut hasher),
        StepKind::While(it) => it.loop_name.as_ref().map(|name| &name.value).hash(&mut hasher),
        _ => {}
    }
    for variable in &step.vars {
        variable.value.name.hash(&mut hasher);
        format!("{:?}", Bare(&variable.value.declaration)).hash(&mut hasher);
    }
    step.condition.as_ref().map(|condition| &condition.text.value).hash(&mut hasher);
    for key in ["outputs", "produces", "output_schema"] {
        fields.get(key).map(|value| format!("{:?}", Bare(&value.value))).hash(&mut hasher);
    }
    if let (StepKind::Tool { tool, .. }, Some(called)) = (&step.kind, step.parameter("pipeline"))
        && tool.value == "pipeline-executor"
    {
        format!("{:?}", Bare(&called.value.value)).hash(&mut hasher);
    }
    for inner in &step.body {
        inner.shape.hash(&mut hasher);
    }
    hasher.finish()
}

/// Data without its places.
struct Bare<'d>(&'d Data);

impl std::fmt::Debug for Bare<'_> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.0 {
            Data::Text(text) => write!(out, "{:?}", text.value),
            Data::List(items) => {
                out.debug_list().entries(items.iter().map(|item| Bare(&item.value))).finish()
            }
            Data::Map(pairs) => out
                .debug_map()
                .entries(pairs.iter().map(|(key, value)| (&key.value, Bare(&value.value))))
                .finish(),
            other => write!(out, "{other:?}"),
        }
    }
}
