//! Selections that grow: from a word in a template outwards to the whole document.

use syntax::template::{Condition, Expr, Part, Template, each_expression, each_expression_of};
use syntax::{Document, Role, Scalar, Span, template};

use crate::{Snapshot, lines, nodes};

/// The spans round `offset`, absolute, from the inside out; each is larger than the one before, the last is the document.
#[must_use]
pub fn selection(snapshot: &Snapshot, offset: u32) -> Vec<Span> {
    let document = &snapshot.document;
    let offset = offset.min(document.len());
    let mut spans = vec![Span::new(0, document.len())];
    if let Some((base, role, segment)) = nodes::segment_at(document, offset) {
        spans.extend(sections(document, base, role));
        let around = nodes::around(segment, offset - base);
        spans.extend(around.iter().map(|it| it.span.shift(base)));
        if let Some(scalar) = around.last().and_then(|it| it.node?.scalar()) {
            spans.extend(in_scalar(&scalar, offset - base).into_iter().map(|it| it.shift(base)));
        }
    }
    spans.extend(word(document, offset));
    nested(spans, offset)
}

/// The entry that the segment is part of, and its list of items.
fn sections(document: &Document, at: u32, role: Role) -> Vec<Span> {
    if !matches!(role, Role::Head | Role::Item) {
        return Vec::new();
    }
    let end = |base: u32, segment: &syntax::Segment| {
        segment.tree.root().map_or(base, |root| base + root.span().end)
    };
    let (mut entry, mut list): (Option<Span>, Option<Span>) = (None, None);
    for (base, role, segment) in document.outline() {
        let end = end(base, segment);
        match role {
            Role::Head if base > at => break,
            Role::Head => {
                let start = segment.tree.root().map_or(base, |root| base + root.span().start);
                (entry, list) = (Some(Span::new(start, end)), None);
            }
            Role::Item => {
                entry = entry.map(|it| it.join(Span::new(it.start, end)));
                list = Some(list.map_or(Span::new(base, end), |it| Span::new(it.start, end)));
            }
            Role::Entry | Role::Other if base > at => break,
            Role::Entry | Role::Other => {}
        }
    }
    [entry, list].into_iter().flatten().collect()
}

/// The text of a scalar, and the parts of the template or condition in it.
fn in_scalar(scalar: &Scalar<'_>, at: u32) -> Vec<Span> {
    let value = scalar.value();
    let map = scalar.source_map();
    let at = map.to_decoded(at);
    let mut decoded = Vec::new();
    if template::has_markers(&value) {
        let Template { parts, .. } = template::parse_template(&value);
        parts_at(&parts, at, &mut decoded);
        each_expression(&parts, &mut |expr: &Expr| decoded.push(expr.span));
    } else {
        let Condition { expr, errors } = template::parse_condition(&value);
        if errors.is_empty() {
            each_expression_of(&expr, &mut |expr| decoded.push(expr.span));
        }
    }
    let inside = decoded.into_iter().filter(|span| span.touches(at));
    std::iter::once(scalar.content_span()).chain(inside.map(|it| map.span_to_source(it))).collect()
}

/// Pieces round an offset, outer ones first.
fn parts_at(parts: &[Part], at: u32, found: &mut Vec<Span>) {
    for part in parts.iter().filter(|part| part.span().touches(at)) {
        if let Part::Text(_) = part {
            continue;
        }
        found.push(part.span());
        match part {
            Part::If { branches, otherwise, .. } => {
                branches.iter().for_each(|(_, body)| parts_at(body, at, found));
                parts_at(otherwise, at, found);
            }
            Part::For { body, otherwise, .. } => {
                parts_at(body, at, found);
                parts_at(otherwise, at, found);
            }
            Part::SetBlock { body, .. }
            | Part::With { body, .. }
            | Part::Autoescape { body, .. }
            | Part::Filter { body, .. }
            | Part::Macro { body, .. }
            | Part::Call { body, .. } => parts_at(body, at, found),
            _ => {}
        }
    }
}

/// The word round `offset`.
fn word(document: &Document, offset: u32) -> Option<Span> {
    let line = lines::line(document, lines::number_at(document, offset))?;
    let (before, after) = line.text.split_at_checked((offset - line.start) as usize)?;
    let is_word = |letter: char| letter.is_alphanumeric() || letter == '_';
    let start = before.trim_end_matches(is_word).len() as u32;
    let end = (line.text.len() - after.trim_start_matches(is_word).len()) as u32;
    (start < end).then(|| Span::new(line.start + start, line.start + end))
}

/// Those of the spans that lie round `offset` and within each other, smallest first, none twice.
fn nested(mut spans: Vec<Span>, offset: u32) -> Vec<Span> {
    spans.retain(|span| span.touches(offset) && !span.is_empty());
    spans.sort_by_key(|span| (span.len(), span.start));
    spans.dedup();
    let mut chain: Vec<Span> = Vec::new();
    for span in spans {
        if chain.last().is_none_or(|last| span.covers(*last) && span != *last) {
            chain.push(span);
        }
    }
    if chain.is_empty() { vec![Span::empty(offset)] } else { chain }
}
