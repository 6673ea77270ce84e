//! `clean`: repeated rows, missing values, outliers.

use std::collections::BTreeSet;

use serde_json::{Map, Value as Json, json};

use super::{Form, Row, numbers, output};
use crate::answer::{Flag, flag, text};

pub(super) fn clean(
    rows: Vec<Row>,
    parameters: &Map<String, Json>,
    form: Form,
) -> Result<Json, String> {
    let columns = output::columns(&rows);
    let before = rows.len();
    let mut rows = rows;
    if flag(parameters, "remove_duplicates", Flag::On) == Flag::On {
        let mut seen = BTreeSet::new();
        rows.retain(|row| seen.insert(Json::Object(row.clone()).to_string()));
    }
    for name in &columns {
        rows = fill(rows, name, text(parameters, "handle_missing").as_deref().unwrap_or("drop"))?;
    }
    if flag(parameters, "remove_outliers", Flag::Off) == Flag::On {
        for name in &columns {
            rows = without_outliers(rows, name);
        }
    }
    let after = rows.len();
    Ok(json!({
        "action": "clean",
        "data": output::rows(rows, form)?,
        "original_shape": { "rows": before, "columns": columns.len() },
        "cleaned_shape": { "rows": after, "columns": columns.len() },
        "rows_removed": before - after,
    }))
}

/// The numbers of a column, and whether it holds nothing else.
fn numbers_of(rows: &[Row], name: &str) -> (Vec<f64>, bool) {
    let present =
        || rows.iter().filter_map(|row| row.get(name)).filter(|it| !numbers::is_missing(Some(it)));
    let found: Vec<f64> = present().filter_map(numbers::number).collect();
    let all = !found.is_empty() && found.len() == present().count();
    (found, all)
}

fn fill(mut rows: Vec<Row>, name: &str, how: &str) -> Result<Vec<Row>, String> {
    let missing = |row: &Row| numbers::is_missing(row.get(name));
    match how {
        "keep" => {}
        "drop" => rows.retain(|row| !missing(row)),
        "forward_fill" => carry(rows.iter_mut(), name),
        "backward_fill" => carry(rows.iter_mut().rev(), name),
        "mean" => {
            let (found, all) = numbers_of(&rows, name);
            if all {
                let mean = numbers::mean(&found);
                rows.iter_mut()
                    .filter(|row| missing(row))
                    .for_each(|row| drop(row.insert(name.to_owned(), mean.into())));
            }
        }
        "interpolate" if numbers_of(&rows, name).1 => interpolate(&mut rows, name),
        "interpolate" => {}
        other => return Err(format!("`{other}` is no way to handle missing values")),
    }
    Ok(rows)
}

/// Gives a missing value that of its neighbour before.
fn carry<'a>(rows: impl Iterator<Item = &'a mut Row>, name: &str) {
    let mut last: Option<Json> = None;
    for row in rows {
        if !numbers::is_missing(row.get(name)) {
            last = row.get(name).cloned();
        } else if let Some(value) = &last {
            row.insert(name.to_owned(), value.clone());
        }
    }
}

/// A straight line between the neighbours; behind the last number its value.
fn interpolate(rows: &mut [Row], name: &str) {
    let known: Vec<(usize, f64)> = rows
        .iter()
        .enumerate()
        .filter_map(|(at, row)| Some((at, numbers::number(row.get(name)?)?)))
        .collect();
    for (at, row) in rows.iter_mut().enumerate() {
        if !numbers::is_missing(row.get(name)) {
            continue;
        }
        let before = known.iter().rev().find(|(index, _)| *index < at);
        let after = known.iter().find(|(index, _)| *index > at);
        let value = match (before, after) {
            (Some((x0, y0)), Some((x1, y1))) => {
                y0 + (y1 - y0) * (at - x0) as f64 / (x1 - x0) as f64
            }
            (Some((_, y0)), None) => *y0,
            _ => continue,
        };
        row.insert(name.to_owned(), value.into());
    }
}

/// Without rows whose number is more than 1.5 times the width of the middle half beyond it.
fn without_outliers(mut rows: Vec<Row>, name: &str) -> Vec<Row> {
    let (found, all) = numbers_of(&rows, name);
    if all {
        let (first, third) = (numbers::quantile(&found, 0.25), numbers::quantile(&found, 0.75));
        let width = 1.5 * (third - first);
        rows.retain(|row| {
            row.get(name)
                .and_then(numbers::number)
                .is_some_and(|it| it >= first - width && it <= third + width)
        });
    }
    rows
}
