use pipeline::eval::{self, Function};
use syntax::{
    Span,
    template::{Arg, ExprKind},
};

use crate::{findings::Findings, rule::declare_rule, view::TextView};

declare_rule!("wrong-arity", Error, "wrong_arity.md", Text(detect));

fn detect(view: &TextView<'_>, findings: &mut Findings) {
    if !view.field.rendered {
        return;
    }
    for expr in view.expressions() {
        match &expr.kind {
            ExprKind::Filter { name, name_span, args, .. } => count(view, eval::filters(), name, *name_span, args, findings),
            ExprKind::Test { name, name_span, args, .. } => count(view, eval::tests(), name, *name_span, args, findings),
            ExprKind::Call { callee, args } => {
                if let ExprKind::Name(name) = &callee.kind {
                    let first = if view.is_condition() { eval::condition_functions() } else { eval::functions() };
                    let table = if first.iter().any(|it| it.name == name) { first } else { eval::functions() };
                    count(view, table, name, callee.span, args, findings);
                }
            }
            _ => {}
        }
    }
}

/// Named arguments may stand for any place, so with them only too many can be told, and names that no parameter has.
fn count(view: &TextView<'_>, table: &[Function], name: &str, span: Span, args: &[Arg], findings: &mut Findings) {
    let Some(function) = table.iter().find(|it| it.name == name) else { return };
    let (least, most) = function.arity;
    let named = args.iter().any(|arg| arg.name.is_some());
    if args.len() < usize::from(least) && !named || args.len() > usize::from(most) && most != u8::MAX {
        findings.report(view.source(span), words(function, args.len()));
        return;
    }
    if most == u8::MAX {
        return;
    }
    for (name, span) in args.iter().filter_map(|arg| arg.name.as_ref()) {
        match function.parameters().position(|it| it == name) {
            None => {
                findings.report(view.source(*span), no_parameter(function, name));
            }
            Some(place) if args.iter().take(place + 1).all(|arg| arg.name.is_none()) => {
                findings.report(view.source(*span), twice(function, name));
            }
            Some(_) => {}
        }
    }
}

fn no_parameter(function: &Function, name: &str) -> String {
    format!("`{}` has no parameter `{name}`: `{}`", function.name, function.signature)
}

fn twice(function: &Function, name: &str) -> String {
    format!("`{name}` is given twice to `{}`: `{}`", function.name, function.signature)
}

fn words(function: &Function, given: usize) -> String {
    let (least, most) = function.arity;
    let wanted = match (least, most) {
        (0, 0) => "no argument".to_owned(),
        (1, 1) => "one argument".to_owned(),
        (least, u8::MAX) => format!("at least {least}"),
        (least, most) if least == most => format!("{least} arguments"),
        (least, most) => format!("{least} to {most} arguments"),
    };
    format!("`{}` takes {wanted}, and here are {given}: `{}`", function.name, function.signature)
}
