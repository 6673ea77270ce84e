//! Reading data: values as they are, text by its format, paths of files by their endings.

use engine::tool::{Names, Place};
use pipeline::eval::evaluate;
use pipeline::eval::parse_condition;
use serde_json::Value as Json;

use super::Row;
use crate::files::{self, Reach};

/// A format of text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    Json,
    Csv,
    Tsv,
    Text,
}

impl Form {
    /// The format of that name.
    pub(crate) fn named(name: &str) -> Result<Self, String> {
        match name.trim().to_lowercase().as_str() {
            "json" => Ok(Self::Json),
            "csv" => Ok(Self::Csv),
            "tsv" => Ok(Self::Tsv),
            "text" => Ok(Self::Text),
            other => Err(format!(
                "the format `{other}` is not supported yet: use json, csv, tsv or text"
            )),
        }
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Csv => "csv",
            Self::Tsv => "tsv",
            Self::Text => "text",
        }
    }

    pub(super) fn delimiter(self) -> u8 {
        if self == Self::Tsv { b'\t' } else { b',' }
    }
}

/// The data, parsed.
pub(crate) fn read(place: &Place, data: &Json, form: Form) -> Result<Json, String> {
    let Json::String(text) = data else { return Ok(data.clone()) };
    match file(place, data)? {
        Some((content, form)) => parse(&content, form),
        None => parse(text, form),
    }
}

/// The data, parsed when it can be.
pub(super) fn read_or_text(place: &Place, data: &Json, form: Form) -> Result<Json, String> {
    let Json::String(text) = data else { return Ok(data.clone()) };
    let (content, form) = file(place, data)?.unwrap_or_else(|| (text.clone(), form));
    Ok(parse(&content, form).unwrap_or(Json::String(content)))
}

/// The file that the data is in, if it names one.
pub(super) fn named(place: &Place, data: &Json) -> Option<Reach> {
    let path = data.as_str()?.trim();
    let like_a_path =
        path.len() < 4096 && path.contains(['/', '.']) && !path.contains(['\n', '{', '[', ',']);
    if !like_a_path {
        return None;
    }
    files::to_read(place, path).ok().filter(|reach| reach.path.is_file())
}

/// The content of the file that the data names, if it names one.
fn file(place: &Place, data: &Json) -> Result<Option<(String, Form)>, String> {
    let Some(reach) = named(place, data) else { return Ok(None) };
    let path = reach.written.as_str();
    let content = files::read(&reach).map_err(|error| error.message)?;
    let form = match path.rsplit('.').next() {
        Some("csv") => Form::Csv,
        Some("tsv") => Form::Tsv,
        Some("json") => Form::Json,
        _ => Form::Text,
    };
    Ok(Some((content, form)))
}

/// Text as data. JSON may also be CSV that looks like it, or a list or map in Python's spelling.
pub(crate) fn parse(text: &str, form: Form) -> Result<Json, String> {
    match form {
        Form::Text => Ok(Json::String(text.to_owned())),
        Form::Csv | Form::Tsv => table(text, form),
        Form::Json if looks_like_csv(text) => table(text, Form::Csv),
        Form::Json => serde_json::from_str(text)
            .or_else(|error| python(text).ok_or_else(|| format!("the data is no JSON: {error}"))),
    }
}

fn python(text: &str) -> Option<Json> {
    let text = text.trim();
    if !text.starts_with(['[', '{', '(']) {
        return None;
    }
    let value = evaluate(&parse_condition(text), text, Names::none().scope()).ok()?;
    Some(value.to_json())
}

fn table(text: &str, form: Form) -> Result<Json, String> {
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(form.delimiter())
        .flexible(true)
        .from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let header = reader
        .headers()
        .map_err(|error| format!("the data is no {}: {error}", form.name()))?
        .clone();
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| format!("the data is no {}: {error}", form.name()))?;
        let cells = header.iter().enumerate();
        let row: Row = cells
            .map(|(at, name)| (name.to_owned(), record.get(at).map_or(Json::Null, Json::from)))
            .collect();
        rows.push(Json::Object(row));
    }
    Ok(Json::Array(rows))
}

/// A first line with commas, about as many in the next two, and no sign of JSON.
pub(crate) fn looks_like_csv(text: &str) -> bool {
    let text = text.trim();
    let mut lines = text.lines();
    let Some(first) = lines.next() else { return false };
    let commas = |line: &str| line.matches(',').count();
    !text.starts_with(['{', '[', '(', '"'])
        && commas(first) > 0
        && lines
            .take(2)
            .all(|line| line.trim().is_empty() || commas(line).abs_diff(commas(first)) <= 1)
}

/// The rows of a table: a list of maps, or a map that holds one as `records` or `data`, or one map.
pub(crate) fn rows(data: Json) -> Result<Vec<Row>, String> {
    match data {
        Json::Array(items) => {
            let row = |(at, item): (usize, Json)| match item {
                Json::Object(row) => Ok(row),
                other => Err(format!("row {at} of the data is no map but {}", type_name(&other))),
            };
            items.into_iter().enumerate().map(row).collect()
        }
        Json::Object(mut map) => {
            for name in ["records", "data"] {
                if matches!(map.get(name), Some(Json::Array(_))) {
                    return rows(map.remove(name).unwrap_or_default());
                }
            }
            Ok(vec![map])
        }
        other => Err(format!("the data must be a list of maps and is {}", type_name(&other))),
    }
}

/// Python's name for the type of a value.
pub(crate) fn type_name(value: &Json) -> &'static str {
    match value {
        Json::Null => "NoneType",
        Json::Bool(_) => "bool",
        Json::Number(number) if number.is_f64() => "float",
        Json::Number(_) => "int",
        Json::String(_) => "str",
        Json::Array(_) => "list",
        Json::Object(_) => "dict",
    }
}
