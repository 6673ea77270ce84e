//! What a condition may weigh.

use syntax::Span;
use syntax::template::{Condition, Expr, ExprKind};

use super::error::{EvalError, Fault};

const MAX_CHARACTERS: usize = 4096;
const MAX_NODES: usize = 500;
const MAX_DEPTH: usize = 40;

/// Refuses a condition that is too long, too complex or nested too deeply.
pub(super) fn check(condition: &Condition, text: &str) -> Result<(), EvalError> {
    let all = Span::new(0, text.len() as u32);
    let refuse = |message: String, span: Span| Err(Fault::limit(message).at(span));
    if text.chars().count() > MAX_CHARACTERS {
        return refuse(format!("a condition has {MAX_CHARACTERS} characters at most"), all);
    }
    let mut weight = Weight::default();
    weight.add(&condition.expr, 1);
    if weight.nodes > MAX_NODES {
        return refuse(
            format!("the condition is too complex: {} parts, {MAX_NODES} at most", weight.nodes),
            all,
        );
    }
    if weight.depth > MAX_DEPTH {
        return refuse(
            format!(
                "the condition is nested too deeply: {} levels, {MAX_DEPTH} at most",
                weight.depth
            ),
            all,
        );
    }
    Ok(())
}

#[derive(Default)]
struct Weight {
    nodes: usize,
    depth: usize,
}

impl Weight {
    fn add(&mut self, expr: &Expr, depth: usize) {
        self.nodes += 1;
        self.depth = self.depth.max(depth);
        for child in children(expr) {
            self.add(child, depth + 1);
        }
    }
}

/// The expressions directly inside an expression.
fn children(expr: &Expr) -> Vec<&Expr> {
    match &expr.kind {
        ExprKind::Attribute { base, .. } => vec![base],
        ExprKind::Index { base, index } => vec![base, index],
        ExprKind::Slice { base, start, stop, step } => std::iter::once(base.as_ref())
            .chain([start, stop, step].into_iter().flatten().map(AsRef::as_ref))
            .collect(),
        ExprKind::Filter { base, args, .. } | ExprKind::Test { base, args, .. } => {
            std::iter::once(base.as_ref()).chain(args.iter().map(|it| &it.value)).collect()
        }
        ExprKind::Call { callee, args } => {
            std::iter::once(callee.as_ref()).chain(args.iter().map(|it| &it.value)).collect()
        }
        ExprKind::Unary { operand, .. } => vec![operand],
        ExprKind::Binary { left, right, .. }
        | ExprKind::And(left, right)
        | ExprKind::Or(left, right) => vec![left, right],
        ExprKind::Compare { first, rest } => {
            std::iter::once(first.as_ref()).chain(rest.iter().map(|it| &it.1)).collect()
        }
        ExprKind::Conditional { test, then, otherwise } => {
            [test, then].into_iter().chain(otherwise).map(AsRef::as_ref).collect()
        }
        ExprKind::List(items) | ExprKind::Tuple(items) | ExprKind::Set(items) => {
            items.iter().collect()
        }
        ExprKind::Dict(entries) => entries.iter().flat_map(|it| [&it.0, &it.1]).collect(),
        ExprKind::Comprehension { element, value, clauses, .. } => {
            let clauses =
                clauses.iter().flat_map(|it| std::iter::once(&it.iter).chain(&it.conditions));
            std::iter::once(element.as_ref()).chain(value.as_deref()).chain(clauses).collect()
        }
        ExprKind::Error
        | ExprKind::Body
        | ExprKind::Null
        | ExprKind::Bool(_)
        | ExprKind::Int(_)
        | ExprKind::Float(_)
        | ExprKind::Str(_)
        | ExprKind::Name(_) => Vec::new(),
    }
}
