//! What stands in the files that a text includes.

use std::sync::Arc;

use pipeline::{Data, Reference, ReferenceOrigin, Text, references};
use syntax::{
    ScalarStyle, SourceMap, Span,
    template::{Template, each_bound, each_include, parse_template},
};

use super::{Parsed, TextView};
use crate::Files;

/// Files that one text may pull in before the rest is left to the run.
pub(crate) const MOST: usize = 64;

/// A file that is read as a template, at some depth.
pub(crate) struct Included {
    /// As it is named.
    pub(crate) path: String,
    /// What the file reads of the names around it, with spans in the file.
    pub(crate) reads: Vec<Reference>,
    text: String,
}

impl Included {
    /// The line of a span, from 1.
    pub(crate) fn line(&self, span: Span) -> usize {
        let before = self.text.get(..span.start as usize).unwrap_or_default();
        1 + before.bytes().filter(|it| *it == b'\n').count()
    }
}

/// The files that a text includes, as far as they can be read, each with the place in the item of the directive that leads
/// to it.
pub(crate) fn included(view: &TextView<'_>) -> Vec<(Span, Included)> {
    let Parsed::Template(template) = view.parsed else { return Vec::new() };
    let mut walk = Walk {
        place: view.field.key,
        files: view.scope.input.files,
        read: Vec::new(),
        found: Vec::new(),
    };
    let bound = bound(template, &[]);
    for (path, span) in view.includes() {
        let from = walk.found.len();
        walk.file(path.trim(), &bound);
        walk.found.iter_mut().skip(from).for_each(|it| it.0 = span);
    }
    walk.found
}

struct Walk<'f> {
    /// The key that the outermost text stands under.
    place: &'f str,
    files: &'f dyn Files,
    /// Paths that were read, in a circle or again.
    read: Vec<String>,
    found: Vec<(Span, Included)>,
}

impl Walk<'_> {
    fn file(&mut self, path: &str, around: &[String]) {
        if path.contains("{{") || self.read.len() >= MOST || self.read.iter().any(|it| it == path) {
            return;
        }
        self.read.push(path.to_owned());
        let Some(Ok(text)) = self.files.included(path) else { return };
        let template = parse_template(&text);
        if !template.errors.is_empty() {
            return;
        }
        let bound = bound(&template, around);
        let mut inner: Vec<String> = Vec::new();
        each_include(&template.parts, &mut |path, _| inner.push(path.trim().to_owned()));
        let mut reads = read_by(self.place, &text, template);
        reads.retain(|it| !around.iter().any(|name| **name == *it.root));
        self.found.push((Span::empty(0), Included { path: path.to_owned(), reads, text }));
        inner.iter().for_each(|path| self.file(path, &bound));
    }
}

/// Names that a template binds, and those around it.
fn bound(template: &Template, around: &[String]) -> Vec<String> {
    let mut names = around.to_vec();
    each_bound(&template.parts, &mut |name| names.push(name.to_owned()));
    names
}

fn read_by(place: &str, text: &str, template: Template) -> Vec<Reference> {
    let text = Text {
        value: text.into(),
        map: SourceMap::new(&[(0, 0)]),
        template: Some(Arc::new(template)),
        autos: Box::default(),
        style: ScalarStyle::Literal,
        aliased: None,
    };
    references(place, &Data::Text(text), ReferenceOrigin::Template)
}
