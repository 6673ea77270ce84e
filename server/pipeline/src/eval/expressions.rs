//! The value of an expression.

use std::cmp::Ordering;
use std::sync::Arc;

use syntax::Span;
use syntax::template::{
    Arg, Clause, CompareOp, ComprehensionKind, Expr, ExprKind, Shape, Target, Targets, UnaryOp,
};

use super::args::{Args, Bound};
use super::dict::Dict;
use super::error::{Answer, Code, Fault};
use super::machine::{Language, MAX_ITEMS, Machine, Outcome, with_nearest};
use super::native::Native;
use super::table::{Function, Run};
use super::{access, calls, markup, operators, table};
use crate::Value;

/// What `x if y` is where `y` is false.
const LEFT_OUT: &str = "the `if` has no `else`";

fn is_left_out(value: &Value) -> bool {
    matches!(value, Value::Undefined(what) if **what == *LEFT_OUT)
}

impl<'a> Machine<'a> {
    /// The value; an error when it is undefined.
    pub(super) fn value(&mut self, expr: &'a Expr) -> Outcome {
        let value = self.maybe(expr)?;
        self.needed(expr, value)
    }

    /// That value of the expression; an error when it is undefined. What an `if` without `else` leaves out is no text.
    pub(super) fn needed(&self, expr: &Expr, value: Value) -> Outcome {
        if is_left_out(&value) {
            Ok(Value::from(""))
        } else if value.is_undefined() {
            Err(self.undefined(expr, &value))
        } else {
            Ok(value)
        }
    }

    /// The truth of an expression; what a skipped step lacks is false.
    pub(super) fn truth(&mut self, expr: &'a Expr) -> Outcome<bool> {
        let value = self.maybe(expr)?;
        self.settled(expr, &value)
    }

    /// The value, which may be undefined.
    pub(super) fn maybe(&mut self, expr: &'a Expr) -> Outcome {
        self.deeper(expr.span, |machine| machine.dispatch(expr))
    }

    fn dispatch(&mut self, expr: &'a Expr) -> Outcome {
        let span = expr.span;
        match &expr.kind {
            ExprKind::Error => {
                Err(Fault::new(Code::Syntax, "the expression cannot be read").at(span))
            }
            ExprKind::Body => Ok(self.bodies.last().cloned().unwrap_or(Value::Null)),
            ExprKind::Null => Ok(Value::Null),
            ExprKind::Bool(value) => Ok(Value::Bool(*value)),
            ExprKind::Int(value) => Ok(Value::Int(*value)),
            ExprKind::Float(value) => Ok(Value::Float(*value)),
            ExprKind::Str(text) => Ok(Value::text(text.as_str())),
            ExprKind::Name(name) => self.name(name).map_err(|it| it.at(span)),
            ExprKind::Attribute { base, name, name_span } => self.attribute(base, name, *name_span),
            ExprKind::Index { base, index } => self.index(base, index, span),
            ExprKind::Slice { base, start, stop, step } => {
                self.slice(base, [start, stop, step], span)
            }
            ExprKind::Filter { base, name, name_span, args } => {
                self.filter(base, name, *name_span, args, span)
            }
            ExprKind::Test { base, name, name_span, args, negated } => {
                Ok(Value::Bool(self.test(base, name, *name_span, args, span)? != *negated))
            }
            ExprKind::Call { callee, args } => self.call(callee, args, span),
            ExprKind::Unary { op, operand } => self.unary(*op, operand, span),
            ExprKind::Binary { op, left, right } => {
                let (left, right) = (self.value(left)?, self.value(right)?);
                let value = self.binary(*op, &left, &right);
                value.map_err(|it| it.at(span))
            }
            ExprKind::And(left, right) => {
                let value = self.maybe(left)?;
                if self.settled(left, &value)? { self.maybe(right) } else { Ok(value) }
            }
            ExprKind::Or(left, right) => {
                let value = self.maybe(left)?;
                if self.settled(left, &value)? { Ok(value) } else { self.maybe(right) }
            }
            ExprKind::Compare { first, rest } => self.compare(first, rest),
            ExprKind::Conditional { test, then, otherwise } => {
                if self.truth(test)? {
                    return self.maybe(then);
                }
                match otherwise {
                    Some(otherwise) => self.maybe(otherwise),
                    None => Ok(Value::Undefined(LEFT_OUT.into())),
                }
            }
            ExprKind::List(items) => Ok(Value::list(self.values(items)?)),
            ExprKind::Tuple(items) => Ok(Value::Tuple(Arc::new(self.values(items)?))),
            ExprKind::Set(items) => {
                let items = self.values(items)?;
                set(items).map_err(|it| it.at(span))
            }
            ExprKind::Dict(entries) => self.dict(entries),
            ExprKind::Comprehension { kind, element, value, clauses } => {
                self.comprehension(*kind, element, value.as_deref(), clauses, span)
            }
        }
    }

