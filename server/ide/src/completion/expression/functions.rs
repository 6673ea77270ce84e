//! Filters, tests and functions.

use pipeline::eval::{self, Function};
use syntax::Span;

use super::super::{Insert, Item, ItemKind};
use crate::topic::Topic;

/// Filters that most pipelines use, in the order of their use there.
const USUAL: [&str; 12] = [
    "default",
    "length",
    "tojson",
    "slugify",
    "from_json",
    "join",
    "round",
    "truncate",
    "replace",
    "to_json",
    "first",
    "upper",
];

pub(super) fn filters(replace: Span, is_called: bool) -> Vec<Item> {
    let rank =
        |it: &&Function| USUAL.iter().position(|name| *name == it.name).unwrap_or(USUAL.len());
    let mut table: Vec<&'static Function> = eval::filters().iter().collect();
    table.sort_by_key(rank);
    table.into_iter().map(|it| item(it, replace, is_called).topic(Topic::Filter(it.name))).collect()
}

/// Tests, and `not` where it is not there yet.
pub(super) fn tests(head: &str, replace: Span, is_called: bool) -> Vec<Item> {
    let mut table: Vec<&'static Function> = eval::tests()
        .iter()
        .filter(|it| it.name.chars().all(|it| it.is_alphanumeric() || it == '_'))
        .collect();
    table.sort_by_key(|it| !matches!(it.name, "defined" | "none" | "empty"));
    let mut items: Vec<Item> = table
        .into_iter()
        .map(|it| item(it, replace, is_called).topic(Topic::Test(it.name)))
        .collect();
    if !head.trim_end().ends_with("not") {
        items.insert(
            0,
            Item::new("not", ItemKind::Keyword, replace).text("The opposite of the test."),
        );
    }
    items
}

pub(super) fn functions(table: &'static [Function], replace: Span, is_called: bool) -> Vec<Item> {
    let called = |it: &'static Function| {
        let item = item(it, replace, is_called).topic(Topic::Function(it.name));
        match &item.insert {
            Insert::Plain(name) if !is_called => {
                Item { insert: Insert::Plain(format!("{name}()")), ..item }
            }
            _ => item,
        }
    };
    table.iter().map(called).collect()
}

/// A function by its name, with gaps for the arguments that it needs.
fn item(function: &'static Function, replace: Span, is_called: bool) -> Item {
    let parameters = function.signature.strip_prefix(function.name).unwrap_or_default();
    let needed: Vec<&str> = function.parameters().take(usize::from(function.arity.0)).collect();
    let insert = if is_called || needed.is_empty() {
        Insert::Plain(function.name.to_owned())
    } else {
        let gap = |(number, name): (usize, &&str)| format!("${{{}:'{name}'}}", number + 1);
        let gaps: Vec<_> = needed.iter().enumerate().map(gap).collect();
        let words: Vec<_> = needed.iter().map(|name| format!("'{name}'")).collect();
        Insert::Snippet {
            snippet: format!("{}({})", function.name, gaps.join(", ")),
            plain: format!("{}({})", function.name, words.join(", ")),
        }
    };
    Item {
        parameters: parameters.to_owned(),
        insert,
        ..Item::new(function.name, ItemKind::Function, replace)
    }
}
