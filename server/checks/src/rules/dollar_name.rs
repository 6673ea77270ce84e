use pipeline::names::Meaning;
use syntax::{Span, template::ExprKind};

use crate::{Fix, findings::Findings, rule::declare_rule, view::TextView};

declare_rule!("dollar-name", Hint, "dollar_name.md", Text(detect));

fn detect(view: &TextView<'_>, findings: &mut Findings) {
    if !view.field.rendered {
        return;
    }
    for expr in view.expressions() {
        let ExprKind::Name(written) = &expr.kind else { continue };
        let Some(name) = view.slice(expr.span).strip_prefix('$') else { continue };
        if written.trim_start_matches('$') != name {
            continue;
        }
        let what = match view.scope.resolve(name) {
            Meaning::Input(_) => "an input",
            Meaning::Step(_) | Meaning::BodyStep(_) => "a step",
            Meaning::Variable(_) => "a variable",
            Meaning::Constants(_) | Meaning::Builtin(_) => "always there",
            _ => continue,
        };
        let span = view.source(expr.span);
        let is_here = view.text.aliased.is_none() && span.len() as usize == name.len() + 1;
        findings.report(span, words(name, what)).fix(is_here.then(|| fix(span, name)));
    }
}

fn words(name: &str, what: &str) -> String {
    format!("`$` stands before names of loops, and `{name}` is {what}: write `{name}`")
}

fn fix(span: Span, name: &str) -> Fix {
    Fix::safe(format!("change to `{name}`"), span, name)
}
