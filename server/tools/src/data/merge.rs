//! `merge`: several tables become one.

use std::collections::BTreeMap;

use engine::tool::Place;
use serde_json::{Map, Value as Json, json};

use super::{Form, Row, input, output};
use crate::answer::{given, spelled, text};

pub(super) fn merge(place: &Place, parameters: &Map<String, Json>) -> Result<Json, String> {
    let Some(Json::Array(datasets)) = given(parameters, "datasets") else {
        return Err("No datasets provided to merge".to_owned());
    };
    let strategy = text(parameters, "merge_strategy").unwrap_or_else(|| "combine".to_owned());
    let mut tables = Vec::new();
    for (at, dataset) in datasets.iter().enumerate() {
        let data = dataset.get("data").ok_or_else(|| format!("dataset {at} has no `data`"))?;
        let name = dataset.get("name").map_or_else(|| format!("dataset_{at}"), spelled);
        let data = input::read(place, data, Form::Json)
            .map_err(|error| format!("dataset `{name}`: {error}"))?;
        let mut rows = input::rows(data).map_err(|error| format!("dataset `{name}`: {error}"))?;
        if strategy == "combine" {
            rows.iter_mut()
                .for_each(|row| drop(row.insert("_source".to_owned(), name.clone().into())));
        }
        tables.push(rows);
    }
    let count = tables.len();
    let mut tables = tables.into_iter();
    let first = tables.next().ok_or("No datasets provided to merge")?;
    let rows = match strategy.as_str() {
        "combine" | "concat" => tables.fold(first, |mut rows, more| {
            rows.extend(more);
            rows
        }),
        "join" => {
            let on = text(parameters, "join_on");
            let kind =
                Join::named(&text(parameters, "join_type").unwrap_or_else(|| "inner".to_owned()))?;
            tables.fold(first, |left, right| join(&left, &right, on.as_deref(), kind))
        }
        other => {
            return Err(format!(
                "`{other}` is no merge strategy: there are combine, concat and join"
            ));
        }
    };
    let columns = output::columns(&rows);
    let whole = |row: Row| -> Row {
        columns
            .iter()
            .map(|name| (name.clone(), row.get(name).cloned().unwrap_or_default()))
            .collect()
    };
    let rows: Vec<Row> = rows.into_iter().map(whole).collect();
    Ok(json!({
        "action": "merge",
        "datasets_merged": count,
        "total_rows": rows.len(),
        "total_columns": columns.len(),
        "columns": columns,
        "data": rows,
    }))
}

/// Whose rows stay without a match.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Join {
    Inner,
    Left,
    Right,
    Outer,
}

impl Join {
    fn named(name: &str) -> Result<Self, String> {
        match name.to_lowercase().as_str() {
            "inner" => Ok(Self::Inner),
            "left" => Ok(Self::Left),
            "right" => Ok(Self::Right),
            "outer" => Ok(Self::Outer),
            other => {
                Err(format!("`{other}` is no join type: there are inner, left, right and outer"))
            }
        }
    }
}

/// Matches rows by a field, or by their number. Other fields of the same name get `_x` and `_y`.
fn join(left: &[Row], right: &[Row], on: Option<&str>, kind: Join) -> Vec<Row> {
    let key = |(at, row): (usize, &Row)| match on {
        Some(name) => row.get(name).map(spelled).unwrap_or_default(),
        None => at.to_string(),
    };
    let mut by_key: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (at, row) in right.iter().enumerate() {
        by_key.entry(key((at, row))).or_default().push(at);
    }
    let (ours, theirs) = (output::columns(left), output::columns(right));
    let both =
        |name: &String| Some(name.as_str()) != on && ours.contains(name) && theirs.contains(name);
    let part = |row: &Row, end: &str| -> Row {
        row.iter()
            .map(|(name, value)| {
                (if both(name) { format!("{name}{end}") } else { name.clone() }, value.clone())
            })
            .collect()
    };
    let mut used = vec![false; right.len()];
    let mut rows = Vec::new();
    for (at, row) in left.iter().enumerate() {
        let matches = by_key.get(&key((at, row))).map_or(&[][..], Vec::as_slice);
        if matches.is_empty() && matches!(kind, Join::Left | Join::Outer) {
            rows.push(part(row, "_x"));
        }
        for other in matches {
            if let (Some(used), Some(other)) = (used.get_mut(*other), right.get(*other)) {
                *used = true;
                let mut row = part(row, "_x");
                row.extend(part(other, "_y"));
                rows.push(row);
            }
        }
    }
    if matches!(kind, Join::Right | Join::Outer) {
        rows.extend(
            right.iter().zip(&used).filter(|(_, used)| !**used).map(|(row, _)| part(row, "_y")),
        );
    }
    rows
}
