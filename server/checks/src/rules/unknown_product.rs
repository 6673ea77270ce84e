use pipeline::{StepKind, facts, names::nearest};
use syntax::Span;

use crate::{
    Fix, Severity,
    findings::Findings,
    rule::declare_rule,
    view::{StepView, fields_of},
    words::did_you_mean,
};

declare_rule!("unknown-product", Warning, "unknown_product.md", Step(detect));

/// A product names a variable of its own step, else a field of its result (ruling 24). What a tool declares is not all
/// that it may answer; where the variables are declared, and nothing else can be there, it is certain.
fn detect(view: &StepView<'_>, findings: &mut Findings) {
    let step = view.step;
    let variables: Vec<&str> = step.vars.iter().map(|it| it.value.name.as_str()).collect();
    let fields = fields_of(step, view.scope.input.catalogue);
    let asks_model = matches!(step.kind, StepKind::Auto(_))
        || facts::effects(step, view.scope.input.catalogue)
            .contains(&pipeline::catalogue::Effect::Model);
    if fields.is_none() && (variables.is_empty() || !asks_model) {
        return;
    }
    let known: Vec<&str> =
        variables.iter().copied().chain(fields.iter().flatten().copied()).collect();
    for product in &step.products {
        let name = product.variable.value.split(['.', '[']).next().unwrap_or_default();
        if !known.contains(&name) && !name.is_empty() {
            report(step.id_text(), name, product.variable.span, &known, findings);
        }
    }
    // A tool does not make variables: each is a field of what it answers.
    if let (false, Some(fields)) = (asks_model, &fields) {
        for variable in step.vars.iter().filter(|it| !fields.contains(&it.value.name.as_str())) {
            report(step.id_text(), &variable.value.name, variable.span, fields, findings)
                .severity(Severity::Warning);
        }
    }
}

fn report<'f>(
    step: &str,
    name: &str,
    span: Span,
    known: &[&str],
    findings: &'f mut Findings,
) -> &'f mut crate::findings::Draft {
    let near = nearest(name, known.iter().copied());
    let fits = span.len() as usize == name.len();
    findings
        .report(span, words(step, name, near))
        .fix(near.filter(|_| fits).map(|near| fix(span, near)))
}

fn words(step: &str, name: &str, near: Option<&str>) -> String {
    format!("`{step}` makes nothing that is called `{name}`{}", did_you_mean(near))
}

fn fix(span: Span, near: &str) -> Fix {
    Fix::suggestion(format!("change to `{near}`"), span, near)
}
