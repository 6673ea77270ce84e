//! Names that fuzzed expressions may read.

use std::sync::Arc;

use pipeline::{Value, eval::Scope};

/// Every one-letter name has a value.
pub struct Letters;

impl Scope for Letters {
    fn lookup(&self, name: &str) -> Option<Value> {
        Some(match name {
            "a" => Value::Int(3),
            "b" => Value::from("some text, with commas"),
            "c" => Value::List(Arc::new(vec![Value::Int(1), Value::from("x"), Value::Bool(true)])),
            "d" => Value::Float(2.5),
            "e" => Value::Bool(false),
            _ => return None,
        })
    }
}
