//! `pivot`: values of one field as rows, of another as columns.

use indexmap::{IndexMap, IndexSet};
use serde_json::{Map, Value as Json, json};

use super::{Form, Row, names, numbers, output};
use crate::answer::{spelled, text};

pub(super) fn pivot(
    rows: &[Row],
    parameters: &Map<String, Json>,
    target: Form,
) -> Result<Json, String> {
    let [index, columns, values] =
        ["index", "columns", "values"].map(|name| names(parameters, name));
    if index.is_empty() || values.is_empty() {
        return Err("`pivot` needs `index` and `values`".to_owned());
    }
    let function = text(parameters, "aggfunc").unwrap_or_else(|| "sum".to_owned()).to_lowercase();
    numbers::fold(&function, &[0.0])
        .ok_or_else(|| format!("`{function}` is no function for `aggfunc`"))?;
    let fill = parameters.get("fill_value").cloned().unwrap_or_else(|| json!(0));
    let key = |row: &Row, names: &[String]| -> Vec<String> {
        names.iter().map(|name| row.get(name).map(spelled).unwrap_or_default()).collect()
    };
    let mut cells: IndexMap<Vec<String>, IndexMap<String, Vec<f64>>> = IndexMap::new();
    let mut heads = IndexSet::new();
    for row in rows {
        let line = cells.entry(key(row, &index)).or_default();
        let column = key(row, &columns).join("_");
        for value in &values {
            let head = match (columns.is_empty(), values.len()) {
                (true, _) => value.clone(),
                (false, 1) => column.clone(),
                (false, _) => format!("{column}_{value}"),
            };
            heads.insert(head.clone());
            if let Some(number) = row.get(value).and_then(numbers::number) {
                line.entry(head).or_default().push(number);
            }
        }
    }
    let mut result = Vec::new();
    for (key, line) in cells {
        let mut row: Row = index.iter().cloned().zip(key.into_iter().map(Json::from)).collect();
        for head in &heads {
            let found = line.get(head).and_then(|values| numbers::fold(&function, values));
            row.insert(head.clone(), found.map_or_else(|| fill.clone(), Json::from));
        }
        result.push(row);
    }
    let count = result.len();
    Ok(json!({ "action": "pivot", "data": output::rows(result, target)?, "row_count": count }))
}
