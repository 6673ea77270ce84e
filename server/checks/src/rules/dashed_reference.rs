use pipeline::names::Meaning;
use syntax::Span;

use crate::{Fix, Severity, findings::Findings, rule::declare_rule, view::TextView};

declare_rule!("dashed-reference", Error, "dashed_reference.md", Text(detect));

fn detect(view: &TextView<'_>, findings: &mut Findings) {
    if !view.field.rendered {
        return;
    }
    for (span, id) in view.dashed() {
        let is_sum = id.split('-').all(|name| view.scope.resolve(name) != Meaning::Unknown);
        if is_sum {
            continue;
        }
        let draft = findings.report(view.source(span), words(id));
        if view.in_auto(span) {
            draft.severity(Severity::Warning);
        }
        if view.text.aliased.is_none() {
            draft.fix(fix(view.source(span), id, quote(view, span)));
        }
    }
}

/// The quote that the scalar and the template leave free.
fn quote(view: &TextView<'_>, span: Span) -> char {
    let before = view.text.value.get(..span.start as usize).unwrap_or_default();
    let open = before.rfind("{{").or(before.rfind("{%")).unwrap_or_default();
    let inside = before.get(open..).unwrap_or_default();
    match view.free_quote() {
        '"' => '"',
        free if inside.matches(free).count() % 2 == 0 => free,
        _ => '"',
    }
}

fn words(id: &str) -> String {
    format!("`{id}` reads as a subtraction; write `steps['{id}']`")
}

fn fix(span: Span, id: &str, quote: char) -> Fix {
    Fix::suggestion(format!("change to `steps['{id}']`"), span, format!("steps[{quote}{id}{quote}]"))
}
