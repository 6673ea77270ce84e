//! Whether a filter can take a type at all: it is asked, with values of that type.

use pipeline::{
    Value,
    eval::{self, Code},
    types::Type,
};
use serde_json::json;
use syntax::template::{Arg, Condition, Expr, ExprKind, free_paths_of};

/// One value under every name.
struct One<'v>(&'v Value);

impl eval::Scope for One<'_> {
    fn lookup(&self, _name: &str) -> Option<Value> {
        Some(self.0.clone())
    }
}

/// Whether the filter refuses every value of the type. Only where its arguments are written out can it be told.
pub(crate) fn refuses(filter: &str, args: &[Arg], ty: &Type, text: &str) -> bool {
    if args.iter().any(|arg| !free_paths_of(&arg.value).is_empty()) {
        return false;
    }
    let values = representatives(ty);
    let expr = |kind| Expr { span: syntax::Span::empty(0), kind };
    let base = Box::new(expr(ExprKind::Name("value".to_owned())));
    let kind = ExprKind::Filter {
        base,
        name: filter.to_owned(),
        name_span: syntax::Span::empty(0),
        args: args.to_vec(),
    };
    let condition = Condition { expr: expr(kind), errors: Vec::new() };
    let refused = |value| {
        let answer = eval::evaluate(&condition, text, &One(value));
        answer.is_err_and(|error| error.code == Code::TypeError.text())
    };
    !values.is_empty() && values.iter().all(refused)
}

/// Values that stand for all of a type: empty ones, and those that read as something else.
fn representatives(ty: &Type) -> Vec<Value> {
    let list = |items: &[Value]| Value::list(items.to_vec());
    match ty {
        Type::Bool => vec![Value::from(true), Value::from(false)],
        Type::Integer => vec![Value::from(0_i128), Value::from(3_i128)],
        Type::Number => vec![Value::from(0.0), Value::from(2.5), Value::from(3_i128)],
        Type::Text => ["", "a", "3", "2.5", "true", "[1]", "{\"a\": 1}", "2026-01-31", "a=b"]
            .map(Value::from)
            .to_vec(),
        Type::List(_) => {
            let pair = list(&[Value::from("a"), Value::from(1_i128)]);
            let map = Value::from_json(&json!({"a": 1}));
            vec![
                list(&[]),
                list(&[Value::from(1_i128)]),
                list(&[Value::from("a")]),
                list(&[pair]),
                list(&[map]),
            ]
        }
        Type::Map(_) => {
            [json!({}), json!({"a": 1}), json!({"a": "b"})].iter().map(Value::from_json).collect()
        }
        Type::Any | Type::Null | Type::Step(_) => Vec::new(),
    }
}
