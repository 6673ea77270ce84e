//! What is asked of the model of a step, gathered from everything that may say so.

use std::fmt;

use super::read::{number, text, texts, whole};
use super::requirement::served_by;
use super::{Leaning, Requirement, Strategy, names};
use crate::catalogue::{Catalogue, Effect, normalise};
use crate::facts::{calls_a_pipeline, effects_called, signature};
use crate::{Data, Definition, Pipeline, Step, StepKind};
use syntax::auto::AutoTag;

/// What is asked of a model.
#[derive(Clone, Debug, PartialEq)]
pub struct Wanted {
    /// Which models may answer.
    pub ask: Ask,
    /// Who says so.
    pub source: Source,
    /// What the model must be. Of a model that is asked for by name, only `excluded` counts.
    pub requirement: Requirement,
    /// What it had better be.
    pub leaning: Leaning,
    /// What matters most among those that fit.
    pub strategy: Strategy,
    /// The models to take when none fits, in order, where somebody declares some.
    pub fallbacks: Vec<String>,
    /// How it is to be asked.
    pub settings: Settings,
}

/// Which models may answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ask {
    /// One of these, by name.
    Named(Vec<String>),
    /// The one that this template names when the step starts: see [`Wanted::rendered`].
    Later(String),
    /// Any that fits.
    Any,
}

/// What decides which models may answer: the strongest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// Who runs the pipeline, instead of everything that it says.
    Caller,
    /// `model` of the step, or of its parameters.
    Step,
    /// `expert` of the step.
    Expert(String),
    /// The entry of `experts` for a tool of the step.
    ToolExpert(String),
    /// `model` of the document.
    Document,
    /// `requires_model` of the step, or of a step around it.
    Requirement,
    /// An AUTO tag in place of a model.
    Auto,
    /// `selection` of the step.
    Selection,
    /// `orchestrator` of the document.
    Orchestrator,
    /// `default_model` of the document.
    Default,
    /// The tool of the step, which only certain models serve.
    Tool(&'static str),
    /// `selection_schema` or `selection` of the document, or nothing at all.
    Nothing,
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Caller => f.write_str("the caller"),
            Self::Step => f.write_str("`model` of the step"),
            Self::Expert(name) => write!(f, "the expert `{name}`"),
            Self::ToolExpert(tool) => write!(f, "the expert for `{tool}`"),
            Self::Document => f.write_str("`model` of the document"),
            Self::Requirement => f.write_str("`requires_model`"),
            Self::Auto => f.write_str("the AUTO tag"),
            Self::Selection => f.write_str("`selection` of the step"),
            Self::Orchestrator => f.write_str("`orchestrator` of the document"),
            Self::Default => f.write_str("`default_model` of the document"),
            Self::Tool(tool) => write!(f, "the tool `{tool}`"),
            Self::Nothing => f.write_str("the selection over all models"),
        }
    }
}

/// How a model is to be asked, where an expert or the map form of `model` says so.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Settings {
    /// From 0.
    pub temperature: Option<f64>,
    /// Most tokens of an answer.
    pub max_tokens: Option<u32>,
    /// What it is told before every prompt.
    pub system_prompt: Option<String>,
}

/// Whether a step asks a model for text by what it is. AUTO tags in its values are not looked at.
#[must_use]
pub fn asks_a_model(step: &Step, catalogue: &Catalogue) -> bool {
    if calls_a_pipeline(step) {
        return false;
    }
    matches!(step.kind, StepKind::Auto(_))
        || signature(step, catalogue)
            .is_some_and(|it| effects_called(step, it).contains(&Effect::Model))
}

impl Wanted {
    /// What is asked of the model of a step; nothing where it asks none. `around` are the steps that it stands in, the
    /// outermost first: their `requires_model` and `selection` hold for it unless it has its own.
    #[must_use]
    pub fn of_step(
        pipeline: &Pipeline,
        catalogue: &Catalogue,
        around: &[&Step],
        step: &Step,
    ) -> Option<Self> {
        asks_a_model(step, catalogue).then(|| Self::of_any_step(pipeline, around, step))
    }