    /// The truth of a value of an expression.
    fn settled(&self, expr: &Expr, value: &Value) -> Outcome<bool> {
        if is_left_out(value) {
            Ok(false)
        } else if matches!(value, Value::Undefined(_)) {
            Err(self.undefined(expr, value))
        } else {
            Ok(value.is_truthy())
        }
    }

    fn values(&mut self, exprs: &'a [Expr]) -> Outcome<Vec<Value>> {
        exprs.iter().map(|it| self.value(it)).collect()
    }

    fn name(&self, name: &str) -> Answer {
        if self.language == Language::Condition && name.starts_with('_') {
            return Err(Fault::new(
                Code::Forbidden,
                format!("`{name}` cannot be read: names with a leading `_` are internal"),
            ));
        }
        if let Some(value) = self.local(name).cloned().or_else(|| self.scope.lookup(name)) {
            return Ok(value);
        }
        match table::function(name) {
            Some(function) => Ok(Value::Native(Native::Function(function.name))),
            None => Ok(Value::Undefined(name.into())),
        }
    }

    fn attribute(&mut self, base: &'a Expr, name: &'a str, name_span: Span) -> Outcome {
        if self.language == Language::Condition && name.starts_with('_') {
            let message = format!("`{name}` cannot be read: names with a leading `_` are internal");
            return Err(Fault::new(Code::Forbidden, message).at(name_span));
        }
        let value = self.maybe(base)?;
        match value {
            Value::Absent(what) => return Ok(Value::Absent(format!("{what}.{name}").into())),
            Value::Undefined(_) => return Err(self.undefined(base, &value)),
            _ => {}
        }
        let found = access::attribute(&value, name).map_err(|it| it.at(name_span))?;
        Ok(found.unwrap_or_else(|| missing(&value, name, self.slice_of(base.span))))
    }

    fn index(&mut self, base: &'a Expr, index: &'a Expr, span: Span) -> Outcome {
        let value = self.maybe(base)?;
        match value {
            Value::Absent(what) => return Ok(Value::Absent(format!("{what}[..]").into())),
            Value::Undefined(_) => return Err(self.undefined(base, &value)),
            _ => {}
        }
        let index = self.value(index)?;
        let found = access::index(&value, &index).map_err(|it| it.at(span))?;
        Ok(found.unwrap_or_else(|| match &index {
            Value::Text(name) => missing(&value, name, self.slice_of(base.span)),
            other => {
                let of = self.slice_of(base.span);
                Value::Undefined(
                    format!(
                        "`{of}` ({}) has no item {}",
                        value.primary().type_name(),
                        other.repr()
                    )
                    .into(),
                )
            }
        }))
    }

