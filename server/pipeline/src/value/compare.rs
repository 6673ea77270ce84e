//! Equality and order, as Python has them.

use std::cmp::Ordering;

use super::Value;
use crate::eval::Native;

/// Two values that have no order, such as a text and a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unordered;

impl PartialEq for Value {
    /// `1 == 1.0 == True`; sets and maps without order; a step as its primary value; undefined equals nothing, itself included.
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Step(step), other) | (other, Self::Step(step)) => {
                step.primary() == other.primary()
            }
            (Self::Native(Native::Markup(text)), other)
            | (other, Self::Native(Native::Markup(text))) => text.as_ref() == other.primary(),
            (Self::Null, Self::Null) => true,
            (Self::Text(a), Self::Text(b)) => a == b,
            (Self::List(a), Self::List(b)) | (Self::Tuple(a), Self::Tuple(b)) => a == b,
            (Self::Set(a), Self::Set(b)) => a.len() == b.len() && a.iter().all(|it| b.contains(it)),
            (Self::Map(a), Self::Map(b)) => a == b,
            (Self::Native(Native::Dict(a)), Self::Native(Native::Dict(b))) => a == b,
            (Self::Native(a), Self::Native(b)) => a.is_same(b),
            _ => {
                matches!((Number::of(self), Number::of(other)), (Some(a), Some(b)) if a.compare(b) == Some(Ordering::Equal))
            }
        }
    }
}

impl Value {
    /// The order of two values.
    ///
    /// # Errors
    /// When their types have no common order; NaN has none either, and is less than nothing: that is `Ok(None)`.
    pub fn order(&self, other: &Self) -> Result<Option<Ordering>, Unordered> {
        match (self.primary(), other.primary()) {
            (Self::Text(a), Self::Text(b)) => Ok(Some(a.cmp(b))),
            (Self::List(a), Self::List(b)) | (Self::Tuple(a), Self::Tuple(b)) => {
                for (a, b) in a.iter().zip(b.iter()) {
                    if a != b {
                        return a.order(b);
                    }
                }
                Ok(Some(a.len().cmp(&b.len())))
            }
            (Self::Set(a), Self::Set(b)) => {
                let within = |a: &[Self], b: &[Self]| a.iter().all(|it| b.contains(it));
                Ok(match (within(a, b), within(b, a)) {
                    (true, true) => Some(Ordering::Equal),
                    (true, false) => Some(Ordering::Less),
                    (false, true) => Some(Ordering::Greater),
                    (false, false) => None,
                })
            }
            (a, b) => match (Number::of(a), Number::of(b)) {
                (Some(a), Some(b)) => Ok(a.compare(b)),
                _ => Err(Unordered),
            },
        }
    }
}

/// A number of either kind; a bool is one.
#[derive(Clone, Copy)]
enum Number {
    Int(i128),
    Float(f64),
}

impl Number {
    fn of(value: &Value) -> Option<Self> {
        match value {
            Value::Bool(value) => Some(Self::Int(i128::from(*value))),
            Value::Int(value) => Some(Self::Int(*value)),
            Value::Float(value) => Some(Self::Float(*value)),
            _ => None,
        }
    }

    fn compare(self, other: Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Int(a), Self::Int(b)) => Some(a.cmp(&b)),
            (Self::Float(a), Self::Float(b)) => a.partial_cmp(&b),
            (Self::Int(a), Self::Float(b)) => compare_exactly(a, b),
            (Self::Float(a), Self::Int(b)) => compare_exactly(b, a).map(Ordering::reverse),
        }
    }
}

/// Compares without rounding the integer: beyond 2^53 a float cannot hold each one.
fn compare_exactly(int: i128, float: f64) -> Option<Ordering> {
    const LIMIT: f64 = 170_141_183_460_469_231_731_687_303_715_884_105_728.0;
    if float.is_nan() {
        return None;
    }
    if float >= LIMIT {
        return Some(Ordering::Less);
    }
    if float < -LIMIT {
        return Some(Ordering::Greater);
    }
    let whole = float.trunc();
    Some(
        int.cmp(&(whole as i128))
            .then_with(|| 0.0.partial_cmp(&(float - whole)).unwrap_or(Ordering::Equal)),
    )
}