    /// As [`Self::of_step`], for a step that is known to ask a model.
    #[must_use]
    pub fn of_any_step(pipeline: &Pipeline, around: &[&Step], step: &Step) -> Self {
        let mut wanted = Self::of_document(pipeline);
        let own = |key: &str| {
            let mut inwards_out = std::iter::once(step).chain(around.iter().rev().copied());
            inwards_out.find_map(|it| it.key(key)).map(|it| &it.value.value)
        };
        if let Some(selection) = own("selection") {
            wanted.select(selection);
            wanted.decide(Ask::Any, Source::Selection);
        }
        match own("requires_model") {
            Some(map @ Data::Map(_)) => {
                wanted.requirement = Requirement::of(map);
                wanted.decide(Ask::Any, Source::Requirement);
            }
            Some(Data::Text(text)) if !text.value.trim().eq_ignore_ascii_case("none") => {
                wanted.name(&Data::Text(text.clone()), Source::Requirement);
            }
            _ => {}
        }
        if let Some(model) = pipeline.entry("model") {
            wanted.name(&model.value.value, Source::Document);
        }
        if let Some((tool, expert)) = tool_expert(pipeline, step) {
            wanted.expert(&expert.value.value, Source::ToolExpert(tool));
        }
        if let Some(name) = &step.expert
            && let Some(expert) = find(&pipeline.experts, &name.value)
        {
            wanted.expert(&expert.value.value, Source::Expert(name.value.clone()));
        }
        if let Some(model) = &step.model {
            wanted.name(&model.value, Source::Step);
        }
        if let Some((capability, _)) = super::needs(step) {
            wanted.requirement.need(capability.word());
        }
        if matches!(wanted.ask, Ask::Any)
            && let Some((tool, makers)) = super::needs::makers(step)
        {
            wanted.ask = Ask::Named(makers);
            wanted.source = Source::Tool(tool);
        }
        wanted
    }

    /// What is asked of the model that answers AUTO tags, looks after quality and describes pipelines.
    #[must_use]
    pub fn of_orchestration(pipeline: &Pipeline) -> Self {
        let mut wanted = Self::of_document(pipeline);
        for (key, source) in [("model", Source::Document), ("orchestrator", Source::Orchestrator)] {
            if let Some(entry) = pipeline.entry(key) {
                wanted.name(&entry.value.value, source);
            }
        }
        wanted
    }

    /// The same, of this model and no other.
    #[must_use]
    pub fn of_caller(self, model: &str) -> Self {
        let (ask, source) = (Ask::Named(vec![model.to_owned()]), Source::Caller);
        Self { ask, source, fallbacks: Vec::new(), ..self }
    }

    /// The same, asked by an AUTO tag: its attributes count.
    #[must_use]
    pub fn leaning(mut self, tag: &AutoTag) -> Self {
        self.leaning = Leaning::of(tag);
        self
    }

    /// The same, once the template of [`Ask::Later`] is rendered.
    #[must_use]
    pub fn rendered(mut self, model: &str) -> Self {
        let source = self.source.clone();
        self.text(model, source);
        self
    }

    /// What the document says for steps that say nothing.
    fn of_document(pipeline: &Pipeline) -> Self {
        let mut wanted = Self {
            ask: Ask::Any,
            source: Source::Nothing,
            requirement: Requirement::default(),
            leaning: Leaning::default(),
            strategy: Strategy::Balanced,
            fallbacks: Vec::new(),
            settings: Settings::default(),
        };
        for key in ["selection_schema", "selection"] {
            if let Some(entry) = pipeline.entry(key) {
                wanted.select(&entry.value.value);
            }
        }
        if let Some(model) = pipeline.entry("default_model") {
            wanted.name(&model.value.value, Source::Default);
        }
        wanted
    }

    fn decide(&mut self, ask: Ask, source: Source) {
        self.ask = ask;
        self.source = source;
    }

    /// A strategy, or a map with a strategy and a fallback.
    fn select(&mut self, selection: &Data) {
        let word = selection.get("strategy").map_or(selection, |it| &it.value);
        if let Some(strategy) = text(word).and_then(|it| Strategy::of_word(&it)) {
            self.strategy = strategy;
        }
        if let Some(fallback) = selection.get("fallback").and_then(|it| text(&it.value)) {
            self.fallbacks = Some(fallback).filter(|it| !it.is_empty()).into_iter().collect();
        }
    }

    /// A name, an AUTO tag, a template, a list of names, or a map.
    fn name(&mut self, model: &Data, source: Source) {
        match model {
            Data::Text(text) => match text.autos.first() {
                Some(tag) => self.auto(tag),
                None => self.text(&text.value, source),
            },
            Data::List(_) => self.named(texts(model), source),
            Data::Map(_) => self.map(model, source),
            _ => {}
        }
    }

    fn auto(&mut self, tag: &AutoTag) {
        self.leaning = Leaning::of(tag);
        self.decide(Ask::Any, Source::Auto);
    }

    fn text(&mut self, written: &str, source: Source) {
        let written = written.trim();
        if let Some(tag) = syntax::auto::find(written).first() {
            self.auto(tag);
        } else if written.eq_ignore_ascii_case("auto") {
            self.decide(Ask::Any, Source::Auto);
        } else if syntax::template::has_markers(written) {
            self.decide(Ask::Later(written.to_owned()), source);
        } else {
            self.named(vec![written.to_owned()], source);
        }
    }

