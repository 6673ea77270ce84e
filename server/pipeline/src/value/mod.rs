//! Runtime values: what steps produce and templates read.
//!
//! They behave as Python's do (truth, equality, order, spelling in text), because pipelines were written for it. The
//! differences: integers have 128 bits, and the keys of a map are texts, as in JSON.

mod compare;
mod convert;
mod json;
mod number;
mod step;
mod text;
mod yaml;

use std::sync::Arc;

use indexmap::IndexMap;

pub use compare::Unordered;
pub use convert::convert;
pub use json::{Json, Layout};
pub use number::{float_text, round_half_even};
pub use step::{PRIMARY_NAMES, StepValue};
pub use yaml::plain_json;

use crate::{Data, Located, eval::Native};

/// Entries of a map, in the order of insertion.
pub type Entries = IndexMap<Arc<str>, Value>;

/// A typed value, cheap to clone.
#[derive(Clone, Debug)]
pub enum Value {
    /// Not there; says what was looked for. Reading it is an error, except where `default` or `is defined` asks.
    Undefined(Arc<str>),
    /// A field of a skipped step: undefined, but false in tests, and so are its own fields; an error when printed.
    Absent(Arc<str>),
    /// `None`
    Null,
    /// `True`, `False`
    Bool(bool),
    /// An integer.
    Int(i128),
    /// A floating point number.
    Float(f64),
    /// Text.
    Text(Arc<str>),
    /// A list.
    List(Arc<Vec<Self>>),
    /// A tuple: a list that equals no list.
    Tuple(Arc<Vec<Self>>),
    /// A set: no item twice, in the order of insertion.
    Set(Arc<Vec<Self>>),
    /// A map with text keys.
    Map(Arc<Entries>),
    /// A step's result with its record: the lookup rule of LANGUAGE §12 "Reading a step".
    Step(Arc<StepValue>),
    /// An object of the evaluator (`loop`, a namespace, a macro, a function): never leaves an evaluation.
    Native(Native),
}

impl Value {
    /// A text.
    pub fn text(text: impl Into<Arc<str>>) -> Self {
        Self::Text(text.into())
    }

    /// Data as it is written, templates included.
    #[must_use]
    pub fn as_written(data: &Data) -> Self {
        match data {
            Data::Null => Self::Null,
            Data::Bool(value) => Self::Bool(*value),
            Data::Int(value) => Self::Int(*value),
            Data::Float(value) => Self::Float(*value),
            Data::Text(written) => Self::Text(Arc::clone(&written.value)),
            Data::List(items) => {
                Self::list(items.iter().map(|item| Self::as_written(&item.value)).collect())
            }
            Data::Map(entries) => {
                let entry = |(key, it): &(Located<String>, Located<Data>)| {
                    (key.value.as_str().into(), Self::as_written(&it.value))
                };
                Self::map(entries.iter().map(entry).collect())
            }
        }
    }

    /// A list.
    #[must_use]
    pub fn list(items: Vec<Self>) -> Self {
        Self::List(Arc::new(items))
    }

    /// A map.
    #[must_use]
    pub fn map(entries: Entries) -> Self {
        Self::Map(Arc::new(entries))
    }

    /// Python's truth: false are nothing, zero and what is empty. A step is true when its primary value is, a skipped one never.
    #[must_use]
    pub fn is_truthy(&self) -> bool {
        match self {
            Self::Undefined(_) | Self::Absent(_) | Self::Null => false,
            Self::Bool(value) => *value,
            Self::Int(value) => *value != 0,
            Self::Float(value) => *value != 0.0,
            Self::Text(text) => !text.is_empty(),
            Self::List(items) | Self::Tuple(items) | Self::Set(items) => !items.is_empty(),
            Self::Map(entries) => !entries.is_empty(),
            Self::Step(step) => !step.skipped && step.primary().is_truthy(),
            Self::Native(Native::Markup(text)) => text.is_truthy(),
            Self::Native(Native::Dict(entries)) => !entries.is_empty(),
            Self::Native(_) => true,
        }
    }

    /// Whether it is not there.
    #[must_use]
    pub const fn is_undefined(&self) -> bool {
        matches!(self, Self::Undefined(_) | Self::Absent(_))
    }

    /// The name of its type in messages, as Python has it.
    #[must_use]
    pub const fn type_name(&self) -> &'static str {
        match self {
            Self::Undefined(_) | Self::Absent(_) => "undefined",
            Self::Null => "None",
            Self::Bool(_) => "bool",
            Self::Int(_) => "int",
            Self::Float(_) => "float",
            Self::Text(_) => "str",
            Self::List(_) => "list",
            Self::Tuple(_) => "tuple",
            Self::Set(_) => "set",
            Self::Map(_) => "dict",
            Self::Step(_) => "step",
            Self::Native(native) => native.type_name(),
        }
    }

    /// The value of a map's key; of a step, what its lookup rule finds.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<Self> {
        match self {
            Self::Map(entries) => entries.get(key).cloned(),
            Self::Step(step) => step.field(key),
            _ => None,
        }
    }

    /// The items of a list, tuple or set.
    #[must_use]
    pub fn as_items(&self) -> Option<&[Self]> {
        match self {
            Self::List(items) | Self::Tuple(items) | Self::Set(items) => Some(items),
            _ => None,
        }
    }

    /// The text of a text.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Native(Native::Markup(text)) => text.as_text(),
            _ => None,
        }
    }

    /// A step's primary value in place of the step, a text in place of one that is marked as safe; others as they are.
    #[must_use]
    pub fn primary(&self) -> &Self {
        match self {
            Self::Step(step) => step.primary(),
            Self::Native(Native::Markup(text)) => text,
            other => other,
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.into())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text.into())
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<i128> for Value {
    fn from(value: i128) -> Self {
        Self::Int(value)
    }
}

impl From<f64> for Value {
    fn from(value: f64) -> Self {
        Self::Float(value)
    }
}
