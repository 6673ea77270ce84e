use pipeline::language::auto_attribute;

use crate::{findings::Findings, rule::declare_rule, view::{TextView, each_tag}, words::any_of};

declare_rule!("auto-type-word", Error, "auto_type_word.md", Text(detect));

/// LANGUAGE §12, ruling 32.
fn types() -> &'static [&'static str] {
    auto_attribute("type").map_or(&[], |it| it.words)
}

fn detect(view: &TextView<'_>, findings: &mut Findings) {
    each_tag(&view.text.autos, &mut |tag| {
        for attribute in tag.attributes.iter().filter(|it| it.name == "type") {
            let word = attribute.value.trim();
            if view.field.rendered && !types().iter().any(|it| it.eq_ignore_ascii_case(word)) && !word.contains("{{") {
                findings.report(view.source(attribute.value_span), words(word));
            }
        }
    });
}

fn words(word: &str) -> String {
    format!("`type` of an AUTO tag is {}, not `{word}`", any_of(types()))
}
