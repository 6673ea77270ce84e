//! JSON Schema. References to other documents are refused: nothing is fetched.

use jsonschema::{Draft, PatternOptions, ValidationError, Validator};
use serde_json::{Value as Json, json};

use super::{Origin, parsed};

/// The most findings that are told; more help nobody.
const FINDINGS: usize = 1000;

/// What becomes of data that does not fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    Strict,
    Lenient,
    ReportOnly,
}

impl Mode {
    pub(super) fn named(name: &str) -> Result<Self, String> {
        match name.trim().to_lowercase().as_str() {
            "strict" => Ok(Self::Strict),
            "lenient" => Ok(Self::Lenient),
            "report_only" => Ok(Self::ReportOnly),
            other => {
                Err(format!("`{other}` is no mode: there are strict, lenient and report_only"))
            }
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Strict => "strict",
            Self::Lenient => "lenient",
            Self::ReportOnly => "report_only",
        }
    }
}

/// Data against a schema. A list of maps against a schema for one map is looked at row by row.
pub(super) fn validate(data: &Json, schema: &Json, mode: Mode) -> Result<Json, String> {
    let validator = validator(schema)?;
    let (mut data, origin) = parsed(data)?;
    let by_row = by_row(&data, schema);
    if origin == Origin::Csv {
        for row in parts(&mut data, by_row) {
            let found: Vec<(Vec<Json>, Json)> = corrections(&validator, row);
            for (path, value) in found {
                put(row, &path, value);
            }
        }
    }
    let (mut errors, mut warnings) = (Vec::new(), Vec::new());
    for (at, row) in parts(&mut data, by_row).into_iter().enumerate() {
        let row_number = by_row.then(|| at + 1);
        if mode == Mode::Lenient {
            for error in findings(&validator, row, row_number) {
                if let Some(new) = error.correction {
                    put(row, &error.path, new.clone());
                    let mut told = error.told;
                    if let Json::Object(told) = &mut told {
                        told.insert("coerced_to".to_owned(), new);
                        told.insert("severity".to_owned(), json!("warning"));
                    }
                    warnings.push(told);
                }
            }
        }
        for error in findings(&validator, row, row_number) {
            let mut told = error.told;
            if mode == Mode::ReportOnly {
                if let Json::Object(told) = &mut told {
                    told.insert("severity".to_owned(), json!("info"));
                }
                warnings.push(told);
            } else {
                errors.push(told);
            }
        }
    }
    errors.truncate(FINDINGS);
    warnings.truncate(FINDINGS);
    let mut result = json!({
        "valid": errors.is_empty(), "errors": errors, "warnings": warnings, "data": data, "mode": mode.name(),
    });
    if let (true, Json::Object(result)) = (by_row, &mut result) {
        let count = result.get("data").and_then(Json::as_array).map_or(0, Vec::len);
        result.insert("rows_validated".to_owned(), count.into());
    }
    Ok(result)
}

fn validator(schema: &Json) -> Result<Validator, String> {
    jsonschema::options()
        .with_draft(Draft::Draft7)
        .offline()
        // Patterns that take linear time: they come from strangers.
        .with_pattern_options(PatternOptions::regex())
        .build(schema)
        .map_err(|error| format!("the schema is no JSON Schema: {error}"))
}

/// Whether the rows of the data are meant, not their list.
fn by_row(data: &Json, schema: &Json) -> bool {
    let is_table =
        data.as_array().is_some_and(|rows| !rows.is_empty() && rows.iter().all(Json::is_object));
    is_table && schema.get("type").is_some_and(|it| it == "object")
}

/// The parts of the data that the schema is for.
fn parts(data: &mut Json, by_row: bool) -> Vec<&mut Json> {
    match (by_row, data) {
        (true, Json::Array(rows)) => rows.iter_mut().collect(),
        (_, whole) => vec![whole],
    }
}

struct Finding {
    path: Vec<Json>,
    told: Json,
    correction: Option<Json>,
}

/// `row`: the number of the row, from 1.
fn findings(validator: &Validator, data: &Json, row: Option<usize>) -> Vec<Finding> {
    validator.iter_errors(data).take(FINDINGS).map(|error| finding(&error, row)).collect()
}

fn finding(error: &ValidationError<'_>, row: Option<usize>) -> Finding {
    let path: Vec<Json> = steps(error.instance_path().as_str());
    let mut told = json!({
        "message": error.to_string(),
        "path": path,
        "schema_path": steps(error.schema_path().as_str()),
        "instance": **error.instance(),
        "validator": error.kind().keyword(),
    });
    if let (Some(row), Json::Object(told)) = (row, &mut told) {
        told.insert("row".to_owned(), row.into());
    }
    Finding { path, told, correction: correction(error) }
}

/// A JSON pointer as keys and numbers.
fn steps(pointer: &str) -> Vec<Json> {
    let step = |part: &str| match part.parse::<u64>() {
        Ok(number) => json!(number),
        Err(_) => json!(part.replace("~1", "/").replace("~0", "~")),
    };
    pointer.split('/').skip(1).map(step).collect()
}

/// A value of the wanted type that says the same, where there is one.
fn correction(error: &ValidationError<'_>) -> Option<Json> {
    let jsonschema::error::ValidationErrorKind::Type { kind } = error.kind() else { return None };
    let wanted = match kind {
        jsonschema::error::TypeKind::Single(one) => one.to_string(),
        jsonschema::error::TypeKind::Multiple(_) => return None,
    };
    match (wanted.as_str(), &**error.instance()) {
        ("integer", Json::String(text)) => text.trim().parse::<i64>().ok().map(Json::from),
        ("number", Json::String(text)) => {
            text.trim().parse::<f64>().ok().filter(|it| it.is_finite()).map(Json::from)
        }
        ("string", value @ Json::Number(_)) => Some(json!(value.to_string())),
        ("boolean", Json::String(text)) => match text.trim().to_lowercase().as_str() {
            "true" | "yes" | "1" => Some(json!(true)),
            "false" | "no" | "0" => Some(json!(false)),
            _ => None,
        },
        _ => None,
    }
}

/// CSV knows text only: numbers are read where the schema wants them.
fn corrections(validator: &Validator, row: &Json) -> Vec<(Vec<Json>, Json)> {
    let found = findings(validator, row, None);
    found.into_iter().filter_map(|it| Some((it.path, it.correction?))).collect()
}

fn put(data: &mut Json, path: &[Json], value: Json) {
    let place = path.iter().try_fold(data, |data, step| match (data, step) {
        (Json::Object(map), Json::String(key)) => map.get_mut(key),
        (Json::Object(map), Json::Number(key)) => map.get_mut(&key.to_string()),
        (Json::Array(items), Json::Number(at)) => {
            items.get_mut(usize::try_from(at.as_u64()?).ok()?)
        }
        _ => None,
    });
    if let Some(place) = place {
        *place = value;
    }
}
