//! AUTO tags: what is decided, by what, and within which bounds.

use pipeline::language::auto_attribute;
use syntax::auto::{self, AutoTag, Close};
use syntax::{Span, auto::Attribute};

use super::Hover;
use crate::{Snapshot, facts, lines};

/// The most text that is looked through for a tag, before and behind a place.
const REACH: u32 = 8 << 10;

/// The AUTO tag round `offset`, or the attribute of it that the place is in.
pub(super) fn about(snapshot: &Snapshot, offset: u32) -> Option<Hover> {
    let document = &snapshot.document;
    let start = offset.saturating_sub(REACH);
    let before = lines::slice(document, Span::new(start, offset));
    let opening = before.rfind("<AUTO")?;
    if before.get(opening..)?.contains("</AUTO>") {
        return None;
    }
    let base = offset - (before.len() - opening) as u32;
    let text = lines::slice(document, Span::new(base, offset.saturating_add(REACH)));
    let tag = auto::find(&text).into_iter().next().filter(|it| it.span.start == 0)?;
    let local = offset - base;
    let is_inside = match tag.close {
        Close::Tag => tag.span.touches(local),
        Close::Bare | Close::Missing => local <= tag.body.start,
    };
    if !is_inside {
        return None;
    }
    if let Some(attribute) = tag.attributes.iter().find(|it| it.name_span.touches(local)) {
        return Some(Hover {
            span: attribute.name_span.shift(base),
            markdown: of_attribute(attribute)?,
        });
    }
    let span = match tag.close {
        Close::Tag => tag.span,
        Close::Bare | Close::Missing => Span::new(0, tag.body.start),
    };
    Some(Hover { span: span.shift(base), markdown: of_tag(&tag, &text) })
}

fn of_attribute(attribute: &Attribute) -> Option<String> {
    let known = auto_attribute(&attribute.name)?;
    let words: Vec<_> = known.words.iter().map(|it| format!("`{it}`")).collect();
    let words = match (words.is_empty(), known.closed) {
        (true, _) => String::new(),
        (false, true) => format!("\n\nOne of {}", words.join(", ")),
        (false, false) => format!("\n\nSuch as {}", words.join(", ")),
    };
    Some(format!("**`{}`** of an AUTO tag\n\n{}{words}", known.name, known.doc))
}

fn of_tag(tag: &AutoTag, text: &str) -> String {
    let value =
        |name: &str| tag.attributes.iter().find(|it| it.name == name).map(|it| it.value.as_str());
    let body = text.get(tag.body.range()).unwrap_or_default();
    let mut said = "**AUTO**: a model decides this value.".to_owned();
    if !body.trim().is_empty() && tag.close == Close::Tag {
        said.push_str(&format!("\n\n> {}", facts::one_line(body)));
    }
    let ty = value("type").map_or_else(
        || "as the key takes it, else as the words say".to_owned(),
        |it| format!("`{it}`"),
    );
    said.push_str(&format!("\n\n- answer: {ty}"));
    if let Some(choices) = value("choices") {
        let choices: Vec<_> = choices.split(',').map(|it| format!("`{}`", it.trim())).collect();
        said.push_str(&format!("\n- one of: {}", choices.join(", ")));
    }
    match (value("min"), value("max")) {
        (None, None) => {}
        (min, max) => {
            said.push_str(&format!("\n- from {} to {}", min.unwrap_or("any"), max.unwrap_or("any")))
        }
    }
    let chosen: Vec<_> = ["task", "expertise", "quality", "complexity", "domain"]
        .into_iter()
        .filter_map(|name| Some(format!("{name} `{}`", value(name)?)))
        .collect();
    let decides = if chosen.is_empty() {
        String::new()
    } else {
        format!(", chosen for {}", chosen.join(", "))
    };
    said.push_str(&format!("\n- decided by: the document's `orchestrator` model{decides}"));
    said.push_str("\n- an answer that does not fit is asked for once more, then it is an error; it is never guessed");
    said
}
