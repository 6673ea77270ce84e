use syntax::auto::Close;

use crate::{findings::Findings, rule::declare_rule, view::{TextView, each_tag}};

declare_rule!("empty-auto", Error, "empty_auto.md", Text(detect));

/// On a model an empty tag means: choose one.
fn detect(view: &TextView<'_>, findings: &mut Findings) {
    let is_model = [view.field.key, view.field.inner].iter().any(|key| key.contains("model"));
    if !view.field.rendered || is_model {
        return;
    }
    each_tag(&view.text.autos, &mut |tag| {
        let body = view.slice(tag.body).trim();
        let chooses = tag.attributes.iter().any(|attribute| attribute.name == "choices");
        if body.is_empty() && !chooses && tag.close != Close::Missing {
            findings.report(view.source(tag.span), "this AUTO tag says nothing: write what is to be chosen between `<AUTO>` and `</AUTO>`");
        }
    });
}
