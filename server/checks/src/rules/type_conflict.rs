use pipeline::{
    StepKind,
    catalogue::{self, Type as Wanted},
    types::{Locals, Type},
};
use syntax::{
    Span,
    template::{BinaryOp, CompareOp, Expr, ExprKind, Part, each_expression_of},
};

use crate::{
    findings::Findings,
    rule::declare_rule,
    view::{Parsed, StepView, TextView, refuses},
};

declare_rule!(
    "type-conflict",
    Warning,
    "type_conflict.md",
    Text(expressions),
    Text(loops),
    Step(parameters),
    Step(items)
);

/// What can stand on one side of an operator without the other mattering.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Family {
    Number,
    Text,
    List,
    Map,
}

fn family(ty: &Type) -> Option<Family> {
    match ty.plain() {
        Type::Bool | Type::Integer | Type::Number => Some(Family::Number),
        Type::Text => Some(Family::Text),
        Type::List(_) => Some(Family::List),
        Type::Map(_) => Some(Family::Map),
        Type::Any | Type::Null | Type::Step(_) => None,
    }
}

/// Operators and filters that cannot take what they are given.
fn expressions(view: &TextView<'_>, findings: &mut Findings) {
    if !view.field.rendered {
        return;
    }
    view.each_typed(&mut |outer, locals| {
        each_expression_of(outer, &mut |expr| {
            if let Some(words) = conflict(view, expr, locals) {
                findings.report(view.source(expr.span), words);
            }
        });
    });
}

fn conflict(view: &TextView<'_>, expr: &Expr, locals: &Locals) -> Option<String> {
    let of = |expr: &Expr| view.scope.types().of_expr(view.scope.path, expr, locals);
    match &expr.kind {
        ExprKind::Compare { first, rest } => {
            let mut left = of(first);
            for (op, operand) in rest {
                let right = of(operand);
                if let Some(words) = compared(*op, &left, &right) {
                    return Some(words);
                }
                left = right;
            }
            None
        }
        ExprKind::Binary { op, left, right } => calculated(*op, &of(left), &of(right)),
        ExprKind::Filter { base, name, args, .. } => {
            let ty = of(base);
            let ty = ty.plain();
            refuses(name, args, ty, &view.text.value)
                .then(|| format!("`{name}` cannot take {}", ty.words()))
        }
        _ => None,
    }
}

fn compared(op: CompareOp, left: &Type, right: &Type) -> Option<String> {
    let (one, two) = (family(left)?, family(right)?);
    match op {
        CompareOp::Lt | CompareOp::Le | CompareOp::Gt | CompareOp::Ge => {
            let unordered = one != two || one == Family::Map;
            unordered.then(|| {
                format!("{} and {} have no order", left.plain().words(), right.plain().words())
            })
        }
        CompareOp::Eq if one != two => {
            Some(format!("{} never equals {}", left.plain().words(), right.plain().words()))
        }
        CompareOp::Ne if one != two => {
            Some(format!("{} is never {}", left.plain().words(), right.plain().words()))
        }
        CompareOp::In | CompareOp::NotIn if two == Family::Number => {
            Some(format!("nothing is in {}", right.plain().words()))
        }
        _ => None,
    }
}

fn calculated(op: BinaryOp, left: &Type, right: &Type) -> Option<String> {
    let (one, two) = (family(left), family(right));
    let wrong = match op {
        BinaryOp::Add => {
            one.is_some() && two.is_some() && one != two
                || one == Some(Family::Map) && two == Some(Family::Map)
        }
        BinaryOp::Sub | BinaryOp::Div | BinaryOp::FloorDiv | BinaryOp::Pow => {
            [one, two].into_iter().flatten().any(|it| it != Family::Number)
        }
        BinaryOp::Rem => matches!(one, Some(Family::List | Family::Map)),
        BinaryOp::Mul => {
            matches!((one, two), (Some(a), Some(b)) if a != Family::Number && b != Family::Number)
        }
        BinaryOp::Concat => false,
    };
    wrong.then(|| {
        format!("{} and {} cannot be calculated with", left.plain().words(), right.plain().words())
    })
}

/// `{% for %}` over what has no items.
fn loops(view: &TextView<'_>, findings: &mut Findings) {
    let Parsed::Template(template) = view.parsed else { return };
    if !view.field.rendered {
        return;
    }
    let iterated = iterated(&template.parts);
    view.each_typed(&mut |expr, locals| {
        if iterated.contains(&expr.span) {
            let ty = view.scope.types().of_expr(view.scope.path, expr, locals);
            if family(&ty) == Some(Family::Number) {
                findings.report(view.source(expr.span), loop_words(ty.plain()));
            }
        }
    });
}

fn iterated(parts: &[Part]) -> Vec<Span> {
    let mut found = Vec::new();
    for part in parts {
        match part {
            Part::For { iter, body, otherwise, .. } => {
                found.push(iter.span);
                found.extend(iterated(body));
                found.extend(iterated(otherwise));
            }
            Part::If { branches, otherwise, .. } => {
                branches.iter().for_each(|(_, body)| found.extend(iterated(body)));
                found.extend(iterated(otherwise));
            }
            _ => {}
        }
    }
    found
}

/// A template that yields another type than the parameter takes; text is converted where it can be, so it never conflicts.
fn parameters(view: &StepView<'_>, findings: &mut Findings) {
    let Some(signature) = view.signature() else { return };
    for parameter in &view.step.parameters {
        let Some(declared) = signature.parameter(&parameter.name.value) else { continue };
        if parameter.value.value.as_text().is_none_or(|text| text.is_static()) {
            continue;
        }
        let ty = view.scope.types().of_data(view.scope.path, &parameter.value);
        if family(&ty).is_some_and(|family| !fits(family, declared.ty)) {
            findings.report(parameter.value.span, parameter_words(declared, ty.plain()));
        }
    }
}

const fn fits(family: Family, wanted: Wanted) -> bool {
    match wanted {
        Wanted::Any | Wanted::Text | Wanted::Path | Wanted::Model => true,
        Wanted::Integer | Wanted::Number | Wanted::Bool => {
            matches!(family, Family::Number | Family::Text)
        }
        Wanted::List => matches!(family, Family::List | Family::Text),
        Wanted::Map => matches!(family, Family::Map | Family::Text),
    }
}

/// A loop over what has no items.
fn items(view: &StepView<'_>, findings: &mut Findings) {
    let items = match &view.step.kind {
        StepKind::ForEach(it) => Some(&it.items),
        StepKind::Queue(it) => it.on.as_ref(),
        _ => return,
    };
    let Some(items) = items else { return };
    let is_template = items.value.as_text().is_some_and(|text| !text.is_static());
    let ty = view.scope.types().of_data(view.scope.path, items);
    if is_template && family(&ty) == Some(Family::Number) {
        findings.report(items.span, loop_words(ty.plain()));
    }
}

fn loop_words(ty: &Type) -> String {
    format!("this loops over {}, which has no items", ty.words())
}

fn parameter_words(parameter: &catalogue::Parameter, ty: &Type) -> String {
    format!("`{}` takes {}, and this yields {}", parameter.name, parameter.ty.words(), ty.words())
}
