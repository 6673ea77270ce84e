//! A report as Markdown.

use serde_json::Value as Json;

use super::{Report, ReportStep, timeline};
use crate::words::{moment, size, skipped, took};

/// Steps that stand in the table.
const MOST: usize = 1_000;

/// Characters that columns are padded to at most.
const WIDEST: usize = 40;

/// Characters of an output that are shown.
const LONGEST: usize = 2_000;

pub(super) fn write(report: &Report) -> String {
    let mut out = format!("# Run {}\n\n", code(&report.run));
    head(&mut out, report);
    steps(&mut out, report);
    timeline(&mut out, report);
    choices(&mut out, report);
    failures(&mut out, report);
    warnings(&mut out, report);
    quality(&mut out, report);
    outputs(&mut out, report);
    products(&mut out, report);
    out
}

fn head(out: &mut String, report: &Report) {
    let mut item = |name: &str, text: String| out.push_str(&format!("- {name}: {text}\n"));
    item("pipeline", code(&report.pipeline));
    item("status", report.status.as_str().to_owned());
    item("started", moment(report.started_at));
    item("took", report.duration.map_or_else(|| "unknown".to_owned(), took));
    if report.steps.iter().any(|step| step.model.is_some()) {
        let usage = &report.usage;
        let count = |count: Option<u64>| count.map_or("unknown".to_owned(), |it| it.to_string());
        item("tokens in", count(usage.input_tokens));
        item("tokens out", count(usage.output_tokens));
        item("cost", usage.cost.map_or("unknown".to_owned(), |cost| format!("${cost:.4}")));
    }
    if let Some(error) = &report.error {
        item("error", line(error));
    }
}

fn steps(out: &mut String, report: &Report) {
    if report.steps.is_empty() {
        return;
    }
    out.push_str("\n## Steps\n\n");
    let has_models = report.steps.iter().any(|step| step.model.is_some());
    let has_resources = report.steps.iter().any(|step| step.resources.is_some());
    let mut columns = vec!["step", "does", "status", "start", "took", "tries"];
    if has_models {
        columns.push("model");
    }
    if has_resources {
        columns.extend(["CPU", "memory"]);
    }
    let mut rows = Vec::new();
    for step in report.steps.iter().take(MOST) {
        let mut cells = vec![
            code(&step.path),
            step.does.as_deref().map_or_else(|| rounds(step), |it| line(&short(it))),
            status(step),
            step.offset.map_or_else(String::new, |offset| format!("+{}", took(offset))),
            step.duration.map_or_else(String::new, took),
            step.attempts.to_string(),
        ];
        if has_models {
            cells.push(model(step));
        }
        if has_resources {
            let used = |text: fn(engine::Resources) -> String| {
                step.resources.map_or_else(String::new, text)
            };
            cells.push(used(|it| took(it.cpu)));
            cells.push(used(|it| size(it.peak_memory)));
        }
        rows.push(cells);
    }
    table(out, &columns, &rows);
    let left_out = report.steps.len().saturating_sub(MOST);
    if left_out > 0 {
        out.push_str(&format!("\n{left_out} more steps are not listed here.\n"));
    }
}

fn status(step: &ReportStep) -> String {
    let word = match step.status {
        engine::StepStatus::Completed if !step.success => "reported a failure",
        status => status.as_str(),
    };
    match (&step.reason, step.cached) {
        (Some(reason), _) => format!("{word} ({})", line(skipped(reason))),
        (None, true) => format!("{word}, from an earlier run"),
        (None, false) => word.to_owned(),
    }
}

fn rounds(step: &ReportStep) -> String {
    match step.rounds {
        None => String::new(),
        Some(1) => "1 round".to_owned(),
        Some(count) => format!("{count} rounds"),
    }
}

fn model(step: &ReportStep) -> String {
    line(&full_name(step))
}

fn full_name(step: &ReportStep) -> String {
    match (&step.model, &step.provider) {
        (Some(model), Some(provider)) => format!("{provider}:{model}"),
        (Some(model), None) => model.clone(),
        (None, _) => String::new(),
    }
}

