//! Numbers as Python spells and rounds them.

/// Python's `repr` of a float: the shortest digits that read back the same; `1e+16` and `1e-05` switch to exponents.
#[must_use]
pub fn float_text(value: f64) -> String {
    if value.is_nan() {
        return "nan".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { "inf" } else { "-inf" }.to_owned();
    }
    if value == 0.0 {
        return if value.is_sign_negative() { "-0.0" } else { "0.0" }.to_owned();
    }
    let scientific = format!("{value:e}");
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if (-4..16).contains(&exponent) {
        let plain = format!("{value}");
        return if plain.contains('.') { plain } else { plain + ".0" };
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{mantissa}e{sign}{:02}", exponent.abs())
}

/// Rounds to `digits` decimal places, halves to even, judged on the exact binary value as Python does.
#[must_use]
pub fn round_half_even(value: f64, digits: i32) -> f64 {
    if !value.is_finite() || digits > 323 {
        return value;
    }
    if digits >= 0 {
        // `format!` rounds the exact decimal expansion, halves to even
        return format!("{value:.*}", digits as usize).parse().unwrap_or(value);
    }
    if digits < -309 {
        return 0.0;
    }
    let unit = 10f64.powi(-digits);
    (value / unit).round_ties_even() * unit
}
