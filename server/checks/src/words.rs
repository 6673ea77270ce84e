//! Pieces of messages.

/// `; did you mean ...?`, or nothing.
pub(crate) fn did_you_mean(nearest: Option<&str>) -> String {
    nearest.map(|name| format!("; did you mean `{name}`?")).unwrap_or_default()
}

/// `a`, `b` or `c`.
pub(crate) fn any_of(words: &[&str]) -> String {
    join(words, "or")
}

/// `a`, `b` and `c`.
pub(crate) fn all_of(words: &[&str]) -> String {
    join(words, "and")
}

fn join(words: &[&str], last: &str) -> String {
    match words {
        [] => "nothing".to_owned(),
        [one] => format!("`{one}`"),
        [rest @ .., end] => format!("`{}` {last} `{end}`", rest.join("`, `")),
    }
}
