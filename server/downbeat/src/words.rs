//! Times, spans of time and sizes for people.

/// A moment, from Unix seconds; nothing for one that no calendar has.
pub(crate) fn moment(seconds: f64) -> String {
    jiff::Timestamp::from_millisecond((seconds * 1e3) as i64)
        .map_or_else(|_| String::new(), |at| at.strftime("%Y-%m-%d %H:%M:%SZ").to_string())
}

/// A moment as programs read it (RFC 3339), from Unix seconds; nothing for one that no calendar has.
pub(crate) fn iso(seconds: f64) -> String {
    jiff::Timestamp::from_millisecond((seconds * 1e3) as i64)
        .map_or_else(|_| String::new(), |at| at.strftime("%Y-%m-%dT%H:%M:%S%.3f+00:00").to_string())
}

/// The day now, in UTC (`2026-11-25`).
pub(crate) fn today() -> String {
    jiff::Timestamp::now().strftime("%Y-%m-%d").to_string()
}

/// A span of seconds.
pub(crate) fn took(seconds: f64) -> String {
    match seconds {
        0.0..1.0 => format!("{:.0} ms", seconds * 1e3),
        1.0..100.0 => format!("{seconds:.1} s"),
        100.0..6_000.0 => {
            format!("{:.0} m {:02.0} s", (seconds / 60.0).floor(), (seconds % 60.0).floor())
        }
        _ => format!(
            "{:.0} h {:02.0} m",
            (seconds / 3_600.0).floor(),
            ((seconds / 60.0) % 60.0).floor()
        ),
    }
}

/// Why a step was skipped, from the word that its record has.
pub(crate) fn skipped(reason: &str) -> &str {
    match reason {
        "condition_false" => "its condition does not hold",
        "condition_error" => "its condition could not be evaluated",
        "routed" => "the run went another way",
        "dependency_failed" => "a step that it waits for failed",
        "handler" => "no failure called for it",
        other => other,
    }
}

/// A number of bytes.
pub(crate) fn size(bytes: u64) -> String {
    let mut rest = bytes as f64;
    let mut units = ["bytes", "KiB", "MiB", "GiB"].into_iter();
    let mut unit = units.next();
    while rest >= 1024.0
        && let Some(next) = units.next()
    {
        (rest, unit) = (rest / 1024.0, Some(next));
    }
    let unit = unit.unwrap_or_default();
    if bytes < 1024 { format!("{bytes} {unit}") } else { format!("{rest:.1} {unit}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_sizes_and_moments_are_short() {
        let spans = [0.0, 0.0123, 1.26, 99.96, 125.0, 7_300.0].map(took);
        assert_eq!(spans, ["0 ms", "12 ms", "1.3 s", "100.0 s", "2 m 05 s", "2 h 01 m"]);
        assert_eq!(
            [0, 1023, 1536, 5 << 20].map(size),
            ["0 bytes", "1023 bytes", "1.5 KiB", "5.0 MiB"]
        );
        assert_eq!(moment(1_767_225_600.0), "2026-01-01 00:00:00Z");
        assert_eq!(iso(1_767_225_600.5), "2026-01-01T00:00:00.500+00:00");
    }
}
