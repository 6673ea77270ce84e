//! What stands at a place: the one answer that hover, definition and their like share.

use pipeline::catalogue::{Operation, Parameter, Signature};
use pipeline::eval::{self, Function};
use pipeline::language::{Form, Key};
use pipeline::names::Meaning;
use pipeline::{Data, Entry, Located, Reference, Step, StepKind};
use syntax::Span;

use crate::Snapshot;
use crate::enclosing::Enclosing;
use crate::expression;

/// Something that has a meaning, and where it is written (absolute).
#[derive(Clone, Debug)]
pub(crate) struct Symbol<'s> {
    pub(crate) span: Span,
    pub(crate) kind: SymbolKind<'s>,
}

/// Kinds of symbols.
#[derive(Clone, Debug)]
pub(crate) enum SymbolKind<'s> {
    /// A key of the language.
    Key(&'static Key),
    /// The document's own name or id.
    Pipeline,
    /// The id of the step itself.
    OwnId(Enclosing<'s>),
    /// A tool or an action.
    Signature(&'static Signature),
    /// An operation of a tool.
    Operation(&'static Signature, &'static Operation),
    /// A parameter of a tool or an action.
    Parameter(&'static Signature, &'static Parameter),
    /// A step by its id: index into `pipeline.steps`.
    Step(usize),
    /// The declaration of an input: index into `pipeline.inputs`.
    Input(usize),
    /// The root of a path in a template.
    Name { meaning: Meaning, path: Vec<&'s Step> },
    /// A field behind it: index into `reference.fields`.
    Field { meaning: Meaning, reference: &'s Reference, field: usize, path: Vec<&'s Step> },
    /// A filter, test or function.
    Function(&'static Function),
}

/// The symbol at `offset`, if anything there has a meaning.
pub(crate) fn at(snapshot: &Snapshot, offset: u32) -> Option<Symbol<'_>> {
    let enclosing = Enclosing::at(&snapshot.pipeline, offset);
    let found = match &enclosing {
        Some(enclosing) => in_step(snapshot, enclosing, offset),
        None => at_top(snapshot, offset),
    };
    let plain = || enclosing.as_ref().is_some_and(|it| in_condition(it, offset));
    found.or_else(|| function(snapshot, offset, plain))
}

fn in_step<'s>(
    snapshot: &'s Snapshot,
    enclosing: &Enclosing<'s>,
    offset: u32,
) -> Option<Symbol<'s>> {
    let (step, base) = (enclosing.innermost, enclosing.base);
    let local = offset.checked_sub(base)?;
    if let Some(symbol) = reference(snapshot, &step.references, &enclosing.path, base, offset) {
        return Some(symbol);
    }
    let entry = step
        .keys
        .iter()
        .find(|entry| entry.key.span.touches(local) || entry.value.span.touches(local))?;
    if entry.key.span.touches(local) {
        let kind = SymbolKind::Key(entry.known?);
        return Some(Symbol { span: entry.key.span.shift(base), kind });
    }
    let value = |kind| Some(Symbol { span: entry.value.span.shift(base), kind });
    match entry.known?.name {
        "id" => value(SymbolKind::OwnId(enclosing.clone())),
        "tool" => value(SymbolKind::Signature(snapshot.catalogue.tool(text(&entry.value.value)?)?)),
        "action" => value(action(snapshot, step, text(&entry.value.value)?)?),
        "parameters" => parameter(snapshot, step, entry, local).map(|symbol| shifted(symbol, base)),
        "dependencies" | "depends_on" => {
            let named = step.dependencies.iter().find(|it| it.span.touches(local))?;
            let kind = SymbolKind::Step(snapshot.names.step(&named.value)?);
            Some(Symbol { span: named.span.shift(base), kind })
        }
        "on_false" | "else" | "on_success" | "on_failure" | "goto" => {
            value(SymbolKind::Step(snapshot.names.step(text(&entry.value.value)?)?))
        }
        _ => None,
    }
}

fn at_top(snapshot: &Snapshot, offset: u32) -> Option<Symbol<'_>> {
    let pipeline = &snapshot.pipeline;
    for input in &pipeline.inputs {
        let span = input.absolute(input.name.span);
        if span.touches(offset) {
            let index = snapshot.names.input(&input.name.value)?;
            return Some(Symbol { span, kind: SymbolKind::Input(index) });
        }
        if let Some(symbol) = reference(snapshot, &input.references, &[], input.base, offset) {
            return Some(symbol);
        }
    }
    for output in &pipeline.outputs {
        if let Some(symbol) = reference(snapshot, &output.references, &[], output.base, offset) {
            return Some(symbol);
        }
    }
    for name in [&pipeline.id, &pipeline.name].into_iter().flatten() {
        let span = name.absolute(name.span);
        if span.touches(offset) {
            return Some(Symbol { span, kind: SymbolKind::Pipeline });
        }
    }
    let entry =
        pipeline.entries.iter().find(|entry| entry.absolute(entry.key.span).touches(offset))?;
    Some(Symbol { span: entry.absolute(entry.key.span), kind: SymbolKind::Key(entry.known?) })
}

