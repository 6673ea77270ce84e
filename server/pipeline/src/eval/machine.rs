//! The state of an evaluation, and its bounds.

use std::sync::Arc;

use syntax::Span;
use syntax::template::{Expr, ExprKind, Part};

use super::error::{Code, EvalError, Fault};
use super::{Native, Scope, table};
use crate::Value;
use crate::names::nearest;

/// What an evaluation may cost: about one unit a node, an item or 64 bytes of text.
const FUEL: u64 = 3_000_000;
/// How deep calls and expressions may stand in each other.
const MAX_DEPTH: u32 = 300;
/// Most items of a list.
pub(super) const MAX_ITEMS: usize = 1_000_000;
/// Most bytes of a text.
pub(super) const MAX_TEXT: usize = 16 << 20;
/// How deep values may stand in each other.
const MAX_VALUE_DEPTH: usize = 100;

/// Which of the two languages is evaluated: conditions refuse some of what templates may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Language {
    Template,
    Condition,
}

/// A statement that a value refers to.
#[derive(Clone, Copy)]
pub(super) struct Statement<'a> {
    pub(super) part: &'a Part,
    /// Whether what is printed inside is escaped: that is decided where it is written, not where it is called.
    pub(super) escaping: bool,
}

/// An evaluation in progress.
pub(super) struct Machine<'a> {
    pub(super) text: &'a str,
    pub(super) scope: &'a dyn Scope,
    pub(super) language: Language,
    /// Names bound inside, innermost last.
    pub(super) locals: Vec<(Arc<str>, Value)>,
    /// Rendered bodies of the enclosing `{% filter %}`s, innermost last.
    pub(super) bodies: Vec<Value>,
    /// Statements that values refer to by number: macros, `{% call %}` bodies, recursive loops.
    pub(super) statements: Vec<Statement<'a>>,
    /// Whether what is printed is escaped for HTML.
    pub(super) escaping: bool,
    /// Nesting of included files.
    pub(super) includes: u32,
    fuel: u64,
    depth: u32,
}

/// The result of what has a place.
pub(super) type Outcome<T = Value> = Result<T, EvalError>;

impl<'a> Machine<'a> {
    pub(super) fn new(text: &'a str, scope: &'a dyn Scope, language: Language) -> Self {
        let (locals, bodies, statements) = (Vec::new(), Vec::new(), Vec::new());
        Self {
            text,
            scope,
            language,
            locals,
            bodies,
            statements,
            escaping: false,
            includes: 0,
            fuel: FUEL,
            depth: 0,
        }
    }

    /// An evaluation of another text on the same means: names, fuel and depth.
    pub(super) fn inner<'b>(&self, text: &'b str) -> Machine<'b>
    where
        'a: 'b,
    {
        let (locals, includes) = (self.locals.clone(), self.includes + 1);
        let (fuel, depth) = (self.fuel, self.depth);
        Machine { locals, includes, fuel, depth, ..Machine::new(text, self.scope, self.language) }
    }

    /// Takes over what an inner evaluation has used.
    pub(super) fn resume(&mut self, inner: &Machine<'_>) {
        self.fuel = inner.fuel;
    }

    /// Pays for work.
    pub(super) fn spend(&mut self, units: usize) -> Result<(), Fault> {
        match self.fuel.checked_sub(units as u64) {
            Some(left) => {
                self.fuel = left;
                Ok(())
            }
            None => Err(Fault::limit("the evaluation takes too long")),
        }
    }

    /// Runs `work` one level down.
    pub(super) fn deeper<T>(
        &mut self,
        span: Span,
        work: impl FnOnce(&mut Self) -> Outcome<T>,
    ) -> Outcome<T> {
        self.spend(1).map_err(|it| it.at(span))?;
        if self.depth >= MAX_DEPTH {
            return Err(Fault::limit("calls or expressions are nested too deeply").at(span));
        }
        self.depth += 1;
        let outcome = work(self);
        self.depth -= 1;
        outcome
    }

    /// The value of a name that is bound inside.
    pub(super) fn local(&self, name: &str) -> Option<&Value> {
        self.locals.iter().rev().find(|it| it.0.as_ref() == name).map(|it| &it.1)
    }

    /// Binds a name, unless its value is nested too deeply to be handled safely.
    pub(super) fn bind(&mut self, name: &str, value: Value) -> Result<(), Fault> {
        check_depth(&value)?;
        self.locals.push((Arc::from(name), value));
        Ok(())
    }

    /// The error for an undefined value that was needed.
    pub(super) fn undefined(&self, expr: &Expr, value: &Value) -> EvalError {
        let message = match (value, &expr.kind) {
            (Value::Absent(what), _) => {
                let step = what.split(['.', '[']).next().unwrap_or(what);
                format!("`{what}` is undefined: step `{step}` was skipped")
            }
            (_, ExprKind::Name(name)) => {
                let mut names: Vec<Arc<str>> =
                    self.locals.iter().map(|it| Arc::clone(&it.0)).collect();
                names.extend(self.scope.names());
                if table::condition_function(name).is_some() && self.language == Language::Template
                {
                    format!(
                        "`{name}` is undefined; templates have filters for that, such as `x | length`"
                    )
                } else {
                    with_nearest(
                        format!("`{name}` is undefined"),
                        name,
                        names.iter().map(AsRef::as_ref),
                    )
                }
            }
            (Value::Undefined(what), _) => {
                // the words were written where the field was looked for, its neighbours known
                what.as_ref().to_owned()
            }
            _ => "the value is undefined".to_owned(),
        };
        Fault::new(Code::Undefined, message).at(expr.span)
    }
}

/// Adds the nearest of some names to a message.
pub(super) fn with_nearest<'n>(
    message: String,
    name: &str,
    names: impl IntoIterator<Item = &'n str>,
) -> String {
    match nearest(name, names) {
        Some(near) if near != name => format!("{message}; did you mean `{near}`?"),
        _ => message,
    }
}

/// Whether a value can be walked without exhausting the stack.
pub(super) fn check_depth(value: &Value) -> Result<(), Fault> {
    fn fits(value: &Value, left: usize) -> bool {
        let Some(left) = left.checked_sub(1) else { return false };
        match value {
            Value::List(items) | Value::Tuple(items) | Value::Set(items) => {
                items.iter().all(|it| fits(it, left))
            }
            Value::Map(entries) => entries.values().all(|it| fits(it, left)),
            Value::Native(Native::Dict(entries)) => entries.iter().all(|it| fits(it.1, left)),
            _ => true,
        }
    }
    if fits(value, MAX_VALUE_DEPTH) {
        Ok(())
    } else {
        Err(Fault::limit(format!("values are nested deeper than {MAX_VALUE_DEPTH} levels")))
    }
}
