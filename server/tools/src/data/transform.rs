//! `transform` and `filter`: one step after another over the rows.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value as Json, json};

use super::{Form, Row, expression, input, names, numbers, output};
use crate::answer::{given, spelled, text};

/// `filter`: the rows that match `criteria` and `condition` of the operation.
pub(super) fn filter(data: Json, operation: Option<&Json>, form: Form) -> Result<Json, String> {
    let criteria =
        operation.and_then(|it| it.get("criteria")).cloned().unwrap_or_else(|| json!({}));
    let condition = operation.and_then(|it| it.get("condition")).map(spelled);
    let single = matches!(&data, Json::Object(map) if !map.values().any(Json::is_array));
    let rows = input::rows(data)?;
    let before = rows.len();
    let mut kept = Vec::new();
    for row in rows {
        if matches(&row, &criteria)
            && condition.as_deref().map_or(Ok(true), |it| expression::holds(it, &row))?
        {
            kept.push(row);
        }
    }
    let count = kept.len();
    let data = match kept.pop() {
        Some(row) if single => Json::Object(row),
        None if single => Json::Null,
        last => {
            kept.extend(last);
            output::rows(kept, form)?
        }
    };
    Ok(json!({
        "action": "filter", "criteria": criteria, "data": data, "original_count": before, "filtered_count": count,
    }))
}

/// Whether every field of the criteria has that value; text and number are equal when they are spelled so.
fn matches(row: &Row, criteria: &Json) -> bool {
    let Json::Object(criteria) = criteria else { return true };
    criteria.iter().all(|(name, wanted)| row.get(name).is_some_and(|value| same(value, wanted)))
}

fn same(value: &Json, wanted: &Json) -> bool {
    match (value, wanted) {
        (Json::Number(a), Json::Number(b)) => a.as_f64() == b.as_f64(),
        (Json::String(text), Json::Number(_) | Json::Bool(_)) => {
            *text == spelled(wanted) || text.eq_ignore_ascii_case(&wanted.to_string())
        }
        _ => value == wanted,
    }
}

/// `transform`.
pub(super) fn transform(
    data: Json,
    parameters: &Map<String, Json>,
    target: Form,
) -> Result<Json, String> {
    let operation = given(parameters, "operation");
    let listed =
        operation.and_then(|it| it.get("transformations").or_else(|| it.get("operations")));
    let steps = match listed.or_else(|| given(parameters, "operations")) {
        Some(Json::Array(steps)) => steps.clone(),
        Some(_) => return Err("the steps of `transform` must be a list".to_owned()),
        None => operation.filter(|it| it.get("type").is_some()).cloned().into_iter().collect(),
    };
    let mut data = data;
    for (at, step) in steps.iter().enumerate() {
        let Json::Object(step) = step else {
            return Err(format!("step {at} of `transform` is no map"));
        };
        data = apply(data, step).map_err(|error| format!("step {at} of `transform`: {error}"))?;
    }
    let count = data.as_array().map(Vec::len);
    let shown = match (data, target) {
        (Json::Array(items), Form::Csv | Form::Tsv) if !items.is_empty() => {
            Json::String(output::table(&input::rows(Json::Array(items))?, target)?)
        }
        (Json::String(text), _) => Json::String(text),
        (other, Form::Json) => Json::String(output::pretty(&other)?),
        (other, _) => other,
    };
    let mut result = json!({ "action": "transform", "transformations": steps, "data": shown });
    if let (Some(count), Json::Object(result)) = (count, &mut result) {
        result.insert("row_count".to_owned(), count.into());
    }
    Ok(result)
}

fn apply(data: Json, step: &Row) -> Result<Json, String> {
    let kind = text(step, "type").unwrap_or_default();
    let nested =
        matches!(&data, Json::Object(map) if matches!(map.get("records"), Some(Json::Array(_))));
    let single = !nested && data.is_object();
    let mut rows = input::rows(data)?;
    match kind.as_str() {
        "filter" => rows = keep(rows, step)?,
        "aggregate" => return sum_up(rows, step),
        "rename_fields" => {
            rows = rows.into_iter().map(|row| rename(row, step.get("mapping"))).collect()
        }
        "add_field" => {
            let field = text(step, "field").ok_or("`field` is missing")?;
            let value = step.get("value").cloned().unwrap_or_else(|| json!(""));
            rows.iter_mut().for_each(|row| drop(row.insert(field.clone(), value.clone())));
        }
        "deduplicate" => rows = deduplicate(rows, step),
        "cast" => each(&mut rows, step.get("columns"), |row, name, kind| {
            if let Some(value) = row.get_mut(name) {
                cast(value, &spelled(kind));
            }
            Ok(())
        })?,
        "fill_missing" => each(&mut rows, step.get("strategy"), |row, name, value| {
            if numbers::is_missing(row.get(name)) {
                row.insert(name.to_owned(), value.clone());
            }
            Ok(())
        })?,
        "calculate" => each(&mut rows, step.get("expressions"), |row, name, expression| {
            let value = expression::of_row(&spelled(expression), row)?;
            row.insert(name.to_owned(), value);
            Ok(())
        })?,
        other => {
            let known = "filter, aggregate, rename_fields, add_field, deduplicate, cast, fill_missing and calculate";
            return Err(format!("`{other}` is no kind of step: there are {known}"));
        }
    }
    let mut rows = rows.into_iter().map(Json::Object);
    if nested {
        return Ok(json!({ "records": rows.collect::<Vec<_>>() }));
    }
    if single { Ok(rows.next_back().unwrap_or_default()) } else { Ok(Json::Array(rows.collect())) }
}

