//! Ways to damage one line.

/// A slip: what it is called, and what it makes of a line; `None` where it does not apply. The number chooses among its
/// places.
pub(crate) struct Slip {
    pub(crate) name: &'static str,
    pub(crate) make: fn(&str, usize) -> Option<String>,
}

pub(crate) const SLIPS: &[Slip] = &[
    Slip { name: "line lost", make: |_, _| Some(String::new()) },
    Slip { name: "line doubled", make: |line, _| Some(format!("{line}\n{line}")) },
    Slip { name: "line cut", make: cut },
    Slip { name: "letter lost", make: |line, n| edit_word(line, n, Letter::Lost) },
    Slip { name: "letters swapped", make: |line, n| edit_word(line, n, Letter::Swapped) },
    Slip { name: "sign added", make: sign_added },
    Slip { name: "sign lost", make: sign_lost },
    Slip { name: "indented by one", make: |line, _| Some(format!(" {line}")) },
    Slip { name: "indented by two", make: |line, _| Some(format!("  {line}")) },
    Slip { name: "outdented by one", make: |line, _| outdent(line, " ") },
    Slip { name: "outdented by two", make: |line, _| outdent(line, "  ") },
    Slip { name: "key renamed", make: |line, n| rename_key(line, n, |_| true) },
    Slip { name: "id renamed", make: |line, _| rename_value(line, &["id"]) },
    Slip { name: "tool misspelt", make: |line, _| rename_value(line, &["tool", "action"]) },
    Slip { name: "colon lost", make: |line, _| replace_first(line, ":", "") },
    Slip { name: "space behind the colon lost", make: |line, _| replace_first(line, ": ", ":") },
    Slip { name: "tab", make: |line, _| Some(format!("\t{}", line.strip_prefix("  ")?)) },
    Slip { name: "dash lost", make: |line, _| replace_start(line, "- ", "  ") },
    Slip { name: "dash and its space lost", make: |line, _| replace_start(line, "- ", "") },
    Slip { name: "dash added", make: dash_added },
    Slip { name: "template not closed", make: |line, _| replace_first(line, "}}", "") },
    Slip { name: "template not opened", make: |line, _| replace_first(line, "{{", "") },
    Slip { name: "template begun", make: |line, _| Some(format!("{line} {{{{ x")) },
    Slip { name: "block of a template lost", make: |line, _| replace_first(line, "%}", "") },
    Slip { name: "unknown filter", make: |line, _| replace_first(line, "}}", "| nosuch }}") },
    Slip { name: "another type of value", make: another_type },
];

fn cut(line: &str, n: usize) -> Option<String> {
    let start = line.len() - line.trim_start().len();
    let places: Vec<usize> =
        line.char_indices().map(|(at, _)| at).filter(|at| *at > start).collect();
    let at = *places.get(n.checked_rem(places.len())?)?;
    line.get(..at).map(str::to_owned)
}

enum Letter {
    Lost,
    Swapped,
}

/// Somewhere among the letters of a line.
fn edit_word(line: &str, n: usize, edit: Letter) -> Option<String> {
    let chars: Vec<char> = line.chars().collect();
    let places: Vec<usize> = (0..chars.len().checked_sub(1)?)
        .filter(|at| chars[*at].is_alphanumeric() && chars[at + 1].is_alphanumeric())
        .filter(|at| chars[*at] != chars[at + 1])
        .collect();
    let at = *places.get(n.checked_rem(places.len())?)?;
    let mut chars = chars;
    match edit {
        Letter::Lost => {
            chars.remove(at);
        }
        Letter::Swapped => chars.swap(at, at + 1),
    }
    Some(chars.into_iter().collect())
}

const SIGNS: &[char] =
    &['"', '\'', '[', ']', '{', '}', '(', ')', ':', ',', '#', '&', '*', '|', '%', '!'];

fn sign_added(line: &str, n: usize) -> Option<String> {
    let start = line.len() - line.trim_start().len();
    let places: Vec<usize> = line
        .char_indices()
        .map(|(at, _)| at)
        .chain([line.len()])
        .filter(|at| *at >= start)
        .collect();
    let at = *places.get(n.checked_rem(places.len())?)?;
    let mut line = line.to_owned();
    line.insert(at, SIGNS[(n / 7) % SIGNS.len()]);
    Some(line)
}

fn sign_lost(line: &str, n: usize) -> Option<String> {
    let places: Vec<usize> =
        line.char_indices().filter(|(_, c)| SIGNS.contains(c)).map(|(at, _)| at).collect();
    let at = *places.get(n.checked_rem(places.len())?)?;
    let mut line = line.to_owned();
    line.remove(at);
    Some(line)
}

fn outdent(line: &str, by: &str) -> Option<String> {
    line.strip_prefix(by).map(str::to_owned)
}

/// The key of a line and what stands around it.
fn key(line: &str) -> Option<(&str, &str, &str)> {
    let body = line.trim_start().trim_start_matches("- ").trim_start();
    let before = line.get(..line.len() - body.len())?;
    let end = body.find(':')?;
    let (key, rest) = body.split_at_checked(end)?;
    let plain =
        !key.is_empty() && key.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'));
    plain.then_some((before, key, rest))
}

fn rename_key(line: &str, n: usize, applies: fn(&str) -> bool) -> Option<String> {
    let (before, key, rest) = key(line)?;
    if !applies(key) {
        return None;
    }
    let renamed = match n % 3 {
        0 => format!("{key}x"),
        1 => "something_else".to_owned(),
        _ => key.chars().rev().collect(),
    };
    Some(format!("{before}{renamed}{rest}"))
}

fn rename_value(line: &str, keys: &[&str]) -> Option<String> {
    let (before, key, rest) = key(line)?;
    let value = rest.strip_prefix(": ")?.trim();
    let plain = value.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'));
    (keys.contains(&key) && plain && !value.is_empty()).then(|| format!("{before}{key}: {value}zz"))
}

fn replace_first(line: &str, what: &str, with: &str) -> Option<String> {
    line.contains(what).then(|| line.replacen(what, with, 1))
}

fn replace_start(line: &str, what: &str, with: &str) -> Option<String> {
    let body = line.trim_start();
    let rest = body.strip_prefix(what)?;
    let indent = line.get(..line.len() - body.len())?;
    Some(format!("{indent}{with}{rest}"))
}

fn dash_added(line: &str, _: usize) -> Option<String> {
    let body = line.trim_start();
    let indent = line.get(..line.len() - body.len())?;
    Some(format!("{indent}- {body}"))
}

fn another_type(line: &str, n: usize) -> Option<String> {
    let (before, key, _) = key(line)?;
    let value = ["[1, 2]", "{a: b}", "12", "some text", "true", "", "null"][n % 7];
    Some(format!("{before}{key}: {value}"))
}
