//! Regular expressions as pipelines write them: Python's, look-around and back-references included. Every search is bounded.

use fancy_regex::{CaptureMatches, CompileError, Error, ParseError, Regex, RegexBuilder};

/// Bytes that a compiled pattern may take.
const MAX_COMPILED: usize = 1 << 20;

/// Steps back that one search may take before it is given up.
const MAX_STEPS_BACK: usize = 1_000_000;

/// A regular expression.
#[derive(Clone, Debug)]
pub struct Pattern(Regex);

/// Why a search has no answer: it took too long.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endless;

impl Pattern {
    /// Reads a pattern.
    ///
    /// # Errors
    /// Why it is no regular expression, in one line.
    pub fn new(pattern: &str) -> Result<Self, String> {
        Self::built(RegexBuilder::new(pattern))
    }

    /// Reads a pattern that does not tell capital letters from small ones.
    ///
    /// # Errors
    /// Why it is no regular expression, in one line.
    pub fn ignoring_case(pattern: &str) -> Result<Self, String> {
        let mut builder = RegexBuilder::new(pattern);
        builder.case_insensitive(true);
        Self::built(builder)
    }

    fn built(mut builder: RegexBuilder) -> Result<Self, String> {
        builder.delegate_size_limit(MAX_COMPILED).backtrack_limit(MAX_STEPS_BACK);
        builder.build().map(Self).map_err(|error| reason(&error))
    }

    /// The pattern as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// Whether the pattern is found anywhere in the text.
    ///
    /// # Errors
    /// When the search takes too long.
    pub fn is_match(&self, text: &str) -> Result<bool, Endless> {
        self.0.is_match(text).map_err(|_| Endless)
    }

    /// The first match.
    ///
    /// # Errors
    /// When the search takes too long.
    pub(super) fn find<'t>(&self, text: &'t str) -> Result<Option<&'t str>, Endless> {
        let found = self.0.find(text).map_err(|_| Endless)?;
        Ok(found.map(|it| it.as_str()))
    }

    /// All matches with their groups.
    pub(super) fn captures<'r, 't>(&'r self, text: &'t str) -> CaptureMatches<'r, 't, str> {
        self.0.captures_iter(text)
    }

    /// How many groups there are, the whole match among them.
    pub(super) fn groups(&self) -> usize {
        self.0.captures_len()
    }

    /// The number of a named group.
    pub(super) fn group(&self, name: &str) -> Option<usize> {
        self.0.capture_names().position(|it| it == Some(name))
    }
}

fn reason(error: &Error) -> String {
    let text = match error {
        Error::ParseError(_, ParseError::UnclosedOpenParen) => "unclosed group".to_owned(),
        Error::ParseError(_, error) => error.to_string(),
        Error::CompileError(error) => match error.as_ref() {
            CompileError::VariableLookBehindRequiresFeature | CompileError::LookBehindNotConst => {
                "what look-behind looks for must have one length".to_owned()
            }
            error => error.to_string(),
        },
        error => error.to_string(),
    };
    let last = text.lines().last().unwrap_or_default().trim_start_matches("error: ");
    let mut letters = last.chars();
    letters.next().map(char::to_lowercase).into_iter().flatten().chain(letters).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn look_around_and_references_back_are_understood() {
        for (pattern, text, found) in [
            (r"\d+(?= USD)", "5 EUR, 20 USD", Some("20")),
            (r"(?<!no )problem", "no problem, a problem", Some("problem")),
            (r"(\w)\1", "abba", Some("bb")),
            (r"(?P<q>['\x22]).*?(?P=q)", "say 'x' now", Some("'x'")),
            ("z", "abc", None),
        ] {
            assert_eq!(Pattern::new(pattern).unwrap().find(text), Ok(found), "{pattern}");
        }
    }

    #[test]
    fn a_search_that_never_ends_is_given_up() {
        let endless = Pattern::new(r"^(a|aa)+\1$").unwrap();
        assert_eq!(endless.is_match(&("a".repeat(60) + "b")), Err(Endless));
    }

    #[test]
    fn what_is_no_pattern_is_told_in_one_line() {
        for pattern in ["(", "[a", "*", "(?P<>x)"] {
            let why = Pattern::new(pattern).unwrap_err();
            assert!(!why.is_empty() && !why.contains('\n'), "{pattern}: {why}");
        }
        assert_eq!(Pattern::new("(").unwrap_err(), "unclosed group");
    }
}
