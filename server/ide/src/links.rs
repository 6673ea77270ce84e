//! Files that a pipeline names and that are there: includes, sub-pipelines, personalities, and what steps read or write.

use std::path::PathBuf;

use checks::FileRole;
use pipeline::{Data, Located, Step, StepKind, Text};
use syntax::Span;
use syntax::template::{Part, each_include};

use crate::Snapshot;
use crate::enclosing::Enclosing;

/// A text that names a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// The text, absolute.
    pub span: Span,
    /// The file, absolute; it is there.
    pub file: PathBuf,
}

/// A path as it is written, relative to the item.
struct Named<'s> {
    path: &'s str,
    span: Span,
    role: FileRole,
}

/// All files that the document names, by position.
#[must_use]
pub fn links(snapshot: &Snapshot) -> Vec<Link> {
    let mut links = Vec::new();
    for step in &snapshot.pipeline.steps {
        links.extend(found(snapshot, step.base, of_step(step)));
    }
    for output in &snapshot.pipeline.outputs {
        let mut named = Vec::new();
        includes(&output.value.value, &mut named);
        links.extend(found(snapshot, output.base, named));
    }
    links.sort_by_key(|link| link.span);
    links.dedup();
    links
}

/// The link at `offset`.
pub(crate) fn at(snapshot: &Snapshot, offset: u32) -> Option<Link> {
    let enclosing = Enclosing::at(&snapshot.pipeline, offset)?;
    let outermost = *enclosing.path.first()?;
    let here = of_step(outermost).into_iter();
    let here = here.filter(|it| it.span.shift(enclosing.base).touches(offset)).collect();
    found(snapshot, enclosing.base, here).into_iter().min_by_key(|link| link.span.len())
}

fn found(snapshot: &Snapshot, base: u32, named: Vec<Named<'_>>) -> Vec<Link> {
    let find = |it: Named<'_>| {
        let file = snapshot.files.find(it.path, it.role)?;
        Some(Link { span: it.span.shift(base), file })
    };
    named.into_iter().filter_map(find).collect()
}

/// Everything in a step and its body that names a file, whether it is there or not.
fn of_step(step: &Step) -> Vec<Named<'_>> {
    let mut named = Vec::new();
    for step in step.walk() {
        for entry in step.keys.iter().filter(|it| it.known.is_some_and(|key| key.rendered)) {
            includes(&entry.value.value, &mut named);
        }
        if let Some(name) = &step.personality {
            let path = name.value.trim();
            let is_name = !path.contains(char::is_whitespace) && !path.contains(['{', '<']);
            named.extend(is_name.then_some(Named {
                path,
                span: name.span,
                role: FileRole::Personality,
            }));
        }
        if let StepKind::Tool { tool, .. } = &step.kind {
            let of_tool = FILE_PARAMETERS.iter().filter(|(name, ..)| *name == tool.value);
            for (_, parameter, role) in of_tool {
                let value = step.parameter(parameter).map(|it| &it.value);
                named.extend(value.and_then(|value| literal(value, *role)));
            }
        }
        for product in &step.products {
            named.extend(path(&product.file.value, product.file.span, FileRole::Data));
        }
    }
    named
}

/// Parameters of tools that name a file.
const FILE_PARAMETERS: &[(&str, &str, FileRole)] = &[
    ("filesystem", "path", FileRole::Data),
    ("filesystem", "destination", FileRole::Data),
    ("pipeline-executor", "pipeline", FileRole::Part),
];

/// A text that is a path and nothing else, as far as it is known before a run.
fn literal(value: &Located<Data>, role: FileRole) -> Option<Named<'_>> {
    path(value.value.as_text()?, value.span, role)
}

fn path(text: &Text, span: Span, role: FileRole) -> Option<Named<'_>> {
    let path = text.value.trim();
    let is_path = text.is_static()
        && !path.is_empty()
        && !path.contains(['\n', '\0'])
        && !path.contains("://");
    is_path.then_some(Named { path, span, role })
}

fn includes<'s>(data: &'s Data, named: &mut Vec<Named<'s>>) {
    data.each_text(&mut |text| {
        let parts: &[Part] = text.template.as_ref().map_or(&[], |template| &template.parts);
        each_include(parts, &mut |path, span| {
            named.push(Named { path, span: text.source(span), role: FileRole::Part });
        });
    });
}
