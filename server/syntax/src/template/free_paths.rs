//! Which names a template or expression reads from outside, as far as that is plain from the text.

use super::tree::{Arg, Clause, Expr, ExprKind, Parameter, Part, Target, Template, UnaryOp};
use crate::Span;

/// A free name of a template or expression: a path read from the scope. Names that are bound inside are not free.
#[derive(Clone, Debug, PartialEq)]
pub struct FreePath {
    /// The name that is looked up.
    pub root: String,
    /// Where it stands, a `$` included.
    pub root_span: Span,
    /// Attributes and constant text or integer subscripts behind the root, as far as they are static. A method's name is
    /// not among them.
    pub fields: Vec<(String, Span)>,
    /// From the root to the last static field.
    pub span: Span,
    /// Read only where undefined is expected: before `is defined` or `default(...)`, or where an `if`, `and` or `or` has
    /// looked at it before. The number of names up to the one that may be missing: 1 is the root, so that in
    /// `a.b | default(0)`, which is 2, `a` must be there.
    pub guarded: Option<usize>,
    /// Called as a function: `name(...)`.
    pub called: bool,
}

/// All free paths of a template in order of position.
#[must_use]
pub fn free_paths(template: &Template) -> Vec<FreePath> {
    let mut walk = Walk::default();
    walk.parts(&template.parts);
    walk.sorted()
}

/// All free paths of an expression in order of position.
#[must_use]
pub fn free_paths_of(expr: &Expr) -> Vec<FreePath> {
    let mut walk = Walk::default();
    walk.expr(expr);
    walk.sorted()
}

/// Whether reading something undefined is expected.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Undefined {
    Wrong,
    Expected,
}

#[derive(Default)]
struct Walk {
    found: Vec<FreePath>,
    /// Names bound where the walk stands; a scope ends by truncation.
    bound: Vec<String>,
    /// Paths that something before has looked at, as root and fields.
    guards: Vec<Vec<String>>,
}

impl Walk {
    fn sorted(mut self) -> Vec<FreePath> {
        self.found.sort_by_key(|it| it.span);
        self.found
    }

    fn parts(&mut self, parts: &[Part]) {
        for part in parts {
            self.part(part);
        }
    }

    /// Walks pieces whose names end with them.
    fn scoped(&mut self, parts: &[Part]) {
        let bound = self.bound.len();
        self.parts(parts);
        self.bound.truncate(bound);
    }

    fn part(&mut self, part: &Part) {
        match part {
            Part::Text(_) | Part::Comment(_) | Part::Include { .. } | Part::Raw { .. } => {}
            Part::Print { expr, .. } => self.expr(expr),
            Part::If { branches, otherwise, .. } => {
                let guards = self.guards.len();
                for (test, body) in branches {
                    self.tested(test);
                    self.parts(body);
                }
                self.parts(otherwise);
                self.guards.truncate(guards);
            }
            Part::For { targets, iter, filter, body, otherwise, .. } => {
                self.expr(iter);
                let (bound, guards) = (self.bound.len(), self.guards.len());
                self.bind(targets);
                if let Some(filter) = filter {
                    self.tested(filter);
                }
                self.bound.push("loop".to_owned());
                self.parts(body);
                self.bound.truncate(bound);
                self.guards.truncate(guards);
                self.scoped(otherwise);
            }
            Part::Set { targets, value, .. } => {
                self.expr(value);
                self.bind(targets);
            }
            Part::SetField { object, value, .. } => {
                self.expr(value);
                self.read(&object.0, object.1, Vec::new(), Undefined::Wrong, Use::Value);
            }
            Part::SetBlock { target, value, body, .. } => {
                self.scoped(body);
                self.expr(value);
                self.bind(std::slice::from_ref(target));
            }
            Part::With { bindings, body, .. } => {
                for (_, value) in bindings {
                    self.expr(value);
                }
                let bound = self.bound.len();
                self.bound.extend(bindings.iter().map(|it| it.0.0.clone()));
                self.parts(body);
                self.bound.truncate(bound);
            }
            Part::Autoescape { value, body, .. } => {
                self.expr(value);
                self.scoped(body);
            }
            Part::Filter { value, body, .. } => {
                self.scoped(body);
                self.expr(value);
            }
            Part::Macro { name, parameters, body, .. } => {
                self.bind(std::slice::from_ref(name));
                self.callable(parameters, body, &["caller", "varargs", "kwargs"]);
            }
            Part::Call { parameters, call, body, .. } => {
                self.expr(call);
                self.callable(parameters, body, &[]);
            }
        }
    }

    fn callable(&mut self, parameters: &[Parameter], body: &[Part], further: &[&str]) {
        for default in parameters.iter().filter_map(|it| it.default.as_ref()) {
            self.expr(default);
        }
        let bound = self.bound.len();
        self.bound.extend(parameters.iter().map(|it| it.name.0.clone()));
        self.bound.extend(further.iter().map(|it| (*it).to_owned()));
        self.parts(body);
        self.bound.truncate(bound);
    }

    fn bind(&mut self, targets: &[Target]) {
        self.bound.extend(targets.iter().map(|it| it.0.clone()));
    }

    /// A test: what it looks at is no surprise behind it.
    fn tested(&mut self, test: &Expr) {
        let before = self.found.len();
        self.expr(test);
        let looked_at = self.found.iter().skip(before).map(|it| {
            std::iter::once(it.root.clone())
                .chain(it.fields.iter().map(|field| field.0.clone()))
                .collect()
        });
        self.guards.extend(looked_at.collect::<Vec<_>>());
    }