fn timeline(out: &mut String, report: &Report) {
    let bars = timeline::draw(report);
    if !bars.is_empty() {
        out.push_str(&format!("\n## Timeline\n\n```text\n{bars}```\n"));
    }
}

/// Choices of a report; a loop of a thousand rounds makes thousands.
const CHOICES: usize = 100;

/// A model, and why it was chosen.
type Chosen<'r> = (String, &'r [String]);

/// Why models were chosen, those for the same reasons together, and what AUTO tags came to.
fn choices(out: &mut String, report: &Report) {
    let mut models: Vec<(Chosen<'_>, Vec<&str>)> = Vec::new();
    for step in report.steps.iter().filter(|step| !step.because.is_empty()) {
        let choice = (full_name(step), &*step.because);
        match models.iter_mut().find(|(known, _)| *known == choice) {
            Some((_, steps)) => steps.push(&step.path),
            None => models.push((choice, vec![&step.path])),
        }
    }
    let of_steps =
        report.steps.iter().flat_map(|step| step.autos.iter().map(move |it| (Some(step), it)));
    let autos: Vec<_> = of_steps.chain(report.autos.iter().map(|it| (None, it))).collect();
    if models.is_empty() && autos.is_empty() {
        return;
    }
    out.push_str("\n## Choices\n\n");
    for ((model, because), steps) in models.iter().take(CHOICES) {
        const NAMED: usize = 5;
        let named: Vec<_> = steps.iter().take(NAMED).map(|path| code(path)).collect();
        let more = match steps.len().saturating_sub(NAMED) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        let because = line(&because.join("; "));
        out.push_str(&format!("- {} for {}{more}: {because}\n", code(model), named.join(", ")));
    }
    for (step, auto) in autos.iter().take(CHOICES) {
        let value = line(&short(&auto.value.to_string()));
        let asked = line(&short(&auto.question));
        let of = step.map(|step| format!(" of {}", code(&step.path))).unwrap_or_default();
        out.push_str(&format!(
            "- {}{of}: {value}, by {}, for \"{asked}\"\n",
            code(&auto.place),
            code(&auto.model)
        ));
    }
    let left_out = models.len().saturating_sub(CHOICES) + autos.len().saturating_sub(CHOICES);
    if left_out > 0 {
        out.push_str(&format!("- {left_out} more choices are not listed here\n"));
    }
}

fn failures(out: &mut String, report: &Report) {
    let failed = || {
        let failed = |step: &&ReportStep| step.error.is_some() || !step.handled.is_empty();
        report.steps.iter().filter(failed)
    };
    if failed().next().is_none() {
        return;
    }
    out.push_str("\n## Errors\n\n");
    for step in failed() {
        let kind = step.error_type.as_deref().map(|kind| format!(" ({})", line(kind)));
        if let Some(error) = &step.error {
            let kind = kind.unwrap_or_default();
            out.push_str(&format!("- {}{kind}: {}\n", code(&step.path), line(error)));
        }
        for handled in &step.handled {
            let outcome = outcome(handled);
            out.push_str(&format!(
                "- {}: the handler {} {outcome} after {}\n",
                code(&step.path),
                code(&handled.handler),
                line(&handled.error)
            ));
        }
    }
}

fn outcome(handled: &engine::Handled) -> &'static str {
    use engine::Remedied;
    match handled.outcome {
        Remedied::Retried => "had it tried again, which succeeded,",
        Remedied::RetriedInVain => "had it tried again in vain",
        Remedied::Answered => "answered for it",
        Remedied::FellBack => "gave the fallback",
        Remedied::PassedOn => "passed the failure on",
        Remedied::Failed => "failed itself",
    }
}

fn warnings(out: &mut String, report: &Report) {
    if report.warnings.is_empty() {
        return;
    }
    out.push_str("\n## Warnings\n\n");
    for warning in &report.warnings {
        out.push_str(&format!("- {}: {}\n", code(&warning.code), line(&warning.message)));
    }
}

