//! What a pipeline is after lowering. Contract between lowering, checks, ide, plan and engine.
//!
//! Spans inside a placed item (`Step`, `Input`, ...) are relative to its segment; [`Placed::base`] makes them absolute.
//! Lowering never fails: what could not be understood is a [`Problem`] on the item, and the rest is there.
use std::sync::Arc;

use syntax::{Finding, SourceMap, Span, auto::AutoTag, template};

/// An item and the offset that its spans are relative to. Equal `Arc` pointers mean equal content.
#[derive(Debug)]
pub struct Placed<T: ?Sized> {
    pub base: u32,
    pub item: Arc<T>,
}
impl<T: ?Sized> Placed<T> {
    pub fn absolute(&self, span: Span) -> Span {
        span.shift(self.base)
    }
}
impl<T: ?Sized> Clone for Placed<T> {
    fn clone(&self) -> Self {
        Self { base: self.base, item: Arc::clone(&self.item) }
    }
}
impl<T: ?Sized> std::ops::Deref for Placed<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.item
    }
}

/// A value and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Located<T> {
    pub value: T,
    pub span: Span,
}

/// A whole document, lowered.
#[derive(Clone, Debug, Default)]
pub struct Pipeline {
    /// every top-level entry in order: known or unknown key, key span, value
    pub entries: Vec<Placed<Entry>>,
    pub id: Option<Placed<Located<String>>>,
    pub name: Option<Placed<Located<String>>>,
    pub description: Option<Placed<Located<String>>>,
    /// `inputs` first, then `parameters`, declaration order (both; the first of a name wins)
    pub inputs: Vec<Placed<Input>>,
    pub outputs: Vec<Placed<Output>>,
    pub steps: Vec<Placed<Step>>,
    /// `variables` and `config`: constants
    pub constants: Vec<Placed<Constant>>,
    pub experts: Vec<Placed<Located<String>>>,
    pub personalities: Vec<Placed<Located<String>>>,
    pub global_error_handlers: Vec<Placed<Handler>>,
    /// `metadata.default_timeout`
    pub default_timeout: Option<std::time::Duration>,
    /// document-level syntax findings (absolute) that belong to no segment
    pub syntax: Vec<Finding>,
    /// document-level problems, absolute
    pub problems: Vec<Problem>,
    /// Whether the document looks like a pipeline at all (has `steps`, or name/id beside inputs/outputs, or `pipeline:`).
    pub is_pipeline: bool,
}

/// One top-level entry, or one key of a step: as written and as understood.
#[derive(Clone, Debug)]
pub struct Entry {
    /// as written
    pub key: Located<String>,
    /// the table's entry; `None`: unknown key
    pub known: Option<&'static crate::language::Key>,
    pub value: Located<Data>,
    /// syntax findings of the whole segment (only on the entry that owns the segment)
    pub syntax: Vec<Finding>,
    pub problems: Vec<Problem>,
}

/// What lowering could not accept. Words and codes for people are `checks`' business; this carries the facts.
#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    pub kind: ProblemKind,
    pub span: Span,
}

