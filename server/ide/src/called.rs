//! The pipeline that a step calls, where the caller names its inputs and outputs.

use checks::Callee;
use pipeline::Step;
use syntax::Span;

use crate::Snapshot;
use crate::enclosing::Enclosing;
use crate::known::{self, Known};
use crate::symbol::{self, SymbolKind};

/// A name of the caller's that is declared in the pipeline that it calls.
pub(crate) struct Declared {
    /// As the caller writes it, absolute.
    pub(crate) origin: Span,
    pub(crate) callee: Callee,
    /// Its declaration, absolute in the callee.
    pub(crate) name: Span,
}

/// The pipeline that a step calls.
pub(crate) fn by(snapshot: &Snapshot, step: &Step) -> Option<Callee> {
    checks::callee(step, &*snapshot.files, &snapshot.catalogue)
}

/// The pipeline whose outputs a path with this owner and field leads to: `call.outputs`.
pub(crate) fn behind(snapshot: &Snapshot, owner: Known<'_>, field: &str) -> Option<Callee> {
    match owner {
        Known::Step(step) | Known::Result(step) if field == "outputs" => by(snapshot, step),
        _ => None,
    }
}

/// What the name at `offset` is declared as in the pipeline that is called.
pub(crate) fn declared(snapshot: &Snapshot, offset: u32) -> Option<Declared> {
    handed(snapshot, offset).or_else(|| read(snapshot, offset))
}

/// A key of `inputs` or `output_mapping`.
fn handed(snapshot: &Snapshot, offset: u32) -> Option<Declared> {
    let enclosing = Enclosing::at(&snapshot.pipeline, offset)?;
    let step = enclosing.innermost;
    let name_in = |parameter: &str| {
        let names = step.parameter(parameter)?.value.value.as_map()?;
        let mut names = names.iter().map(|(name, _)| name);
        names.find(|name| name.span.shift(enclosing.base).touches(offset))
    };
    let (name, is_input) = match name_in("inputs") {
        Some(name) => (name, true),
        None => (name_in("output_mapping")?, false),
    };
    let callee = by(snapshot, step)?;
    let found = if is_input { input(&callee, &name.value)? } else { output(&callee, &name.value)? };
    Some(Declared { origin: name.span.shift(enclosing.base), name: found, callee })
}

/// `x` in `call.outputs.x`.
fn read(snapshot: &Snapshot, offset: u32) -> Option<Declared> {
    let found = symbol::at(snapshot, offset)?;
    let SymbolKind::Field { meaning, reference, field, path } = found.kind else { return None };
    let (name, _) = reference.fields.get(field)?;
    let ((owned, _), before) = reference.fields.get(..field)?.split_last()?;
    let root = known::root(snapshot, &path, &reference.root, &meaning)?;
    let owner =
        before.iter().try_fold(root, |known, (name, _)| known.member(snapshot, &path, name))?;
    let callee = behind(snapshot, owner, owned)?;
    Some(Declared { origin: found.span, name: output(&callee, name)?, callee })
}

fn input(callee: &Callee, name: &str) -> Option<Span> {
    let inputs = &callee.pipeline.inputs;
    inputs.iter().find(|it| it.name.value == name).map(|it| it.absolute(it.name.span))
}

fn output(callee: &Callee, name: &str) -> Option<Span> {
    let outputs = &callee.pipeline.outputs;
    outputs.iter().find(|it| it.name.value == name).map(|it| it.absolute(it.name.span))
}
