//! Loops that functions are given by name: `loop_var('outer', 'item')`.

use pipeline::language::Form;
use pipeline::{Entry, Reference, Step, Text};
use syntax::Span;
use syntax::template::{Expr, ExprKind, each_expression, each_expression_of, parse_condition};

/// Functions whose first argument is the name of a loop.
const OF_LOOPS: [&str; 2] = ["loop_var", "loop_item_at"];

/// Keys whose values are steps of their own.
const BODIES: [&str; 4] = ["steps", "action_loop", "create_parallel_queue", "parallel"];

/// A name in quotes.
pub(super) struct Argument {
    pub(super) name: String,
    /// Relative to the item, without the quotes.
    pub(super) span: Span,
}

/// Calls of a step, its body left out, each as one of its references and the names that such calls are given.
pub(super) fn loops_in(step: &Step) -> Option<(&Reference, Vec<Argument>)> {
    let is_call = |it: &&Reference| it.called && OF_LOOPS.contains(&&*it.root);
    let call = step.references.iter().find(is_call)?;
    let mut found = Vec::new();
    for entry in step.keys.iter().filter(|entry| !is_body(entry)) {
        entry.value.value.each_text(&mut |text| of_text(entry, text, &mut found));
    }
    Some((call, found))
}

fn is_body(entry: &Entry) -> bool {
    entry.known.is_some_and(|key| BODIES.contains(&key.name))
}

fn of_text(entry: &Entry, text: &Text, found: &mut Vec<Argument>) {
    let is_condition = entry.known.is_some_and(|key| key.forms.contains(&Form::Condition));
    let mut visit = |expr: &Expr| found.extend(argument(text, expr));
    if is_condition {
        each_expression_of(&parse_condition(&text.value).expr, &mut visit);
    } else if let Some(template) = &text.template {
        each_expression(&template.parts, &mut visit);
    }
}

/// The name that a call is given, if it is such a call.
fn argument(text: &Text, expr: &Expr) -> Option<Argument> {
    let ExprKind::Call { callee, args } = &expr.kind else { return None };
    let ExprKind::Name(function) = &callee.kind else { return None };
    let first = &args.first().filter(|_| OF_LOOPS.contains(&function.as_str()))?.value;
    let ExprKind::Str(name) = &first.kind else { return None };
    let quoted = first.span.len() as usize == name.len() + 2;
    let inside = Span::new(first.span.start + 1, first.span.end - 1);
    let span = text.source(if quoted { inside } else { first.span });
    Some(Argument { name: name.clone(), span })
}
