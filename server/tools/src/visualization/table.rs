//! Data as columns of numbers, moments or words.

use engine::tool::Place;
use indexmap::IndexMap;
use jiff::{Timestamp, civil, tz::TimeZone};
use serde_json::{Map, Value as Json};

use crate::{
    answer::spelled,
    data::{Form, Row, number, read_data, rows_of},
};

/// The most rows that are drawn.
const MOST_ROWS: usize = 1_000_000;

/// Columns of the same length.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) columns: Vec<Column>,
    pub(super) rows: usize,
}

/// A named column.
#[derive(Debug)]
pub(super) struct Column {
    pub(super) name: String,
    pub(super) cells: Cells,
}

/// What the cells of a column all are; none where a row says nothing.
#[derive(Debug)]
pub(super) enum Cells {
    Numbers(Vec<Option<f64>>),
    /// Seconds since 1970, in UTC.
    Moments(Vec<Option<f64>>),
    Words(Vec<Option<String>>),
}

/// The table that `data` is: a list of maps, a map of columns or of rows, or text or a file that holds one.
pub(super) fn read(place: &Place, data: &Json) -> Result<Table, String> {
    let data = read_data(place, data, Form::Json)?;
    let rows = rows(data)?;
    if rows.is_empty() {
        return Err("the data has no row to draw".to_owned());
    }
    if rows.len() > MOST_ROWS {
        return Err(format!("{} rows are too many to draw: the limit is {MOST_ROWS}", rows.len()));
    }
    let mut cells: IndexMap<&str, Vec<Option<&Json>>> = IndexMap::new();
    for (at, row) in rows.iter().enumerate() {
        for (name, value) in row {
            let column = cells.entry(name).or_insert_with(|| vec![None; rows.len()]);
            if let Some(cell) = column.get_mut(at) {
                *cell = Some(value).filter(|it| !is_blank(it));
            }
        }
    }
    let column =
        |(name, values): (&str, Vec<_>)| Column { name: name.to_owned(), cells: typed(&values) };
    let columns: Vec<Column> = cells.into_iter().map(column).collect();
    if columns.is_empty() {
        return Err("the data has no column to draw".to_owned());
    }
    Ok(Table { columns, rows: rows.len() })
}

fn is_blank(value: &Json) -> bool {
    value.is_null() || value.as_str().is_some_and(|text| text.trim().is_empty())
}

fn rows(data: Json) -> Result<Vec<Row>, String> {
    match data {
        Json::Object(map)
            if !map.is_empty() && map.values().all(Json::is_array) && !holds_rows(&map) =>
        {
            Ok(turned(&map))
        }
        Json::Object(map) if !map.is_empty() && map.values().all(Json::is_object) => {
            Ok(map.into_iter().filter_map(|(_, row)| object(row)).collect())
        }
        Json::Object(map) if !map.is_empty() && map.values().all(Json::is_number) => {
            Ok(map.into_iter().map(pair).collect())
        }
        Json::Array(items) if !items.is_empty() && items.iter().all(Json::is_number) => {
            Ok(items.into_iter().map(|item| Map::from_iter([("value".to_owned(), item)])).collect())
        }
        other => rows_of(other),
    }
}

/// Whether a map holds a table as `records` or `data`.
fn holds_rows(map: &Map<String, Json>) -> bool {
    ["records", "data"]
        .into_iter()
        .filter_map(|name| map.get(name)?.as_array())
        .any(|list| list.iter().all(Json::is_object))
}

fn object(value: Json) -> Option<Row> {
    match value {
        Json::Object(row) => Some(row),
        _ => None,
    }
}

fn pair((name, value): (String, Json)) -> Row {
    Map::from_iter([("name".to_owned(), Json::String(name)), ("value".to_owned(), value)])
}

/// Columns as rows.
fn turned(columns: &Map<String, Json>) -> Vec<Row> {
    let lists: Vec<(&String, &Vec<Json>)> =
        columns.iter().filter_map(|(name, list)| Some((name, list.as_array()?))).collect();
    let longest = lists.iter().map(|(_, list)| list.len()).max().unwrap_or(0);
    let row = |at: usize| {
        lists
            .iter()
            .filter_map(|(name, list)| Some(((*name).clone(), list.get(at)?.clone())))
            .collect()
    };
    (0..longest).map(row).collect()
}

fn typed(values: &[Option<&Json>]) -> Cells {
    let all = |read: fn(&Json) -> Option<f64>| {
        let read: Vec<Option<f64>> = values.iter().map(|it| it.and_then(read)).collect();
        let complete =
            values.iter().zip(&read).all(|(value, read)| value.is_none() || read.is_some());
        (complete && read.iter().any(Option::is_some)).then_some(read)
    };
    // Truth values are words here: they name two groups and measure nothing.
    let measured = |value: &Json| number(value).filter(|_| !value.is_boolean());
    if let Some(numbers) = all(measured) {
        return Cells::Numbers(numbers);
    }
    if let Some(moments) = all(moment) {
        return Cells::Moments(moments);
    }
    Cells::Words(values.iter().map(|it| it.map(spelled)).collect())
}

/// A date or a moment in ISO form, as seconds since 1970; one that names no zone is in UTC.
fn moment(value: &Json) -> Option<f64> {
    let text = value.as_str()?.trim();
    let moment = text.parse::<Timestamp>().ok();
    let moment = moment
        .or_else(|| TimeZone::UTC.to_timestamp(text.parse::<civil::DateTime>().ok()?).ok())?;
    Some(moment.as_millisecond() as f64 / 1000.0)
}
