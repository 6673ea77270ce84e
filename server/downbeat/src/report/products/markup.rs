//! Whether a text is well-formed XML: whether its elements are closed in their order, its attributes are quoted, and one
//! element holds all of it.

/// What is wrong with it first, for people.
pub(super) fn find(text: &str) -> Option<String> {
    let mut rest = text.trim_start_matches('\u{feff}').trim();
    let line = |rest: &str| {
        let read = text.len().saturating_sub(rest.len() + trailing(text));
        text.get(..read).unwrap_or_default().matches('\n').count() + 1
    };
    let mut open: Vec<&str> = Vec::new();
    let mut roots = 0_usize;
    while !rest.is_empty() {
        let Some(at) = rest.find('<') else {
            if !outside(rest, &open) {
                break;
            }
            let place = if roots == 0 {
                "it does not begin with a tag"
            } else {
                "there is text behind its end"
            };
            return Some(place.to_owned());
        };
        let (before, tag) = rest.split_at_checked(at)?;
        if outside(before, &open) {
            return Some("it does not begin with a tag".to_owned());
        }
        let stray = |text: &str| {
            stray_ampersand(text).then(|| format!("a stray `&` in line {}", line(tag)))
        };
        if let Some(why) = stray(before) {
            return Some(why);
        }
        let (kind, after) = match Piece::read(tag) {
            Some(found) => found,
            None => return Some(format!("a tag in line {} is not closed", line(tag))),
        };
        match kind {
            Piece::Aside => {}
            Piece::Open { name, attributes } | Piece::Alone { name, attributes } => {
                if name.is_empty() {
                    return Some(format!("there is a stray `<` in line {}", line(tag)));
                }
                if let Some(why) = stray(attributes) {
                    return Some(why);
                }
                if !are_quoted(attributes) {
                    return Some(format!(
                        "`{name}` in line {} has an attribute without quotes",
                        line(tag)
                    ));
                }
                roots += usize::from(open.is_empty());
                if matches!(kind, Piece::Open { .. }) {
                    open.push(name);
                }
            }
            Piece::Close { name } => match open.pop() {
                Some(own) if own == name => {}
                Some(own) => {
                    return Some(format!("`{own}` is still open in line {}", line(tag)));
                }
                None => return Some(format!("`{name}` was never opened")),
            },
        }
        rest = after;
    }
    match (open.last(), roots) {
        (Some(name), _) => Some(format!("`{name}` is never closed")),
        (None, 1) => None,
        (None, 0) => Some("there is no element in it".to_owned()),
        (None, _) => Some("more than one element stands at its top".to_owned()),
    }
}

/// Whether a `&` begins no reference such as `&amp;` or `&#10;`.
fn stray_ampersand(text: &str) -> bool {
    text.split('&').skip(1).any(|rest| {
        let name = rest.split(';').next().filter(|name| name.len() < rest.len());
        !name.is_some_and(|name| {
            let name = name.strip_prefix('#').unwrap_or(name);
            !name.is_empty()
                && name
                    .chars()
                    .all(|it| it.is_alphanumeric() || matches!(it, '_' | '-' | '.' | ':'))
        })
    })
}

fn trailing(text: &str) -> usize {
    text.len() - text.trim_end().len()
}

/// Whether there is text where no element is open.
fn outside(text: &str, open: &[&str]) -> bool {
    open.is_empty() && !text.trim().is_empty()
}

/// What begins with `<`.
#[derive(Clone, Copy)]
enum Piece<'t> {
    /// A comment, a declaration, an instruction or quoted text.
    Aside,
    Open {
        name: &'t str,
        attributes: &'t str,
    },
    Alone {
        name: &'t str,
        attributes: &'t str,
    },
    Close {
        name: &'t str,
    },
}