fn each(
    rows: &mut [Row],
    map: Option<&Json>,
    act: impl Fn(&mut Row, &str, &Json) -> Result<(), String>,
) -> Result<(), String> {
    let map = map.and_then(Json::as_object).ok_or("the map of its columns is missing")?;
    for row in rows {
        for (name, value) in map {
            act(row, name, value)?;
        }
    }
    Ok(())
}

fn keep(rows: Vec<Row>, step: &Row) -> Result<Vec<Row>, String> {
    let condition = text(step, "condition");
    let field = text(step, "field");
    let wanted = step.get("value").unwrap_or(&Json::Null);
    let mut kept = Vec::new();
    for row in rows {
        let by_field =
            field.as_ref().is_none_or(|field| same(row.get(field).unwrap_or(&Json::Null), wanted));
        if by_field && condition.as_deref().map_or(Ok(true), |it| expression::holds(it, &row))? {
            kept.push(row);
        }
    }
    Ok(kept)
}

/// One number of all rows, beside the rows.
fn sum_up(rows: Vec<Row>, step: &Row) -> Result<Json, String> {
    let function = text(step, "operation").unwrap_or_else(|| "sum".to_owned());
    let field = text(step, "field").ok_or("`field` is missing")?;
    let values: Vec<f64> =
        rows.iter().filter_map(|row| numbers::number(row.get(&field)?)).collect();
    numbers::fold(&function, &[0.0]).ok_or_else(|| format!("`{function}` is no function"))?;
    let result = match numbers::fold(&function, &values) {
        Some(number) => whole(number),
        None if function == "sum" => json!(0),
        None => Json::Null,
    };
    Ok(json!({
        "filtered_records": rows, "aggregation": { "operation": function, "field": field, "result": result },
    }))
}

/// A number without fraction as an integer.
#[expect(clippy::cast_possible_truncation, reason = "whole and within 2^53")]
fn whole(number: f64) -> Json {
    if number.fract() == 0.0 && number.abs() < 9e15 { json!(number as i64) } else { json!(number) }
}

fn rename(row: Row, mapping: Option<&Json>) -> Row {
    let new = |name: String| mapping.and_then(|it| it.get(&name)).map(spelled).unwrap_or(name);
    row.into_iter().map(|(name, value)| (new(name), value)).collect()
}

/// The first, or the last, of rows that are equal in `columns` (all columns when none are named).
fn deduplicate(rows: Vec<Row>, step: &Row) -> Vec<Row> {
    let columns = names(step, "columns");
    let key = |row: &Row| -> Vec<String> {
        if columns.is_empty() {
            return vec![Json::Object(row.clone()).to_string()];
        }
        columns.iter().map(|name| row.get(name).map(spelled).unwrap_or_default()).collect()
    };
    if text(step, "keep").as_deref() == Some("last") {
        let last: BTreeMap<Vec<String>, usize> =
            rows.iter().enumerate().map(|(at, row)| (key(row), at)).collect();
        let kept: BTreeSet<usize> = last.into_values().collect();
        return rows
            .into_iter()
            .enumerate()
            .filter(|(at, _)| kept.contains(at))
            .map(|(_, row)| row)
            .collect();
    }
    let mut seen = BTreeSet::new();
    rows.into_iter().filter(|row| seen.insert(key(row))).collect()
}

/// Another type where the value has one; a value that does not convert stays as it is.
#[expect(clippy::cast_possible_truncation, reason = "a number beyond 64 bits is kept at their end")]
fn cast(value: &mut Json, kind: &str) {
    let empty = numbers::is_missing(Some(value));
    let new = match kind {
        "integer" | "int" if empty => Some(json!(0)),
        "integer" | "int" => numbers::number(value).map(|number| json!(number.trunc() as i64)),
        "float" | "number" if empty => Some(json!(0.0)),
        "float" | "number" => numbers::number(value).map(Json::from),
        "string" | "str" | "datetime" | "date" => Some(Json::String(spelled(value))),
        "boolean" | "bool" => match spelled(value).to_lowercase().as_str() {
            "true" | "yes" | "1" => Some(json!(true)),
            "false" | "no" | "0" | "" => Some(json!(false)),
            _ => None,
        },
        _ => None,
    };
    if let Some(new) = new {
        *value = new;
    }
}
