//! References: the names that a text or condition reads, with their exact places.

use std::sync::Arc;

use syntax::Span;
use syntax::template::{self, ExprKind, FreePath};

use crate::{Condition, Data, Reference, ReferenceOrigin, Space, Text};

/// The names that a rendered value reads, in the order of its texts; `place` is the key that it stands under.
#[must_use]
pub fn references(place: &str, data: &Data, origin: ReferenceOrigin) -> Vec<Reference> {
    let mut references = References::default();
    references.data(place, data, origin);
    references.all
}

/// Collects references in the order in which fields are read.
#[derive(Default)]
pub(super) struct References {
    pub(super) all: Vec<Reference>,
}

impl References {
    /// Every text inside `data`, below `place`.
    pub(super) fn data(&mut self, place: &str, data: &Data, origin: ReferenceOrigin) {
        data.texts(place, &mut |place, text| self.text(place, text, origin));
    }

    pub(super) fn text(&mut self, place: &str, text: &Text, origin: ReferenceOrigin) {
        if let Some(template) = &text.template {
            self.paths(template::free_paths(template), place, text, origin);
        }
    }

    pub(super) fn condition(&mut self, place: &str, condition: &Condition) {
        let origin = ReferenceOrigin::ControlFlow;
        if condition.text.autos.is_empty() {
            self.paths(
                template::free_paths_of(&condition.parsed.expr),
                place,
                &condition.text,
                origin,
            );
        } else {
            self.text(place, &condition.text, origin);
        }
    }

    /// `condition ? this : that`: what the condition reads; the branches are ids.
    pub(super) fn ternary(&mut self, place: &str, text: &Text) {
        if let ExprKind::Conditional { test, .. } =
            &template::parse_condition(&text.value).expr.kind
        {
            self.paths(template::free_paths_of(test), place, text, ReferenceOrigin::ControlFlow);
        }
    }

    fn paths(&mut self, paths: Vec<FreePath>, place: &str, text: &Text, origin: ReferenceOrigin) {
        if paths.is_empty() {
            return;
        }
        let place: Arc<str> = place.into();
        self.all.extend(paths.into_iter().map(|path| reference(path, &place, text, origin)));
    }
}

fn reference(path: FreePath, place: &Arc<str>, text: &Text, origin: ReferenceOrigin) -> Reference {
    let in_auto = text.autos.iter().any(|tag| tag.body.covers(path.span));
    let mut fields: Vec<(Arc<str>, Span)> = path
        .fields
        .iter()
        .map(|(name, span)| (Arc::from(name.as_str()), text.source(name_in(&text.value, *span))))
        .collect();
    let root_span = text.source(name_in(&text.value, path.root_span));
    let (mut root, mut root_span): (Arc<str>, _) =
        (path.root.trim_start_matches('$').into(), root_span);
    let mut space = space(&root);
    let mut namespace = None;
    // `results.items()` and `results.get('a')` are methods of the map, not fields of it.
    let is_method = path.called && fields.len() == 1;
    if space != Space::Any {
        if fields.is_empty() || is_method {
            space = Space::Any;
        } else {
            namespace = Some((root, root_span));
            (root, root_span) = fields.remove(0);
        }
    }
    let namespaced = namespace.is_some();
    Reference {
        root,
        root_span,
        space,
        namespace,
        fields,
        span: text.source(path.span),
        place: Arc::clone(place),
        origin,
        guarded: path.guarded.is_some(),
        root_guarded: path.guarded.is_some_and(|names| names <= 1 + usize::from(namespaced)),
        called: path.called,
        in_auto,
        aliased: text.aliased.is_some(),
    }
}

/// The name itself in the span of a root or subscript: without quotes, without `$`.
fn name_in(text: &str, span: Span) -> Span {
    let written = text.get(span.range()).unwrap_or_default();
    match written.as_bytes() {
        [b'\'' | b'"', .., b'\'' | b'"'] => Span::new(span.start + 1, span.end - 1),
        [b'$', ..] => Span::new(span.start + 1, span.end),
        _ => span,
    }
}

fn space(root: &str) -> Space {
    match root {
        "steps" | "results" | "previous_results" | "step_results" => Space::Steps,
        "inputs" | "parameters" => Space::Inputs,
        _ => Space::Any,
    }
}
