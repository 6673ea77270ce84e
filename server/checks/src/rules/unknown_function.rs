use pipeline::{eval, names::nearest};
use syntax::Span;

use crate::{
    Fix,
    findings::Findings,
    rule::declare_rule,
    view::{ReferenceView, Sense, is_of_conditions},
    words::did_you_mean,
};

declare_rule!("unknown-function", Error, "unknown_function.md", Reference(detect));

fn detect(view: &ReferenceView<'_>, findings: &mut Findings) {
    let reference = view.reference;
    if view.sense() != Sense::Function {
        return;
    }
    let known = eval::functions().iter().chain(eval::condition_functions()).map(|it| it.name);
    let near = nearest(&reference.root, known);
    let root = &*reference.root;
    if is_of_conditions(root) {
        findings.report(reference.root_span, of_conditions(root));
        return;
    }
    let draft = findings.report(reference.root_span, words(root, near));
    if !reference.aliased {
        draft.fix(near.map(|near| fix(reference.root_span, near)));
    }
}

fn of_conditions(name: &str) -> String {
    let filter = match name {
        "len" => "length",
        "str" => "string",
        "sorted" => "sort",
        "bool" | "any" | "all" => {
            return format!("`{name}` is a function of conditions, and templates have none such");
        }
        other => other,
    };
    format!(
        "`{name}` is a function of conditions; in a template write `value | {filter}` for `{name}(value)`"
    )
}

fn words(name: &str, near: Option<&str>) -> String {
    format!("no function is called `{name}`{}", did_you_mean(near))
}

fn fix(span: Span, near: &str) -> Fix {
    Fix::suggestion(format!("change to `{near}`"), span, near)
}
