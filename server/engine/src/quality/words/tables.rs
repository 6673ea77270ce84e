//! Tables of Markdown whose rows have other numbers of cells than their heads.

use super::{Issue, IssueCode, quoted};

/// The first row that does not fit the head of its table. `written` is the text without blocks of code.
pub(super) fn find(written: &str) -> Option<Issue> {
    let lines: Vec<&str> = written.lines().collect();
    let mut wanted: Option<usize> = None;
    for (line, next) in lines.iter().zip(lines.iter().skip(1).chain([&""])) {
        if !line.contains('|') || line.trim().is_empty() {
            wanted = None;
            continue;
        }
        if wanted.is_none() {
            wanted = is_rule(next).then(|| cells(line).len());
            continue;
        }
        let fits = |cells: &[&str]| wanted == Some(cells.len());
        if !is_rule(line) && !fits(&cells(line)) && !fits(&cells(&without_spans(line))) {
            let message = format!(
                "a row of its table has {} cells, and its head has {}: `{}`",
                cells(line).len(),
                wanted.unwrap_or_default(),
                quoted(line.trim())
            );
            return Some(Issue::new(IssueCode::Format, message));
        }
    }
    None
}

/// Whether a line stands between the head of a table and its rows.
fn is_rule(line: &str) -> bool {
    let line = line.trim();
    line.contains('|')
        && line.contains("--")
        && line.chars().all(|it| matches!(it, '|' | '-' | ':' | ' ' | '\t'))
}

/// The cells of a row: what stands between bars that are not escaped.
fn cells(line: &str) -> Vec<&str> {
    let line = line.trim();
    let line = line.strip_prefix('|').unwrap_or(line);
    let line = line.strip_suffix('|').filter(|it| !it.ends_with('\\')).unwrap_or(line);
    let mut cells = Vec::new();
    let (mut from, mut is_escaped) = (0, false);
    for (at, it) in line.char_indices() {
        if it == '|' && !is_escaped {
            cells.extend(line.get(from..at));
            from = at + 1;
        }
        is_escaped = it == '\\' && !is_escaped;
    }
    cells.extend(line.get(from..));
    cells
}

/// The line with nothing between its backquotes.
fn without_spans(line: &str) -> String {
    line.split('`').step_by(2).collect::<Vec<_>>().join("`")
}

#[cfg(test)]
mod tests {
    use super::find;

    #[test]
    fn rows_fit_their_head() {
        for text in [
            "| a | b |\n|---|---|\n| 1 | 2 |\n| 3 | 4 |",
            "a | b\n:-- | --:\n1 | 2",
            "| a |\n|--|\n| x \\| y |\n\n| 1 | 2 | 3 |",
            "| a | b |\n|---|---|\n| `x|y` | 2 |\n| | |",
            "|---|---|\n| 1 | 2 | 3 |",
            "cat a | sort\ncat b | sort | uniq",
            "| a | b |\n|---|---|",
        ] {
            assert!(find(text).is_none(), "{text}");
        }
        for text in [
            "| a | b |\n|---|---|\n| 1 |\n| 3 | 4 |",
            "| a | b |\n|---|---|\n| 1 | 2 | 3 |",
            "Text.\n\na | b\n-- | --\n1 | 2\n1 | 2 | 3\n\nMore.",
        ] {
            assert!(find(text).is_some(), "{text}");
        }
    }
}
