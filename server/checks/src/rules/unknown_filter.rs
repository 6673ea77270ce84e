use pipeline::{eval, names::nearest};
use syntax::{Span, template::ExprKind};

use crate::{
    Fix, findings::Findings, rule::declare_rule, synonyms, view::TextView, words::did_you_mean,
};

declare_rule!("unknown-filter", Error, "unknown_filter.md", Text(detect));

fn detect(view: &TextView<'_>, findings: &mut Findings) {
    if !view.field.rendered {
        return;
    }
    for expr in view.expressions() {
        let ExprKind::Filter { name, name_span, .. } = &expr.kind else { continue };
        if name.is_empty() || eval::filters().iter().any(|it| it.name == name) {
            continue;
        }
        let span = view.source(*name_span);
        let near = synonyms::filter(name)
            .or_else(|| nearest(name, eval::filters().iter().map(|it| it.name)));
        let draft = findings.report(span, words(name, near));
        if view.text.aliased.is_none() {
            draft.fix(near.map(|near| fix(span, near)));
        }
    }
}

fn words(name: &str, near: Option<&str>) -> String {
    format!("no filter is called `{name}`{}", did_you_mean(near))
}

fn fix(span: Span, near: &str) -> Fix {
    Fix::suggestion(format!("change to `{near}`"), span, near)
}
