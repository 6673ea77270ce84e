//! Where a route leads: an id, a template that gives one, or, for `goto`, `condition ? a : b`.

use pipeline::{Text, Value, eval};
use syntax::template::{Condition, Expr, ExprKind, parse_condition, sole_expression};

use crate::{prepare::Block, render, scope::StepScope, tool::Failure};

/// The target of a route that is no plain id, by its key; `None` when it leads nowhere.
pub(super) fn target(
    key: &str,
    goto: &Text,
    block: &Block,
    scope: &StepScope,
) -> Result<Option<usize>, Failure> {
    let written = goto.value.trim();
    let condition = parse_condition(written);
    let is_choice = matches!(condition.expr.kind, ExprKind::Conditional { .. })
        && condition.errors.is_empty()
        && goto.template.as_deref().is_none_or(|it| sole_expression(it).is_none());
    let id = if is_choice {
        choose(&condition.expr, written, block, scope)?
    } else if goto.template.is_some() {
        render::text(goto, scope)
            .map(|value| value.to_text())
            .map_err(|error| unresolved(key, &error.message))?
    } else {
        written.to_owned()
    };
    match id.trim() {
        "" => Ok(None),
        id => block
            .position(id)
            .map(Some)
            .ok_or_else(|| unresolved(key, &format!("there is no step `{id}`"))),
    }
}

/// The id on the side of a conditional that its test chooses. An id stands there bare, also one with `-`.
fn choose(expr: &Expr, text: &str, block: &Block, scope: &StepScope) -> Result<String, Failure> {
    if let ExprKind::Conditional { test, then, otherwise } = &expr.kind {
        let side =
            if value(test, text, scope)?.is_truthy() { Some(then) } else { otherwise.as_ref() };
        return side.map_or(Ok(String::new()), |side| choose(side, text, block, scope));
    }
    let bare = text.get(expr.span.range()).unwrap_or_default().trim();
    if block.position(bare).is_some() {
        Ok(bare.to_owned())
    } else {
        Ok(value(expr, text, scope)?.to_text())
    }
}

fn value(expr: &Expr, text: &str, scope: &StepScope) -> Result<Value, Failure> {
    let condition = Condition { expr: expr.clone(), errors: Vec::new() };
    eval::evaluate(&condition, text, scope).map_err(|error| unresolved("goto", &error.message))
}

fn unresolved(key: &str, why: &str) -> Failure {
    Failure::permanent("RoutingError", format!("`{key}`: {why}"))
}
