//! What rules about the whole document, and the memo, need to know of a step: little enough to keep for each.

use std::{
    cell::OnceCell,
    hash::{Hash, Hasher},
    sync::{Arc, OnceLock},
};

use pipeline::{
    Located, Parameter, ReferenceOrigin, Space, Step, StepKind, Text,
    catalogue::{Catalogue, Effect, Signature, Type},
    facts::{effects_called, operation, signature},
    models::asks_a_model,
    names::Meaning,
    references,
};
use rustc_hash::FxHasher;
use syntax::{Span, template::Part};

use crate::{
    Input,
    deeds::Deeds,
    flows::Flows,
    kept::Reads,
    order::Order,
    view::{Scope, Use, bare_path, files, may_be_bare},
};

/// A name, hashed. Equal hashes are taken as equal names where a mistake would only cost time; rules compare the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct NameHash(u64);

impl NameHash {
    pub(crate) fn of(name: &str) -> Self {
        let mut hasher = FxHasher::default();
        name.hash(&mut hasher);
        Self(hasher.finish())
    }
}

/// One outermost step with its body.
#[derive(Clone, Debug, Default)]
pub(crate) struct StepFacts {
    /// Its id.
    pub(crate) id: Option<NameHash>,
    /// Names that it looks up, whatever they mean; sorted, no duplicates.
    pub(crate) reads: Box<[NameHash]>,
    /// It may read every input: it hands them all on, or includes text that is not known here.
    pub(crate) reads_all: bool,
    /// It includes a file.
    pub(crate) includes: bool,
    /// A name that it reads is unknown: any new name may change that.
    pub(crate) open: bool,
    /// Files that it and its body name.
    pub(crate) files: Box<[FileFact]>,
    /// What in it brings in what a model made, or what comes from the web.
    pub(crate) bringer: Option<Bringer>,
    /// Code that the pipeline brings along is run.
    pub(crate) is_sink: bool,
    /// It says where the run goes on, whatever comes of it.
    pub(crate) has_goto: bool,
    /// What comes into it, once somebody asks.
    pub(crate) flows: OnceLock<Flows>,
    /// What it does to the world, once somebody asks.
    pub(crate) deeds: OnceLock<Deeds>,
}

/// The step, an outermost one or one in its body, that brings in what nobody has looked at.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Bringer {
    /// Its id, relative to the outermost step's base.
    pub(crate) id: Option<Located<Arc<str>>>,
    pub(crate) effect: Effect,
}

/// A file that a step names.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct FileFact {
    /// As written, without what makes no difference.
    pub(crate) path: Arc<str>,
    /// Of the path: equal paths stand together by it without a look at their text.
    pub(crate) hash: NameHash,
    /// Relative to the step's base.
    pub(crate) span: Span,
    pub(crate) usage: Use,
    /// The step runs whenever the pipeline does.
    pub(crate) sure: bool,
    /// Around it is a loop over items.
    pub(crate) looped: bool,
}

/// A whole document for the rules that look at all of it.
pub(crate) struct Whole<'a> {
    pub(crate) input: &'a Input<'a>,
    /// One for each of `input.pipeline.steps`.
    pub(crate) facts: &'a [StepFacts],
    order: OnceCell<Order>,
}

impl<'a> Whole<'a> {
    pub(crate) const fn new(input: &'a Input<'a>, facts: &'a [StepFacts]) -> Self {
        Self { input, facts, order: OnceCell::new() }
    }

    /// Whether `from` is surely finished before `to` starts.
    pub(crate) fn is_before(&self, from: usize, to: usize) -> bool {
        let plan = self.input.plan;
        let order = self.order.get_or_init(|| Order::new(plan, self.facts.len()));
        order.is_before(plan, from, to)
    }

    /// What comes into an outermost step.
    pub(crate) fn flows(&self, index: usize) -> Option<&'a Flows> {
        let (facts, step) = (self.facts.get(index)?, self.input.pipeline.steps.get(index)?);
        Some(facts.flows.get_or_init(|| Flows::of(self.input, index, step)))
    }

    /// What an outermost step does to the world.
    pub(crate) fn deeds(&self, index: usize) -> Option<&'a Deeds> {
        let (facts, step) = (self.facts.get(index)?, self.input.pipeline.steps.get(index)?);
        Some(facts.deeds.get_or_init(|| Deeds::of(step)))
    }
}

