//! Values for inputs, from `-c` and `-i`.

use std::path::Path;

use serde_json::{Map, Value as Json};

use crate::{cli::args::Inputs, workspace::Source};

/// The object of `-c`, and over it every `-i`, the last of a name winning.
///
/// # Errors
/// In words: the file of `-c` cannot be read, or holds no JSON object.
pub(in crate::cli) fn collect(call: &Inputs) -> Result<Map<String, Json>, String> {
    let mut all = match &call.config {
        Some(path) => read(path)?,
        None => Map::new(),
    };
    for (name, value) in &call.input {
        all.insert(name.clone(), parse(value));
    }
    Ok(all)
}

fn read(path: &Path) -> Result<Map<String, Json>, String> {
    let source = Source::read(path).map_err(|error| error.to_string())?;
    serde_json::from_str(&source.text)
        .map_err(|error| format!("`{}` does not hold one JSON object: {error}", source.name))
}

/// JSON where it parses, else text.
fn parse(text: &str) -> Json {
    serde_json::from_str(text).unwrap_or_else(|_| Json::from(text))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::parse;

    #[test]
    fn values_are_json_where_they_parse() {
        let given = ["3", "true", "[1, \"a\"]", "tides", "\"3\"", "", "1.0.0"].map(parse);
        let expected = [
            json!(3),
            json!(true),
            json!([1, "a"]),
            json!("tides"),
            json!("3"),
            json!(""),
            json!("1.0.0"),
        ];
        assert_eq!(given, expected);
    }
}
