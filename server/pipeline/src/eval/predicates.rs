//! Tests: `value is name(args)`.

use syntax::template::CompareOp;

use super::access;
use super::args::Bound;
use super::error::{Answer, Fault};
use super::expressions::compare;
use super::machine::Machine;
use super::markup;
use super::native::Native;
use super::operators::{Number, number};
use super::table::{self, Function, Run, entry};
use crate::Value;

fn test(
    signature: &'static str,
    doc: &'static str,
    run: fn(&mut Machine<'_>, &Value, &Bound) -> Answer<bool>,
) -> Function {
    entry(signature, doc, Run::Test(run))
}

macro_rules! comparison {
    ($signature:literal, $doc:literal, $op:ident) => {
        test($signature, $doc, |_, value, args| compare(CompareOp::$op, value, args.value(0)))
    };
}

/// All tests.
pub(super) fn all() -> Vec<Function> {
    vec![
        test("defined", "Whether the name or field exists.", |_, value, _| {
            Ok(!value.is_undefined())
        }),
        test("undefined", "Whether the name or field does not exist.", |_, value, _| {
            Ok(value.is_undefined())
        }),
        test(
            "empty",
            "Whether the value is undefined, none, or has no items, keys or characters.",
            |_, value, _| {
                Ok(match value.primary() {
                    Value::Null => true,
                    other if other.is_undefined() => true,
                    other => access::length(other).is_ok_and(|it| it == 0),
                })
            },
        ),
        test("none", "Whether the value is none.", |_, value, _| {
            Ok(matches!(value.primary(), Value::Null))
        }),
        test("true", "Whether the value is exactly true.", |_, value, _| {
            Ok(matches!(value.primary(), Value::Bool(true)))
        }),
        test("false", "Whether the value is exactly false.", |_, value, _| {
            Ok(matches!(value.primary(), Value::Bool(false)))
        }),
        test("boolean", "Whether the value is true or false.", |_, value, _| {
            Ok(matches!(value.primary(), Value::Bool(_)))
        }),
        test(
            "number",
            "Whether the value is a number; true and false count as 1 and 0.",
            |_, value, _| Ok(number(value).is_some()),
        ),
        test("integer", "Whether the value is an integer.", |_, value, _| {
            Ok(matches!(value.primary(), Value::Int(_)))
        }),
        test("float", "Whether the value is a floating point number.", |_, value, _| {
            Ok(matches!(value.primary(), Value::Float(_)))
        }),
        test("string", "Whether the value is text.", |_, value, _| {
            Ok(matches!(value.primary(), Value::Text(_)))
        }),
        test("mapping", "Whether the value is a map.", |_, value, _| {
            Ok(matches!(value.primary(), Value::Map(_) | Value::Native(Native::Dict(_))))
        }),
        test("sequence", "Whether the value is a list, a tuple, a map or text.", |_, value, _| {
            Ok(matches!(
                value.primary(),
                Value::List(_)
                    | Value::Tuple(_)
                    | Value::Text(_)
                    | Value::Map(_)
                    | Value::Native(Native::Dict(_))
            ))
        }),
        test("iterable", "Whether a `for` can go through the value.", |_, value, _| {
            Ok(access::items(value).is_ok())
        }),
        test("callable", "Whether the value can be called.", |_, value, _| {
            let data = matches!(value, Value::Native(Native::Markup(_) | Native::Dict(_)));
            Ok(matches!(value, Value::Native(_)) && !data)
        }),
        test("even", "Whether an integer is even.", |_, value, _| divisible(value, 2)),
        test("odd", "Whether an integer is odd.", |_, value, _| odd(value)),
        test(
            "divisibleby(num)",
            "Whether an integer is a multiple of another.",
            |_, value, args| divisible(value, args.int(0, 1)?),
        ),
        test(
            "sameas(other)",
            "Whether two values are the same: of equal type and value.",
            |_, value, args| compare(CompareOp::Is, value, args.value(0)),
        ),
        test(
            "in(seq)",
            "Whether the value is an item of a list, a key of a map or a part of a text.",
            |_, value, args| access::contains(args.value(0), value),
        ),
        comparison!("eq(other)", "Equal.", Eq),
        comparison!("equalto(other)", "Equal.", Eq),
        comparison!("==(other)", "Equal.", Eq),
        comparison!("ne(other)", "Not equal.", Ne),
        comparison!("!=(other)", "Not equal.", Ne),
        comparison!("lt(other)", "Less.", Lt),
        comparison!("lessthan(other)", "Less.", Lt),
        comparison!("<(other)", "Less.", Lt),
        comparison!("le(other)", "Less or equal.", Le),
        comparison!("<=(other)", "Less or equal.", Le),
        comparison!("gt(other)", "Greater.", Gt),
        comparison!("greaterthan(other)", "Greater.", Gt),
        comparison!(">(other)", "Greater.", Gt),
        comparison!("ge(other)", "Greater or equal.", Ge),
        comparison!(">=(other)", "Greater or equal.", Ge),
        test(
            "lower",
            "Whether all letters of a text are small, and there are any.",
            |_, value, _| {
                let text = value.to_text();
                Ok(text.chars().any(char::is_lowercase) && !text.chars().any(char::is_uppercase))
            },
        ),
        test(
            "upper",
            "Whether all letters of a text are capital, and there are any.",
            |_, value, _| {
                let text = value.to_text();
                Ok(text.chars().any(char::is_uppercase) && !text.chars().any(char::is_lowercase))
            },
        ),
        test(
            "escaped",
            "Whether a text is marked as safe in HTML, by `escape`, `safe` or `autoescape`.",
            |_, value, _| Ok(markup::is_marked(value)),
        ),
        test("filter", "Whether a filter of that name exists.", |_, value, _| {
            Ok(table::filter(&value.to_text()).is_some())
        }),
        test("test", "Whether a test of that name exists.", |_, value, _| {
            Ok(table::test(&value.to_text()).is_some())
        }),
    ]
}

fn odd(value: &Value) -> Answer<bool> {
    match number(value) {
        Some(Number::Int(value)) => Ok(value.rem_euclid(2) == 1),
        Some(Number::Float(value)) => Ok(value.rem_euclid(2.0) == 1.0),
        None => Err(Fault::type_error(format!("{} is no number", value.type_name()))),
    }
}

fn divisible(value: &Value, by: i128) -> Answer<bool> {
    match number(value) {
        Some(_) if by == 0 => Err(super::operators::by_zero()),
        Some(Number::Int(value)) => Ok(value.checked_rem(by).is_none_or(|it| it == 0)),
        Some(Number::Float(value)) => Ok(value % (by as f64) == 0.0),
        None => Err(Fault::type_error(format!("{} is no number", value.type_name()))),
    }
}
