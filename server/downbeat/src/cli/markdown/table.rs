//! Tables: their columns are as wide as what is shown, not as what is written.

use super::inline;
use crate::cli::paint::Paint;

/// Characters that a column is padded to at most.
const WIDEST: usize = 40;

/// The rows of a table that have been seen so far.
#[derive(Default)]
pub(super) struct Table(Vec<Vec<String>>);

impl Table {
    pub(super) fn add(&mut self, line: &str) {
        self.0.push(cells(line));
    }

    pub(super) fn flush(&mut self, out: &mut String, paint: Paint) {
        let rows = std::mem::take(&mut self.0);
        let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
        let wide: Vec<usize> = (0..columns)
            .map(|at| rows.iter().filter_map(|row| row.get(at)).map(|it| width(it)).max())
            .map(|widest| widest.unwrap_or(0).min(WIDEST))
            .collect();
        for row in rows {
            let is_rule = row.iter().all(|it| is_rule(it));
            for (cell, wide) in row.iter().zip(&wide) {
                let (shown, room) = if is_rule {
                    ("-".repeat(*wide), 0)
                } else {
                    (inline(cell, paint), wide.saturating_sub(width(cell)))
                };
                out.push_str(&format!("| {shown}{} ", " ".repeat(room)));
            }
            out.push_str("|\n");
        }
    }
}

/// A bar behind a backslash is none between cells, in code neither.
fn cells(line: &str) -> Vec<String> {
    let line = line.trim();
    let line = line.strip_prefix('|').unwrap_or(line);
    let line = line.strip_suffix('|').unwrap_or(line);
    let mut cells = vec![String::new()];
    let mut characters = line.chars().peekable();
    while let Some(character) = characters.next() {
        let cell = match character {
            '|' => {
                cells.push(String::new());
                continue;
            }
            '\\' => characters.next_if_eq(&'|').unwrap_or('\\'),
            other => other,
        };
        if let Some(last) = cells.last_mut() {
            last.push(cell);
        }
    }
    cells.iter().map(|cell| cell.trim().to_owned()).collect()
}

fn is_rule(cell: &str) -> bool {
    !cell.is_empty() && cell.chars().all(|it| matches!(it, '-' | ':'))
}

fn width(cell: &str) -> usize {
    inline(cell, Paint::Plain).chars().count()
}
