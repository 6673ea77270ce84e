//! Writing data as text.

use serde_json::{Value as Json, json};

use super::{Form, Row, type_name};
use crate::answer::spelled;

/// `convert`.
pub(super) fn convert(data: Json, target: Form) -> Result<Json, String> {
    let kind = type_name(&data);
    let text = match (&data, target) {
        (Json::String(text), _) => text.clone(),
        (_, Form::Json) => pretty(&data)?,
        (Json::Array(items), Form::Csv | Form::Tsv) if !items.is_empty() => {
            table(&super::input::rows(data)?, target)?
        }
        (other, _) => spelled(other),
    };
    Ok(
        json!({ "action": "convert", "target_format": target.name(), "data": text, "original_type": kind }),
    )
}

/// JSON, indented by two.
pub(super) fn pretty(data: &Json) -> Result<String, String> {
    serde_json::to_string_pretty(data).map_err(|error| error.to_string())
}

/// Rows as a list, or as text where a table is asked for.
pub(super) fn rows(rows: Vec<Row>, target: Form) -> Result<Json, String> {
    match target {
        Form::Csv | Form::Tsv if !rows.is_empty() => table(&rows, target).map(Json::String),
        _ => Ok(Json::Array(rows.into_iter().map(Json::Object).collect())),
    }
}

/// Columns in the order in which they first appear.
pub(super) fn columns(rows: &[Row]) -> Vec<String> {
    let mut columns = indexmap::IndexSet::new();
    for row in rows {
        for name in row.keys() {
            if !columns.contains(name.as_str()) {
                columns.insert(name.clone());
            }
        }
    }
    columns.into_iter().collect()
}

/// Text with a header line; lines end as RFC 4180 has it.
pub(super) fn table(rows: &[Row], form: Form) -> Result<String, String> {
    let columns = columns(rows);
    let mut writer = csv::WriterBuilder::new()
        .delimiter(form.delimiter())
        .terminator(csv::Terminator::CRLF)
        .from_writer(Vec::new());
    let text = |error: csv::Error| error.to_string();
    writer.write_record(&columns).map_err(text)?;
    for row in rows {
        let cell = |name: &String| match row.get(name) {
            None | Some(Json::Null) => String::new(),
            Some(value) => spelled(value),
        };
        writer.write_record(columns.iter().map(cell)).map_err(text)?;
    }
    let bytes = writer.into_inner().map_err(|error| error.to_string())?;
    String::from_utf8(bytes).map_err(|error| error.to_string())
}
