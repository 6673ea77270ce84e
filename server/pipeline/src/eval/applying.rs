//! Filters, tests, functions and methods, with what is handed to them.

use syntax::Span;
use syntax::template::{Arg, Expr, ExprKind};

use super::args::{Args, Bound};
use super::error::{Answer, Code, Fault};
use super::machine::{Language, Machine, Outcome, with_nearest};
use super::native::Native;
use super::table::{Function, Run};
use super::{access, calls, markup, table};
use crate::Value;

impl<'a> Machine<'a> {
    /// Arguments as written; undefined ones only where the callee asks for them.
    fn args(&mut self, args: &'a [Arg], undefined: Undefined) -> Outcome<Args> {
        let mut found = Args::default();
        for arg in args {
            let value = if undefined == Undefined::Passed {
                self.maybe(&arg.value)?
            } else {
                self.value(&arg.value)?
            };
            match &arg.name {
                Some((name, _)) => found.named.push((name.clone(), value)),
                None => found.positional.push(value),
            }
        }
        Ok(found)
    }

    pub(super) fn filter(
        &mut self,
        base: &'a Expr,
        name: &str,
        name_span: Span,
        args: &'a [Arg],
        span: Span,
    ) -> Outcome {
        let Some(filter) = table::filter(name) else {
            let message = with_nearest(
                format!("unknown filter `{name}`"),
                name,
                table::filters().iter().map(|it| it.name),
            );
            return Err(Fault::new(Code::UnknownFilter, message).at(name_span));
        };
        let undefined =
            if matches!(name, "default" | "d") { Undefined::Passed } else { Undefined::Refused };
        let base =
            if undefined == Undefined::Passed { self.maybe(base)? } else { self.value(base)? };
        let args = self.args(args, undefined)?;
        self.apply(filter, &base, args).map_err(|it| it.at(span))
    }

    pub(super) fn test(
        &mut self,
        base: &'a Expr,
        name: &str,
        name_span: Span,
        args: &'a [Arg],
        span: Span,
    ) -> Outcome<bool> {
        let Some(test) = table::test(name) else {
            let message = with_nearest(
                format!("unknown test `{name}`"),
                name,
                table::tests().iter().map(|it| it.name),
            );
            return Err(Fault::new(Code::UnknownTest, message).at(name_span));
        };
        let asks_type = matches!(
            name,
            "defined"
                | "undefined"
                | "none"
                | "true"
                | "false"
                | "boolean"
                | "string"
                | "number"
                | "integer"
                | "float"
                | "mapping"
                | "sequence"
                | "callable"
                | "empty"
        );
        let base = if asks_type { self.maybe(base)? } else { self.value(base)? };
        let args = self.args(args, Undefined::Refused)?;
        self.check(test, &base, args).map_err(|it| it.at(span))
    }

    /// Applies a filter.
    pub(super) fn apply(&mut self, filter: &Function, value: &Value, args: Args) -> Answer {
        let bound = Bound::new(filter, args)?;
        self.spend(1 + access::cost(value))?;
        match filter.run {
            Run::Value(run) => run(self, value.primary(), &bound),
            Run::Keeping(run) => {
                let found = run(self, value.primary(), &bound)?;
                Ok(if markup::is_marked(value) { markup::mark_all(found) } else { found })
            }
            Run::Marked(run) => match value {
                Value::Step(step) => run(self, step.primary(), &bound),
                other => run(self, other, &bound),
            },
            Run::Test(run) => run(self, value, &bound).map(Value::Bool),
            Run::Call(run) => run(self, &bound),
        }
    }

    /// Asks a test.
    pub(super) fn check(&mut self, test: &Function, value: &Value, args: Args) -> Answer<bool> {
        let bound = Bound::new(test, args)?;
        match test.run {
            Run::Test(run) => run(self, value, &bound),
            _ => Ok(false),
        }
    }

    pub(super) fn call(&mut self, callee: &'a Expr, args: &'a [Arg], span: Span) -> Outcome {
        if let ExprKind::Attribute { base, name, name_span } = &callee.kind {
            let value = self.value(base)?;
            let own = matches!(value, Value::Map(_) | Value::Native(_))
                && value_has_callable(&value, name);
            if !own {
                let args = self.args(args, Undefined::Refused)?;
                let place = if name.is_empty() { span } else { *name_span };
                let method = calls::method(self, &value, name, args);
                return method.map_err(|it| {
                    if it.code == Code::UnknownFunction { it.at(place) } else { it.at(span) }
                });
            }
        }
        if let ExprKind::Name(name) = &callee.kind {
            let bound = self.local(name).is_some() || self.scope.lookup(name).is_some();
            if !bound {
                return self.call_function(name, callee.span, args, span);
            }
        }
        let target = self.value(callee)?;
        let args = self.args(args, Undefined::Refused)?;
        match &target {
            Value::Native(native) => self.call_native(native, args, span),
            other => {
                Err(Fault::type_error(format!("{} cannot be called", other.type_name())).at(span))
            }
        }
    }

    fn call_function(
        &mut self,
        name: &str,
        name_span: Span,
        args: &'a [Arg],
        span: Span,
    ) -> Outcome {
        let of_condition =
            table::condition_function(name).filter(|_| self.language == Language::Condition);
        let Some(function) = of_condition.or_else(|| table::function(name)) else {
            let names = table::functions().iter().map(|it| it.name);
            let message = match table::condition_function(name) {
                Some(_) => format!(
                    "`{name}` is a function of conditions; templates have filters, such as `x | length`"
                ),
                None => with_nearest(format!("unknown function `{name}`"), name, names),
            };
            return Err(Fault::new(Code::UnknownFunction, message).at(name_span));
        };
        let args = self.args(args, Undefined::Refused)?;
        if of_condition.is_some() && !args.named.is_empty() {
            return Err(Fault::new(
                Code::Forbidden,
                "named arguments are not allowed in conditions",
            )
            .at(span));
        }
        self.run_function(function, args).map_err(|it| it.at(span))
    }

    pub(super) fn run_function(&mut self, function: &Function, args: Args) -> Answer {
        let bound = Bound::new(function, args)?;
        self.spend(1)?;
        match function.run {
            Run::Call(run) => run(self, &bound),
            _ => Ok(Value::Null),
        }
    }
}

/// What becomes of undefined arguments.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Undefined {
    Passed,
    Refused,
}

fn value_has_callable(value: &Value, name: &str) -> bool {
    match value {
        Value::Map(entries) => matches!(entries.get(name), Some(Value::Native(_))),
        Value::Native(Native::Namespace(entries)) => {
            entries.lock().is_ok_and(|it| matches!(it.get(name), Some(Value::Native(_))))
        }
        _ => false,
    }
}
