use pipeline::language::{AUTO_ATTRIBUTES, auto_attribute};
use pipeline::names::nearest;
use syntax::Span;

use crate::{Fix, findings::Findings, rule::declare_rule, view::{TextView, each_tag}, words::did_you_mean};

declare_rule!("auto-unknown-attribute", Warning, "auto_unknown_attribute.md", Text(detect));

fn detect(view: &TextView<'_>, findings: &mut Findings) {
    each_tag(&view.text.autos, &mut |tag| {
        for attribute in tag.attributes.iter().filter(|it| auto_attribute(&it.name).is_none()) {
            let near = nearest(&attribute.name, AUTO_ATTRIBUTES.iter().map(|it| it.name));
            let span = view.source(attribute.name_span);
            let draft = findings.report(span, words(&attribute.name, near));
            if view.text.aliased.is_none() {
                draft.fix(near.map(|near| fix(span, near)));
            }
        }
    });
}

fn words(name: &str, near: Option<&str>) -> String {
    format!("AUTO has no attribute `{name}`{}", did_you_mean(near))
}

fn fix(span: Span, near: &str) -> Fix {
    Fix::suggestion(format!("change to `{near}`"), span, near)
}
