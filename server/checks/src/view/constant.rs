//! What a condition says before anything ran.

use pipeline::{Condition, Value, eval};
use syntax::template::{self, CompareOp, Expr, ExprKind, UnaryOp, free_paths_of};

use super::{each_expression_of, is_function};

/// Nothing has a value.
struct Nowhere;

impl eval::Scope for Nowhere {
    fn lookup(&self, _name: &str) -> Option<Value> {
        None
    }
}

/// The truth of a condition that is the same in every run; `None` where it is not, or cannot be told.
pub(crate) fn constant(condition: &Condition) -> Option<bool> {
    if !condition.text.autos.is_empty() || !condition.parsed.errors.is_empty() {
        return None;
    }
    fold(&condition.parsed.expr, &condition.text.value)
}

fn fold(expr: &Expr, text: &str) -> Option<bool> {
    match &expr.kind {
        ExprKind::And(left, right) => both(fold(left, text), fold(right, text), false),
        ExprKind::Or(left, right) => both(fold(left, text), fold(right, text), true),
        ExprKind::Unary { op: UnaryOp::Not, operand } => fold(operand, text).map(|it| !it),
        ExprKind::Compare { first, rest } => {
            of_same(first, rest, text).or_else(|| value(expr, text))
        }
        _ => value(expr, text),
    }
}

/// `decisive` on either side is the answer.
fn both(left: Option<bool>, right: Option<bool>, decisive: bool) -> Option<bool> {
    match (left, right) {
        (Some(it), _) | (_, Some(it)) if it == decisive => Some(decisive),
        (Some(_), Some(_)) => Some(!decisive),
        _ => None,
    }
}

/// `x == x`: one path with itself.
fn of_same(first: &Expr, rest: &[(CompareOp, Expr)], text: &str) -> Option<bool> {
    let [(op, second)] = rest else { return None };
    let written = |expr: &Expr| text.get(expr.span.range()).map(str::trim);
    let is_path = |expr: &Expr| {
        let mut plain = true;
        each_expression_of(expr, &mut |it| {
            plain &= matches!(it.kind, ExprKind::Name(_) | ExprKind::Attribute { .. });
        });
        plain
    };
    let same = is_path(first) && is_path(second) && written(first) == written(second);
    match op {
        _ if !same => None,
        CompareOp::Eq | CompareOp::Le | CompareOp::Ge => Some(true),
        CompareOp::Ne | CompareOp::Lt | CompareOp::Gt => Some(false),
        _ => None,
    }
}

/// The truth of an expression that reads no name and asks neither the clock nor the file system.
fn value(expr: &Expr, text: &str) -> Option<bool> {
    let mut fixed = free_paths_of(expr).iter().all(|path| path.called && is_fixed(&path.root));
    each_expression_of(expr, &mut |it| {
        fixed &= match &it.kind {
            ExprKind::Error => false,
            ExprKind::Filter { name, .. } => !CHANGING.contains(&name.as_str()),
            _ => true,
        };
    });
    if !fixed {
        return None;
    }
    let condition = template::Condition { expr: expr.clone(), errors: Vec::new() };
    eval::evaluate(&condition, text, &Nowhere).ok().map(|value| value.is_truthy())
}

/// Filters and functions whose answer depends on more than their arguments.
const CHANGING: &[&str] = &[
    "random",
    "date",
    "now",
    "file_exists",
    "include_file",
    "lipsum",
    "loop_var",
    "loop_item_at",
    "current_loop_name",
    "active_loops",
    "historical_loops",
    "loop_get",
    "next_in_loop",
    "prev_in_loop",
];

fn is_fixed(function: &str) -> bool {
    is_function(function) && !CHANGING.contains(&function)
}
