//! Walks over what templates and expressions are made of.

use super::tree::{Arg, Expr, ExprKind, Parameter, Part};
use crate::Span;

/// Calls `visit` for each expression of a template, outer ones first.
pub fn each_expression<'t>(parts: &'t [Part], visit: &mut dyn FnMut(&'t Expr)) {
    for part in parts {
        match part {
            Part::Print { expr, .. } => each_expression_of(expr, visit),
            Part::If { branches, otherwise, .. } => {
                for (test, body) in branches {
                    each_expression_of(test, visit);
                    each_expression(body, visit);
                }
                each_expression(otherwise, visit);
            }
            Part::For { iter, filter, body, otherwise, .. } => {
                each_expression_of(iter, visit);
                if let Some(filter) = filter {
                    each_expression_of(filter, visit);
                }
                each_expression(body, visit);
                each_expression(otherwise, visit);
            }
            Part::Set { value, .. } | Part::SetField { value, .. } => {
                each_expression_of(value, visit)
            }
            Part::SetBlock { value, body, .. }
            | Part::Filter { value, body, .. }
            | Part::Autoescape { value, body, .. } => {
                each_expression_of(value, visit);
                each_expression(body, visit);
            }
            Part::With { bindings, body, .. } => {
                bindings.iter().for_each(|(_, value)| each_expression_of(value, visit));
                each_expression(body, visit);
            }
            Part::Macro { parameters, body, .. } => {
                defaults(parameters, visit);
                each_expression(body, visit);
            }
            Part::Call { parameters, call, body, .. } => {
                defaults(parameters, visit);
                each_expression_of(call, visit);
                each_expression(body, visit);
            }
            Part::Text(_) | Part::Comment(_) | Part::Include { .. } | Part::Raw { .. } => {}
        }
    }
}

/// Calls `visit` with the path of each include directive and its place.
pub fn each_include<'t>(parts: &'t [Part], visit: &mut dyn FnMut(&'t str, Span)) {
    for part in parts {
        match part {
            Part::Include { path, path_span, .. } => visit(path, *path_span),
            Part::If { branches, otherwise, .. } => {
                branches.iter().for_each(|(_, body)| each_include(body, visit));
                each_include(otherwise, visit);
            }
            Part::For { body, otherwise, .. } => {
                each_include(body, visit);
                each_include(otherwise, visit);
            }
            Part::SetBlock { body, .. }
            | Part::With { body, .. }
            | Part::Autoescape { body, .. }
            | Part::Filter { body, .. }
            | Part::Macro { body, .. }
            | Part::Call { body, .. } => each_include(body, visit),
            _ => {}
        }
    }
}

/// Calls `visit` with each name that statements of a template bind, wherever it is visible.
pub fn each_bound<'t>(parts: &'t [Part], visit: &mut dyn FnMut(&'t str)) {
    for part in parts {
        match part {
            Part::If { branches, otherwise, .. } => {
                branches.iter().for_each(|(_, body)| each_bound(body, visit));
                each_bound(otherwise, visit);
            }
            Part::For { targets, body, otherwise, .. } => {
                targets.iter().for_each(|it| visit(&it.0));
                visit("loop");
                each_bound(body, visit);
                each_bound(otherwise, visit);
            }
            Part::Set { targets, .. } => targets.iter().for_each(|it| visit(&it.0)),
            Part::SetBlock { target, body, .. } => {
                visit(&target.0);
                each_bound(body, visit);
            }
            Part::With { bindings, body, .. } => {
                bindings.iter().for_each(|(target, _)| visit(&target.0));
                each_bound(body, visit);
            }
            Part::Macro { name, parameters, body, .. } => {
                visit(&name.0);
                parameters.iter().for_each(|it| visit(&it.name.0));
                each_bound(body, visit);
            }
            Part::Call { parameters, body, .. } => {
                parameters.iter().for_each(|it| visit(&it.name.0));
                each_bound(body, visit);
            }
            Part::Autoescape { body, .. } | Part::Filter { body, .. } => each_bound(body, visit),
            _ => {}
        }
    }
}

/// Calls `visit` for an expression and each one inside, outer ones first.
pub fn each_expression_of<'t>(expr: &'t Expr, visit: &mut dyn FnMut(&'t Expr)) {
    visit(expr);
    let mut all =
        |parts: &[&'t Expr]| parts.iter().for_each(|part| each_expression_of(part, visit));
    match &expr.kind {
        ExprKind::Attribute { base, .. } => all(&[base]),
        ExprKind::Index { base, index } => all(&[base, index]),
        ExprKind::Slice { base, start, stop, step } => {
            all(&[base]);
            [start, stop, step].into_iter().flatten().for_each(|part| all(&[part]));
        }
        ExprKind::Filter { base, args, .. } | ExprKind::Test { base, args, .. } => {
            all(&[base]);
            arguments(args, visit);
        }
        ExprKind::Call { callee, args } => {
            all(&[callee]);
            arguments(args, visit);
        }
        ExprKind::Unary { operand, .. } => all(&[operand]),
        ExprKind::Binary { left, right, .. }
        | ExprKind::And(left, right)
        | ExprKind::Or(left, right) => {
            all(&[left, right]);
        }
        ExprKind::Compare { first, rest } => {
            all(&[first]);
            rest.iter().for_each(|(_, operand)| all(&[operand]));
        }
        ExprKind::Conditional { test, then, otherwise } => {
            all(&[test, then]);
            otherwise.iter().for_each(|part| all(&[part]));
        }
        ExprKind::List(items) | ExprKind::Tuple(items) | ExprKind::Set(items) => {
            items.iter().for_each(|item| all(&[item]));
        }
        ExprKind::Dict(entries) => entries.iter().for_each(|(key, value)| all(&[key, value])),
        ExprKind::Comprehension { element, value, clauses, .. } => {
            all(&[element]);
            value.iter().for_each(|value| all(&[value]));
            for clause in clauses {
                all(&[&clause.iter]);
                clause.conditions.iter().for_each(|condition| all(&[condition]));
            }
        }
        _ => {}
    }
}

fn defaults<'t>(parameters: &'t [Parameter], visit: &mut dyn FnMut(&'t Expr)) {
    parameters
        .iter()
        .filter_map(|it| it.default.as_ref())
        .for_each(|default| each_expression_of(default, visit));
}

fn arguments<'t>(args: &'t [Arg], visit: &mut dyn FnMut(&'t Expr)) {
    args.iter().for_each(|arg| each_expression_of(&arg.value, visit));
}
