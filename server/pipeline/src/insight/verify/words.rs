//! Sentences, clauses and words.

/// A word, or a piece of code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token {
    /// In backticks.
    Code(String),
    /// Bare, as written.
    Word(String),
    /// A comma, a colon, a semicolon, a dash or a parenthesis.
    Break,
}

/// Sentences with their ends; a full stop in code, in a number or in a name ends nothing. Marks of lists are left out.
pub(super) fn sentences(text: &str) -> Vec<String> {
    let (mut all, mut now, mut in_code) = (Vec::new(), String::new(), false);
    let mut end = |now: &mut String| {
        let trimmed = now.trim().trim_start_matches(['-', '*', '#', '•', ' ']).trim().to_owned();
        if trimmed.chars().any(char::is_alphanumeric) {
            all.push(trimmed);
        }
        now.clear();
    };
    // A title is no sentence.
    for line in text.lines().map(|it| if it.starts_with('#') { "" } else { it }) {
        let mut chars = line.chars().peekable();
        while let Some(char) = chars.next() {
            in_code ^= char == '`';
            now.push(char);
            let ends = matches!(char, '.' | '!' | '?') && !in_code;
            if ends && chars.peek().is_none_or(|it| it.is_whitespace()) {
                end(&mut now);
            }
        }
        in_code = false;
        // A list or a title ends with its line, a wrapped sentence does not.
        if line.trim().is_empty() {
            end(&mut now);
        } else {
            now.push(' ');
        }
    }
    end(&mut now);
    all
}

/// The tokens of a sentence. A word keeps the `_`, `-`, `.`, `:` and `/` inside of it.
pub(super) fn tokens(sentence: &str) -> Vec<Token> {
    let mut all = Vec::new();
    let mut chars = sentence.chars().peekable();
    let mut word = String::new();
    let flush = |word: &mut String, all: &mut Vec<Token>| {
        let bare = word.trim_matches(['.', '-', '/', ':', '_', '\'', '*', '"']).to_owned();
        if !bare.is_empty() {
            all.push(Token::Word(bare));
        }
        word.clear();
    };
    while let Some(char) = chars.next() {
        match char {
            '`' => {
                flush(&mut word, &mut all);
                let code: String = chars.by_ref().take_while(|it| *it != '`').collect();
                all.push(Token::Code(code));
            }
            ',' | ';' | '(' | ')' | '—' | '–' => {
                flush(&mut word, &mut all);
                all.push(Token::Break);
            }
            ':' if chars.peek().is_none_or(|it| it.is_whitespace()) => {
                flush(&mut word, &mut all);
                all.push(Token::Break);
            }
            _ if char.is_alphanumeric()
                || matches!(char, '_' | '-' | '.' | ':' | '/' | '\'' | '’') =>
            {
                word.push(char);
            }
            _ => flush(&mut word, &mut all),
        }
    }
    flush(&mut word, &mut all);
    all
}

/// A word without what grammar adds to it: crude, and the same for all forms of most words.
pub(super) fn stem(word: &str) -> String {
    let lower = word.to_lowercase();
    let word = lower.strip_suffix("'s").or_else(|| lower.strip_suffix("’s")).unwrap_or(&lower);
    for ending in
        ["ations", "ation", "ings", "ing", "ies", "ers", "er", "ed", "es", "ly", "s", "y", "e"]
    {
        if let Some(root) = word.strip_suffix(ending)
            && root.chars().count() >= 3
        {
            return root.trim_end_matches('e').to_owned();
        }
    }
    word.to_owned()
}

/// The number that a word is.
pub(super) fn number(word: &str) -> Option<f64> {
    const WORDS: &[&str] = &[
        "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
        "eleven", "twelve",
    ];
    let lower = word.to_lowercase();
    let special = match lower.as_str() {
        "once" | "single" => Some(1.0),
        "twice" | "both" | "two-step" | "two-stage" | "second" | "pair" => Some(2.0),
        "thrice" | "three-step" | "three-stage" | "third" => Some(3.0),
        "dozen" => Some(12.0),
        _ => None,
    };
    let named = || WORDS.iter().position(|it| *it == lower).map(|it| it as f64);
    special
        .or_else(named)
        .or_else(|| lower.trim_end_matches(['%', 's']).replace(',', "").parse().ok())
}
