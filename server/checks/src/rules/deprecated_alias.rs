use pipeline::{StepKind, Text};
use syntax::Span;

use crate::{
    Fix, Tags,
    findings::Findings,
    rule::declare_rule,
    view::{KeyView, StepView, inside_quotes},
};

declare_rule!(
    "deprecated-alias",
    Hint,
    "deprecated_alias.md",
    Key(of_key),
    Step(of_action),
    Step(of_tool)
);

fn of_key(view: &KeyView<'_>, findings: &mut Findings) {
    let entry = view.entry;
    let Some(known) = entry.known else { return };
    let key = &entry.key;
    if known.name == key.value || !known.aliases.contains(&key.value.as_str()) {
        return;
    }
    // Where both spellings stand, that is what is said.
    if view.siblings.iter().filter(|it| it.known.is_some_and(|it| it.name == known.name)).count()
        > 1
    {
        return;
    }
    // What came through a YAML alias stands in one place with its value.
    let is_here = key.span != entry.value.span && key.span.len() as usize == key.value.len();
    let fix = is_here.then(|| fix(key.span, known.name));
    findings.report(key.span, words(&key.value, known.name)).fix(fix).tag(Tags::Deprecated);
}

/// An action whose canonical name is another one.
fn of_action(view: &StepView<'_>, findings: &mut Findings) {
    let (StepKind::Action(_), Some(signature), Some(entry)) =
        (&view.step.kind, view.signature(), view.step.key("action"))
    else {
        return;
    };
    let Some(text) = entry.value.value.as_text() else { return };
    let written = text.value.trim();
    if written.eq_ignore_ascii_case(signature.name) || !text.is_static() {
        return;
    }
    let fix = fix_of(text, entry.value.span, written, signature.name);
    findings
        .report(entry.value.span, words(written, signature.name))
        .fix(fix)
        .tag(Tags::Deprecated);
}

/// A tool whose canonical name is written otherwise, as `web_search`.
fn of_tool(view: &StepView<'_>, findings: &mut Findings) {
    let (StepKind::Tool { tool, .. }, Some(entry)) = (&view.step.kind, view.step.key("tool"))
    else {
        return;
    };
    let Some(text) = entry.value.value.as_text().filter(|text| text.is_static()) else { return };
    let written = text.value.trim();
    if written == tool.value || view.scope.input.catalogue.tool(written).is_none() {
        return;
    }
    let fix = fix_of(text, entry.value.span, written, &tool.value);
    findings.report(entry.value.span, words(written, &tool.value)).fix(fix).tag(Tags::Deprecated);
}

/// The fix of a value, inside the quotes that it may have.
fn fix_of(text: &Text, span: Span, written: &str, canonical: &str) -> Option<Fix> {
    let span = inside_quotes(span, written);
    let is_here = text.aliased.is_none() && span.len() as usize == written.len();
    is_here.then(|| fix(span, canonical))
}

fn words(written: &str, canonical: &str) -> String {
    format!("`{written}` is another spelling of `{canonical}`")
}

fn fix(span: Span, canonical: &str) -> Fix {
    Fix::safe(format!("change to `{canonical}`"), span, canonical)
}
