use pipeline::{
    Data, StepKind,
    catalogue::{Effect, Type},
};
use syntax::Span;

use crate::{
    findings::Findings,
    rule::declare_rule,
    view::{StepView, Use, files},
};

declare_rule!("path-leaves-workspace", Error, "path_leaves_workspace.md", Step(detect));

fn detect(view: &StepView<'_>, findings: &mut Findings) {
    for product in &view.step.products {
        if product.file.value.is_static() {
            judge(&product.file.value.value, product.file.span, findings);
        }
    }
    if matches!(view.step.kind, StepKind::FileProse(_)) {
        let named = files(view.step, view.scope.input.catalogue);
        for file in named.iter().filter(|it| it.usage == Use::Writes && it.text.is_static()) {
            judge(&file.text.value, file.span, findings);
        }
        return;
    }
    let Some(signature) = view.signature() else { return };
    if !signature.effects_of(view.operation()).contains(&Effect::Writes) {
        return;
    }
    for parameter in &view.step.parameters {
        let is_path =
            signature.parameter(&parameter.name.value).is_some_and(|it| it.ty == Type::Path);
        if let (true, Data::Text(text)) = (is_path, &parameter.value.value)
            && text.is_static()
        {
            judge(&text.value, parameter.value.span, findings);
        }
    }
}

fn judge(path: &str, span: Span, findings: &mut Findings) {
    if climbs_out(path) {
        findings.report(span, words(path.trim()));
    }
}

/// Whether `..` leads above where the path starts. An absolute path may have been allowed.
fn climbs_out(path: &str) -> bool {
    let path = path.trim();
    let mut depth = 0_i32;
    if path.starts_with(['/', '\\', '~']) {
        return false;
    }
    path.split(['/', '\\']).any(|part| {
        depth += match part {
            "" | "." => 0,
            ".." => -1,
            _ => 1,
        };
        depth < 0
    })
}

fn words(path: &str) -> String {
    format!("`{path}` leaves the workspace, where nothing may be written")
}
