//! Dates and times, in UTC.

use jiff::civil::{Date, DateTime};
use jiff::fmt::strtime;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ZonedDateTime};

use super::super::error::{Answer, Fault};
use super::super::operators::sized_text;
use super::super::table::Function;
use super::filter;
use crate::Value;

pub(super) fn filters() -> Vec<Function> {
    vec![filter(
        "date(format='%Y-%m-%d %H:%M:%S')",
        "A date in another format. It reads `now`, `2024-03-05`, `2024-03-05 06:07:08` and ISO texts; what is no date stays as it is.",
        |machine, value, args| {
            let format = args.text(0, "%Y-%m-%d %H:%M:%S")?;
            let read = match value {
                Value::Native(super::super::Native::Time(seconds)) => zoned(*seconds),
                Value::Text(text) if text.as_ref() == "now" => zoned(machine.scope.now()),
                Value::Text(text) => read(text),
                _ => None,
            };
            read.map_or_else(
                || Ok(value.clone()),
                |it| format_with(&it, format).and_then(sized_text),
            )
        },
    )]
}

/// A date, a date and a time, or one with an offset, which is kept.
fn read(text: &str) -> Option<ZonedDateTime> {
    let text = text.trim();
    if let Ok(time) = text.parse::<Timestamp>() {
        let offset =
            jiff::fmt::temporal::Pieces::parse(text).ok().and_then(|it| it.to_numeric_offset());
        return Some(time.to_zoned_datetime(offset.map_or(TimeZone::UTC, TimeZone::fixed)));
    }
    let time: DateTime = text.parse().ok().or_else(|| text.parse::<Date>().ok().map(Into::into))?;
    time.to_zoned_datetime(TimeZone::UTC).ok()
}

fn zoned(seconds: f64) -> Option<ZonedDateTime> {
    let micros = (seconds * 1e6).round();
    let time =
        Timestamp::from_microsecond(if micros.is_finite() { micros as i64 } else { 0 }).ok()?;
    Some(time.to_zoned_datetime(TimeZone::UTC))
}

fn format_with(time: &ZonedDateTime, format: &str) -> Answer<String> {
    strtime::format(format, time)
        .map_err(|error| Fault::type_error(format!("`{format}` is no format of a date: {error}")))
}

/// Seconds since 1970 as text.
pub(in super::super) fn strftime(seconds: f64, format: &str) -> Answer<String> {
    let time = zoned(seconds).ok_or_else(|| Fault::type_error("the time is out of range"))?;
    format_with(&time, format)
}

/// A field of a time.
pub(in super::super) fn time_field(seconds: f64, name: &str) -> Option<Value> {
    let time = zoned(seconds)?;
    let field = match name {
        "year" => i64::from(time.year()),
        "month" => i64::from(time.month()),
        "day" => i64::from(time.day()),
        "hour" => i64::from(time.hour()),
        "minute" => i64::from(time.minute()),
        "second" => i64::from(time.second()),
        "microsecond" => i64::from(time.subsec_nanosecond() / 1000),
        _ => return None,
    };
    Some(Value::Int(field.into()))
}
