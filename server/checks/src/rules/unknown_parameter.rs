use pipeline::names::nearest;
use syntax::Span;

use crate::{Fix, findings::Findings, rule::declare_rule, view::StepView, words::did_you_mean};

declare_rule!("unknown-parameter", Warning, "unknown_parameter.md", Call(detect));

fn detect(view: &StepView<'_>, findings: &mut Findings) {
    let Some(signature) = view.signature() else { return };
    let given = &view.step.parameters;
    for parameter in given {
        let name = parameter.name.value.as_str();
        if signature.parameter(name).is_some() || name == "action" {
            continue;
        }
        let free = signature.parameters.iter().map(|it| it.name).filter(|it| !given.iter().any(|given| given.name.value == *it));
        let near = nearest(name, free);
        let span = parameter.name.span;
        findings.report(span, words(signature.name, name, near)).fix(near.map(|near| fix(span, near)));
    }
}

fn words(of: &str, name: &str, near: Option<&str>) -> String {
    format!("`{of}` takes no parameter `{name}`{}", did_you_mean(near))
}

fn fix(span: Span, near: &str) -> Fix {
    Fix::suggestion(format!("change to `{near}`"), span, near)
}
