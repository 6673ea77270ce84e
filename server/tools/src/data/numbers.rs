//! Numbers in tables, and what is computed of many.

use serde_json::Value as Json;

/// A number, or text that is one, with `,` between thousands and `$` in front allowed.
pub(crate) fn number(value: &Json) -> Option<f64> {
    match value {
        Json::Number(number) => number.as_f64(),
        Json::Bool(value) => Some(f64::from(u8::from(*value))),
        Json::String(text) => {
            text.replace([',', '$'], "").trim().parse().ok().filter(|it: &f64| it.is_finite())
        }
        _ => None,
    }
}

/// Whether a value is not there: null, or empty text.
pub(super) fn is_missing(value: Option<&Json>) -> bool {
    matches!(value, None | Some(Json::Null))
        || matches!(value, Some(Json::String(text)) if text.is_empty())
}

pub(super) fn sum(values: &[f64]) -> f64 {
    values.iter().sum()
}

/// Of at least one number.
pub(super) fn mean(values: &[f64]) -> f64 {
    sum(values) / values.len() as f64
}

pub(super) fn sorted(values: &[f64]) -> Vec<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted
}

/// Between two neighbours, as far as `part` (0 to 1) says; of at least one number.
pub(super) fn quantile(values: &[f64], part: f64) -> f64 {
    let sorted = sorted(values);
    let at = part * (sorted.len().saturating_sub(1)) as f64;
    let low = at.floor();
    let value = |at: f64| sorted.get(at as usize).copied().unwrap_or(f64::NAN);
    value(low) + (value(at.ceil()) - value(low)) * (at - low)
}

/// What a function of that name makes of at least one number; `None` for a name that is none.
pub(super) fn fold(function: &str, values: &[f64]) -> Option<f64> {
    let (first, last) = (*values.first()?, *values.last()?);
    Some(match function {
        "sum" | "total" => sum(values),
        "mean" | "avg" | "average" => mean(values),
        "min" => values.iter().copied().fold(first, f64::min),
        "max" => values.iter().copied().fold(first, f64::max),
        "median" => quantile(values, 0.5),
        "first" => first,
        "last" => last,
        "count" => values.len() as f64,
        _ => return None,
    })
}
