//! What the words of a question, and the name of the key that it stands in, say of its answer.

use super::Kind;

const LISTS: &[&str] =
    &["list of", "list the", "a list", "array", "separated by commas", "comma-separated"];
const BOOLEANS: &[&str] = &[
    "true or false",
    "true/false",
    "'true' or 'false'",
    "yes or no",
    "yes/no",
    "enable",
    "disable",
    "should we",
    "whether",
];
const NUMBERS: &[&str] = &[
    "how many",
    "batch size",
    "number of",
    "count of",
    "what size",
    "how large",
    "timeout",
    "limit",
];
const BOOLEAN_KEYS: &[&str] = &["enable", "disable", "support"];
const NUMBER_KEYS: &[&str] = &["size", "count", "limit", "timeout"];

/// The kind of value that the words ask for.
pub(super) fn kind(wording: &str, key: &str) -> Kind {
    let wording = wording.to_lowercase();
    let key = key.to_lowercase();
    let key = key.rsplit('.').next().unwrap_or_default();
    let says = |words: &[&str]| words.iter().any(|word| wording.contains(word));
    let named = |words: &[&str]| words.iter().any(|word| key.contains(word));
    if says(BOOLEANS) {
        Kind::Bool
    } else if says(LISTS) || wording.trim_start().starts_with("list ") {
        Kind::List
    } else if says(NUMBERS) {
        Kind::Number
    } else if named(BOOLEAN_KEYS) {
        Kind::Bool
    } else if named(NUMBER_KEYS) {
        Kind::Number
    } else {
        Kind::Text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_say_the_kind() {
        for (wording, key, kind) in [
            ("Should we improve if score < 7? Answer 'true' or 'false'", "flag", Kind::Bool),
            ("list of sources to verify", "sources", Kind::List),
            ("List the claims", "claims", Kind::List),
            ("How many rounds?", "rounds", Kind::Number),
            ("What is good here?", "batch_size", Kind::Number),
            ("What is good here?", "options.enable_cache", Kind::Bool),
            ("Summarize the findings", "content", Kind::Text),
        ] {
            assert_eq!(super::kind(wording, key), kind, "{wording}");
        }
    }
}
