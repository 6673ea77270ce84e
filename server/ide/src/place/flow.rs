//! Collections in brackets, half typed: which of them are open at a place, and what is in them.

use super::outline::{Member, split_key};

/// A collection that is not closed before the cursor.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Open {
    pub(super) is_map: bool,
    /// The key whose value is being written.
    pub(super) key: Option<String>,
    /// Entries of a mapping that are written out before the cursor.
    pub(super) entries: Vec<Member>,
    /// Items of a list that are written out before the cursor.
    pub(super) items: Vec<String>,
    /// Where the item, or the key or value, that is being read starts.
    start: usize,
    /// Where the word that the cursor is in starts, in bytes of the text; its quote, if it has one, left out.
    pub(super) word: usize,
    /// The quote that is open there.
    pub(super) quote: Option<char>,
}

impl Open {
    fn finish(&mut self, text: &str) {
        let value = unquoted(text).to_owned();
        if !self.is_map {
            self.items.extend((!value.is_empty()).then_some(value));
        } else if let Some(key) = self.key.take() {
            self.entries.push(Member { key, value });
        }
    }
}

/// The collections that are open at the end of `text`, outermost first. `text` starts with the bracket of the outermost.
pub(super) fn open(text: &str) -> Vec<Open> {
    let mut stack: Vec<Open> = Vec::new();
    let mut quote: Option<char> = None;
    for (at, it) in text.char_indices() {
        if let Some(open) = quote {
            if it == open {
                quote = None;
            }
            continue;
        }
        if let '{' | '[' = it {
            stack.push(Open { is_map: it == '{', start: at + 1, ..Open::default() });
            continue;
        }
        let Some(top) = stack.last_mut() else { continue };
        let before = text.get(top.start..at).unwrap_or_default();
        match it {
            '"' | '\'' if before.trim().is_empty() => quote = Some(it),
            '}' | ']' => {
                stack.pop();
            }
            ',' => {
                top.finish(before);
                top.start = at + 1;
            }
            ':' if top.is_map && top.key.is_none() => {
                let behind = text.get(at + 1..).unwrap_or_default();
                let ends = behind.is_empty() || behind.starts_with([' ', '\n']);
                if ends || before.trim_end().ends_with(['"', '\'']) {
                    top.key = Some(unquoted(before).to_owned());
                    top.start = at + 1;
                }
            }
            _ => {}
        }
    }
    if let Some(top) = stack.last_mut() {
        let word = text.get(top.start..).unwrap_or_default();
        top.word =
            top.start + (word.len() - word.trim_start().len()) + usize::from(quote.is_some());
        top.quote = quote;
    }
    stack
}

/// What follows the cursor in the collection it is in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Rest {
    /// Bytes of the word at the cursor that stand behind it.
    pub(super) word: usize,
    /// Whether the word is a key that has its colon.
    pub(super) has_colon: bool,
    pub(super) entries: Vec<Member>,
    pub(super) items: Vec<String>,
}

/// Reads on from the cursor to the end of its collection. `quote`: what is open at the cursor.
pub(super) fn rest(text: &str, quote: Option<char>) -> Rest {
    let word = match quote {
        Some(quote) => text.find([quote, '\n']).unwrap_or(text.len()),
        None => text.find([',', ']', '}', '\n', ':']).unwrap_or(text.len()),
    };
    let behind = text.get(word..).unwrap_or_default();
    let behind = behind.strip_prefix(|it| Some(it) == quote).unwrap_or(behind);
    let mut rest = Rest { word, has_colon: behind.starts_with(':'), ..Rest::default() };
    if quote.is_none() {
        rest.word = text.get(..word).unwrap_or_default().trim_end().len();
    }
    for part in parts(behind).into_iter().skip(1) {
        match split_key(part.trim()) {
            Some((key, value)) => {
                rest.entries
                    .push(Member { key: key.to_owned(), value: unquoted(value).to_owned() });
            }
            None => rest.items.extend(Some(unquoted(part).to_owned()).filter(|it| !it.is_empty())),
        }
    }
    rest
}

/// The parts of a collection up to its closing bracket, cut at its own commas.
fn parts(text: &str) -> Vec<&str> {
    let (mut parts, mut start, mut depth, mut quote) = (Vec::new(), 0, 0_usize, None);
    for (at, it) in text.char_indices() {
        match (quote, it) {
            (Some(open), _) if open == it => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(it),
            (None, '[' | '{') => depth += 1,
            (None, ']' | '}') if depth == 0 => {
                parts.extend(text.get(start..at));
                return parts;
            }
            (None, ']' | '}') => depth -= 1,
            (None, ',') if depth == 0 => {
                parts.extend(text.get(start..at));
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.extend(text.get(start..));
    parts
}

/// Without the quotes round it and the one that is not closed yet.
pub(super) fn unquoted(text: &str) -> &str {
    text.trim().trim_matches(['"', '\''])
}

#[cfg(test)]
mod tests {
    use super::{open, rest};

    fn innermost(text: &str) -> super::Open {
        open(text).pop().expect("something is open")
    }

    #[test]
    fn words_before_the_cursor() {
        let list = innermost("[a, \"b\", c");
        assert_eq!((list.items, list.word), (vec!["a".to_owned(), "b".to_owned()], 9));
        let map = innermost("{a: 1, b: {c: [x]}, tool: \"te");
        assert_eq!(
            (map.key.as_deref(), map.entries.len(), map.quote),
            (Some("tool"), 2, Some('"'))
        );
        assert_eq!(map.word, 27);
        assert!(open("[a]").is_empty());
        assert_eq!(open("{a: [").len(), 2);
    }

    #[test]
    fn words_behind_the_cursor() {
        let list = rest("x, y, 'z'] # [q]", None);
        assert_eq!((list.word, list.items), (1, vec!["y".to_owned(), "z".to_owned()]));
        let map = rest("ol: a, b: {c: d}, e: f}", None);
        assert!(map.has_colon && map.word == 2);
        assert_eq!(map.entries.iter().map(|it| it.key.as_str()).collect::<Vec<_>>(), ["b", "e"]);
        assert_eq!(rest("ab', c]", Some('\'')).items, ["c"]);
    }
}