fn quality(out: &mut String, report: &Report) {
    let poor = || {
        let all = report.steps.iter().filter_map(|step| Some((step, step.quality.as_ref()?)));
        all.filter(|(_, quality)| !quality.issues.is_empty())
    };
    if poor().next().is_none() {
        return;
    }
    out.push_str("\n## Quality\n\n");
    for (step, quality) in poor() {
        let issues: Vec<String> = quality.issues.iter().map(|issue| line(&issue.message)).collect();
        let (path, score) = (code(&step.path), quality.score);
        out.push_str(&format!("- {path}: {score:.2}, {}\n", issues.join("; ")));
    }
}

fn outputs(out: &mut String, report: &Report) {
    if report.outputs.is_empty() {
        return;
    }
    out.push_str("\n## Outputs\n\n");
    for (name, value) in &report.outputs {
        let text = match value {
            Json::String(text) => text.clone(),
            Json::Null => "nothing".to_owned(),
            other => other.to_string(),
        };
        let shown: String = text.chars().take(LONGEST).collect();
        let rest = if shown.len() < text.len() { " …" } else { "" };
        if shown.trim_end().contains('\n') {
            out.push_str(&format!("{}:\n\n{}{rest}\n", code(name), fenced(&shown)));
        } else {
            out.push_str(&format!("- {}: {}{rest}\n", code(name), line(&shown)));
        }
    }
}

fn products(out: &mut String, report: &Report) {
    if report.products.is_empty() {
        return;
    }
    out.push_str("\n## Products\n\n");
    let cells = |product: &engine::Product| {
        vec![
            code(&product.path),
            code(&product.step),
            size(product.bytes),
            line(&product.media_type),
            code(&product.blake3),
        ]
    };
    let rows: Vec<_> = report.products.iter().map(cells).collect();
    table(out, &["file", "step", "size", "type", "BLAKE3"], &rows);
}

/// A table whose columns stand below one another in plain text, too, unless a cell is very long.
fn table(out: &mut String, columns: &[&str], rows: &[Vec<String>]) {
    let head: Vec<String> = columns.iter().map(|&column| column.to_owned()).collect();
    let rule: Vec<String> = columns.iter().map(|_| "-".to_owned()).collect();
    let escaped = |cells: &Vec<String>| -> Vec<String> {
        cells.iter().map(|cell| cell.replace('|', "\\|")).collect()
    };
    let rows: Vec<Vec<String>> = [head, rule].into_iter().chain(rows.iter().map(escaped)).collect();
    let widest = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0).min(WIDEST)
    };
    let widths: Vec<usize> = (0..columns.len()).map(widest).collect();
    for row in &rows {
        out.push('|');
        for (cell, width) in row.iter().zip(&widths) {
            out.push_str(&format!(" {cell:<width$} |"));
        }
        out.push('\n');
    }
}

/// The first words of what a step does: an action may be a whole script.
fn short(action: &str) -> String {
    let first = action.trim().lines().next().unwrap_or_default();
    let kept: String = first.chars().take(WIDEST).collect();
    if kept.len() == action.trim().len() { kept } else { format!("{}…", kept.trim_end()) }
}

/// Text of strangers as one line in which nothing is Markdown.
fn line(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.trim().chars() {
        match character {
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' => out.extend(['\\', character]),
            '\n' => out.push_str(" / "),
            '\r' => {}
            other => out.push(other),
        }
    }
    out
}

/// Text of strangers as code on one line.
fn code(text: &str) -> String {
    let text = text.replace(['\n', '\r'], " ");
    let fence = "`".repeat(longest_run(&text) + 1);
    if fence.len() == 1 { format!("`{text}`") } else { format!("{fence} {text} {fence}") }
}

fn fenced(text: &str) -> String {
    let fence = "`".repeat(longest_run(text).max(2) + 1);
    format!("{fence}text\n{}\n{fence}", text.trim_end())
}

fn longest_run(text: &str) -> usize {
    text.split(|it| it != '`').map(str::len).max().unwrap_or(0)
}
