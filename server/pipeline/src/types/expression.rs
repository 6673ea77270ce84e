//! What expressions yield.

use syntax::template::{Arg, BinaryOp, Expr, ExprKind, UnaryOp};

use super::{Extent, Lookup, Member, Type, Types};
use crate::Step;

/// Names that a template binds itself, the innermost last.
#[derive(Clone, Debug, Default)]
pub struct Locals {
    bound: Vec<(String, Type)>,
}

impl Locals {
    /// What a name that the template binds is.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Type> {
        self.bound.iter().rev().find(|(bound, _)| bound == name).map(|(_, ty)| ty)
    }

    pub(super) fn bind(&mut self, name: &str, ty: Type) {
        self.bound.push((name.to_owned(), ty));
    }

    pub(super) fn mark(&self) -> usize {
        self.bound.len()
    }

    pub(super) fn release(&mut self, mark: usize) {
        self.bound.truncate(mark);
    }

    /// From here on, a name may be this as well.
    pub(super) fn assign(&mut self, name: &str, ty: Type) {
        match self.bound.iter_mut().rev().find(|(bound, _)| bound == name) {
            Some((_, known)) => *known = known.join(&ty),
            None => self.bind(name, ty),
        }
    }
}

/// Words before a root that say among which names it is looked up.
const STEPS: &[&str] = &["steps", "results", "previous_results", "step_results"];

