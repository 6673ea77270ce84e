//! Scalars read as what a key wants: text, ids, counts, durations.

use std::sync::Arc;
use std::time::Duration;

use syntax::{ScalarStyle, SourceMap, Span};

use crate::catalogue::Catalogue;
use crate::{Count, Data, Located, Text};

/// What reading the data of a segment needs beside the data.
#[derive(Clone, Copy)]
pub(super) struct Source<'s> {
    /// Text of the segment.
    pub(super) text: &'s str,
    pub(super) catalogue: &'s Catalogue,
}

impl Source<'_> {
    /// A scalar as text, spelled as written (`1.0`, `true`); nothing for null, lists and maps.
    pub(super) fn text(self, data: &Located<Data>) -> Option<Text> {
        let spelling = match &data.value {
            Data::Text(text) => return Some(text.clone()),
            Data::Bool(value) => value.to_string(),
            Data::Int(value) => value.to_string(),
            Data::Float(value) => value.to_string(),
            Data::Null | Data::List(_) | Data::Map(_) => return None,
        };
        let written = self.text.get(data.span.range()).unwrap_or_default().trim();
        let aliased = written.starts_with('*');
        let value: Arc<str> =
            if aliased || written.is_empty() { spelling.into() } else { written.into() };
        let map = SourceMap::new(&[(0, data.span.start)]);
        Some(Text {
            value,
            map,
            template: None,
            autos: Box::default(),
            style: ScalarStyle::Plain,
            aliased: aliased.then_some(data.span),
        })
    }

    pub(super) fn located_text(self, data: &Located<Data>) -> Option<Located<Text>> {
        Some(Located::new(self.text(data)?, data.span))
    }

    pub(super) fn string(self, data: &Located<Data>) -> Option<Located<String>> {
        Some(Located::new(self.text(data)?.value.trim().to_owned(), data.span))
    }

    /// Text without surrounding white space that is not empty, with the span of the text inside its quotes.
    pub(super) fn id(self, data: &Located<Data>) -> Option<Located<Arc<str>>> {
        let text = self.text(data)?;
        ids_in(&text, false).into_iter().next()
    }
}

/// The ids in a text: the whole, or (with `commas`) its comma-separated parts; brackets round the whole do not count.
pub(super) fn ids_in(text: &Text, commas: bool) -> Vec<Located<Arc<str>>> {
    let whole: &str = &text.value;
    let mut ids = Vec::new();
    let mut offset = 0;
    for part in whole.split(|letter| commas && letter == ',') {
        let trimmed = part.trim_matches(|letter: char| {
            letter.is_whitespace() || (commas && matches!(letter, '[' | ']' | '"' | '\''))
        });
        if !trimmed.is_empty() {
            let start = offset + part.find(trimmed).unwrap_or_default();
            let span = Span::new(start as u32, (start + trimmed.len()) as u32);
            ids.push(Located::new(Arc::from(trimmed), text.source(span)));
        }
        offset += part.len() + 1;
    }
    ids
}

/// The ids that a value names, with their places: items of a list, or text with commas. Repeated ones are all there.
#[must_use]
pub fn ids(data: &Data) -> Vec<Located<Arc<str>>> {
    match data {
        Data::List(items) => {
            let texts = items.iter().filter_map(|item| item.value.as_text());
            texts.flat_map(|text| ids_in(text, false)).collect()
        }
        Data::Text(text) if text.is_static() => ids_in(text, true),
        _ => Vec::new(),
    }
}

/// A whole number, written as one or as text that is one; no template.
pub(super) fn whole_number(data: &Data) -> Option<i128> {
    match data {
        Data::Int(value) => Some(*value),
        Data::Float(value) if value.fract() == 0.0 && value.abs() < 1e15 => Some(*value as i128),
        Data::Text(text) if text.is_static() => text.value.trim().parse().ok(),
        _ => None,
    }
}

/// A number, written as one or as text that is one.
pub(super) fn number(data: &Data) -> Option<f64> {
    match data {
        Data::Int(value) => Some(*value as f64),
        Data::Float(value) => Some(*value),
        Data::Text(text) if text.is_static() => text.value.trim().parse().ok(),
        _ => None,
    }
}

/// A count, or the template that will yield one.
pub(super) fn count(data: &Located<Data>) -> Option<Located<Count>> {
    let count = match (&data.value, whole_number(&data.value)) {
        (_, Some(number)) => Count::Fixed(u64::try_from(number.max(0)).unwrap_or(u64::MAX)),
        (Data::Text(text), None) if !text.is_static() => Count::Text(text.clone()),
        _ => return None,
    };
    Some(Located::new(count, data.span))
}

/// Seconds as a number, or text with a unit: `30s`, `5m`, `1h`, `250ms`, `1h30m`. Nothing for negative or endless ones.
#[must_use]
pub fn duration(data: &Data) -> Option<Duration> {
    match data {
        Data::Int(_) | Data::Float(_) => Duration::try_from_secs_f64(number(data)?).ok(),
        Data::Text(text) if text.is_static() => duration_text(text.value.trim()),
        _ => None,
    }
}

fn duration_text(text: &str) -> Option<Duration> {
    if let Ok(seconds) = text.parse::<f64>() {
        return Duration::try_from_secs_f64(seconds).ok();
    }
    let mut total = Duration::ZERO;
    let mut rest = text;
    while !rest.is_empty() {
        let digits = rest.find(|letter: char| !letter.is_ascii_digit() && letter != '.')?;
        let (number, behind) = rest.split_at_checked(digits)?;
        let unit_end = behind.find(|letter: char| !letter.is_alphabetic()).unwrap_or(behind.len());
        let (unit, behind) = behind.split_at_checked(unit_end)?;
        let seconds = number.parse::<f64>().ok()? * unit_seconds(unit)?;
        total = total.checked_add(Duration::try_from_secs_f64(seconds).ok()?)?;
        rest = behind.trim_start();
    }
    (!text.is_empty()).then_some(total)
}

fn unit_seconds(unit: &str) -> Option<f64> {
    match unit.to_ascii_lowercase().as_str() {
        "ms" => Some(0.001),
        "s" | "sec" | "second" | "seconds" => Some(1.0),
        "m" | "min" | "minute" | "minutes" => Some(60.0),
        "h" | "hour" | "hours" => Some(3600.0),
        "d" | "day" | "days" => Some(86_400.0),
        _ => None,
    }
}

pub(super) fn boolean(data: &Data) -> Option<bool> {
    match data {
        Data::Bool(value) => Some(*value),
        Data::Text(text) => match text.value.trim().to_ascii_lowercase().as_str() {
            "true" | "yes" | "on" => Some(true),
            "false" | "no" | "off" => Some(false),
            _ => None,
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::duration_text;

    #[test]
    fn durations() {
        assert_eq!(duration_text("30s"), Some(Duration::from_secs(30)));
        assert_eq!(duration_text("5m"), Some(Duration::from_secs(300)));
        assert_eq!(duration_text("1h30m"), Some(Duration::from_secs(5400)));
        assert_eq!(duration_text("1.5"), Some(Duration::from_millis(1500)));
        assert_eq!(duration_text("250ms"), Some(Duration::from_millis(250)));
        assert_eq!(duration_text("5x"), None);
        assert_eq!(duration_text("-5"), None);
        assert_eq!(duration_text(""), None);
        assert_eq!(duration_text("m"), None);
        assert_eq!(duration_text("1e400"), None);
    }
}
