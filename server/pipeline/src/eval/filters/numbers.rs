//! Numbers.

use super::super::access::items;
use super::super::error::{Answer, Code, Fault};
use super::super::operators::{Number, binary, number, too_large};
use super::super::table::Function;
use super::filter;
use crate::Value;
use crate::value::round_half_even;

pub(super) fn filters() -> Vec<Function> {
    vec![
        filter("abs", "A number without its sign.", |_, value, _| absolute(value)),
        filter(
            "int(default=0, base=10)",
            "The value as an integer; the default where it is none.",
            |_, value, args| {
                let base = u32::try_from(args.int(1, 10)?).unwrap_or(10);
                Ok(as_int(value, base)
                    .unwrap_or_else(|| args.get(0).cloned().unwrap_or(Value::Int(0))))
            },
        ),
        filter(
            "float(default=0.0)",
            "The value as a floating point number; the default where it is none.",
            |_, value, args| {
                Ok(as_float(value).map_or_else(
                    || args.get(0).cloned().unwrap_or(Value::Float(0.0)),
                    Value::Float,
                ))
            },
        ),
        filter(
            "round(ndigits=none)",
            "The number rounded, halves to even; without digits an integer.",
            |_, value, args| rounded(value, args.get(0)),
        ),
        filter(
            "sum(attribute=none, start=0)",
            "The sum of the items, or of a field of each.",
            |machine, value, args| {
                let mut items = items(value)?;
                machine.spend(items.len())?;
                if let Some(path) =
                    args.get(0).filter(|it| !matches!(it, Value::Null)).map(Value::to_text)
                {
                    let field = |item: &Value| {
                        super::choose::field(item, &path)?.ok_or_else(|| {
                            Fault::new(Code::Undefined, format!("an item has no field `{path}`"))
                        })
                    };
                    items = items.iter().map(field).collect::<Answer<_>>()?;
                }
                summed(items, args.get(1).cloned().unwrap_or(Value::Int(0)))
            },
        ),
        filter(
            "filesizeformat(binary=false)",
            "A number of bytes for people: `123.5 MB`.",
            |_, value, args| {
                let bytes = as_float(value).ok_or_else(|| {
                    Fault::type_error(format!("{} is no number", value.type_name()))
                })?;
                Ok(Value::from(file_size(bytes, args.get(0).is_some_and(Value::is_truthy))))
            },
        ),
    ]
}

/// Without its sign.
pub(in super::super) fn absolute(value: &Value) -> Answer {
    match number(value) {
        Some(Number::Int(value)) => value.checked_abs().map(Value::Int).ok_or_else(too_large),
        Some(Number::Float(value)) => Ok(Value::Float(value.abs())),
        None => Err(Fault::type_error(format!("{} is no number", value.type_name()))),
    }
}

/// An integer of a number or a text, as Python's `int` and Jinja's filter read it: `'42'`, `' 1_000 '`, `'3.7'`, `'0x1f'` by base.
pub(in super::super) fn as_int(value: &Value, base: u32) -> Option<Value> {
    let of_float = |value: f64| {
        (value.is_finite() && value.abs() < 1.7e38).then(|| Value::Int(value.trunc() as i128))
    };
    match value.primary() {
        Value::Bool(value) => Some(Value::Int(i128::from(*value))),
        Value::Int(value) => Some(Value::Int(*value)),
        Value::Float(value) => of_float(*value),
        Value::Text(text) => {
            let text = text.trim();
            let (sign, digits) = match text.strip_prefix('-') {
                Some(digits) => (-1, digits),
                None => (1, text.strip_prefix('+').unwrap_or(text)),
            };
            let prefix = match base {
                16 => "0x",
                8 => "0o",
                2 => "0b",
                _ => "",
            };
            let digits = digits.strip_prefix(prefix).unwrap_or(digits);
            let plain = joined_digits(digits)?;
            let whole =
                (2..=36).contains(&base).then(|| i128::from_str_radix(&plain, base).ok()).flatten();
            let signed = plain.starts_with(['+', '-']);
            whole
                .filter(|_| !signed)
                .map(|it| Value::Int(sign * it))
                .or_else(|| of_float(float_of(text)?))
        }
        _ => None,
    }
}