/// Kinds of problems. The owner of lowering may add kinds.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum ProblemKind {
    /// a key's value has the wrong form: expected (in words), found (in words)
    WrongType { key: String, expected: &'static str, found: &'static str },
    /// a word outside a closed set
    UnknownWord { key: String, word: String, allowed: Vec<&'static str> },
    /// a required key is missing
    MissingKey { key: &'static str },
    /// no kind of step (no action, tool, loop, queue, prompt)
    NoKind,
    /// more than one kind of step: the keys that say so
    SeveralKinds { keys: Vec<Located<String>> },
    /// an id that is no id
    BadId { id: String },
    /// out of its range: what is allowed, in words
    OutOfRange { key: String, allowed: &'static str },
    /// alias written where a canonical key is also there
    BothSpellings { canonical: &'static str, alias: String, merged: Merged },
    /// an alias that resolves to nothing, or an alias bomb
    BadAlias { name: String },
    /// `pipeline:` wrapper was unwrapped
    Wrapped,
}
/// What became of two spellings of one key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Merged {
    Union,
    CanonicalWins,
}

/// YAML data with templates parsed in place: what parameters, outputs and constants are made of.
#[derive(Clone, Debug, PartialEq)]
pub enum Data {
    Null,
    Bool(bool),
    Int(i128),
    Float(f64),
    Text(Text),
    List(Vec<Located<Data>>),
    Map(Vec<(Located<String>, Located<Data>)>),
}

/// A scalar that is text, with everything that was found in it. Spans of `template` and `autos` are offsets in `value`;
/// `map` takes them back to the segment.
#[derive(Clone, Debug, PartialEq)]
pub struct Text {
    pub value: Arc<str>,
    pub map: SourceMap,
    /// only where the text has markers; a text without is `None` and cheap
    pub template: Option<Arc<template::Template>>,
    pub autos: Vec<AutoTag>,
    /// written plain (unquoted, not a block): relevant for fixes and for YAML 1.1 words
    pub plain: bool,
}
impl Text {
    /// Segment-relative span of a span in `value`.
    pub fn source(&self, span: Span) -> Span {
        self.map.span_to_source(span)
    }
}

/// A declared input or parameter.
#[derive(Clone, Debug)]
pub struct Input {
    pub name: Located<String>,
    pub section: InputSection,
    pub span: Span,
    pub ty: Option<Located<String>>,
    pub required: bool,
    pub default: Option<Located<Data>>,
    pub description: Option<String>,
    /// `choices` or `enum`
    pub choices: Option<Vec<Located<Data>>>,
    pub min: Option<f64>,
    pub max: Option<f64>,
    pub pattern: Option<Located<String>>,
    pub secret: bool,
    pub problems: Vec<Problem>,
}
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InputSection {
    Inputs,
    Parameters,
}

/// A declared output.
#[derive(Clone, Debug)]
pub struct Output {
    pub name: Located<String>,
    /// `value`/`source` of the map form, else the whole
    pub value: Located<Data>,
    pub required: bool,
    pub references: Vec<Reference>,
    pub problems: Vec<Problem>,
}

/// An entry of `variables` or `config`.
#[derive(Clone, Debug)]
pub struct Constant {
    pub section: &'static str,
    pub name: Located<String>,
    pub value: Located<Data>,
}

/// A step, or a body step of a loop (then it shares the segment, and the base, of the outermost step).
#[derive(Clone, Debug)]
pub struct Step {
    /// own id, or the slug of `name`; unique name `step <n>` is never invented: `None` when there is neither
    pub id: Option<Located<Arc<str>>>,
    /// whole item
    pub span: Span,
    /// every key in order, as written
    pub keys: Vec<Entry>,
    pub name: Option<Located<String>>,
    pub description: Option<String>,
    pub kind: StepKind,
    /// `dependencies` and `depends_on`, union in order
    pub dependencies: Vec<Located<Arc<str>>>,
    /// `depends_on` with AUTO: resolved at run time
    pub dynamic_dependencies: Option<Located<Text>>,
    pub condition: Option<Condition>,
    pub parameters: Vec<Parameter>,
    pub routing: Routing,
    pub on_failure: FailurePolicy,
    pub attempts: Attempts,
    pub timeout: Option<Located<std::time::Duration>>,
    pub handlers: Vec<Handler>,
    pub vars: Vec<Located<Variable>>,
    pub products: Vec<Product>,
    pub expert: Option<Located<String>>,
    pub personality: Option<Located<String>>,
    pub model: Option<Located<Data>>,
    /// every reference of this step, body steps excluded (they carry their own)
    pub references: Vec<Reference>,
    /// body steps of a loop; empty for others
    pub body: Vec<Step>,
    pub problems: Vec<Problem>,
    /// syntax findings of the segment (outermost step only)
    pub syntax: Vec<Finding>,
    /// hash of what others may know of this step: id, kind, tool, operation, declared fields, body ids
    pub shape: u64,
}

/// What a step does. Exactly one; `Unknown` where the step does not say.
#[derive(Clone, Debug)]
pub enum StepKind {
    /// a canonical action of LANGUAGE §7.1 (alias spelled out by `Catalogue::action`)
    Action(Located<String>),
    /// `tool:` with its operation (`action:` or `parameters.action`), names normalised (`_` to `-`)
    Tool {
        tool: Located<String>,
        operation: Option<Located<String>>,
    },
    /// `action: echo hello`
    Echo(Located<Text>),
    /// `action: write the report to a file`
    FileProse(Located<Text>),
    /// `action: <AUTO>...</AUTO>`
    Auto(Located<Text>),
    ForEach(ForEach),
    While(While),
    ActionLoop(ActionLoop),
    Queue(Queue),
    /// action text that is none of these, or none at all
    Unknown(Option<Located<Text>>),
}
#[derive(Clone, Debug)]
pub struct ForEach {
    pub items: Located<Data>,
    pub max_parallel: Option<Located<u64>>,
    pub loop_var: Option<Located<String>>,
    pub loop_name: Option<Located<String>>,
    /// `for_each` with an `action`/`tool` of its own instead of `steps`: the body is that one step
    pub shorthand: bool,
}
#[derive(Clone, Debug)]
pub struct While {
    pub test: Option<Condition>,
    pub until: Option<Condition>,
    pub max_iterations: Option<Located<u64>>,
    pub loop_name: Option<Located<String>>,
    pub shorthand: bool,
}
#[derive(Clone, Debug)]
pub struct ActionLoop {
    pub test: Option<Condition>,
    pub until: Option<Condition>,
    pub max_iterations: Option<Located<u64>>,
    pub break_on_error: bool,
}
#[derive(Clone, Debug)]
pub struct Queue {
    pub on: Option<Located<Data>>,
    pub max_parallel: Option<Located<u64>>,
    pub until: Option<Condition>,
    pub test: Option<Condition>,
}

/// A condition as written. Spans of `parsed` are offsets in `text.value`.
#[derive(Clone, Debug)]
pub struct Condition {
    pub text: Text,
    pub span: Span,
    /// key as written, e.g. `if`
    pub key: &'static str,
    pub parsed: Arc<template::Condition>,
}

/// One parameter.
#[derive(Clone, Debug)]
pub struct Parameter {
    pub name: Located<String>,
    pub value: Located<Data>,
}

/// Where a step sends the run. `goto` text is an id, a template, AUTO, or `cond ? a : b`.
#[derive(Clone, Debug, Default)]
pub struct Routing {
    pub on_false: Option<Located<Arc<str>>>,
    pub on_success: Option<Located<Arc<str>>>,
    pub on_failure: Option<Located<Arc<str>>>,
    pub goto: Option<Located<Text>>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FailurePolicy {
    #[default]
    Fail,
    Continue,
    Skip,
    Retry,
    /// see `routing.on_failure`
    Route,
}

/// How often a step may be tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attempts {
    /// in all, at least 1; default 3
    pub total: u32,
    /// whether `max_retries` or `retry` was written: then an own timeout is tried again too
    pub explicit: bool,
}

/// An error handler (LANGUAGE §2.9).
#[derive(Clone, Debug)]
pub struct Handler {
    pub span: Span,
    pub task: Option<Located<Arc<str>>>,
    pub action: Option<Located<Text>>,
    pub fields: Vec<(Located<String>, Located<Data>)>,
    pub problems: Vec<Problem>,
}
/// A declared variable of a model step.
#[derive(Clone, Debug, PartialEq)]
pub struct Variable {
    pub name: String,
    pub declaration: Data,
}
/// `var: file`.
#[derive(Clone, Debug)]
pub struct Product {
    pub variable: Located<String>,
    pub file: Located<Text>,
}

/// A name that a step (or output) reads: exact place and why.
#[derive(Clone, Debug)]
pub struct Reference {
    /// first segment of the path
    pub root: Arc<str>,
    pub root_span: Span,
    /// static fields behind it, each with its place
    pub fields: Vec<(Arc<str>, Span)>,
    pub span: Span,
    /// key (dotted) it stands under: `parameters.path`, `condition`, `for_each`
    pub place: Arc<str>,
    pub origin: ReferenceOrigin,
    pub guarded: bool,
    /// called as a function
    pub called: bool,
    /// inside an AUTO body: an unknown name is only a warning
    pub in_auto: bool,
}
/// What kind of field the reference stands in: decides the edge's origin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReferenceOrigin {
    Template,
    ControlFlow,
    /// read, but orders nothing (outputs, products, handlers)
    Inert,
}
impl Step {
    /// The id, or an empty text.
    pub fn id_text(&self) -> &str {
        self.id.as_ref().map_or("", |id| &id.value)
    }
    /// The first key of that canonical name.
    pub fn key(&self, canonical: &str) -> Option<&Entry> {
        self.keys.iter().find(|entry| entry.known.is_some_and(|key| key.name == canonical))
    }
    /// The step and all body steps inside, outermost first.
    pub fn walk(&self) -> Vec<&Self> {
        let mut all = vec![self];
        for step in &self.body {
            all.extend(step.walk());
        }
        all
    }
}
