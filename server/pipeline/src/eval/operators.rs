//! Arithmetic as Python does it, with integers of 128 bits.

use std::sync::Arc;

use syntax::template::BinaryOp;

use super::error::{Answer, Code, Fault};
use super::machine::{MAX_ITEMS, MAX_TEXT};
use super::markup::{escaped, escaped_operand, is_marked, mark_all};
use crate::Value;

/// `left op right`
pub(super) fn binary(op: BinaryOp, left: &Value, right: &Value) -> Answer {
    if let Some(marked) = with_mark(op, left, right) {
        return marked;
    }
    let (left, right) = (left.primary(), right.primary());
    if op == BinaryOp::Concat {
        let text = left.to_text() + &right.to_text();
        return sized_text(text);
    }
    match (number(left), number(right)) {
        (Some(Number::Int(a)), Some(Number::Int(b))) => ints(op, a, b),
        (Some(a), Some(b)) => floats(op, a.float(), b.float()),
        _ => others(op, left, right),
    }
}

/// `+`, `*` and `%` of text that is marked as safe: what is put beside it or into it is escaped.
fn with_mark(op: BinaryOp, left: &Value, right: &Value) -> Option<Answer> {
    let both_texts = left.as_text().is_some() && right.as_text().is_some();
    Some(match op {
        BinaryOp::Add if both_texts && (is_marked(left) || is_marked(right)) => {
            sized_text(escaped(left) + &escaped(right)).map(mark_all)
        }
        BinaryOp::Mul if is_marked(left) || is_marked(right) => {
            binary(op, left.primary(), right.primary()).map(mark_all)
        }
        BinaryOp::Rem if is_marked(left) => {
            binary(op, left.primary(), &escaped_operand(right)).map(mark_all)
        }
        _ => return None,
    })
}

/// A number of either kind; a bool is one.
#[derive(Clone, Copy)]
pub(super) enum Number {
    Int(i128),
    Float(f64),
}

impl Number {
    pub(super) const fn float(self) -> f64 {
        match self {
            Self::Int(value) => value as f64,
            Self::Float(value) => value,
        }
    }
}

pub(super) fn number(value: &Value) -> Option<Number> {
    match value.primary() {
        Value::Bool(value) => Some(Number::Int(i128::from(*value))),
        Value::Int(value) => Some(Number::Int(*value)),
        Value::Float(value) => Some(Number::Float(*value)),
        _ => None,
    }
}

pub(super) fn too_large() -> Fault {
    Fault::limit("the number does not fit into 128 bits")
}

pub(super) fn by_zero() -> Fault {
    Fault::new(Code::DivisionByZero, "division by zero")
}

fn ints(op: BinaryOp, a: i128, b: i128) -> Answer {
    let exact = match op {
        BinaryOp::Add => a.checked_add(b),
        BinaryOp::Sub => a.checked_sub(b),
        BinaryOp::Mul => a.checked_mul(b),
        BinaryOp::Div | BinaryOp::FloorDiv | BinaryOp::Rem if b == 0 => return Err(by_zero()),
        BinaryOp::Div => return Ok(Value::Float(a as f64 / b as f64)),
        BinaryOp::FloorDiv => {
            a.checked_div_euclid(b).and_then(|it| match (b < 0, a.checked_rem_euclid(b)?) {
                // the euclidean quotient rounds up where the divisor is negative
                (true, rest) if rest != 0 => it.checked_sub(1),
                _ => Some(it),
            })
        }
        BinaryOp::Rem => {
            a.checked_rem_euclid(b).map(|it| if b < 0 && it != 0 { it + b } else { it })
        }
        BinaryOp::Pow => return power(a, b),
        BinaryOp::Concat => None,
    };
    exact.map(Value::Int).ok_or_else(too_large)
}

/// Exponents are bounded as in the language's conditions.
fn power(base: i128, exponent: i128) -> Answer {
    if exponent > 1024 {
        return Err(Fault::limit("the exponent is greater than 1024"));
    }
    match u32::try_from(exponent) {
        Ok(exponent) => base.checked_pow(exponent).map(Value::Int).ok_or_else(too_large),
        Err(_) if base == 0 => Err(by_zero()),
        Err(_) => Ok(Value::Float((base as f64).powf(exponent as f64))),
    }
}