/// A float of a number or a text, as Python's `float` reads it.
pub(in super::super) fn as_float(value: &Value) -> Option<f64> {
    match number(value) {
        Some(number) => Some(number.float()),
        None => float_of(value.primary().as_text()?),
    }
}

fn float_of(text: &str) -> Option<f64> {
    joined_digits(text.trim())?.parse().ok()
}

/// Digits without their `_`, which must stand between digits.
fn joined_digits(text: &str) -> Option<String> {
    let broken = text.starts_with('_') || text.ends_with('_') || text.contains("__");
    (!broken && !text.is_empty()).then(|| text.replace('_', ""))
}

/// Python's `round`: halves to even; without digits an integer.
pub(in super::super) fn rounded(value: &Value, digits: Option<&Value>) -> Answer {
    let digits = match digits.map(Value::primary) {
        None | Some(Value::Null) => None,
        Some(Value::Int(digits)) => Some(i32::try_from(*digits).unwrap_or(i32::MAX)),
        Some(Value::Bool(digits)) => Some(i32::from(*digits)),
        Some(other) => {
            return Err(Fault::type_error(format!(
                "the number of digits is an integer, not {}",
                other.type_name()
            )));
        }
    };
    match (number(value), digits) {
        (Some(Number::Int(value)), Some(digits)) if digits < 0 => {
            Ok(Value::Int(round_int(value, digits.unsigned_abs())))
        }
        (Some(Number::Int(value)), _) => Ok(Value::Int(value)),
        (Some(Number::Float(value)), Some(digits)) => {
            Ok(Value::Float(round_half_even(value, digits)))
        }
        (Some(Number::Float(value)), None) if value.is_finite() && value.abs() < 1.7e38 => {
            Ok(Value::Int(value.round_ties_even() as i128))
        }
        (Some(Number::Float(_)), None) => {
            Err(Fault::type_error("the number is too large for an integer"))
        }
        (None, _) => Err(Fault::type_error(format!("{} is no number", value.type_name()))),
    }
}

/// An integer rounded to tens, hundreds, ..., halves to even.
fn round_int(value: i128, zeros: u32) -> i128 {
    let Some(unit) = 10i128.checked_pow(zeros) else { return 0 };
    let (quotient, rest) = (value.div_euclid(unit), value.rem_euclid(unit));
    let up = match (rest * 2).cmp(&unit) {
        std::cmp::Ordering::Less => 0,
        std::cmp::Ordering::Equal => quotient.rem_euclid(2),
        std::cmp::Ordering::Greater => 1,
    };
    (quotient + up).saturating_mul(unit)
}

/// The sum of items behind a start.
pub(in super::super) fn summed(items: Vec<Value>, start: Value) -> Answer {
    if matches!(start, Value::Text(_)) || items.iter().any(|it| matches!(it, Value::Text(_))) {
        return Err(Fault::type_error("texts cannot be summed; join them"));
    }
    items.iter().try_fold(start, |sum, item| binary(syntax::template::BinaryOp::Add, &sum, item))
}

fn file_size(bytes: f64, binary: bool) -> String {
    let base = if binary { 1024.0 } else { 1000.0 };
    let prefixes = if binary {
        ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB", "ZiB", "YiB"]
    } else {
        ["kB", "MB", "GB", "TB", "PB", "EB", "ZB", "YB"]
    };
    if bytes == 1.0 {
        return "1 Byte".to_owned();
    }
    if bytes < base {
        return format!("{} Bytes", bytes.trunc());
    }
    let mut unit = base;
    for (index, prefix) in prefixes.iter().enumerate() {
        unit *= base;
        if bytes < unit || index + 1 == prefixes.len() {
            return format!("{:.1} {prefix}", base * bytes / unit);
        }
    }
    String::new()
}