impl<'t> Piece<'t> {
    /// The piece that a text begins with, and what follows; none where it has no end.
    fn read(text: &'t str) -> Option<(Self, &'t str)> {
        for (start, end) in [("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?", "?>")] {
            if let Some(inner) = text.strip_prefix(start) {
                return inner.split_once(end).map(|(_, after)| (Self::Aside, after));
            }
        }
        if text.starts_with("<!") {
            // A document type may hold declarations in brackets.
            let end = match (text.find('['), text.find('>')?) {
                (Some(bracket), end) if bracket < end => text.find("]>").map(|at| at + 1)?,
                (_, end) => end,
            };
            return text.get(end + 1..).map(|after| (Self::Aside, after));
        }
        let end = tag_end(text)?;
        let (inner, after) = (text.get(1..end)?, text.get(end + 1..)?);
        if let Some(name) = inner.strip_prefix('/') {
            return Some((Self::Close { name: name.trim() }, after));
        }
        let (inner, is_alone) = match inner.strip_suffix('/') {
            Some(inner) => (inner, true),
            None => (inner, false),
        };
        let is_name = |it: char| it.is_alphanumeric() || matches!(it, ':' | '_' | '-' | '.');
        let name_end = inner.find(|it| !is_name(it)).unwrap_or(inner.len());
        let (name, attributes) = inner.split_at_checked(name_end)?;
        let piece = if is_alone {
            Self::Alone { name, attributes }
        } else {
            Self::Open { name, attributes }
        };
        Some((piece, after))
    }
}

/// Where the tag at the beginning of a text ends, which no `>` inside of quotes does.
fn tag_end(text: &str) -> Option<usize> {
    let mut quote = None;
    for (at, it) in text.char_indices() {
        match (quote, it) {
            (None, '>') => return Some(at),
            (None, '"' | '\'') => quote = Some(it),
            (Some(open), it) if open == it => quote = None,
            _ => {}
        }
    }
    None
}

/// Whether all attributes have values in quotes.
fn are_quoted(attributes: &str) -> bool {
    let mut rest = attributes.trim();
    while !rest.is_empty() {
        let Some((name, value)) = rest.split_once('=') else { return false };
        if name.trim().contains(char::is_whitespace) {
            return false;
        }
        let value = value.trim_start();
        let Some(quote) = value.chars().next().filter(|it| matches!(it, '"' | '\'')) else {
            return false;
        };
        let Some((_, after)) = value.get(1..).and_then(|it| it.split_once(quote)) else {
            return false;
        };
        rest = after.trim_start();
    }
    true
}

#[cfg(test)]
mod tests {
    use super::find;

    #[test]
    fn well_formed_texts_are() {
        for text in [
            "<a/>",
            "<a b='1' c=\"x > y\">t<b/></a>",
            "<a b='x&amp;y'>&#x20;&lt;<![CDATA[a & b]]><!-- & --></a>",
            "<?xml version=\"1.0\"?>\n<!DOCTYPE a [<!ENTITY x \"y\">]>\n<!-- a < b -->\n<a><![CDATA[<b>]]></a>\n",
            "\u{feff}<x:a xmlns:x=\"u\"><x:b>é</x:b></x:a>",
        ] {
            assert_eq!(find(text), None, "{text}");
        }
    }

    #[test]
    fn the_first_fault_is_told() {
        for (text, why) in [
            ("<a><b></a>", "`b` is still open in line 1"),
            ("<a>\n<b>\n</c>\n</b></a>", "`b` is still open in line 3"),
            ("<a><b/>", "`a` is never closed"),
            ("<a></a></b>", "`b` was never opened"),
            ("<a></a><b></b>", "more than one element stands at its top"),
            ("Sure:\n<a/>", "it does not begin with a tag"),
            ("<a/> done", "there is text behind its end"),
            ("<a b=1/>", "`a` in line 1 has an attribute without quotes"),
            ("<a>1 < 2</a>", "there is a stray `<` in line 1"),
            ("<a b=\"x&y\"/>", "a stray `&` in line 1"),
            ("<a>\n<b>x &amp; y & z</b></a>", "a stray `&` in line 2"),
            ("<a>\n<b", "a tag in line 2 is not closed"),
            ("<!-- x", "a tag in line 1 is not closed"),
            ("<!-- x -->", "there is no element in it"),
            ("no markup", "it does not begin with a tag"),
        ] {
            assert_eq!(find(text).as_deref(), Some(why), "{text}");
        }
    }
}
