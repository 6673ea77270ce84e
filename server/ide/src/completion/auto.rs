use syntax::Span;

use super::{Insert, Item, ItemKind};
use crate::expression;

/// Attributes of AUTO tags.
const ATTRIBUTES: [(&str, &str); 9] = [
    ("type", "What the answer must be: string, integer, number, boolean, list or choice."),
    ("min", "The least number that is accepted."),
    ("max", "The greatest number that is accepted."),
    ("choices", "The accepted answers, separated by commas."),
    ("task", "What the model is chosen for."),
    ("expertise", "What the model must be good at."),
    ("quality", "How good the model must be."),
    ("complexity", "How hard the task is."),
    ("domain", "The field that the task is from."),
];

/// Attributes that the tag does not have yet. `before`: the tag behind its name.
pub(super) fn items(offset: u32, before: &str) -> Vec<Item> {
    if before.matches('"').count() % 2 == 1 {
        return Vec::new();
    }
    let typed = expression::word_tail(before);
    let replace = Span::new(offset - typed.len() as u32, offset);
    ATTRIBUTES
        .iter()
        .filter(|(name, _)| !before.contains(&format!("{name}=")))
        .map(|(name, doc)| Item {
            label: (*name).to_owned(),
            kind: ItemKind::Key,
            detail: String::new(),
            doc: (*doc).to_owned(),
            insert: Insert::Snippet {
                snippet: format!("{name}=\"$1\""),
                plain: format!("{name}=\"\""),
            },
            replace,
        })
        .collect()
}