fn floats(op: BinaryOp, a: f64, b: f64) -> Answer {
    let value = match op {
        BinaryOp::Add => a + b,
        BinaryOp::Sub => a - b,
        BinaryOp::Mul => a * b,
        BinaryOp::Div | BinaryOp::FloorDiv | BinaryOp::Rem if b == 0.0 => return Err(by_zero()),
        BinaryOp::Div => a / b,
        BinaryOp::FloorDiv => {
            let quotient = (a - modulo(a, b)) / b;
            let floor = quotient.floor();
            if quotient - floor > 0.5 { floor + 1.0 } else { floor }
        }
        BinaryOp::Rem => modulo(a, b),
        BinaryOp::Pow if a == 0.0 && b < 0.0 => return Err(by_zero()),
        BinaryOp::Pow => match a.powf(b) {
            it if it.is_nan() && !a.is_nan() && !b.is_nan() => {
                return Err(Fault::type_error(
                    "a power of a negative number with a fraction as exponent is no real number",
                ));
            }
            it if it.is_infinite() && a.is_finite() && b.is_finite() => {
                return Err(Fault::limit("the number is too large"));
            }
            it => it,
        },
        BinaryOp::Concat => return Err(Fault::type_error("`~` joins texts")),
    };
    Ok(Value::Float(value))
}

/// The remainder has the sign of the divisor.
fn modulo(a: f64, b: f64) -> f64 {
    let rest = a % b;
    if rest != 0.0 && (rest < 0.0) != (b < 0.0) {
        rest + b
    } else if rest == 0.0 {
        0.0f64.copysign(b)
    } else {
        rest
    }
}

fn others(op: BinaryOp, left: &Value, right: &Value) -> Answer {
    match (op, left, right) {
        (BinaryOp::Add, Value::Text(a), Value::Text(b)) => sized_text(format!("{a}{b}")),
        (BinaryOp::Add, Value::List(a), Value::List(b)) => joined(a, b).map(Value::List),
        (BinaryOp::Add, Value::Tuple(a), Value::Tuple(b)) => joined(a, b).map(Value::Tuple),
        (BinaryOp::Sub, Value::Set(a), Value::Set(b)) => {
            Ok(Value::Set(Arc::new(a.iter().filter(|it| !b.contains(it)).cloned().collect())))
        }
        (BinaryOp::Mul, sequence, count) | (BinaryOp::Mul, count, sequence)
            if repeats(sequence, count) =>
        {
            repeat(sequence, count)
        }
        (BinaryOp::Rem, Value::Text(pattern), _) => super::filters::percent_format(pattern, right),
        _ => {
            let sign = match op {
                BinaryOp::Add => "+",
                BinaryOp::Sub => "-",
                BinaryOp::Mul => "*",
                BinaryOp::Div => "/",
                BinaryOp::FloorDiv => "//",
                BinaryOp::Rem => "%",
                BinaryOp::Pow => "**",
                BinaryOp::Concat => "~",
            };
            let (left, right) = (left.type_name(), right.type_name());
            Err(Fault::type_error(format!("`{sign}` does not apply to {left} and {right}")))
        }
    }
}

fn joined(a: &Arc<Vec<Value>>, b: &Arc<Vec<Value>>) -> Answer<Arc<Vec<Value>>> {
    if a.len() + b.len() > MAX_ITEMS {
        return Err(Fault::limit(format!("the list would have more than {MAX_ITEMS} items")));
    }
    Ok(Arc::new(a.iter().chain(b.iter()).cloned().collect()))
}

fn repeats(sequence: &Value, count: &Value) -> bool {
    matches!(sequence, Value::Text(_) | Value::List(_) | Value::Tuple(_))
        && matches!(count, Value::Int(_) | Value::Bool(_))
}

fn repeat(sequence: &Value, count: &Value) -> Answer {
    let Some(Number::Int(count)) = number(count) else { return Ok(Value::Null) };
    let count = usize::try_from(count.max(0)).unwrap_or(usize::MAX);
    let len = match sequence {
        Value::Text(text) => text.chars().count(),
        other => other.as_items().map_or(0, <[Value]>::len),
    };
    if len.saturating_mul(count) > MAX_ITEMS {
        return Err(Fault::limit(format!("repetition would have more than {MAX_ITEMS} items")));
    }
    let count = if len == 0 { 0 } else { count };
    let repeated = |items: &[Value]| {
        Arc::new(std::iter::repeat_n(items, count).flatten().cloned().collect::<Vec<_>>())
    };
    Ok(match sequence {
        Value::Text(text) => Value::from(text.repeat(count)),
        Value::Tuple(items) => Value::Tuple(repeated(items)),
        other => Value::List(repeated(other.as_items().unwrap_or_default())),
    })
}

/// A text, unless it is too long.
pub(super) fn sized_text(text: String) -> Answer {
    if text.len() > MAX_TEXT {
        return Err(Fault::limit(format!("the text would be longer than {MAX_TEXT} bytes")));
    }
    Ok(Value::from(text))
}
