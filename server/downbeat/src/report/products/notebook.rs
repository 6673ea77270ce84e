//! Whether a text is a notebook: JSON with cells, each of which has a kind and a source.

use serde_json::Value as Json;

/// What is wrong with it first, for people.
pub(super) fn find(text: &str) -> Option<String> {
    let notebook: Json = match serde_json::from_str(text) {
        Ok(notebook) => notebook,
        Err(error) => return Some(error.to_string()),
    };
    if notebook.get("worksheets").is_some() {
        return None;
    }
    let Some(cells) = notebook.get("cells").and_then(Json::as_array) else {
        return Some("it has no `cells`".to_owned());
    };
    if !notebook.get("nbformat").is_some_and(Json::is_u64) {
        return Some("it has no `nbformat`".to_owned());
    }
    let mut cells = cells.iter().enumerate();
    cells.find_map(|(at, cell)| Some(format!("cell {} {}", at + 1, of_cell(cell)?)))
}

fn of_cell(cell: &Json) -> Option<&'static str> {
    let kind = cell.get("cell_type").and_then(Json::as_str);
    if !kind.is_some_and(|it| ["code", "markdown", "raw", "heading"].contains(&it)) {
        return Some("has no `cell_type`");
    }
    let is_source = match cell.get("source") {
        Some(Json::String(_)) => true,
        Some(Json::Array(lines)) => lines.iter().all(Json::is_string),
        _ => false,
    };
    (!is_source).then_some("has no `source`")
}

#[cfg(test)]
mod tests {
    use super::find;

    #[test]
    fn notebooks_are_told_from_other_json() {
        for (text, why) in [
            (r#"{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}"#, None),
            (
                r##"{"cells": [{"cell_type": "markdown", "source": "# Tides"}], "nbformat": 4}"##,
                None,
            ),
            (r#"{"worksheets": [], "nbformat": 3}"#, None),
            (r#"{"cells": "print(1)", "nbformat": 4}"#, Some("it has no `cells`")),
            (r#"{"cells": []}"#, Some("it has no `nbformat`")),
            (r#"{"cells": [{"source": ""}], "nbformat": 4}"#, Some("cell 1 has no `cell_type`")),
            (
                r#"{"cells": [{"cell_type": "code", "source": [1]}], "nbformat": 4}"#,
                Some("cell 1 has no `source`"),
            ),
        ] {
            assert_eq!(find(text).as_deref(), why, "{text}");
        }
        assert!(find("[").is_some());
    }
}