    /// The text of a span, as long as it is short.
    fn slice_of(&self, span: Span) -> &'a str {
        self.text
            .get(span.range())
            .filter(|it| it.len() <= 60 && !it.contains('\n'))
            .unwrap_or("the value")
    }

    fn slice(&mut self, base: &'a Expr, bounds: [&'a Option<Box<Expr>>; 3], span: Span) -> Outcome {
        let base = self.value(base)?;
        let mut values = [None, None, None];
        for (value, bound) in values.iter_mut().zip(bounds) {
            *value = bound.as_ref().map(|it| self.value(it)).transpose()?;
        }
        self.spend(access::cost(&base))
            .and_then(|()| access::slice(&base, values))
            .map_err(|it| it.at(span))
    }

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

    fn filter(
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

    fn test(
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

    fn call(&mut self, callee: &'a Expr, args: &'a [Arg], span: Span) -> Outcome {
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

    fn unary(&mut self, op: UnaryOp, operand: &'a Expr, span: Span) -> Outcome {
        if op == UnaryOp::Not {
            return Ok(Value::Bool(!self.truth(operand)?));
        }
        let value = self.value(operand)?;
        let value = match (operators::number(&value), op) {
            (Some(operators::Number::Int(value)), UnaryOp::Minus) => {
                value.checked_neg().map(Value::Int).ok_or_else(operators::too_large)
            }
            (Some(operators::Number::Float(value)), UnaryOp::Minus) => Ok(Value::Float(-value)),
            (Some(operators::Number::Int(value)), _) => Ok(Value::Int(value)),
            (Some(operators::Number::Float(value)), _) => Ok(Value::Float(value)),
            (None, _) => {
                Err(Fault::type_error(format!("a sign does not apply to {}", value.type_name())))
            }
        };
        value.map_err(|it| it.at(span))
    }

    fn binary(&mut self, op: syntax::template::BinaryOp, left: &Value, right: &Value) -> Answer {
        use syntax::template::BinaryOp;
        if self.language == Language::Condition {
            let number = |value: &Value| matches!(value.primary(), Value::Int(_));
            match (op, left.primary(), right.primary()) {
                (BinaryOp::Rem, Value::Text(_), _) => {
                    return Err(Fault::new(
                        Code::Forbidden,
                        "formatting with `%` is not allowed in conditions",
                    ));
                }
                (BinaryOp::Pow, Value::Int(base), _)
                    if base.unsigned_abs() > 1_000_000 && number(right) =>
                {
                    return Err(Fault::limit("the base of `**` is greater than 1000000"));
                }
                _ => {}
            }
        }
        let value = match op {
            BinaryOp::Concat if self.escaping => {
                markup::joined(&Value::from(""), &[left.clone(), right.clone()])?
            }
            _ => operators::binary(op, left, right)?,
        };
        self.spend(access::cost(&value))?;
        Ok(value)
    }

    fn compare(&mut self, first: &'a Expr, rest: &'a [(CompareOp, Expr)]) -> Outcome {
        let mut left = self.value(first)?;
        let mut place = first.span;
        for (op, right) in rest {
            let value = self.value(right)?;
            let span = place.join(right.span);
            self.spend(access::cost(&value)).map_err(|it| it.at(span))?;
            if !compare(*op, &left, &value).map_err(|it| it.at(span))? {
                return Ok(Value::Bool(false));
            }
            left = value;
            place = right.span;
        }
        Ok(Value::Bool(true))
    }

    fn dict(&mut self, entries: &'a [(Expr, Expr)]) -> Outcome {
        let mut found = Dict::default();
        for (key, value) in entries {
            let span = key.span;
            let key = self.value(key)?;
            let value = self.value(value)?;
            found.insert(key, value).map_err(|it| it.at(span))?;
        }
        Ok(found.into_value())
    }

    fn comprehension(
        &mut self,
        kind: ComprehensionKind,
        element: &'a Expr,
        value: Option<&'a Expr>,
        clauses: &'a [Clause],
        span: Span,
    ) -> Outcome {
        let locals = self.locals.len();
        let mut found = Vec::new();
        let outcome = self.clauses(element, value, clauses, &mut found);
        self.locals.truncate(locals);
        outcome?;
        let built = match kind {
            ComprehensionKind::List | ComprehensionKind::Generator => {
                Ok(Value::list(found.into_iter().map(|it| it.0).collect()))
            }
            ComprehensionKind::Set => set(found.into_iter().map(|it| it.0).collect()),
            ComprehensionKind::Dict => {
                let entries = found.into_iter().map(|(key, it)| (key, it.unwrap_or(Value::Null)));
                Dict::from_pairs(entries).map(Dict::into_value)
            }
        };
        built.map_err(|it| it.at(span))
    }

    fn clauses(
        &mut self,
        element: &'a Expr,
        value: Option<&'a Expr>,
        clauses: &'a [Clause],
        found: &mut Vec<(Value, Option<Value>)>,
    ) -> Outcome<()> {
        let Some((clause, further)) = clauses.split_first() else {
            if found.len() >= MAX_ITEMS {
                return Err(Fault::limit(format!(
                    "the list would have more than {MAX_ITEMS} items"
                ))
                .at(element.span));
            }
            let item = self.value(element)?;
            let value = value.map(|it| self.value(it)).transpose()?;
            found.push((item, value));
            return Ok(());
        };
        let iterated = self.value(&clause.iter)?;
        let items = access::items(&iterated).map_err(|it| it.at(clause.iter.span))?;
        'items: for item in items {
            let locals = self.locals.len();
            self.spend(1).map_err(|it| it.at(clause.iter.span))?;
            self.unpack(&clause.targets, item).map_err(|it| it.at(clause.iter.span))?;
            for condition in &clause.conditions {
                if !self.truth(condition)? {
                    self.locals.truncate(locals);
                    continue 'items;
                }
            }
            self.clauses(element, value, further, found)?;
            self.locals.truncate(locals);
        }
        Ok(())
    }

    /// Binds a value to one name, or its items to several.
    pub(super) fn unpack(&mut self, targets: &Targets, value: Value) -> Answer<()> {
        self.unpack_into(&mut targets.names.iter(), &targets.shape, value)
    }

    /// The same for a part of the names; those that are used up are taken from `names`.
    fn unpack_into(
        &mut self,
        names: &mut std::slice::Iter<'_, Target>,
        shape: &Shape,
        value: Value,
    ) -> Answer<()> {
        let Shape::Group(parts) = shape else {
            return names.next().map_or(Ok(()), |(name, _)| self.bind(name, value));
        };
        let items = access::items(&value)?;
        if items.len() != parts.len() {
            return Err(Fault::type_error(format!(
                "{} items cannot be bound to {} names",
                items.len(),
                parts.len()
            )));
        }
        parts.iter().zip(items).try_for_each(|(part, item)| self.unpack_into(names, part, item))
    }
}

/// What becomes of undefined arguments.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Undefined {
    Passed,
    Refused,
}

