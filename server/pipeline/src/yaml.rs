//! Whether a text is YAML at all, be it a pipeline or not.

use syntax::{
    FindingKind::{MultipleDocuments, NotStrict, RootNotMapping, UnclosedAuto, UnquotedTemplate},
    Tree,
};

/// The first line, from 1, in which a text of one document or of several is no YAML.
#[must_use]
pub fn broken_line(text: &str) -> Option<usize> {
    let of_pipelines =
        [MultipleDocuments, NotStrict, RootNotMapping, UnclosedAuto, UnquotedTemplate];
    let tree = Tree::parse(text);
    let first = tree.findings().iter().find(|it| !of_pipelines.contains(&it.kind))?;
    let before = text.get(..first.span.start as usize).unwrap_or_default();
    Some(before.matches('\n').count() + 1)
}

#[cfg(test)]
mod tests {
    use super::broken_line;

    #[test]
    fn the_line_of_the_first_fault() {
        for (text, line) in [
            ("a: 1\n---\n- b\n", None),
            ("just words", None),
            ("a: 1\nb: [2\n", Some(2)),
            ("steps:\n  - id: a\n   tool: x\n", Some(3)),
        ] {
            assert_eq!(broken_line(text), line, "{text}");
        }
    }
}
