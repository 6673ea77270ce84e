//! Patterns of JSON Schema, which are regular expressions of ECMA-262 without flags: the case of letters has to be
//! written out.

/// Text whose value is known only in a run: it holds a template, an included file or an AUTO tag.
pub(super) const MARKED: &str = r"\{\{|\{%|\{#|<<|<AUTO[\s>]";

/// How a name's `_` and `-` are taken.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Dashes {
    /// As written.
    Exact,
    /// One for the other.
    Alike,
}

/// A pattern for exactly one of these words, in any case, with white space around it.
pub(super) fn one_of<'w>(words: impl IntoIterator<Item = &'w str>, dashes: Dashes) -> String {
    let words: Vec<String> = words.into_iter().map(|word| any_case(word, dashes)).collect();
    format!(r"^\s*(?:{})\s*$", words.join("|"))
}

fn any_case(word: &str, dashes: Dashes) -> String {
    let letter = |letter: char| match letter {
        '-' | '_' if dashes == Dashes::Alike => "[-_]".to_owned(),
        letter if letter.is_ascii_alphabetic() => {
            format!("[{}{}]", letter.to_ascii_uppercase(), letter.to_ascii_lowercase())
        }
        letter if r"\^$.|?*+()[]{}/".contains(letter) => format!("\\{letter}"),
        letter => letter.to_string(),
    };
    word.chars().map(letter).collect()
}

/// A pattern of [`pipeline::catalogue::INSTRUCTIONS`] for ECMA-262: it ignores case, `.` matches line breaks, and white
/// space in front does not count. Of the syntax, it knows what those patterns use: escapes by one letter and groups, no
/// character classes.
pub(super) fn translated(pattern: &str) -> String {
    let mut out = String::new();
    let mut letters = pattern.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => {
                out.push(letter);
                out.extend(letters.next());
            }
            '.' => out += r"[\s\S]",
            '^' => out += r"^\s*",
            letter if letter.is_ascii_alphabetic() => {
                out += &any_case(&letter.to_string(), Dashes::Exact)
            }
            letter => out.push(letter),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{Dashes, one_of, translated};

    #[test]
    fn words_match_in_any_case_and_nothing_else() {
        assert_eq!(one_of(["a-b", "=="], Dashes::Alike), r"^\s*(?:[Aa][-_][Bb]|==)\s*$");
        assert_eq!(one_of(["a-b"], Dashes::Exact), r"^\s*(?:[Aa]-[Bb])\s*$");
        assert_eq!(one_of(["C++"], Dashes::Exact), r"^\s*(?:[Cc]\+\+)\s*$");
    }

    #[test]
    fn patterns_lose_their_flags_and_keep_their_meaning() {
        assert_eq!(translated(r"to\s+(?:a)?.*\.md"), r"[Tt][Oo]\s+(?:[Aa])?[\s\S]*\.[Mm][Dd]");
    }
}
