use pipeline::{
    eval::{self, Kind, methods},
    names::nearest,
    types::{Locals, Type},
};
use syntax::{
    Span,
    template::{Expr, ExprKind, each_expression_of},
};

use crate::{Fix, findings::Findings, rule::declare_rule, view::TextView, words::did_you_mean};

declare_rule!("unknown-method", Error, "unknown_method.md", Text(detect));

fn detect(view: &TextView<'_>, findings: &mut Findings) {
    if !view.field.rendered {
        return;
    }
    view.each_typed(&mut |outer, locals| {
        each_expression_of(outer, &mut |expr| {
            let ExprKind::Call { callee, .. } = &expr.kind else { return };
            let ExprKind::Attribute { base, name, name_span } = &callee.kind else { return };
            if !is_module(view, base, locals)
                && !name.is_empty()
                && let Some((words, near)) = wrong(view, base, name, locals)
            {
                let span = view.source(*name_span);
                let near = near.filter(|_| view.text.aliased.is_none());
                findings.report(span, words).fix(near.map(|near| fix(span, near)));
            }
        });
    });
}

/// `json.loads(...)`, where nothing else is called `json`: a function with a dot in its name.
fn is_module(view: &TextView<'_>, base: &Expr, locals: &Locals) -> bool {
    match &base.kind {
        ExprKind::Name(name) => {
            locals.get(name).is_none()
                && view.scope.resolve(name) == pipeline::names::Meaning::Unknown
        }
        _ => false,
    }
}

fn wrong(
    view: &TextView<'_>,
    base: &Expr,
    name: &str,
    locals: &Locals,
) -> Option<(String, Option<&'static str>)> {
    if eval::changes(name) {
        return Some((format!("`{name}` would change its value, which nothing here can"), None));
    }
    let ty = view.scope.types().of_expr(view.scope.path, base, locals);
    let ty = ty.plain();
    let (always, further) = match ty {
        Type::Text => methods(Kind::Text),
        Type::List(_) => methods(Kind::List),
        Type::Map(_) => methods(Kind::Map),
        Type::Bool | Type::Integer | Type::Number => (&[][..], &[][..]),
        Type::Any | Type::Null | Type::Step(_) => {
            return (!eval::is_method(name)).then(|| (format!("nothing has a method `{name}`"), None));
        }
    };
    if view.is_condition() && further.contains(&name) {
        return Some((format!("`{name}` of {} cannot be called in a condition", ty.words()), None));
    }
    if always.contains(&name) || further.contains(&name) {
        return None;
    }
    let near = nearest(name, always.iter().chain(further).copied());
    Some((format!("{} has no method `{name}`{}", ty.words(), did_you_mean(near)), near))
}

fn fix(span: Span, near: &str) -> Fix {
    Fix::suggestion(format!("change to `{near}`"), span, near)
}
