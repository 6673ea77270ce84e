//! Text of strangers on a terminal: nothing in it may move the cursor, change colours or turn the reading direction.

use std::borrow::Cow;

/// The same text with every character that a terminal would act on replaced by one of the same length in bytes, so that
/// offsets stay true. Line breaks and tabs stay.
pub(crate) fn printable(text: &str) -> Cow<'_, str> {
    if text.chars().all(|character| stand_in(character).is_none()) {
        return Cow::Borrowed(text);
    }
    text.chars().map(|character| stand_in(character).unwrap_or(character)).collect()
}

/// What is shown in place of a character that must not reach a terminal.
fn stand_in(character: char) -> Option<char> {
    match character {
        '\n' | '\t' | '\r' => None,
        '\0'..='\u{1f}' | '\u{7f}' => Some('?'),
        '\u{80}'..='\u{9f}' => Some('¿'),
        '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
            Some('\u{fffd}')
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::printable;

    #[test]
    fn what_a_terminal_acts_on_is_replaced_in_place() {
        let hostile = "a\u{1b}[31mb\u{9b}c\u{202e}d\té\n";
        let shown = printable(hostile);
        assert_eq!(shown, "a?[31mb¿c\u{fffd}d\té\n");
        assert_eq!(shown.len(), hostile.len());
    }
}