/// A name or field of one of `references`.
fn reference<'s>(
    snapshot: &'s Snapshot,
    references: &'s [Reference],
    path: &[&'s Step],
    base: u32,
    offset: u32,
) -> Option<Symbol<'s>> {
    let local = offset.checked_sub(base)?;
    let reference = references.iter().find(|it| it.span.touches(local) && !it.aliased)?;
    let meaning = snapshot.names.meaning(&snapshot.pipeline, path, reference);
    if let Some(field) = reference.fields.iter().position(|(_, span)| span.touches(local)) {
        let span = reference.fields.get(field)?.1.shift(base);
        return Some(Symbol {
            span,
            kind: SymbolKind::Field { meaning, reference, field, path: path.to_vec() },
        });
    }
    if reference.called || !reference.root_span.touches(local) {
        return None;
    }
    let kind = SymbolKind::Name { meaning, path: path.to_vec() };
    Some(Symbol { span: reference.root_span.shift(base), kind })
}

/// What the text of `action` means beside or without a tool.
fn action(snapshot: &Snapshot, step: &Step, word: &str) -> Option<SymbolKind<'static>> {
    match &step.kind {
        StepKind::Tool { tool, .. } => {
            let signature = snapshot.catalogue.tool(&tool.value)?;
            Some(match signature.operation(word) {
                Some(operation) => SymbolKind::Operation(signature, operation),
                None => SymbolKind::Signature(signature),
            })
        }
        _ => Some(SymbolKind::Signature(pipeline::facts::signature(step, &snapshot.catalogue)?)),
    }
}

/// A parameter's name or a word with a meaning in its value; spans are relative.
fn parameter(
    snapshot: &Snapshot,
    step: &Step,
    entry: &Entry,
    local: u32,
) -> Option<Symbol<'static>> {
    let signature = pipeline::facts::signature(step, &snapshot.catalogue)?;
    let (name, value): &(Located<String>, Located<Data>) = entry
        .value
        .value
        .as_map()?
        .iter()
        .find(|(name, value)| name.span.touches(local) || value.span.touches(local))?;
    if name.span.touches(local) {
        let kind = SymbolKind::Parameter(signature, signature.parameter(&name.value)?);
        return Some(Symbol { span: name.span, kind });
    }
    let operation = signature.operation(text(&value.value)?).filter(|_| name.value == "action")?;
    Some(Symbol { span: value.span, kind: SymbolKind::Operation(signature, operation) })
}

/// A filter, test or function by its name in an expression.
fn function(snapshot: &Snapshot, offset: u32, is_plain: impl Fn() -> bool) -> Option<Symbol<'_>> {
    let word = expression::word_at(snapshot, offset)?;
    if expression::open_at(snapshot, word.span.start).is_none() && !is_plain() {
        return None;
    }
    let table = match word.role {
        expression::Role::Filter => eval::filters(),
        expression::Role::Test => eval::tests(),
        expression::Role::Function => eval::functions(),
        expression::Role::Other => return None,
    };
    let further = if matches!(word.role, expression::Role::Function) {
        eval::condition_functions()
    } else {
        &[]
    };
    let function = table.iter().chain(further).find(|it| it.name == word.text)?;
    Some(Symbol { span: word.span, kind: SymbolKind::Function(function) })
}

/// Whether a place is in a value that is an expression without braces.
fn in_condition(enclosing: &Enclosing<'_>, offset: u32) -> bool {
    let local = offset - enclosing.base;
    let entry = enclosing.innermost.keys.iter().find(|entry| entry.value.span.touches(local));
    entry.and_then(|entry| entry.known).is_some_and(|key| key.forms.contains(&Form::Condition))
}

fn text(data: &Data) -> Option<&str> {
    data.as_text().map(|text| &*text.value)
}

fn shifted(symbol: Symbol<'_>, base: u32) -> Symbol<'_> {
    Symbol { span: symbol.span.shift(base), ..symbol }
}