/// The words for a field that is not there.
fn missing(value: &Value, name: &str, of: &str) -> Value {
    let message = format!("`{of}` has no field `{name}`");
    let message = match value {
        Value::Map(entries) => with_nearest(message, name, entries.keys().map(AsRef::as_ref)),
        Value::Step(step) => {
            let envelope = step.value.clone();
            let result = envelope.get("result").unwrap_or(Value::Null);
            let keys = [&envelope, &result]
                .into_iter()
                .filter_map(|it| if let Value::Map(map) = it { Some(map) } else { None });
            with_nearest(message, name, keys.flat_map(|it| it.keys()).map(AsRef::as_ref))
        }
        other => format!("`{of}` ({}) has no field `{name}`", other.type_name()),
    };
    Value::Undefined(message.into())
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

/// A set of items, each once.
pub(super) fn set(items: Vec<Value>) -> Answer {
    let mut unique: Vec<Value> = Vec::new();
    if items.len() > 10_000 {
        return Err(Fault::limit("a set has 10000 items at most"));
    }
    for item in items {
        if matches!(item, Value::List(_) | Value::Map(_) | Value::Set(_)) {
            return Err(Fault::type_error(format!(
                "{} cannot be an item of a set",
                item.type_name()
            )));
        }
        if !unique.contains(&item) {
            unique.push(item);
        }
    }
    Ok(Value::Set(Arc::new(unique)))
}

/// `left op right`
pub(super) fn compare(op: CompareOp, left: &Value, right: &Value) -> Answer<bool> {
    let ordered = |sign: &str, wanted: fn(Ordering) -> bool| match left.order(right) {
        Ok(order) => Ok(order.is_some_and(wanted)),
        Err(_) => {
            let (left, right) = (left.primary().type_name(), right.primary().type_name());
            Err(Fault::type_error(format!("`{sign}` cannot compare {left} and {right}")))
        }
    };
    match op {
        CompareOp::Eq => Ok(left == right),
        CompareOp::Ne => Ok(left != right),
        CompareOp::Lt => ordered("<", Ordering::is_lt),
        CompareOp::Le => ordered("<=", Ordering::is_le),
        CompareOp::Gt => ordered(">", Ordering::is_gt),
        CompareOp::Ge => ordered(">=", Ordering::is_ge),
        CompareOp::In => access::contains(right, left),
        CompareOp::NotIn => access::contains(right, left).map(|it| !it),
        CompareOp::Is => Ok(left.type_name() == right.type_name() && left == right),
        CompareOp::IsNot => Ok(left.type_name() != right.type_name() || left != right),
    }
}