    fn named(&mut self, names: Vec<String>, source: Source) {
        let names: Vec<_> = names.into_iter().filter(|it| !it.is_empty()).collect();
        if !names.is_empty() {
            self.decide(Ask::Named(names), source);
        }
    }

    /// The map form of `model`, and of an expert: which model, what it must do, how it is asked.
    fn map(&mut self, map: &Data, source: Source) {
        let get = |key: &str| map.get(key).map(|it| &it.value);
        if let Some(tokens) = get("context_window").and_then(whole) {
            self.requirement.context = self.requirement.context.max(Some(tokens));
        }
        for word in get("capabilities").map(texts).unwrap_or_default() {
            self.requirement.need(&word);
        }
        let settings = &mut self.settings;
        settings.temperature = get("temperature").and_then(number).or(settings.temperature);
        settings.max_tokens = get("max_tokens").and_then(whole).or(settings.max_tokens);
        if let Some(prompt) = get("system_prompt").and_then(text) {
            settings.system_prompt = Some(prompt);
        }
        match (get("name").or_else(|| get("model")), served_by(map)) {
            (Some(Data::Text(text)), None) => self.name(&Data::Text(text.clone()), source),
            (Some(model), None) => self.named(texts(model), source),
            (Some(Data::Text(text)), Some(provider)) if is_open(&text.value) => {
                self.text(&text.value, source.clone());
                self.served_by(provider, source);
            }
            (Some(Data::Text(text)), Some(provider)) => {
                self.text(&with_provider(&provider, text.value.trim().to_owned()), source);
            }
            (Some(model), Some(provider)) => {
                let with = |name: String| with_provider(&provider, name);
                self.named(texts(model).into_iter().map(with).collect(), source);
            }
            (None, Some(provider)) => self.served_by(provider, source),
            (None, None) => self.decide(Ask::Any, source),
        }
    }

    /// Any model of a provider; of models that somebody weaker names those that are its own.
    fn served_by(&mut self, provider: String, source: Source) {
        let is_own = |name: &String| {
            let further = |it: &str| it.eq_ignore_ascii_case(&provider);
            let said = names::parse(name, &further).provider.or_else(|| names::family(name));
            said.is_some_and(|it| it.eq_ignore_ascii_case(&provider))
        };
        let own = match &mut self.ask {
            Ask::Named(names) => std::mem::take(names).into_iter().filter(is_own).collect(),
            Ask::Later(_) | Ask::Any => Vec::new(),
        };
        let ask = if own.is_empty() { Ask::Any } else { Ask::Named(own) };
        self.requirement.provider = Some(provider);
        self.decide(ask, source);
    }

    fn expert(&mut self, definition: &Data, source: Source) {
        match definition {
            Data::Map(_)
                if definition.get("model").is_none() && served_by(definition).is_none() =>
            {
                // It says how to ask, and leaves it to the rest which model.
                let (ask, before) = (self.ask.clone(), self.source.clone());
                self.map(definition, source);
                self.decide(ask, before);
            }
            _ => self.name(definition, source),
        }
    }
}

/// Whether a text in place of a model leaves it open which.
fn is_open(written: &str) -> bool {
    written.trim().eq_ignore_ascii_case("auto") || !syntax::auto::find(written).is_empty()
}

/// A name with its provider before it, unless the name has that already.
fn with_provider(provider: &str, name: String) -> String {
    let further = |it: &str| it.eq_ignore_ascii_case(provider);
    match names::parse(&name, &further).provider {
        Some(_) => name,
        None => format!("{provider}:{name}"),
    }
}

fn find<'p>(experts: &'p [crate::Placed<Definition>], name: &str) -> Option<&'p Definition> {
    experts.iter().map(|it| &*it.item).find(|it| it.name.value == name)
}

/// The expert for the first tool of a step that has one: a tool that its model may use, or the step's own.
fn tool_expert<'p>(pipeline: &'p Pipeline, step: &Step) -> Option<(String, &'p Definition)> {
    if pipeline.experts.is_empty() {
        return None;
    }
    let listed = step.key("tools").map(|it| texts(&it.value.value)).unwrap_or_default();
    let listed = listed.iter().flat_map(|it| it.split(',')).map(str::trim);
    let own = match &step.kind {
        StepKind::Tool { tool, .. } => Some(tool.value.as_str()),
        StepKind::Action(action) => Some(action.value.as_str()),
        _ => None,
    };
    listed.chain(own).find_map(|tool| {
        let wanted = normalise(tool);
        let mut experts = pipeline.experts.iter().map(|it| &*it.item);
        experts.find(|it| normalise(&it.name.value) == wanted).map(|it| (tool.to_owned(), it))
    })
}
