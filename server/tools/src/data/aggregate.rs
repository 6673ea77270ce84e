//! `aggregate`: groups, and numbers of each group.

use std::collections::BTreeSet;

use indexmap::IndexMap;
use serde_json::{Map, Value as Json, json};

use super::{Form, Row, names, numbers, output};
use crate::answer::{given, spelled};

/// One thing to compute: `{column, function}`, or the function's name for the column of the same name.
struct Wish<'a> {
    name: &'a str,
    column: String,
    function: String,
    short: bool,
}

/// Groups by `group_by` and computes `aggregations`; both may stand in `operation`, too.
pub(super) fn aggregate(
    rows: &[Row],
    parameters: &Map<String, Json>,
    target: Form,
) -> Result<Json, String> {
    let empty = Map::new();
    let operation = given(parameters, "operation").and_then(Json::as_object).unwrap_or(&empty);
    let either = |name| if given(parameters, name).is_some() { parameters } else { operation };
    let group_by = names(either("group_by"), "group_by");
    let wishes = match given(either("aggregations"), "aggregations") {
        None => Vec::new(),
        Some(Json::Object(map)) => map.iter().map(wish).collect::<Result<_, _>>()?,
        Some(_) => return Err("`aggregations` must be a map".to_owned()),
    };
    if group_by.is_empty() {
        let all: Vec<&Row> = rows.iter().collect();
        let mut computed = Map::new();
        for wish in &wishes {
            let name = if wish.short {
                format!("{}_{}", wish.name, wish.function)
            } else {
                wish.name.to_owned()
            };
            compute(wish, &all, Counted::Present)?.map(|value| computed.insert(name, value));
        }
        return Ok(
            json!({ "action": "aggregate", "data": { "count": rows.len(), "aggregations": computed } }),
        );
    }
    let mut groups: IndexMap<Vec<String>, Vec<&Row>> = IndexMap::new();
    for row in rows {
        let key =
            group_by.iter().map(|name| row.get(name).map(spelled).unwrap_or_default()).collect();
        groups.entry(key).or_default().push(row);
    }
    let mut result = Vec::new();
    for (key, group) in groups {
        let mut row: Row = group_by.iter().cloned().zip(key.into_iter().map(Json::from)).collect();
        for wish in &wishes {
            compute(wish, &group, Counted::All)?
                .map(|value| row.insert(wish.name.to_owned(), value));
        }
        result.push(row);
    }
    let count = result.len();
    Ok(json!({ "action": "aggregate", "data": output::rows(result, target)?, "row_count": count }))
}

fn wish<'a>((name, spec): (&'a String, &Json)) -> Result<Wish<'a>, String> {
    let field = |key: &str| spec.get(key).map(spelled);
    match spec {
        Json::String(function) => {
            Ok(Wish { name, column: name.clone(), function: function.to_lowercase(), short: true })
        }
        Json::Object(_) => Ok(Wish {
            name,
            column: field("column").unwrap_or_else(|| name.clone()),
            function: field("function").unwrap_or_else(|| "sum".to_owned()).to_lowercase(),
            short: false,
        }),
        _ => Err(format!(
            "`aggregations.{name}` must be the name of a function, or `{{column, function}}`"
        )),
    }
}

/// What `count` counts: rows, or rows that have the column.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Counted {
    All,
    Present,
}

/// The value, or nothing where no number is found.
fn compute(wish: &Wish<'_>, rows: &[&Row], counted: Counted) -> Result<Option<Json>, String> {
    let present: Vec<&Json> = rows.iter().filter_map(|row| row.get(&wish.column)).collect();
    match wish.function.as_str() {
        "count" if counted == Counted::All => return Ok(Some(rows.len().into())),
        "count" => return Ok(Some(present.len().into())),
        "count_distinct" | "nunique" => {
            let distinct: BTreeSet<String> = present.iter().map(|value| spelled(value)).collect();
            return Ok(Some(distinct.len().into()));
        }
        _ => {}
    }
    let values: Vec<f64> = present.into_iter().filter_map(numbers::number).collect();
    if numbers::fold(&wish.function, &[0.0]).is_none() {
        let message =
            "is no function: use sum, mean, min, max, median, count, count_distinct, first or last";
        return Err(format!("`{}` of `aggregations.{}` {message}", wish.function, wish.name));
    }
    Ok(numbers::fold(&wish.function, &values).map(Json::from))
}
