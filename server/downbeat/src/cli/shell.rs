//! Words as a shell takes them, for commands that are told to people.

use std::borrow::Cow;

/// A text as one word of a shell.
pub(super) fn word(text: &str) -> Cow<'_, str> {
    let is_plain = |it: char| it.is_alphanumeric() || "_-./:@%+,=".contains(it);
    if !text.is_empty() && text.chars().all(is_plain) {
        Cow::Borrowed(text)
    } else if cfg!(windows) {
        Cow::Owned(format!("\"{}\"", text.replace('"', "\\\"")))
    } else {
        Cow::Owned(format!("'{}'", text.replace('\'', r"'\''")))
    }
}

#[cfg(all(test, not(windows)))]
mod tests {
    use super::word;

    #[test]
    fn what_a_shell_would_split_or_read_is_quoted() {
        let words = ["", "tides_1795706815_df06ab1d", "Süß_1", "My Tides_1", "it's $HOME"];
        let expected =
            ["''", "tides_1795706815_df06ab1d", "Süß_1", "'My Tides_1'", r"'it'\''s $HOME'"];
        assert_eq!(words.map(word), expected);
    }
}
