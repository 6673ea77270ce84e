//! Values as they are typed.

use std::time::Duration;

/// A number from 0 to 1.
pub(super) fn share(text: &str) -> Result<f64, String> {
    let number = text.parse::<f64>().ok().filter(|it| (0.0..=1.0).contains(it));
    number.ok_or_else(|| "a number from 0 to 1 is wanted".to_owned())
}

/// `name=value`.
pub(super) fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.trim().is_empty() => {
            Ok((name.trim().to_owned(), value.to_owned()))
        }
        _ => Err("expected `name=value`".to_owned()),
    }
}

/// A sum that can be paid.
pub(super) fn dollars(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(sum) if sum.is_finite() && sum >= 0.0 => Ok(sum),
        _ => Err("expected a number of dollars, 0 or more".to_owned()),
    }
}

/// A span of time that is not nothing; seconds where it has no unit.
pub(super) fn span(text: &str) -> Result<Duration, String> {
    let with_unit = if text.ends_with(|last: char| last.is_ascii_digit()) { "s" } else { "" };
    age(&format!("{text}{with_unit}"))
        .ok()
        .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
        .filter(|time| !time.is_zero())
        .ok_or_else(|| "expected a time such as `90s`, `5m` or `2h`".to_owned())
}

/// A span of time in seconds.
pub(super) fn age(text: &str) -> Result<f64, String> {
    let units = [("s", 1.0), ("m", 60.0), ("h", 3_600.0), ("d", 86_400.0), ("w", 604_800.0)];
    let seconds = units.iter().find_map(|(unit, seconds)| {
        let count: f64 = text.strip_suffix(unit)?.trim().parse().ok()?;
        (count.is_finite() && count >= 0.0).then_some(count * seconds)
    });
    seconds.ok_or_else(|| "expected a number and a unit, such as `12h` or `30d`".to_owned())
}
