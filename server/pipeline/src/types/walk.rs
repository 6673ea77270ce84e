//! A walk over the expressions of a text that knows what the text itself binds.

use syntax::template::{
    Clause, Condition, Expr, ExprKind, Parameter, Part, Target, Template, each_expression_of,
};

use super::{Locals, Type, Types};
use crate::Step;

/// What is done with each outermost expression: the expression and the names that the text binds there.
type Visit<'v> = &'v mut dyn FnMut(&Expr, &Locals);

/// Calls `visit` for each expression of a template that is part of no other.
pub fn each_in_template(types: &Types<'_>, path: &[&Step], template: &Template, visit: Visit<'_>) {
    Walk { types, path, locals: Locals::default(), visit }.parts(&template.parts);
}

/// Calls `visit` for a condition, and for the parts of it that see names of a comprehension.
pub fn each_in_condition(
    types: &Types<'_>,
    path: &[&Step],
    condition: &Condition,
    visit: Visit<'_>,
) {
    Walk { types, path, locals: Locals::default(), visit }.expr(&condition.expr);
}

struct Walk<'w> {
    types: &'w Types<'w>,
    path: &'w [&'w Step],
    locals: Locals,
    visit: Visit<'w>,
}

impl Walk<'_> {
    fn expr(&mut self, expr: &Expr) {
        // What a comprehension binds is anything: its inside is looked at with these names bound.
        let mark = self.locals.mark();
        each_expression_of(expr, &mut |it| {
            if let ExprKind::Comprehension { clauses, .. } = &it.kind {
                clauses
                    .iter()
                    .flat_map(|Clause { targets, .. }| targets.iter())
                    .for_each(|(name, _)| self.locals.bind(name, Type::Any));
            }
        });
        (self.visit)(expr, &self.locals);
        self.locals.release(mark);
    }

    fn of(&self, expr: &Expr) -> Type {
        self.types.of_expr(self.path, expr, &self.locals)
    }

    fn targets(&mut self, targets: &[Target], ty: &Type) {
        match targets {
            [(name, _)] => self.locals.bind(name, ty.clone()),
            several => several.iter().for_each(|(name, _)| self.locals.bind(name, Type::Any)),
        }
    }

    fn parameters(&mut self, parameters: &[Parameter]) {
        for parameter in parameters {
            if let Some(default) = &parameter.default {
                self.expr(default);
            }
            self.locals.bind(&parameter.name.0, Type::Any);
        }
    }

    fn parts(&mut self, parts: &[Part]) {
        parts.iter().for_each(|part| self.part(part));
    }

    fn scoped(&mut self, parts: &[Part]) {
        let mark = self.locals.mark();
        self.parts(parts);
        self.locals.release(mark);
    }

    fn part(&mut self, part: &Part) {
        match part {
            Part::Print { expr, .. } => self.expr(expr),
            Part::If { branches, otherwise, .. } => {
                for (test, body) in branches {
                    self.expr(test);
                    self.parts(body);
                }
                self.parts(otherwise);
            }
            Part::For { targets, iter, filter, body, otherwise, .. } => {
                self.expr(iter);
                let item = self.of(iter).item();
                let mark = self.locals.mark();
                self.targets(targets, &item);
                self.locals.bind("loop", Type::Any);
                // What the body sets again is not what it was in the first round.
                set_names(body).iter().for_each(|name| self.locals.bind(name, Type::Any));
                if let Some(filter) = filter {
                    self.expr(filter);
                }
                self.parts(body);
                self.locals.release(mark);
                self.scoped(otherwise);
            }
            Part::Set { targets, value, .. } => {
                self.expr(value);
                let ty = self.of(value);
                match &**targets {
                    [(name, _)] => self.locals.assign(name, ty),
                    several => {
                        several.iter().for_each(|(name, _)| self.locals.assign(name, Type::Any))
                    }
                }
            }
            Part::SetField { value, .. } => self.expr(value),
            Part::SetBlock { target, value, body, .. } => {
                self.scoped(body);
                self.expr(value);
                self.locals.assign(&target.0, Type::Any);
            }
            Part::Autoescape { value, body, .. } => {
                self.expr(value);
                self.scoped(body);
            }
            Part::Filter { value, body, .. } => {
                self.scoped(body);
                self.expr(value);
            }
            Part::With { bindings, body, .. } => {
                let bound: Vec<Type> = bindings.iter().map(|(_, value)| self.of(value)).collect();
                bindings.iter().for_each(|(_, value)| self.expr(value));
                let mark = self.locals.mark();
                bindings
                    .iter()
                    .zip(bound)
                    .for_each(|(((name, _), _), ty)| self.locals.bind(name, ty));
                self.parts(body);
                self.locals.release(mark);
            }
            Part::Macro { name, parameters, body, .. } => {
                let mark = self.locals.mark();
                self.parameters(parameters);
                self.parts(body);
                self.locals.release(mark);
                self.locals.bind(&name.0, Type::Any);
            }
            Part::Call { parameters, call, body, .. } => {
                self.expr(call);
                let mark = self.locals.mark();
                self.parameters(parameters);
                self.parts(body);
                self.locals.release(mark);
            }
            Part::Text(_) | Part::Comment(_) | Part::Include { .. } | Part::Raw { .. } => {}
        }
    }
}

/// Names that are set anywhere in a loop's body.
fn set_names(parts: &[Part]) -> Vec<&str> {
    let mut names = Vec::new();
    for part in parts {
        match part {
            Part::Set { targets, .. } => {
                names.extend(targets.iter().map(|(name, _)| name.as_str()))
            }
            Part::If { branches, otherwise, .. } => {
                branches.iter().for_each(|(_, body)| names.extend(set_names(body)));
                names.extend(set_names(otherwise));
            }
            _ => {}
        }
    }
    names
}
