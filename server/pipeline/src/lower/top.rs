//! The top level: what each entry, and each item of a block sequence below one, stands for.

use std::sync::Arc;
use std::time::Duration;

use syntax::{Role, Segment, Span};

use super::data::{Anchors, Made, Maker};
use super::fields::{Pair, check_form};
use super::misread::is_damage;
use super::scalars::{Source, duration, whole_number};
use super::step::{Setting, entry, named, named_item, step};
use super::{declarations, handlers, nested};
use crate::catalogue::Catalogue;
use crate::language::{self, Level};
use crate::{
    Constant, Data, Definition, Handler, Input, InputSection, Located, Output, Problem,
    ProblemKind, Step, TopEntry,
};

/// What a segment was lowered to. Spans are relative to the segment.
#[derive(Clone, Debug)]
pub(super) enum Lowered {
    Step(Arc<Step>),
    Parts(Arc<Parts>),
}

impl Lowered {
    /// The steps in it.
    pub(super) fn steps(&self) -> &[Arc<Step>] {
        match self {
            Self::Step(step) => std::slice::from_ref(step),
            Self::Parts(parts) => &parts.steps,
        }
    }
}

/// What a segment other than a step holds.
#[derive(Debug, Default)]
pub(super) struct Parts {
    pub(super) entries: Vec<Arc<TopEntry>>,
    pub(super) id: Option<Arc<Located<String>>>,
    pub(super) name: Option<Arc<Located<String>>>,
    pub(super) description: Option<Arc<Located<String>>>,
    pub(super) inputs: Vec<Arc<Input>>,
    pub(super) outputs: Vec<Arc<Output>>,
    pub(super) steps: Vec<Arc<Step>>,
    pub(super) constants: Vec<Arc<Constant>>,
    pub(super) experts: Vec<Arc<Definition>>,
    pub(super) personalities: Vec<Arc<Definition>>,
    pub(super) handlers: Vec<Arc<Handler>>,
    pub(super) default_timeout: Option<Duration>,
    pub(super) context_timeout: Option<Duration>,
    pub(super) default_attempts: Option<u32>,
    pub(super) problems: Vec<Problem>,
}

/// Whose item a segment is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// A top-level entry.
    Top,
    /// An item below the entry of that canonical name.
    Below(&'static str),
    /// An item below an unknown key.
    Stray,
}

impl Place {
    /// The same as equality, without a look at the words where they are the same object.
    pub(super) fn is(self, other: Self) -> bool {
        match (self, other) {
            (Self::Below(one), Self::Below(other)) => std::ptr::eq(one, other) || one == other,
            _ => self == other,
        }
    }
}

/// Lowers one segment.
pub(super) fn lower<'d>(
    anchors: &mut Anchors<'d>,
    segment: &'d Segment,
    place: Place,
    catalogue: &Catalogue,
    budget: usize,
) -> (Lowered, Made) {
    let tree = &segment.tree;
    let source = Source { text: tree.text(), catalogue };
    let mut maker = Maker::new(anchors, tree, budget);
    let root = tree.root();
    if place == Place::Below("steps") {
        let data = root.map_or_else(
            || Located::new(Data::Null, Span::new(0, segment.len())),
            |root| maker.data(root),
        );
        let made = maker.finish();
        let mut step = step(source, &data, Setting::Listed);
        step.problems.extend(made.problems.iter().cloned());
        step.syntax = tree.findings().to_vec();
        return (Lowered::Step(Arc::new(step)), made);
    }
    let mut parts = Parts::default();
    let data = root.map(|root| maker.data(root));
    let made = maker.finish();
    match (place, &data) {
        (Place::Top, Some(data)) => {
            let pairs = data.value.as_map().unwrap_or_default();
            match segment.role {
                Role::Head => parts.entries(source, Level::Top, &heads(pairs)),
                _ => parts.entries(source, Level::Top, pairs),
            }
            if tree.findings().iter().any(is_damage) {
                let steps = parts.steps.iter_mut().filter_map(Arc::get_mut);
                steps.for_each(|step| step.in_damage = true);
            }
            if let Some(first) = parts.entries.first_mut().and_then(Arc::get_mut) {
                first.syntax = tree.findings().to_vec();
                first.problems.extend(made.problems.iter().cloned());
            }
        }
        (Place::Below(key), Some(data)) => {
            parts.item(source, key, data);
            parts.problems.extend(made.problems.iter().cloned());
        }
        _ => {}
    }
    (Lowered::Parts(Arc::new(parts)), made)
}

