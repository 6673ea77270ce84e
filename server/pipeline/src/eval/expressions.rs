//! The value of an expression.

use std::cmp::Ordering;
use std::sync::Arc;

use syntax::Span;
use syntax::template::{BinaryOp, CompareOp, Expr, ExprKind, UnaryOp};

use super::dict::Dict;
use super::error::{Answer, Code, Fault};
use super::machine::{Language, Machine, Outcome};
use super::{access, markup, operators};
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

    fn binary(&mut self, op: BinaryOp, left: &Value, right: &Value) -> Answer {
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