/// Stands among the names that a step looks up for what the document says of models; no author can write it.
pub(crate) const MODELS: &str = "\0models";

/// The input that says where products go.
const PRODUCTS_FOLDER: &str = "output_dir";

impl StepFacts {
    pub(crate) fn of(input: &Input<'_>, index: usize, step: &Step) -> Self {
        let mut it =
            Self { id: step.id.as_ref().map(|id| NameHash::of(&id.value)), ..Self::default() };
        let mut reads = Vec::new();
        it.walk(input, index, &mut Vec::new(), step, &mut reads);
        reads.sort_unstable();
        reads.dedup();
        it.reads = reads.into();
        let mut files = Vec::new();
        named_files(input, &mut Vec::new(), step, &mut files);
        it.files = files.into();
        let all = step.walk();
        it.bringer = all.iter().find(|step| is_source(step, input.catalogue)).map(|step| Bringer {
            id: step.id.clone(),
            effect: origin(step, input.catalogue).unwrap_or(Effect::Model),
        });
        it.is_sink = all.iter().any(|step| !code(step, input.catalogue).is_empty());
        it.has_goto = step.routing.goto.is_some();
        it
    }

    /// What is not as it was `before`, when this was another version of the step. What nobody has asked for did not matter.
    pub(crate) fn differ(&self, before: &Self, input: &Input<'_>, index: usize) -> Reads {
        let Some(step) = input.pipeline.steps.get(index) else { return Reads::ALL };
        let flows = || self.flows.get_or_init(|| Flows::of(input, index, step));
        let deeds = || self.deeds.get_or_init(|| Deeds::of(step));
        let of_names = self.reads != before.reads
            || self.reads_all != before.reads_all
            || self.includes != before.includes;
        let of_flows = self.bringer != before.bringer
            || self.is_sink != before.is_sink
            || before.flows.get().is_some_and(|before| before.inflows != flows().inflows);
        let of_deeds = before.deeds.get().is_some_and(|before| before != deeds());
        [
            (self.files != before.files, Reads::FILES),
            (of_names, Reads::NAMES),
            (of_flows, Reads::FLOWS),
            (of_deeds, Reads::DEEDS),
            (self.has_goto || before.has_goto, Reads::ROUTES),
        ]
        .into_iter()
        .filter(|(differs, _)| *differs)
        .fold(Reads::NOTHING, |all, (_, reads)| all.with(reads))
    }

    fn walk<'a>(
        &mut self,
        input: &Input<'a>,
        index: usize,
        path: &mut Vec<&'a Step>,
        step: &'a Step,
        reads: &mut Vec<NameHash>,
    ) {
        path.push(step);
        let scope = Scope { input, path, index: Some(index) };
        for reference in &step.references {
            reads.push(NameHash::of(&reference.root));
            self.open |= scope.meaning(reference) == Meaning::Unknown;
            let is_whole =
                reference.fields.is_empty() && matches!(&*reference.root, "inputs" | "parameters");
            self.reads_all |= is_whole && reference.space == Space::Any;
        }
        // What stands below a key that nobody knows may have been meant to be read.
        for entry in step.keys.iter().filter(|entry| entry.known.is_none()) {
            let meant = references(&entry.key.value, &entry.value.value, ReferenceOrigin::Inert);
            reads.extend(meant.iter().map(|it| NameHash::of(&it.root)));
        }
        for (_, value) in may_be_bare(step) {
            let path = value.value.as_text().and_then(bare_path);
            reads.extend(
                path.iter().flat_map(|it| [Some(it.root), it.field]).flatten().map(NameHash::of),
            );
        }
        let mut read = |name: &str| {
            reads.push(NameHash::of(name));
            !scope.knows_step(name)
        };
        let routing = &step.routing;
        let targets = routing.targets().map(|(_, target)| target);
        for name in step.dependencies.iter().chain(targets) {
            self.open |= read(&name.value);
        }
        for handler in step.handlers.iter().filter_map(|handler| handler.task.as_ref()) {
            self.open |= read(&handler.value);
        }
        // An action that is the name of a step is told apart from one that is none.
        for handler in step.handlers.iter().filter_map(|handler| handler.action.as_ref()) {
            read(handler.value.value.trim());
        }
        if let Some(goto) = &routing.goto {
            self.open |= read(goto.value.value.trim());
        }
        for name in [&step.expert, &step.personality].into_iter().flatten() {
            self.open |= read(&name.value);
        }
        if asks_a_model(step, input.catalogue) {
            reads.push(NameHash::of(MODELS));
        }
        if !step.products.is_empty() {
            reads.push(NameHash::of(PRODUCTS_FOLDER));
        }
        if let StepKind::Tool { tool, .. } = &step.kind {
            self.reads_all |= tool.value == "pipeline-executor";
        }
        // What an included text reads is not written down here: any name may be among it.
        if step.keys.iter().any(|entry| includes(&entry.value.value)) {
            (self.reads_all, self.open, self.includes) = (true, true, true);
        }
        for inner in &step.body {
            self.walk(input, index, path, inner, reads);
        }
        path.pop();
    }
}