/// Entries whose items are segments of their own: the value is a list, whose items are placed elsewhere.
fn heads(pairs: &[Pair]) -> Vec<Pair> {
    pairs
        .iter()
        .map(|(key, value)| (key.clone(), Located::new(Data::List([].into()), value.span)))
        .collect()
}

impl Parts {
    /// Entries of a mapping at the top (or inside the `pipeline:` wrapper, behind it).
    fn entries(&mut self, source: Source<'_>, level: Level, pairs: &[Pair]) {
        for pair in pairs {
            let known = language::key(level, &pair.0.value);
            let mut entry =
                TopEntry { entry: entry(pair, known), syntax: Vec::new(), problems: Vec::new() };
            if let Some(known) = known {
                check_form(known, &pair.0, &pair.1, &mut entry.problems);
            }
            let wrapped = known.is_some_and(|known| known.name == "pipeline");
            if wrapped {
                entry.problems.push(Problem { kind: ProblemKind::Wrapped, span: pair.0.span });
            }
            self.entries.push(Arc::new(entry));
            match known {
                Some(_) if wrapped => {
                    self.entries(source, level, pair.1.value.as_map().unwrap_or_default())
                }
                Some(known) => self.value(source, known.name, &pair.1),
                None => {}
            }
        }
    }

    /// The value of a top-level key that stands in its entry.
    fn value(&mut self, source: Source<'_>, key: &'static str, data: &Located<Data>) {
        let text = || source.string(data).map(Arc::new);
        match key {
            "id" => self.id = text(),
            "name" => self.name = text(),
            "description" => self.description = text(),
            "inputs" => self.inputs.extend(
                declarations::inputs(source, InputSection::Inputs, data).into_iter().map(Arc::new),
            ),
            "parameters" => self.inputs.extend(
                declarations::inputs(source, InputSection::Parameters, data)
                    .into_iter()
                    .map(Arc::new),
            ),
            "outputs" => {
                self.outputs.extend(declarations::outputs(source, data).into_iter().map(Arc::new))
            }
            "steps" => {
                let items = data.value.as_list().unwrap_or_default();
                self.steps
                    .extend(items.iter().map(|item| Arc::new(step(source, item, Setting::Listed))));
            }
            "variables" | "config" => {
                let constant = |(name, value)| Arc::new(Constant { section: key, name, value });
                self.constants
                    .extend(data.value.as_map().unwrap_or_default().iter().cloned().map(constant));
            }
            "experts" => self.experts.extend(named(source, data).into_iter().map(definition)),
            "personalities" => {
                self.personalities.extend(named(source, data).into_iter().map(definition))
            }
            "global_error_handlers" => self
                .handlers
                .extend(handlers::global_handlers(source, data).into_iter().map(Arc::new)),
            "metadata" => self.default_timeout = time(data.value.get("default_timeout")),
            "context" => {
                self.context_timeout = time(data.value.get("timeout"));
                self.default_attempts = data
                    .value
                    .get("max_retries")
                    .and_then(|value| whole_number(&value.value))
                    .and_then(|number| u32::try_from(number).ok())
                    .map(|number| number.max(1));
            }
            _ => {}
        }
    }

    /// An item of the block sequence of a top-level key other than `steps`.
    fn item(&mut self, source: Source<'_>, key: &'static str, data: &Located<Data>) {
        nested::check_item(key, data, &mut self.problems);
        match key {
            "inputs" => self.inputs.extend(
                declarations::listed_input(source, InputSection::Inputs, data)
                    .into_iter()
                    .map(Arc::new),
            ),
            "parameters" => {
                self.inputs.extend(
                    declarations::listed_input(source, InputSection::Parameters, data)
                        .into_iter()
                        .map(Arc::new),
                );
            }
            "outputs" => self
                .outputs
                .extend(declarations::listed_output(source, data).into_iter().map(Arc::new)),
            "experts" => self.experts.extend(named_item(source, data).into_iter().map(definition)),
            "global_error_handlers" => {
                self.handlers.push(Arc::new(handlers::global_handler(source, data)))
            }
            _ => {}
        }
    }
}

fn definition((name, value): Pair) -> Arc<Definition> {
    Arc::new(Definition { name, value })
}

fn time(value: Option<&Located<Data>>) -> Option<Duration> {
    duration(&value?.value).filter(|time| !time.is_zero())
}
