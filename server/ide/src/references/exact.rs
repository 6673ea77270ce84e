use syntax::Span;

use super::visit::{Use, Written};
use crate::{Snapshot, lines};

/// The use with the span of the name alone, without quotes and `$`. What stands there otherwise (an alias, a name with
/// escapes in it, an id made from a title) is [`Written::Alias`] or keeps its span.
pub(crate) fn exact<'s>(snapshot: &Snapshot, it: Use<'s>) -> Use<'s> {
    let Some(name) = it.thing.name(snapshot) else { return it };
    // In an expression a name is already without quotes, unless a line break in a folded text follows it.
    if it.written != Written::Word && it.span.len() as usize == name.len() {
        return it;
    }
    let text = lines::slice(&snapshot.document, it.span);
    if text.starts_with('*') && it.written == Written::Word && !name.starts_with('*') {
        return Use { written: Written::Alias, ..it };
    }
    let opened = text.len() - text.trim_start_matches(['"', '\'', '$']).len();
    let is_there = text.get(opened..).is_some_and(|rest| rest.starts_with(name));
    if !is_there {
        return it;
    }
    let start = it.span.start + opened as u32;
    Use { span: Span::new(start, start + name.len() as u32), ..it }
}

/// Whether the span of a use is that of the name as it is read.
pub(crate) fn is_exact(snapshot: &Snapshot, it: &Use<'_>) -> bool {
    let name = it.thing.name(snapshot);
    name.is_some_and(|name| lines::slice(&snapshot.document, it.span) == name)
}