fn named_files<'a>(
    input: &Input<'_>,
    path: &mut Vec<&'a Step>,
    step: &'a Step,
    found: &mut Vec<FileFact>,
) {
    path.push(step);
    let sure = path.iter().all(|it| it.condition.is_none());
    let looped = path
        .iter()
        .rev()
        .skip(1)
        .any(|it| matches!(it.kind, StepKind::ForEach(_) | StepKind::Queue(_)));
    for named in files(step, input.catalogue) {
        // In a loop, a path with a template is another one each time.
        if let Some(text) = named.path().filter(|_| path.len() == 1 || named.text.is_static()) {
            found.push(FileFact {
                hash: NameHash::of(&text),
                path: text.into(),
                span: named.span,
                usage: named.usage,
                sure,
                looped,
            });
        }
    }
    for inner in &step.body {
        named_files(input, path, inner, found);
    }
    path.pop();
}

/// Whether a model or the web has a part in what comes out of a step, its body left out; what a catalogue does not know
/// has none.
pub(crate) fn is_source(step: &Step, catalogue: &Catalogue) -> bool {
    match &step.kind {
        StepKind::Auto(_) => true,
        _ => origin(step, catalogue).is_some(),
    }
}

/// The effect by which a step brings in what nobody has looked at.
pub(crate) fn origin(step: &Step, catalogue: &Catalogue) -> Option<Effect> {
    let signature = signature(step, catalogue).filter(|it| it.name != "pipeline-executor")?;
    let effects = effects_called(step, signature);
    effects.iter().copied().find(|effect| matches!(effect, Effect::Model | Effect::Network))
}

/// Parameters of a step that are run as code.
pub(crate) fn code<'s>(step: &'s Step, catalogue: &Catalogue) -> Vec<&'s Parameter> {
    let runs = |it: &&Signature| {
        let effects = it.effects_of(operation(step));
        effects.contains(&Effect::RunsCode) && !effects.contains(&Effect::Model)
    };
    let Some(signature) = signature(step, catalogue).filter(runs) else { return Vec::new() };
    let is_code =
        |name: &str| signature.parameter(name).is_some_and(|it| it.required && it.ty == Type::Text);
    step.parameters.iter().filter(|it| is_code(&it.name.value)).collect()
}

/// Names that other steps may read of this one.
pub(crate) fn provided(step: &Step) -> Vec<NameHash> {
    let mut names = Vec::new();
    provided_into(step, 0, &mut names);
    names
}

fn provided_into(step: &Step, depth: usize, names: &mut Vec<NameHash>) {
    if let Some(id) = &step.id {
        names.push(NameHash::of(&id.value));
        if !step.body.is_empty() {
            // The automatic name of a loop, LANGUAGE §6.3.
            names.push(NameHash::of(&format!("{}_loop_{depth}", id.value)));
        }
    }
    names.extend(step.vars.iter().map(|var| NameHash::of(&var.value.name)));
    let loop_name = match &step.kind {
        StepKind::ForEach(it) => it.loop_name.as_ref(),
        StepKind::While(it) => it.loop_name.as_ref(),
        _ => None,
    };
    names.extend(loop_name.map(|name| NameHash::of(name.value.trim_start_matches('$'))));
    step.body.iter().for_each(|inner| provided_into(inner, depth + 1, names));
}

/// Whether any text in `data` has an include directive.
fn includes(data: &pipeline::Data) -> bool {
    match data {
        pipeline::Data::Text(Text { template: Some(template), .. }) => {
            template.parts.iter().any(|part| matches!(part, Part::Include { .. }))
        }
        pipeline::Data::List(items) => items.iter().any(|item| includes(&item.value)),
        pipeline::Data::Map(entries) => entries.iter().any(|(_, value)| includes(&value.value)),
        _ => false,
    }
}
