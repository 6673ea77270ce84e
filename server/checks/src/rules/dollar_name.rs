use pipeline::names::Meaning;
use syntax::{
    Span,
    template::{ExprKind, FreePath, Part},
};

use crate::{Fix, Severity, findings::Findings, rule::declare_rule, view::{LoopNames, Parsed, TextView}};

declare_rule!("dollar-name", Hint, "dollar_name.md", Text(detect));

fn detect(view: &TextView<'_>, findings: &mut Findings) {
    if !view.field.rendered {
        return;
    }
    braces(view, findings);
    for expr in view.expressions() {
        let ExprKind::Name(written) = &expr.kind else { continue };
        let Some(name) = view.slice(expr.span).strip_prefix('$') else { continue };
        if written.trim_start_matches('$') != name {
            continue;
        }
        let what = match view.scope.resolve(name) {
            Meaning::Input(_) if view.scope.is_bound_by_loop(name, LoopNames::All) => continue,
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

/// Contexts of the language in which `${{ ... }}` is a template.
const OF_WORKFLOWS: &[&str] =
    &["inputs", "parameters", "steps", "needs", "secrets", "env", "vars", "github", "matrix"];

/// A text that is nothing but `${{ ... }}`, and is no sum of money.
fn braces(view: &TextView<'_>, findings: &mut Findings) {
    let Parsed::Template(template) = view.parsed else { return };
    let [Part::Text(before), Part::Print { span, .. }] = &*template.parts else { return };
    let written = view.text.value.trim();
    let is_whole = written.starts_with("${{") && view.slice(*before).trim() == "$"
        && written.ends_with(view.slice(*span));
    let is_context = |it: &FreePath| OF_WORKFLOWS.contains(&it.root.as_str());
    if is_whole && view.free_paths().iter().any(is_context) {
        let dollar = Span::new(span.start.saturating_sub(1), span.start);
        let draft = findings.report(view.source(dollar), BRACES).severity(Severity::Warning);
        draft.fix(view.text.aliased.is_none().then(|| {
            Fix::suggestion("remove the `$`", view.source(dollar), "")
        }));
    }
}

const BRACES: &str = "the `$` stays in the text; a template is `{{ ... }}`";

fn words(name: &str, what: &str) -> String {
    format!("`$` stands before names of loops, and `{name}` is {what}: write `{name}`")
}

fn fix(span: Span, name: &str) -> Fix {
    Fix::safe(format!("change to `{name}`"), span, name)
}
