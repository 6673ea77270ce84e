//! What a product's file holds: a value in the format that the file's name asks for.

use std::path::Path;

use serde_json::{Map, Value as Json};

/// A format of product files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    /// Indented by two.
    Json,
    Yaml,
    /// RFC 4180, a header line first; from a list of maps.
    Csv,
    /// Whatever else the name says.
    Text,
}

/// The content of the file, and its media type.
///
/// # Errors
/// A `.csv` of something that is no list of maps or lists.
pub(crate) fn content(value: &Json, file: &str) -> Result<(String, &'static str), String> {
    let (format, media_type) = of_name(file);
    let text = match format {
        Format::Json => {
            serde_json::to_string_pretty(&parsed(value)).map_err(|error| error.to_string())? + "\n"
        }
        Format::Yaml => {
            serde_saphyr::to_string(&parsed(value)).map_err(|error| error.to_string())?
        }
        Format::Csv => table(value)?,
        Format::Text => text(value),
    };
    Ok((text, media_type))
}

fn of_name(file: &str) -> (Format, &'static str) {
    let extension = Path::new(file).extension().and_then(|it| it.to_str()).unwrap_or_default();
    match extension.to_ascii_lowercase().as_str() {
        "json" => (Format::Json, "application/json"),
        "yaml" | "yml" => (Format::Yaml, "application/yaml"),
        "csv" => (Format::Csv, "text/csv"),
        "md" | "markdown" => (Format::Text, "text/markdown"),
        "html" | "htm" => (Format::Text, "text/html"),
        "xml" => (Format::Text, "application/xml"),
        _ => (Format::Text, "text/plain"),
    }
}

/// Text that spells JSON is taken for what it spells: models and files give JSON as text.
fn parsed(value: &Json) -> Json {
    let spelled = |text: &str| serde_json::from_str(text).ok();
    value.as_str().and_then(spelled).unwrap_or_else(|| value.clone())
}

fn text(value: &Json) -> String {
    match value {
        Json::String(text) => text.clone(),
        Json::Object(_) | Json::Array(_) => format!("{value:#}"),
        other => other.to_string(),
    }
}

fn table(value: &Json) -> Result<String, String> {
    if let Json::String(text) = value {
        return Ok(text.clone());
    }
    let no_table = || "only a list of maps, or of lists, becomes a table".to_owned();
    let rows = value.as_array().ok_or_else(no_table)?;
    let mut writer = csv::WriterBuilder::new()
        .flexible(true)
        .terminator(csv::Terminator::CRLF)
        .from_writer(Vec::new());
    let failed = |error: csv::Error| error.to_string();
    if let Some(maps) = rows.iter().map(Json::as_object).collect::<Option<Vec<_>>>() {
        let columns = columns(&maps);
        if !columns.is_empty() {
            writer.write_record(&columns).map_err(failed)?;
        }
        for row in maps {
            writer.write_record(columns.iter().map(|name| cell(row.get(*name)))).map_err(failed)?;
        }
    } else {
        for row in rows {
            let cells = row.as_array().ok_or_else(no_table)?;
            writer.write_record(cells.iter().map(|value| cell(Some(value)))).map_err(failed)?;
        }
    }
    let bytes = writer.into_inner().map_err(|error| error.to_string())?;
    String::from_utf8(bytes).map_err(|error| error.to_string())
}

/// In the order in which they first appear.
fn columns<'r>(rows: &[&'r Map<String, Json>]) -> Vec<&'r str> {
    let mut columns = indexmap::IndexSet::new();
    for row in rows {
        columns.extend(row.keys().map(String::as_str));
    }
    columns.into_iter().collect()
}

fn cell(value: Option<&Json>) -> String {
    match value {
        None | Some(Json::Null) => String::new(),
        Some(Json::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn written(value: &Json, file: &str) -> String {
        content(value, file).map_or_else(|error| format!("error: {error}"), |(text, _)| text)
    }

    #[test]
    fn the_extension_decides() {
        let rows = json!([{ "a": 1, "b": "x, y" }, { "a": null, "c": true }]);
        for (file, expected) in [
            (
                "r.JSON",
                "[\n  {\n    \"a\": 1,\n    \"b\": \"x, y\"\n  },\n  {\n    \"a\": null,\n    \"c\": true\n  }\n]\n",
            ),
            ("r.csv", "a,b,c\r\n1,\"x, y\",\r\n,,true\r\n"),
        ] {
            assert_eq!(written(&rows, file), expected, "{file}");
        }
        assert_eq!(
            written(&json!({ "title": "no: yes", "on": [1, "2"] }), "r.yml"),
            "title: \"no: yes\"\n\"on\":\n- 1\n- \"2\"\n"
        );
        assert_eq!(written(&json!("# Title"), "r.md"), "# Title");
        assert_eq!(written(&json!(3), "r.txt"), "3");
        assert_eq!(written(&json!([["a", 1], ["b", 2]]), "r.csv"), "a,1\r\nb,2\r\n");
    }

    #[test]
    fn text_that_spells_json_is_written_as_what_it_spells() {
        assert_eq!(written(&json!("{\"a\":1}"), "r.json"), "{\n  \"a\": 1\n}\n");
        assert_eq!(written(&json!("plain"), "r.json"), "\"plain\"\n");
    }

    #[test]
    fn a_table_needs_rows() {
        assert_eq!(
            written(&json!({ "a": 1 }), "r.csv"),
            "error: only a list of maps, or of lists, becomes a table"
        );
        assert_eq!(written(&json!([]), "r.csv"), "");
    }
}
