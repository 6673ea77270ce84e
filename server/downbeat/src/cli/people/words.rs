//! A question as it is written on a terminal, and what is said where nobody is there.

use std::fmt::Write;

use engine::people::{BodyFormat, Kind, Need, Part, Question};
use serde_json::{Value as Json, json};

use crate::cli::{markdown, paint::Paint, printable::printable};

/// What there is to read before answering.
pub(super) fn opening(question: &Question, paint: Paint, width: usize) -> String {
    let mut out = String::new();
    let title = question.title.as_deref().unwrap_or(&question.text);
    // Writing to a `String` cannot fail; the same holds below.
    let _ = writeln!(out, "{} {}", paint.cyan("?"), paint.bold(&shown(title)));
    let _ = writeln!(out, "  {}", paint.dim(&shown(&format!("asked by `{}`", question.path))));
    if let Some(body) = &question.body {
        let text = match body.format {
            BodyFormat::Markdown => markdown::render(&printable(&body.text), width, paint),
            BodyFormat::Text | BodyFormat::Json => printable(&body.text).into_owned(),
        };
        for line in text.trim_end().lines() {
            let _ = writeln!(out, "  │ {line}");
        }
    }
    if let Kind::Lines { draft } = &question.kind {
        for line in printable(draft).lines() {
            let _ = writeln!(out, "  │ {line}");
        }
    }
    if question.title.is_some() {
        let _ = writeln!(out, "  {}", shown(&question.text));
    }
    if let Kind::Choice(choices) = &question.kind {
        for (index, choice) in choices.iter().enumerate() {
            let _ = writeln!(out, "  {}) {}", index + 1, shown(&choice.label));
        }
    }
    if let Some(why) = &question.complaint {
        out.push_str(&complaint(why, paint));
    }
    out
}

/// Why an answer will not do.
pub(super) fn complaint(why: &str, paint: Paint) -> String {
    format!("  {}\n", paint.yellow(&shown(why)))
}

/// What stands before the cursor.
pub(super) fn prompt(question: &Question, paint: Paint) -> String {
    let mut hints = Vec::new();
    match &question.kind {
        Kind::Boolean => hints.push("yes or no".to_owned()),
        Kind::Number { least: Some(least), most: Some(most) } => {
            hints.push(format!("{least} to {most}"));
        }
        Kind::Lines { .. } => hints.push("end with a line that holds `.` only".to_owned()),
        Kind::Secret => hints.push("not shown".to_owned()),
        Kind::Text | Kind::Number { .. } | Kind::Choice(_) => {}
    }
    match &question.default {
        Some(_) if question.is_secret() => hints.push("Enter: the default".to_owned()),
        Some(default) => hints.push(format!("Enter: {}", spelled(default))),
        None if question.need == Need::Optional => hints.push("Enter: no answer".to_owned()),
        None => {}
    }
    if let Some(limit) = question.timeout {
        hints.push(format!("within {} s", limit.as_secs_f64()));
    }
    let hints = if hints.is_empty() {
        String::new()
    } else {
        format!(" {}", paint.dim(&shown(&format!("({})", hints.join(", ")))))
    };
    let end = if matches!(question.kind, Kind::Lines { .. }) { "\n" } else { " " };
    format!("  answer{hints}:{end}")
}

/// On one line.
fn shown(text: &str) -> String {
    printable(&text.split_whitespace().collect::<Vec<_>>().join(" ")).into_owned()
}

fn spelled(value: &Json) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// That nobody was asked, and every way out.
pub(super) fn nobody(question: &Question) -> String {
    let mut ways = vec![
        "run it in a terminal".to_owned(),
        format!(
            "give the answer with `--answers FILE`, a JSON or YAML file with `{}`",
            example(question)
        ),
    ];
    if question.default.is_some() {
        ways.push("take the default with `--yes`".to_owned());
    } else if question.agreed.is_some() {
        ways.push("agree with `--yes`".to_owned());
    }
    let last = ways.pop().unwrap_or_default();
    format!(
        "the step `{}` asks \"{}\", and nobody is there to answer: {}, or {last}",
        question.path,
        shown(&question.text),
        ways.join(", ")
    )
}

fn example(question: &Question) -> Json {
    let answer = match &question.kind {
        Kind::Boolean => json!(true),
        Kind::Number { most, .. } => json!(most.unwrap_or(1.0)),
        Kind::Choice(choices) => choices.first().map_or(Json::Null, |choice| choice.value.clone()),
        Kind::Text | Kind::Lines { .. } | Kind::Secret => json!("..."),
    };
    let answer = match question.part {
        Part::Main => answer,
        Part::Further => json!({ question.name(): answer }),
    };
    json!({ &question.path: answer })
}
