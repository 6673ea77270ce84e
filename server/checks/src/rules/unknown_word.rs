use pipeline::{Data, Problem, ProblemKind, models::Capability, names::nearest};
use syntax::Span;

use crate::{Fix, Severity, findings::{Draft, Findings}, rule::declare_rule, view::{StepView, unknown_capabilities}, words::any_of};

declare_rule!("unknown-word", Error, "unknown_word.md", Problem(of_key), Step(of_parameters));

fn of_key(problem: &Problem, findings: &mut Findings) {
    if let ProblemKind::UnknownWord { key, word, allowed } = &problem.kind {
        let draft = report(key, word, allowed, problem.span, findings);
        if key == "type" {
            // An input of a type that is not known is taken as it comes.
            draft.severity(Severity::Warning);
        }
    }
}

/// Words are matched without case; another case is worth a hint.
fn of_parameters(view: &StepView<'_>, findings: &mut Findings) {
    of_capabilities(view, findings);
    let Some(signature) = view.signature() else { return };
    for parameter in &view.step.parameters {
        let Some(declared) = signature.parameter(&parameter.name.value) else { continue };
        let Data::Text(text) = &parameter.value.value else { continue };
        let word = text.value.trim();
        if declared.choices.is_empty() || !text.is_static() || declared.choices.contains(&word) {
            continue;
        }
        match declared.choices.iter().find(|choice| choice.eq_ignore_ascii_case(word)) {
            Some(choice) => {
                findings.report(parameter.value.span, format!("the usual spelling is `{choice}`")).severity(Severity::Hint);
            }
            None => {
                report(declared.name, word, declared.choices, parameter.value.span, findings);
            }
        }
    }
}

fn of_capabilities(view: &StepView<'_>, findings: &mut Findings) {
    for item in unknown_capabilities(view) {
        let word = item.value.as_text().map_or("", |text| text.value.trim());
        let known = Capability::ALL.map(Capability::word);
        report("capabilities", word, &known, item.span, findings).severity(Severity::Warning);
    }
}

fn report<'f>(key: &str, word: &str, allowed: &[&str], span: Span, findings: &'f mut Findings) -> &'f mut Draft {
    let near = nearest(word, allowed.iter().copied());
    findings.report(span, words(key, word, allowed)).fix(near.map(|near| fix(span, near)))
}

fn words(key: &str, word: &str, allowed: &[&str]) -> String {
    format!("`{key}` is {}, not `{word}`", any_of(allowed))
}

fn fix(span: Span, near: &str) -> Fix {
    Fix::suggestion(format!("change to `{near}`"), span, near)
}
