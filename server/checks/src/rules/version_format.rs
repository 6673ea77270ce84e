use pipeline::Data;

use crate::{findings::Findings, rule::declare_rule, view::KeyView};
use pipeline::language::Level;

declare_rule!("version-format", Hint, "version_format.md", Key(detect));

fn detect(view: &KeyView<'_>, findings: &mut Findings) {
    let is_version = view.level == Level::Top && view.entry.known.is_some_and(|known| known.name == "version");
    let fits = match &view.entry.value.value {
        Data::Null => true,
        Data::Text(text) => !text.is_static() || is_semantic(&text.value),
        _ => false,
    };
    if is_version && !fits {
        findings.report(view.entry.value.span, "a version is usually three numbers, as in `1.0.0`");
    }
}

fn is_semantic(text: &str) -> bool {
    let parts: Vec<_> = text.split('.').collect();
    parts.len() == 3 && parts.iter().all(|part| !part.is_empty() && part.chars().all(|c| c.is_ascii_digit()))
}
