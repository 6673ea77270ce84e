//! Objects that exist only while something is evaluated: `loop`, namespaces, macros, functions.

use std::sync::{Arc, Mutex};

use super::dict::Dict;
use crate::value::{Entries, Value};

/// An object of the evaluator.
#[derive(Clone, Debug)]
pub enum Native {
    /// A global function or class, by name.
    Function(&'static str),
    /// `namespace(...)`: what `{% set ns.x = ... %}` writes into.
    Namespace(Arc<Mutex<Entries>>),
    /// `cycler(...)`: its items and the position of the current one.
    Cycler(Arc<(Vec<Value>, Mutex<usize>)>),
    /// `joiner(separator)`: whether it was called before.
    Joiner(Arc<(Arc<str>, Mutex<bool>)>),
    /// A macro, by its number in this evaluation.
    Macro(usize),
    /// What `{% call %}` hands to its macro, by its number in this evaluation.
    Caller(usize),
    /// `now()`: seconds since 1970 in UTC.
    Time(f64),
    /// `loop` inside a `{% for %}`.
    Loop(Arc<LoopState>),
    /// Text that is safe in HTML: `{{ x | e }}` escapes it no further. Always a text inside.
    Markup(Arc<Value>),
    /// A map of which some key is no text.
    Dict(Arc<Dict>),
}

/// What `loop` knows.
#[derive(Debug)]
pub struct LoopState {
    /// All items of the loop.
    pub(crate) items: Arc<[Value]>,
    /// Position of the current item, from 0.
    pub(crate) index: usize,
    /// How deep a `recursive` loop has called itself, from 0.
    pub(crate) depth: usize,
    /// What `loop.changed(...)` was last told; shared by the rounds of a loop.
    pub(crate) changed: Arc<Mutex<Option<Value>>>,
    /// The number of the loop's statement, for `loop(...)` of a recursive one.
    pub(crate) statement: Option<usize>,
}

impl Native {
    /// The name of its type in messages.
    #[must_use]
    pub const fn type_name(&self) -> &'static str {
        match self {
            Self::Function(_) => "function",
            Self::Namespace(_) => "namespace",
            Self::Cycler(_) => "cycler",
            Self::Joiner(_) => "joiner",
            Self::Macro(_) | Self::Caller(_) => "macro",
            Self::Time(_) => "datetime",
            Self::Loop(_) => "loop",
            Self::Markup(_) => "Markup",
            Self::Dict(_) => "dict",
        }
    }

    /// Whether both are one object.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Function(a), Self::Function(b)) => a == b,
            (Self::Namespace(a), Self::Namespace(b)) => Arc::ptr_eq(a, b),
            (Self::Cycler(a), Self::Cycler(b)) => Arc::ptr_eq(a, b),
            (Self::Joiner(a), Self::Joiner(b)) => Arc::ptr_eq(a, b),
            (Self::Macro(a), Self::Macro(b)) | (Self::Caller(a), Self::Caller(b)) => a == b,
            (Self::Time(a), Self::Time(b)) => a == b,
            (Self::Loop(a), Self::Loop(b)) => Arc::ptr_eq(a, b),
            (Self::Markup(a), Self::Markup(b)) => a == b,
            (Self::Dict(a), Self::Dict(b)) => a == b,
            _ => false,
        }
    }
}
