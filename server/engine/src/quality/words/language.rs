//! Texts in another language than they were asked in.

use whatlang::{Info, Lang, detect};

use super::{Issue, IssueCode, letters};

/// Texts of fewer letters may be names and numbers.
const SHORTEST: usize = 120;
/// From 0 to 1; below it is a guess.
const SURE: f64 = 0.95;

/// Whether a text is in another language than the call that it answers. A call that names a language, or that holds
/// texts in several, may want any.
pub(super) fn find(prose: &str, asked: &str) -> Option<Issue> {
    if names_a_language(asked) {
        return None;
    }
    let (own, wanted) = (sure(prose)?, sure(asked)?);
    if own.lang() == wanted.lang() || holds(asked, own.lang()) {
        return None;
    }
    let (own, wanted) = (own.lang().eng_name(), wanted.lang().eng_name());
    let message = format!("it is in {own}, and was asked for in {wanted}");
    Some(Issue::new(IssueCode::Language, message))
}

fn sure(text: &str) -> Option<Info> {
    let long = letters(text) >= SHORTEST;
    long.then(|| detect(text)).flatten().filter(|it| it.is_reliable() && it.confidence() >= SURE)
}

fn names_a_language(asked: &str) -> bool {
    let asked = asked.to_lowercase();
    let names = Lang::all().iter().flat_map(|lang| [lang.eng_name(), lang.name()]);
    asked.contains("language")
        || asked.contains("translat")
        || names.map(str::to_lowercase).any(|name| asked.contains(&name))
}

/// Whether a paragraph of the text is in that language.
fn holds(text: &str, language: Lang) -> bool {
    text.lines()
        .any(|line| line.len() >= 40 && detect(line).is_some_and(|it| it.lang() == language))
}
