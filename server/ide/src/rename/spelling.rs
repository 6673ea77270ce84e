//! How a name is written in each kind of place.

use checks::Edit;
use syntax::{ScalarStyle, Span};

use super::{NoRename, refuse};
use crate::references::{Thing, Use, Written};
use crate::{Snapshot, lines, nodes};

/// The edit that makes a place say `new`. A name with `-` would read as a subtraction, so it moves into quotes.
pub(super) fn edit(snapshot: &Snapshot, place: &Use<'_>, new: &str) -> Result<Edit, NoRename> {
    let Use { span, thing, written, .. } = *place;
    let as_it_is = Edit { span, text: new.to_owned() };
    if !new.contains('-') {
        return Ok(as_it_is);
    }
    let before =
        lines::slice(&snapshot.document, Span::new(span.start.saturating_sub(1), span.start));
    match written {
        Written::Word | Written::Alias => Ok(as_it_is),
        Written::Behind(_) if matches!(before.as_str(), "'" | "\"") => Ok(as_it_is),
        Written::Behind(end) => {
            let quote = quote(snapshot, span.start);
            Ok(Edit { span: Span::new(end, span.end), text: format!("[{quote}{new}{quote}]") })
        }
        Written::Root => {
            let Some(namespace) = namespace(snapshot, thing) else {
                return refuse(format!("templates can read no `{new}`; choose a name without `-`"));
            };
            let quote = quote(snapshot, span.start);
            let start = if before == "$" { span.start - 1 } else { span.start };
            let text = format!("{namespace}[{quote}{new}{quote}]");
            Ok(Edit { span: Span::new(start, span.end), text })
        }
        Written::Inside => {
            let line = snapshot.document.line_of(span.start) + 1;
            refuse(format!(
                "line {line} reads it as a part of a longer name, where `-` cannot stand; choose a name without `-`"
            ))
        }
    }
}

/// The word behind which a thing can be read by a name in quotes, unless something else has that name.
fn namespace(snapshot: &Snapshot, thing: Thing<'_>) -> Option<&'static str> {
    let word = match thing {
        Thing::Step(_) => "steps",
        Thing::Input(_) => "inputs",
        _ => return None,
    };
    let hidden = snapshot.names.step(word).is_some() || snapshot.names.input(word).is_some();
    (!hidden).then_some(word)
}

/// The quote that the scalar round a place leaves free.
fn quote(snapshot: &Snapshot, offset: u32) -> char {
    let scalar = nodes::scalar_at(&snapshot.document, offset);
    match scalar.map(|(_, scalar)| scalar.style()) {
        Some(ScalarStyle::SingleQuoted) => '"',
        _ => '\'',
    }
}
