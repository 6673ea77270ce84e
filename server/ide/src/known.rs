//! What is known of a value before anything ran: what a path in a template leads to, and what may be read behind it.

use pipeline::catalogue::{Field, Type};
use pipeline::names::{LOOP_FIELDS, Meaning, builtin};
use pipeline::{Data, Input, Reference, Step, StepKind};

use crate::{Snapshot, facts};

/// A value, as far as it is known.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Known<'s> {
    /// What templates see of a step.
    Step(&'s Step),
    /// What a step produced, without its record.
    Result(&'s Step),
    /// A field of a result.
    Field(&'static Field),
    /// An item of a list that is a field of a result.
    ItemOf(&'static Field),
    /// Written in the file.
    Data(&'s Data),
    /// Supplied by the caller.
    Input(&'s Input),
    /// `inputs` or `steps` under any spelling.
    Namespace(&'static str),
    /// `variables` or `config`.
    Constants(&'static str),
    /// The bindings of a loop.
    Loop(Option<&'s Step>),
    /// Only its type is known.
    Typed(Type),
}

/// Something that may be read behind a value.
#[derive(Clone, Debug)]
pub(crate) struct Member {
    pub(crate) name: String,
    pub(crate) ty: Option<Type>,
    pub(crate) doc: String,
    /// Whether it is a step.
    pub(crate) is_step: bool,
}

/// What the path leads to, read by the innermost step of `readers`. Its root first; `None` where nothing is known.
pub(crate) fn path<'s>(
    snapshot: &'s Snapshot,
    readers: &[&'s Step],
    path: &[&str],
) -> Option<Known<'s>> {
    let (first, rest) = path.split_first()?;
    let meaning = snapshot.names.resolve(&snapshot.pipeline, readers, first);
    let root = root(snapshot, readers, first, &meaning)?;
    rest.iter().try_fold(root, |known, name| known.member(snapshot, readers, name))
}

/// What a root that means this is.
pub(crate) fn root<'s>(
    snapshot: &'s Snapshot,
    readers: &[&'s Step],
    name: &str,
    meaning: &Meaning,
) -> Option<Known<'s>> {
    let pipeline = &snapshot.pipeline;
    let step = |index: usize| pipeline.steps.get(index).map(|step| &*step.item);
    Some(match meaning {
        Meaning::Step(index) => Known::Step(step(*index)?),
        Meaning::BodyStep(id) | Meaning::PreviousRound(id) => Known::Step(body_step(readers, id)?),
        Meaning::OutsideBody(index) => {
            Known::Step(step(*index)?.walk().into_iter().find(|it| it.id_text() == name)?)
        }
        Meaning::Input(index) => Known::Input(pipeline.inputs.get(*index)?),
        Meaning::Builtin(name) => match builtin(name)?.fields {
            [] if matches!(*name, "pipeline_id" | "execution_id" | "timestamp") => {
                Known::Typed(Type::Text)
            }
            _ => Known::Namespace(name),
        },
        Meaning::Constants(section) => Known::Constants(section),
        Meaning::LoopName(name) => binding(snapshot, readers, name)?,
        Meaning::LoopOwn => own_name(snapshot, readers, name.trim_start_matches('$'))?,
        Meaning::NamedLoop(index) => Known::Loop(step(*index)),
        Meaning::Variable(_) => Known::Typed(Type::Any),
        Meaning::Unknown => return None,
    })
}

impl<'s> Known<'s> {
    /// What `.name` or `[name]` of it is.
    pub(crate) fn member(
        self,
        snapshot: &'s Snapshot,
        readers: &[&'s Step],
        name: &str,
    ) -> Option<Self> {
        match self {
            Self::Step(step) if name == "result" && facts::wraps(snapshot, step) => {
                Some(Self::Result(step))
            }
            Self::Step(step) => facts::fields(snapshot, step)
                .into_iter()
                .find(|it| it.name == name)
                .map(Self::Field),
            Self::Result(step) => facts::own_fields(snapshot, step)
                .into_iter()
                .find(|it| it.name == name)
                .map(Self::Field),
            Self::Field(field) if field.ty == Type::List => {
                let is_item = matches!(name, "first" | "last") || name.parse::<i64>().is_ok();
                is_item.then_some(Self::ItemOf(field))
            }
            Self::Field(field) | Self::ItemOf(field) => {
                field.fields.iter().find(|it| it.name == name).map(Self::Field)
            }
            Self::Data(Data::List(items)) => {
                let index =
                    name.parse::<usize>().ok().or_else(|| (name == "first").then_some(0))?;
                items.get(index).map(|item| Self::Data(&item.value))
            }
            Self::Data(data) => data.get(name).map(|it| Self::Data(&it.value)),
            Self::Input(input) => {
                Self::Data(&input.default.as_ref()?.value).member(snapshot, readers, name)
            }
            Self::Namespace("inputs" | "parameters") => {
                snapshot.pipeline.inputs.get(snapshot.names.input(name)?).map(|it| Self::Input(it))
            }
            Self::Namespace(root @ "execution") => {
                builtin(root)?.fields.contains(&name).then_some(Self::Typed(Type::Text))
            }
            Self::Namespace(_) => {
                let inner = body_step(readers, name);
                inner
                    .or_else(|| {
                        snapshot.pipeline.steps.get(snapshot.names.step(name)?).map(|it| &*it.item)
                    })
                    .map(Self::Step)
            }
            Self::Constants(section) => snapshot
                .pipeline
                .constants
                .iter()
                .find(|it| it.section == section && it.name.value == name)
                .map(|it| Self::Data(&it.value.value)),
            Self::Loop(Some(step)) if name == "item" => item(snapshot, readers, step),
            Self::Loop(_) => typed_binding(name).map(Self::Typed),
            Self::Typed(_) => None,
        }
    }

    /// Everything that may be read behind it.
    pub(crate) fn members(self, snapshot: &'s Snapshot) -> Vec<Member> {
        match self {
            Self::Step(step) => {
                let mut members: Vec<Member> = facts::promised(step);
                let fields = facts::fields(snapshot, step).into_iter();
                members.extend(
                    fields
                        .map(Member::of)
                        .filter(|it| !facts::promised(step).iter().any(|own| own.name == it.name)),
                );
                members
            }
            Self::Result(step) => {
                facts::own_fields(snapshot, step).into_iter().map(Member::of).collect()
            }
            Self::Field(field) if field.ty == Type::List => Vec::new(),
            Self::Field(field) | Self::ItemOf(field) => {
                field.fields.iter().map(Member::of).collect()
            }
            Self::Data(data) => data
                .as_map()
                .unwrap_or_default()
                .iter()
                .map(|(name, value)| Member::new(&name.value, type_of(&value.value), ""))
                .collect(),
            Self::Input(input) => input
                .default
                .as_ref()
                .map(|it| Self::Data(&it.value).members(snapshot))
                .unwrap_or_default(),
            Self::Namespace("inputs" | "parameters") => snapshot
                .pipeline
                .inputs
                .iter()
                .map(|input| {
                    Member::new(
                        &input.name.value,
                        input_type(input),
                        input.description.as_deref().unwrap_or_default(),
                    )
                })
                .collect(),
            Self::Namespace("steps" | "results" | "step_results" | "previous_results") => snapshot
                .pipeline
                .steps
                .iter()
                .filter(|step| step.id.is_some())
                .map(|step| Member { is_step: true, ..Member::new(step.id_text(), None, "") })
                .collect(),
            Self::Namespace(name) => {
                let fields = builtin(name).map_or(&[][..], |it| it.fields);
                fields.iter().map(|it| Member::new(it, Some(Type::Text), "")).collect()
            }
            Self::Constants(section) => snapshot
                .pipeline
                .constants
                .iter()
                .filter(|it| it.section == section)
                .map(|it| Member::new(&it.name.value, type_of(&it.value.value), ""))
                .collect(),
            Self::Loop(_) => {
                LOOP_FIELDS.iter().map(|it| Member::new(it, typed_binding(it), "")).collect()
            }
            Self::Typed(_) => Vec::new(),
        }
    }

    /// Its type, where it is known.
    pub(crate) fn ty(self, snapshot: &Snapshot) -> Option<Type> {
        match self {
            Self::Step(step) => {
                let signature = pipeline::facts::signature(step, &snapshot.catalogue)?;
                let primary = signature.primary?;
                facts::own_fields(snapshot, step)
                    .into_iter()
                    .find(|it| it.name == primary)
                    .map(|it| it.ty)
            }
            Self::Result(_) | Self::Namespace(_) | Self::Constants(_) | Self::Loop(_) => {
                Some(Type::Map)
            }
            Self::Field(field) => Some(field.ty),
            Self::ItemOf(field) => (!field.fields.is_empty()).then_some(Type::Map),
            Self::Data(data) => type_of(data),
            Self::Input(input) => input_type(input),
            Self::Typed(ty) => Some(ty),
        }
    }
}

impl Member {
    pub(crate) fn new(name: &str, ty: Option<Type>, doc: &str) -> Self {
        Self { name: name.to_owned(), ty, doc: doc.to_owned(), is_step: false }
    }

    fn of(field: &'static Field) -> Self {
        Self::new(field.name, Some(field.ty), field.doc)
    }
}

/// The body step of an enclosing loop that has this id.
pub(crate) fn body_step<'s>(readers: &[&'s Step], id: &str) -> Option<&'s Step> {
    readers.iter().rev().find_map(|step| step.body.of_id(id))
}

/// The type of an input: as declared, else that of its default.
pub(crate) fn input_type(input: &Input) -> Option<Type> {
    let declared = input.ty.as_ref().map(|ty| ty.value.to_lowercase());
    match declared.as_deref() {
        Some("string" | "str" | "text") => Some(Type::Text),
        Some("integer" | "int") => Some(Type::Integer),
        Some("number" | "float") => Some(Type::Number),
        Some("boolean" | "bool") => Some(Type::Bool),
        Some("array" | "list") => Some(Type::List),
        Some("object" | "dict" | "map") => Some(Type::Map),
        Some("file" | "path") => Some(Type::Path),
        _ => input.default.as_ref().and_then(|it| type_of(&it.value)),
    }
}

/// The type of written data; `None` where it is a template, an AUTO tag or nothing.
pub(crate) fn type_of(data: &Data) -> Option<Type> {
    match data {
        Data::Null => None,
        Data::Bool(_) => Some(Type::Bool),
        Data::Int(_) => Some(Type::Integer),
        Data::Float(_) => Some(Type::Number),
        Data::Text(text) => text.is_static().then_some(Type::Text),
        Data::List(_) => Some(Type::List),
        Data::Map(_) => Some(Type::Map),
    }
}

/// What a binding of the innermost loop that has it is.
fn binding<'s>(snapshot: &'s Snapshot, readers: &[&'s Step], name: &str) -> Option<Known<'s>> {
    let binds =
        |step: &&Step| pipeline::names::bindings(&step.kind).iter().any(|it| it.name == name);
    let at = readers.iter().rposition(binds)?;
    let owner = readers.get(at)?;
    match name {
        "item" => item(snapshot, readers.get(..=at)?, owner),
        _ => typed_binding(name).map(Known::Typed),
    }
}

/// What the name that an enclosing loop was given is: its item, or its bindings.
fn own_name<'s>(snapshot: &'s Snapshot, readers: &[&'s Step], name: &str) -> Option<Known<'s>> {
    for (at, step) in readers.iter().enumerate().rev() {
        if let StepKind::ForEach(each) = &step.kind
            && each.loop_var.as_ref().is_some_and(|it| it.value.trim_start_matches('$') == name)
        {
            return item(snapshot, readers.get(..=at)?, step);
        }
    }
    let named = |step: &&&Step| step.id_text() == name || loop_name(step) == Some(name);
    readers.iter().rev().find(named).map(|step| Known::Loop(Some(step)))
}

fn loop_name(step: &Step) -> Option<&str> {
    let name = match &step.kind {
        StepKind::ForEach(it) => it.loop_name.as_ref(),
        StepKind::While(it) => it.loop_name.as_ref(),
        _ => None,
    };
    name.map(|it| it.value.trim_start_matches('$'))
}

/// What the items of a loop are. `readers`: the enclosing steps, the loop last.
fn item<'s>(snapshot: &'s Snapshot, readers: &[&'s Step], owner: &'s Step) -> Option<Known<'s>> {
    let (items, key) = match &owner.kind {
        StepKind::ForEach(it) => (&it.items.value, "for_each"),
        StepKind::Queue(it) => (&it.on.as_ref()?.value, "on"),
        _ => return None,
    };
    match items {
        Data::List(items) => items.first().map(|it| Known::Data(&it.value)),
        Data::Text(text) => {
            let inner = text.value.trim().strip_prefix("{{")?.strip_suffix("}}")?.trim();
            let whole = |it: &&Reference| {
                it.place.rsplit('.').next() == Some(key)
                    && it.path().trim_matches(['{', '}', ' ']) == inner
            };
            let reference = owner.references.iter().find(whole)?;
            match element(snapshot, readers, reference)? {
                Known::Field(field) if field.ty == Type::List => Some(Known::ItemOf(field)),
                Known::Data(Data::List(items)) => items.first().map(|it| Known::Data(&it.value)),
                Known::Input(input) => match &input.default.as_ref()?.value {
                    Data::List(items) => items.first().map(|it| Known::Data(&it.value)),
                    _ => None,
                },
                _ => None,
            }
        }
        _ => None,
    }
}

/// What a whole reference leads to.
pub(crate) fn element<'s>(
    snapshot: &'s Snapshot,
    readers: &[&'s Step],
    reference: &Reference,
) -> Option<Known<'s>> {
    // The loop's own list is read outside of its body.
    let meaning = snapshot.names.meaning(&snapshot.pipeline, readers, reference);
    let root = root(snapshot, readers, &reference.root, &meaning)?;
    reference.fields.iter().try_fold(root, |known, (name, _)| known.member(snapshot, readers, name))
}

fn typed_binding(name: &str) -> Option<Type> {
    Some(match name {
        "index" | "position" | "length" | "remaining" | "iteration" | "queue_size" => Type::Integer,
        "is_first" | "is_last" | "has_next" | "has_prev" | "has_previous" => Type::Bool,
        "items" | "queue" => Type::List,
        "loop_id" | "loop_name" | "parallel_queue_id" | "parent_task" | "termination_reason" => {
            Type::Text
        }
        "total_duration" => Type::Number,
        "loop_state" => Type::Map,
        _ => Type::Any,
    })
}