impl Types<'_> {
    /// What an expression yields. `path` as for [`Types::of_path`].
    #[must_use]
    pub fn of_expr(&self, path: &[&Step], expr: &Expr, locals: &Locals) -> Type {
        let of = |expr: &Expr| self.of_expr(path, expr, locals);
        match &expr.kind {
            ExprKind::Null => Type::Null,
            ExprKind::Bool(_) | ExprKind::Test { .. } | ExprKind::Compare { .. } => Type::Bool,
            ExprKind::Int(_) => Type::Integer,
            ExprKind::Float(_) => Type::Number,
            ExprKind::Str(_) | ExprKind::Body => Type::Text,
            ExprKind::Name(name) => match locals.get(name) {
                Some(ty) => ty.clone(),
                None => self.of_root(path, name),
            },
            ExprKind::Attribute { base, name, .. } => self.of_field(path, base, name, locals),
            ExprKind::Index { base, index } => match &index.kind {
                ExprKind::Str(name) => self.of_field(path, base, name, locals),
                ExprKind::Int(_) => match of(base) {
                    Type::List(item) => (*item).clone(),
                    Type::Text => Type::Text,
                    _ => Type::Any,
                },
                _ => match of(base) {
                    Type::List(item) => (*item).clone(),
                    _ => Type::Any,
                },
            },
            ExprKind::Slice { base, .. } => match of(base).plain() {
                ty @ (Type::List(_) | Type::Text) => ty.clone(),
                _ => Type::Any,
            },
            ExprKind::Filter { base, name, args, .. } => {
                self.of_filter(path, base, name, args, locals)
            }
            ExprKind::Call { callee, .. } => self.of_call(path, callee, locals),
            ExprKind::Unary { op: UnaryOp::Not, .. } => Type::Bool,
            ExprKind::Unary { operand, .. } => match of(operand) {
                ty @ (Type::Integer | Type::Number) => ty,
                _ => Type::Any,
            },
            ExprKind::Binary { op, left, right } => {
                of_binary(*op, of(left).plain(), of(right).plain())
            }
            ExprKind::And(left, right) | ExprKind::Or(left, right) => of(left).join(&of(right)),
            ExprKind::Conditional { then, otherwise, .. } => {
                of(then).join(&otherwise.as_deref().map_or(Type::Text, of))
            }
            ExprKind::List(items) => {
                let mut types = items.iter().map(of);
                let first = types.next().unwrap_or_default();
                Type::list(types.fold(first, |one, other| one.join(&other)))
            }
            ExprKind::Dict(entries) => {
                let fields = entries.iter().filter_map(|(key, value)| match &key.kind {
                    ExprKind::Str(name) => Some(Member::new(name.as_str(), of(value), "")),
                    _ => None,
                });
                Type::map(fields.collect(), Extent::Open)
            }
            ExprKind::Error
            | ExprKind::Tuple(_)
            | ExprKind::Set(_)
            | ExprKind::Comprehension { .. } => Type::Any,
        }
    }

    fn of_field(&self, path: &[&Step], base: &Expr, name: &str, locals: &Locals) -> Type {
        if let ExprKind::Name(word) = &base.kind
            && STEPS.contains(&word.as_str())
            && locals.get(word).is_none()
            && self.names.step(word).is_none()
            && self.names.input(word).is_none()
        {
            return self.of_root(path, name);
        }
        match self.of_expr(path, base, locals).field(name) {
            Lookup::Found(ty) => ty,
            Lookup::Missing(_) | Lookup::NoFields => Type::Any,
        }
    }

    fn of_filter(
        &self,
        path: &[&Step],
        base: &Expr,
        name: &str,
        args: &[Arg],
        locals: &Locals,
    ) -> Type {
        let base = || self.of_expr(path, base, locals);
        match name {
            "length" | "count" | "int" | "wordcount" => Type::Integer,
            "float" | "sum" | "abs" | "round" => Type::Number,
            "upper" | "lower" | "title" | "capitalize" | "trim" | "join" | "replace"
            | "slugify" | "truncate" | "string" | "truncate_words" | "regex_replace"
            | "to_json" | "json" | "json_encode" | "tojson" | "markdown_format" | "basename"
            | "format" | "indent" | "wordwrap" | "urlencode" | "e" | "escape" | "striptags"
            | "center" => Type::Text,
            "split" => Type::list(Type::Text),
            "list" | "sort" | "unique" | "reverse" if matches!(base().plain(), Type::List(_)) => {
                base().plain().clone()
            }
            "first" | "last" | "random" | "min" | "max" => base().item(),
            "select" | "reject" | "selectattr" | "rejectattr" => match base().plain() {
                ty @ Type::List(_) => ty.clone(),
                _ => Type::Any,
            },
            "default" | "d" => {
                let other =
                    args.first().map_or(Type::Text, |arg| self.of_expr(path, &arg.value, locals));
                base().plain().join(other.plain())
            }
            _ => Type::Any,
        }
    }

    fn of_call(&self, path: &[&Step], callee: &Expr, locals: &Locals) -> Type {
        match &callee.kind {
            ExprKind::Name(name) if locals.get(name).is_none() => match name.as_str() {
                "len" | "int" => Type::Integer,
                "float" | "abs" | "round" => Type::Number,
                "str" => Type::Text,
                "bool" | "any" | "all" | "file_exists" => Type::Bool,
                "range" => Type::list(Type::Integer),
                "include_file" | "now" => Type::Text,
                _ => Type::Any,
            },
            ExprKind::Attribute { base, name, .. } => {
                let base = self.of_expr(path, base, locals);
                match (base.plain(), name.as_str()) {
                    (Type::Text, "split" | "splitlines") => Type::list(Type::Text),
                    (
                        Type::Text,
                        "lower" | "upper" | "strip" | "lstrip" | "rstrip" | "replace" | "title",
                    ) => Type::Text,
                    (Type::Text, "startswith" | "endswith" | "isdigit" | "isalpha") => Type::Bool,
                    (Type::Text | Type::List(_), "count" | "find" | "index") => Type::Integer,
                    (Type::Map(_), "keys") => Type::list(Type::Text),
                    _ => Type::Any,
                }
            }
            _ => Type::Any,
        }
    }
}

fn of_binary(op: BinaryOp, left: &Type, right: &Type) -> Type {
    let numbers = |one: &Type| matches!(one, Type::Integer | Type::Number);
    match op {
        BinaryOp::Concat => Type::Text,
        BinaryOp::Div if numbers(left) && numbers(right) => Type::Number,
        BinaryOp::Pow if numbers(left) && numbers(right) => Type::Number,
        BinaryOp::Rem if *left == Type::Text => Type::Text,
        _ if numbers(left) && numbers(right) => left.join(right),
        BinaryOp::Add => match (left, right) {
            (Type::Text, Type::Text) => Type::Text,
            (Type::List(_), Type::List(_)) => left.join(right),
            _ => Type::Any,
        },
        _ => Type::Any,
    }
}
