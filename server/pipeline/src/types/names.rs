//! What names mean, as types.

use syntax::template;

use super::{Extent, Locals, Lookup, Member, Type, of_step, step::of_word};
use crate::catalogue::{self, Catalogue};
use crate::facts;
use crate::names::{Meaning, Names, loop_var};
use crate::{Data, Input, Located, Pipeline, Reference, Step, StepKind};

/// A pipeline whose values are asked for.
#[derive(Clone, Copy, Debug)]
pub struct Types<'a> {
    /// The pipeline.
    pub pipeline: &'a Pipeline,
    /// Its names.
    pub names: &'a Names,
    /// Tools and actions.
    pub catalogue: &'a Catalogue,
}

impl Types<'_> {
    /// What `root.field.field` is where it stands. `path`: enclosing steps from outermost to the one that reads; empty for
    /// outputs. Unknown fields are anything.
    #[must_use]
    pub fn of_path(&self, path: &[&Step], root: &str, fields: &[&str]) -> Type {
        let mut ty = self.of_root(path, root);
        for field in fields {
            let Lookup::Found(found) = ty.field(field) else { return Type::Any };
            ty = found;
        }
        ty
    }

    /// What the root of a reference is.
    #[must_use]
    pub fn of_reference_root(&self, path: &[&Step], reference: &Reference) -> Type {
        let meaning = self.names.meaning(self.pipeline, path, reference);
        self.of_meaning(path, &reference.root, &meaning)
    }

    /// What a bare name is.
    #[must_use]
    pub fn of_root(&self, path: &[&Step], root: &str) -> Type {
        let root = root.trim_start_matches('$');
        self.of_meaning(path, root, &self.names.resolve(self.pipeline, path, root))
    }

    fn of_meaning(&self, path: &[&Step], root: &str, meaning: &Meaning) -> Type {
        match meaning {
            Meaning::Step(index) => self
                .pipeline
                .steps
                .get(*index)
                .map_or(Type::Any, |step| of_step(step, self.catalogue)),
            Meaning::BodyStep(name) | Meaning::PreviousRound(name) => {
                let inner = path.iter().rev().find_map(|step| step.body.of_id(name));
                inner.map_or(Type::Any, |inner| of_step(inner, self.catalogue))
            }
            Meaning::Input(index) => {
                self.pipeline.inputs.get(*index).map_or(Type::Any, |input| of_input(input))
            }
            Meaning::Builtin(name) => self.of_builtin(name),
            Meaning::Constants(section) => {
                let own = self.pipeline.constants.iter().filter(|it| it.section == *section);
                let fields = own.map(|it| {
                    Member::new(it.name.value.as_str(), self.of_data(&[], &it.value), "")
                });
                Type::map(fields.collect(), Extent::Closed)
            }
            Meaning::LoopName(name) => self.of_binding(path, name),
            Meaning::LoopOwn if is_loop_var(path, root) => self.of_binding(path, "item"),
            Meaning::Variable(index) => {
                let step = self.pipeline.steps.get(*index);
                let ty = step.map(|step| of_step(step, self.catalogue).field(root));
                if let Some(Lookup::Found(ty)) = ty { ty } else { Type::Any }
            }
            Meaning::LoopOwn
            | Meaning::NamedLoop(_)
            | Meaning::OutsideBody(_)
            | Meaning::Unknown => Type::Any,
        }
    }

    fn of_builtin(&self, name: &str) -> Type {
        match name {
            "inputs" | "parameters" => {
                let own = self.pipeline.inputs.iter();
                Type::map(
                    own.map(|it| Member::new(it.name.value.as_str(), of_input(it), "")).collect(),
                    Extent::Open,
                )
            }
            "execution" => {
                let fields = crate::names::builtin(name).map_or(&[][..], |it| it.fields);
                Type::map(
                    fields.iter().map(|it| Member::new(*it, Type::Text, "")).collect(),
                    Extent::Closed,
                )
            }
            "pipeline_id" | "execution_id" | "timestamp" => Type::Text,
            _ => Type::Any,
        }
    }

    /// A name that the innermost loop around binds.
    fn of_binding(&self, path: &[&Step], name: &str) -> Type {
        match name {
            "index" | "position" | "length" | "remaining" | "iteration" | "queue_size" => {
                Type::Integer
            }
            "total_duration" => Type::Number,
            "is_first" | "is_last" | "has_next" | "has_prev" | "has_previous" => Type::Bool,
            "loop_id" | "loop_name" | "parallel_queue_id" | "parent_task" => Type::Text,
            "item" => self.of_item(path),
            "items" | "queue" => Type::list(self.of_item(path)),
            _ => Type::Any,
        }
    }

    /// The item of the innermost loop over items around the last step of `path`.
    fn of_item(&self, path: &[&Step]) -> Type {
        for depth in (0..path.len().saturating_sub(1)).rev() {
            let (Some(step), Some(outer)) = (path.get(depth), path.get(..=depth)) else { continue };
            let items = match &step.kind {
                StepKind::ForEach(it) => Some(&it.items),
                StepKind::Queue(it) => it.on.as_ref(),
                _ => continue,
            };
            return match items.map(|items| self.of_data(outer, items)) {
                // Text is read as a list of any kind of items, a map in a way of its own.
                Some(Type::List(item)) => (*item).clone(),
                _ => Type::Any,
            };
        }
        Type::Any
    }

    /// What data is once it is rendered.
    #[must_use]
    pub fn of_data(&self, path: &[&Step], data: &Located<Data>) -> Type {
        match &data.value {
            Data::Null => Type::Null,
            Data::Bool(_) => Type::Bool,
            Data::Int(_) => Type::Integer,
            Data::Float(_) => Type::Number,
            Data::Text(text) if !text.autos.is_empty() => Type::Any,
            Data::Text(text) => match text.template.as_deref() {
                None => Type::Text,
                Some(template) => match template::sole_expression(template) {
                    Some(expr) => self.of_expr(path, expr, &Locals::default()),
                    None => Type::Text,
                },
            },
            Data::List(items) => {
                let mut types = items.iter().map(|item| self.of_data(path, item));
                let first = types.next().unwrap_or_default();
                Type::list(types.fold(first, |one, other| one.join(&other)))
            }
            Data::Map(entries) => {
                let fields = entries.iter().map(|(key, value)| {
                    Member::new(key.value.as_str(), self.of_data(path, value), "")
                });
                Type::map(fields.collect(), Extent::Closed)
            }
        }
    }
}

fn of_input(input: &Input) -> Type {
    match facts::input_type(input) {
        catalogue::Type::Any => Type::Any,
        _ => input.ty.as_ref().map_or(Type::Any, |ty| of_word(&ty.value)),
    }
}

fn is_loop_var(path: &[&Step], root: &str) -> bool {
    let around = path.iter().take(path.len().saturating_sub(1)).rev();
    let mut loops =
        around.filter(|step| matches!(step.kind, StepKind::ForEach(_) | StepKind::Queue(_)));
    loops.next().is_some_and(|step| loop_var(step) == Some(root))
}