    fn exprs<'e>(&mut self, exprs: impl IntoIterator<Item = &'e Expr>) {
        for expr in exprs {
            self.expr(expr);
        }
    }

    fn args(&mut self, args: &[Arg]) {
        self.exprs(args.iter().map(|it| &it.value));
    }

    fn expr(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Error
            | ExprKind::Body
            | ExprKind::Null
            | ExprKind::Bool(_)
            | ExprKind::Int(_)
            | ExprKind::Float(_)
            | ExprKind::Str(_) => {}
            ExprKind::Name(_) | ExprKind::Attribute { .. } | ExprKind::Index { .. } => {
                self.path(expr, Undefined::Wrong, Use::Value);
            }
            ExprKind::Slice { base, start, stop, step } => {
                self.expr(base);
                self.exprs([start, stop, step].into_iter().flatten().map(AsRef::as_ref));
            }
            ExprKind::Filter { base, name, args, .. } => {
                let undefined = if matches!(name.as_str(), "default" | "d") {
                    Undefined::Expected
                } else {
                    Undefined::Wrong
                };
                self.path(base, undefined, Use::Value);
                self.args(args);
            }
            ExprKind::Test { base, name, args, .. } => {
                let expected = matches!(name.as_str(), "defined" | "undefined" | "empty");
                self.path(
                    base,
                    if expected { Undefined::Expected } else { Undefined::Wrong },
                    Use::Value,
                );
                self.args(args);
            }
            ExprKind::Call { callee, args } => {
                match &callee.kind {
                    ExprKind::Attribute { base, .. } => {
                        self.path(base, Undefined::Wrong, Use::Value)
                    }
                    _ => self.path(callee, Undefined::Wrong, Use::Called),
                }
                self.args(args);
            }
            ExprKind::Unary { operand, .. } => self.expr(operand),
            ExprKind::Binary { left, right, .. } => self.exprs([left.as_ref(), right.as_ref()]),
            ExprKind::And(left, right) | ExprKind::Or(left, right) => {
                let guards = self.guards.len();
                self.tested(left);
                self.expr(right);
                self.guards.truncate(guards);
            }
            ExprKind::Compare { first, rest } => {
                self.expr(first);
                self.exprs(rest.iter().map(|it| &it.1));
            }
            ExprKind::Conditional { test, then, otherwise } => {
                let guards = self.guards.len();
                self.tested(test);
                self.expr(then);
                self.exprs(otherwise.as_deref());
                self.guards.truncate(guards);
            }
            ExprKind::List(items) | ExprKind::Tuple(items) | ExprKind::Set(items) => {
                self.exprs(items)
            }
            ExprKind::Dict(entries) => self.exprs(entries.iter().flat_map(|it| [&it.0, &it.1])),
            ExprKind::Comprehension { element, value, clauses, .. } => {
                self.comprehension(element, value.as_deref(), clauses)
            }
        }
    }

    fn comprehension(&mut self, element: &Expr, value: Option<&Expr>, clauses: &[Clause]) {
        let (bound, guards) = (self.bound.len(), self.guards.len());
        for clause in clauses {
            self.expr(&clause.iter);
            self.bind(&clause.targets);
            for condition in &clause.conditions {
                self.tested(condition);
            }
        }
        self.expr(element);
        self.exprs(value);
        self.bound.truncate(bound);
        self.guards.truncate(guards);
    }

    /// Follows attributes and constant subscripts down to a name; what is no such path is walked as it is.
    fn path(&mut self, expr: &Expr, undefined: Undefined, used: Use) {
        let mut fields = Vec::new();
        let mut at = expr;
        loop {
            match &at.kind {
                ExprKind::Name(name) => {
                    fields.reverse();
                    return self.read(name, at.span, fields, undefined, used);
                }
                ExprKind::Attribute { base, name, name_span } => {
                    fields.push((name.clone(), *name_span));
                    at = base;
                }
                ExprKind::Index { base, index } => {
                    match constant(index) {
                        Some(field) => fields.push((field, index.span)),
                        None => {
                            fields.clear();
                            self.expr(index);
                        }
                    }
                    at = base;
                }
                _ => return self.expr(at),
            }
        }
    }

    fn read(
        &mut self,
        root: &str,
        root_span: Span,
        fields: Vec<(String, Span)>,
        undefined: Undefined,
        used: Use,
    ) {
        if root.is_empty() || self.bound.iter().any(|it| it == root) {
            return;
        }
        let looked_at = self.guards.iter().filter(|guard| covers(guard, root, &fields));
        let expected = (undefined == Undefined::Expected).then_some(fields.len() + 1);
        let guarded = looked_at.map(Vec::len).chain(expected).min();
        let span = fields.last().map_or(root_span, |it| root_span.join(it.1));
        let called = used == Use::Called && fields.is_empty();
        self.found.push(FreePath {
            root: root.to_owned(),
            root_span,
            fields,
            span,
            guarded,
            called,
        });
    }
}

/// What is done with a path.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Use {
    Value,
    Called,
}

/// Whether the path starts with what the guard has looked at.
fn covers(guard: &[String], root: &str, fields: &[(String, Span)]) -> bool {
    let mut path = std::iter::once(root).chain(fields.iter().map(|it| it.0.as_str()));
    guard.iter().all(|it| path.next() == Some(it))
}

fn constant(index: &Expr) -> Option<String> {
    match &index.kind {
        ExprKind::Str(text) => Some(text.clone()),
        ExprKind::Int(value) => Some(value.to_string()),
        ExprKind::Unary { op: UnaryOp::Minus, operand } => match operand.kind {
            ExprKind::Int(value) => Some(format!("-{value}")),
            _ => None,
        },
        _ => None,
    }
}
