//! Names that the text itself gives: of `{% for %}` and `{% set %}` before the cursor.

use syntax::Span;

use super::super::{Item, ItemKind};
use super::text_before;
use crate::Snapshot;

/// Names bound by statements that are open at the cursor, innermost first.
pub(super) fn items(snapshot: &Snapshot, offset: u32, replace: Span) -> Vec<Item> {
    names(&text_before(snapshot, offset))
        .into_iter()
        .map(|(name, what)| Item::new(name, ItemKind::Name, replace).detail(what))
        .collect()
}

/// Whether `name` is bound so.
pub(super) fn binds(snapshot: &Snapshot, offset: u32, name: &str) -> bool {
    names(&text_before(snapshot, offset)).iter().any(|(bound, _)| bound == name)
}

fn names(text: &str) -> Vec<(String, &'static str)> {
    let mut open: Vec<Vec<String>> = Vec::new();
    let mut set: Vec<String> = Vec::new();
    for statement in text.split("{%").skip(1).filter_map(|it| it.split_once("%}")).map(|(it, _)| it)
    {
        let statement = statement.trim_matches(['-', ' ', '\n']);
        match statement.split_once(char::is_whitespace) {
            Some(("for", rest)) => {
                let targets = rest.split(" in ").next().unwrap_or_default();
                open.push(
                    targets
                        .split(',')
                        .map(|it| it.trim().trim_matches(['(', ')']).to_owned())
                        .collect(),
                );
            }
            Some(("set", rest)) => {
                let targets = rest.split('=').next().unwrap_or_default();
                set.extend(targets.split(',').map(|it| it.trim().to_owned()));
            }
            _ if statement == "endfor" => {
                open.pop();
            }
            _ => {}
        }
    }
    let mut found: Vec<(String, &'static str)> = Vec::new();
    let is_name =
        |it: &String| !it.is_empty() && it.chars().all(|it| it.is_alphanumeric() || it == '_');
    if !open.is_empty() {
        found.push(("loop".to_owned(), "of this for"));
    }
    for (name, what) in open
        .into_iter()
        .rev()
        .flatten()
        .map(|it| (it, "of this for"))
        .chain(set.into_iter().map(|it| (it, "set above")))
    {
        if is_name(&name) && !found.iter().any(|(known, _)| *known == name) {
            found.push((name, what));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::names;

    #[test]
    fn statements_that_are_open() {
        let found = |text| names(text).into_iter().map(|(name, _)| name).collect::<Vec<_>>();
        assert_eq!(found("{% for k, v in m.items() %}{{ "), ["loop", "k", "v"]);
        assert_eq!(found("{% for a in b %}{% endfor %}{% set c = 1 %}{{ "), ["c"]);
        assert_eq!(found("{% for a in b %}{% for d in a %}{{ "), ["loop", "d", "a"]);
        assert_eq!(found("plain"), Vec::<String>::new());
    }
}
