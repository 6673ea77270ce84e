use crate::{Tags, findings::Findings, rule::declare_rule, view::KeyView};

declare_rule!("ignored-key", Hint, "ignored_key.md", Key(detect));

fn detect(view: &KeyView<'_>, findings: &mut Findings) {
    if view.entry.known.is_some_and(|known| known.ignored) {
        let key = &view.entry.key;
        findings.report(key.span, words(&key.value)).tag(Tags::Unnecessary);
    }
}

fn words(key: &str) -> String {
    format!("`{key}` is accepted and has no effect")
}
