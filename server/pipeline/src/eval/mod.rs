//! Evaluation of templates and conditions: pure, sandboxed, and bounded in time and size.
//!
//! Undefined is strict: the first undefined name that is needed ends the evaluation with its position. Values never change, no
//! code of the host can be reached, and files, the time and all names come from a [`Scope`].

mod access;
mod applying;
mod args;
mod calls;
mod comprehension;
mod dict;
mod error;
mod expressions;
mod filters;
mod functions;
mod limits;
mod machine;
mod markup;
mod native;
mod operators;
mod pattern;
mod predicates;
mod reading;
mod render;
mod table;

use std::sync::Arc;

use syntax::template::{Condition, SyntaxError, TOO_DEEP, Template, sole_expression};

use crate::Value;
use error::Fault;
use machine::{Language, Machine};

pub use calls::{Kind, changes, is_method, methods};
pub use dict::Dict;
pub use error::{Code, EvalError};
pub use native::{LoopState, Native};
pub use pattern::{Endless, Pattern};
pub use render::MAX_INCLUDES;
/// Conditions are parsed by the one grammar; here for those who only evaluate.
pub use syntax::template::parse_condition;
pub use table::{Function, condition_functions, filters, functions, tests};

/// Names that an expression may read.
pub trait Scope {
    /// The value of a root name, or nothing.
    fn lookup(&self, name: &str) -> Option<Value>;

    /// Names in scope, for messages with the nearest name.
    fn names(&self) -> Vec<Arc<str>> {
        Vec::new()
    }

    /// The names of the loops around, outermost first.
    fn loops(&self) -> Vec<Arc<str>> {
        Vec::new()
    }

    /// The names of the loops that have ended and can be read by them.
    fn ended_loops(&self) -> Vec<Arc<str>> {
        Vec::new()
    }

    /// `file_exists(path)`, `include_file(path)`, `{{ file: path }}`: the file system is an input. `None`: not available here.
    fn read_file(&self, _path: &str, _base: Option<&str>) -> Option<Result<String, String>> {
        None
    }

    /// Unix seconds of the run's start, for `now()`, `date`.
    fn now(&self) -> f64 {
        0.0
    }
}

/// Renders a template; typed when it is exactly one `{{ expr }}`.
///
/// # Errors
/// The template's first syntax error, or what goes wrong first.
pub fn render(template: &Template, text: &str, scope: &dyn Scope) -> Result<Value, EvalError> {
    refuse(&template.errors)?;
    let mut machine = Machine::new(text, scope, Language::Template);
    if let Some(expr) = sole_expression(template) {
        let value = machine.value(expr)?;
        machine::check_depth(&value).map_err(|it| it.at(expr.span))?;
        return Ok(markup::plain(value));
    }
    let mut out = String::new();
    machine.parts(&template.parts, &mut out)?;
    Ok(Value::from(out))
}

/// Evaluates a condition to its value; its truth is [`Value::is_truthy`]. A condition that is exactly one `{{ expr }}` whose value is
/// a verdict in words (`true`, `yes`, `1`, `false`, `no`, `0`, in any case) is that verdict, since text is what steps and models answer.
///
/// # Errors
/// The condition's first syntax error, a limit of the language of conditions, or what goes wrong first.
pub fn evaluate(condition: &Condition, text: &str, scope: &dyn Scope) -> Result<Value, EvalError> {
    limits::check(condition, text)?;
    refuse(&condition.errors)?;
    let mut machine = Machine::new(text, scope, Language::Condition);
    let value = machine.maybe(&condition.expr)?;
    let value = match value {
        Value::Absent(_) => value,
        value => machine.needed(&condition.expr, value)?,
    };
    let value = markup::plain(value);
    machine::check_depth(&value).map_err(|it| it.at(condition.expr.span))?;
    Ok(if is_braced(text) { verdict(value) } else { value })
}

fn refuse(errors: &[SyntaxError]) -> Result<(), EvalError> {
    match errors.first() {
        Some(error) if error.message == TOO_DEEP => Err(Fault::limit(TOO_DEEP).at(error.span)),
        Some(error) => Err(Fault::new(Code::Syntax, error.message.as_str()).at(error.span)),
        None => Ok(()),
    }
}

/// Whether a condition is one `{{ expr }}`.
fn is_braced(text: &str) -> bool {
    let text = text.trim();
    text.starts_with("{{") && text.ends_with("}}") && text.matches("{{").count() == 1
}

/// A text that says yes or no, as a bool.
fn verdict(value: Value) -> Value {
    let word = match value.primary() {
        Value::Text(text) => text.trim().to_lowercase(),
        _ => return value,
    };
    match word.as_str() {
        "true" | "yes" | "1" => Value::Bool(true),
        "false" | "no" | "0" => Value::Bool(false),
        _ => value,
    }
}
