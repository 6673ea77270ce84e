//! Evaluation of templates and conditions: pure, sandboxed, bounded by fuel. Contract.
use crate::Value;

mod native;
pub use native::{LoopState, Native};
use std::sync::Arc;
use syntax::{
    Span,
    template::{Condition, Template},
};

/// Names that an expression may read.
pub trait Scope {
    /// The value of a root name, or nothing.
    fn lookup(&self, name: &str) -> Option<Value>;
    /// Names in scope, for messages with the nearest name.
    fn names(&self) -> Vec<Arc<str>> {
        Vec::new()
    }
    /// `file_exists(path)` / `include_file(path)`: the file system is an input. `None`: not available here.
    fn read_file(&self, _path: &str, _base: Option<&str>) -> Option<Result<String, String>> {
        None
    }
    /// Unix seconds of the run's start, for `now()`, `date`.
    fn now(&self) -> f64 {
        0.0
    }
}
/// What went wrong and where in the evaluated text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EvalError {
    /// kebab-case and stable
    pub code: &'static str,
    pub message: String,
    pub span: Span,
}

/// Renders a template; typed when it is exactly one `{{ expr }}`.
pub fn render(_template: &Template, _text: &str, _scope: &dyn Scope) -> Result<Value, EvalError> {
    todo!()
}
/// Evaluates a condition to its value (truth by `Value::is_truthy`).
pub fn evaluate(
    _condition: &Condition,
    _text: &str,
    _scope: &dyn Scope,
) -> Result<Value, EvalError> {
    todo!()
}

/// What completion, checks and evaluation know of a filter, test or function.
#[derive(Debug)]
pub struct Function {
    pub name: &'static str,
    pub signature: &'static str,
    pub doc: &'static str,
    /// argument counts behind the value, min and max
    pub arity: (u8, u8),
}
pub fn filters() -> &'static [Function] {
    todo!()
}
pub fn tests() -> &'static [Function] {
    todo!()
}
pub fn functions() -> &'static [Function] {
    todo!()
}
/// Functions of conditions (`len`, `str`, ...).
pub fn condition_functions() -> &'static [Function] {
    todo!()
}
