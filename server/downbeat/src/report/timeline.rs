//! When steps ran, as bars of text below one another.

use super::{Report, ReportStep};

/// Columns of a whole run.
const WIDTH: usize = 40;

/// Steps that are drawn.
const MOST: usize = 200;

/// Columns that the path of a step may take.
const LONGEST: usize = 40;

/// Bars of the steps that started, one a line; nothing for a run that took no time.
pub(super) fn draw(report: &Report) -> String {
    let ran = || report.steps.iter().filter_map(|step| Some((step, step.offset?)));
    let end = ran().map(|(step, offset)| offset + step.duration.unwrap_or(0.0)).fold(0.0, f64::max);
    if end <= 0.0 {
        return String::new();
    }
    let wide = ran().take(MOST).map(|(step, _)| step.path.chars().count()).max().unwrap_or(0);
    let wide = wide.min(LONGEST);
    let mut out = String::new();
    for (step, offset) in ran().take(MOST) {
        out.push_str(&format!("{:<wide$} {}\n", short(&step.path), bar(step, offset, end)));
    }
    let left_out = ran().count().saturating_sub(MOST);
    if left_out > 0 {
        out.push_str(&format!("and {left_out} more\n"));
    }
    out
}

fn bar(step: &ReportStep, offset: f64, end: f64) -> String {
    let column = |seconds: f64| ((seconds / end) * WIDTH as f64).floor() as usize;
    let from = column(offset).min(WIDTH - 1);
    let to = column(offset + step.duration.unwrap_or(end - offset)).clamp(from + 1, WIDTH);
    let mark = match (step.success, step.duration) {
        (_, None) => ">",
        (true, _) => "=",
        (false, _) => "x",
    };
    format!("|{}{}{}|", " ".repeat(from), mark.repeat(to - from), " ".repeat(WIDTH - to))
}

/// The end of a long path says more than its beginning.
fn short(path: &str) -> String {
    let count = path.chars().count();
    if count <= LONGEST {
        return path.to_owned();
    }
    let end: String = path.chars().skip(count - LONGEST + 1).collect();
    format!("…{end}")
}
