//! Rows as they stand in a file.

use serde_json::Value as Json;

/// One row: its title, its pipeline, and what holds of it, in this order.
pub(crate) struct Row<'a> {
    pub(crate) title: &'a str,
    pub(crate) pipeline: String,
    pub(crate) parts: Vec<Part<'a>>,
}

/// One `--- ` part of a row.
pub(crate) enum Part<'a> {
    File { path: &'a str, text: String },
    Check { findings: Vec<&'a str> },
    Run { code: i32, arguments: Vec<&'a str>, expected: Vec<(&'a str, Json)> },
}

/// The rows of a file; lines before the first are prose.
pub(crate) fn rows(text: &str) -> Vec<Row<'_>> {
    pieces(text, "=== ").into_iter().map(|(title, lines)| row(title, &lines)).collect()
}

fn row<'a>(title: &'a str, lines: &[&'a str]) -> Row<'a> {
    let pipeline = lines.iter().take_while(|line| !line.starts_with("--- "));
    let pipeline: Vec<&str> = pipeline.copied().collect();
    let rest = &lines[pipeline.len()..];
    let mut parts: Vec<(&str, Vec<&str>)> = Vec::new();
    for line in rest {
        match line.strip_prefix("--- ") {
            Some(head) => parts.push((head, Vec::new())),
            None => parts.last_mut().expect("a part").1.push(line),
        }
    }
    let parts = parts.into_iter().map(|(head, lines)| part(head, &lines)).collect();
    Row { title, pipeline: joined(&pipeline), parts }
}

fn part<'a>(head: &'a str, lines: &[&'a str]) -> Part<'a> {
    let mut words = head.split(' ');
    let filled = || lines.iter().copied().filter(|line| !line.trim().is_empty());
    match words.next() {
        Some("file") => Part::File { path: words.next().expect("a path"), text: joined(lines) },
        Some("check") => Part::Check { findings: filled().collect() },
        Some("run") => {
            let code = words.next().and_then(|it| it.parse().ok()).expect("an exit code");
            let expected = filled().map(|line| {
                let (place, value) = line.split_once(": ").expect("a place and a value");
                let value =
                    serde_json::from_str(value).unwrap_or_else(|error| panic!("{line}: {error}"));
                (place, value)
            });
            Part::Run { code, arguments: words.collect(), expected: expected.collect() }
        }
        _ => panic!("no such part: {head}"),
    }
}

/// What stands behind each line that begins with `mark`, with the lines up to the next one.
fn pieces<'a>(text: &'a str, mark: &str) -> Vec<(&'a str, Vec<&'a str>)> {
    let mut found: Vec<(&str, Vec<&str>)> = Vec::new();
    for line in text.lines() {
        match line.strip_prefix(mark) {
            Some(head) => found.push((head, Vec::new())),
            None => found.last_mut().map_or((), |it| it.1.push(line)),
        }
    }
    found
}

/// Lines as a text, without empty ones at its end.
fn joined(lines: &[&str]) -> String {
    let text = lines.join("\n");
    format!("{}\n", text.trim_end_matches('\n'))
}
