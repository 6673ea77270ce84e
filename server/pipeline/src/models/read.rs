//! Values as authors write them.

use crate::Data;

/// A scalar as text.
pub(super) fn text(data: &Data) -> Option<String> {
    match data {
        Data::Text(text) => Some(text.value.trim().to_owned()),
        Data::Int(number) => Some(number.to_string()),
        Data::Float(number) => Some(number.to_string()),
        _ => None,
    }
}

/// The texts of a list; a text alone is a list of one.
pub(super) fn texts(data: &Data) -> Vec<String> {
    match data {
        Data::List(items) => items.iter().filter_map(|it| text(&it.value)).collect(),
        other => text(other).into_iter().collect(),
    }
}

/// A number, also one in quotes.
pub(super) fn number(data: &Data) -> Option<f64> {
    text(data)?.parse().ok().filter(|it: &f64| it.is_finite())
}

/// A whole number from 0, also one in quotes.
pub(super) fn whole(data: &Data) -> Option<u32> {
    text(data)?.parse().ok()
}
