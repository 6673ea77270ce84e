//! What stands in brackets: tuples, lists, sets, dictionaries, comprehensions and their targets.

use super::expressions::Parser;
use super::lexer::{Place, Symbol, TokenKind};
use super::tree::{Clause, ComprehensionKind, Expr, ExprKind, Shape, Target, Targets};
use crate::Span;

impl Parser<'_, '_> {
    /// An expression, or several with commas: what may stand where a tuple needs no parentheses.
    pub(super) fn tuple(&mut self) -> Expr {
        let start = self.position();
        let first = self.expression();
        self.tuple_after(start, first)
    }

    /// As [`Self::tuple`], with an `if` behind it left to the statement.
    pub(super) fn tuple_without_conditional(&mut self) -> Expr {
        let start = self.position();
        let first = self.without_conditional();
        self.tuple_after(start, first)
    }

    fn tuple_after(&mut self, start: u32, first: Expr) -> Expr {
        if self.symbol() != Some(Symbol::Comma) {
            return first;
        }
        let height = self.height;
        let (items, height) = self.items_after(first, height, Symbol::CloseParen);
        self.grown(start, ExprKind::Tuple(items), height)
    }

    pub(super) fn parenthesised(&mut self, start: u32) -> Expr {
        self.advance();
        if self.eat(Symbol::CloseParen) {
            return self.grown(start, ExprKind::Tuple(Vec::new()), 0);
        }
        let first = self.expression();
        if self.is_word("for") {
            let height = self.height;
            return self.comprehension(
                start,
                ComprehensionKind::Generator,
                first,
                None,
                height,
                Symbol::CloseParen,
            );
        }
        if self.symbol() != Some(Symbol::Comma) {
            self.close(Symbol::CloseParen);
            return first;
        }
        let height = self.height;
        let (items, height) = self.items_after(first, height, Symbol::CloseParen);
        self.close(Symbol::CloseParen);
        self.grown(start, ExprKind::Tuple(items), height)
    }

    pub(super) fn list(&mut self, start: u32) -> Expr {
        self.advance();
        if self.eat(Symbol::CloseBracket) {
            return self.grown(start, ExprKind::List(Vec::new()), 0);
        }
        let first = self.expression();
        let height = self.height;
        if self.is_word("for") {
            return self.comprehension(
                start,
                ComprehensionKind::List,
                first,
                None,
                height,
                Symbol::CloseBracket,
            );
        }
        let (items, height) = self.items_after(first, height, Symbol::CloseBracket);
        self.close(Symbol::CloseBracket);
        self.grown(start, ExprKind::List(items), height)
    }

    pub(super) fn braces(&mut self, start: u32) -> Expr {
        self.advance();
        if self.eat(Symbol::CloseBrace) {
            return self.grown(start, ExprKind::Dict(Vec::new()), 0);
        }
        let first = self.expression();
        let mut height = self.height;
        if !self.eat(Symbol::Colon) {
            if self.is_word("for") {
                return self.comprehension(
                    start,
                    ComprehensionKind::Set,
                    first,
                    None,
                    height,
                    Symbol::CloseBrace,
                );
            }
            let (items, height) = self.items_after(first, height, Symbol::CloseBrace);
            if self.place != Place::Condition && !self.has_failed() {
                self.fail(
                    "a map needs `:` between key and value; sets belong to conditions",
                    self.here(),
                );
            }
            self.close(Symbol::CloseBrace);
            return self.grown(start, ExprKind::Set(items), height);
        }
        let value = self.expression();
        height = height.max(self.height);
        if self.is_word("for") {
            return self.comprehension(
                start,
                ComprehensionKind::Dict,
                first,
                Some(value),
                height,
                Symbol::CloseBrace,
            );
        }
        let mut entries = vec![(first, value)];
        while self.eat(Symbol::Comma)
            && self.symbol() != Some(Symbol::CloseBrace)
            && !self.has_failed()
        {
            let key = self.expression();
            height = height.max(self.height);
            self.expect(Symbol::Colon);
            let value = self.expression();
            height = height.max(self.height);
            entries.push((key, value));
        }
        self.close(Symbol::CloseBrace);
        self.grown(start, ExprKind::Dict(entries), height)
    }

    /// `, item, item` up to, not including, `close`; a comma may stand before it. Also returns the greatest height.
    pub(super) fn items_after(
        &mut self,
        first: Expr,
        height: u32,
        close: Symbol,
    ) -> (Vec<Expr>, u32) {
        let mut items = vec![first];
        let mut height = height;
        while !self.has_failed()
            && self.eat(Symbol::Comma)
            && self.peek().is_some()
            && self.symbol() != Some(close)
        {
            items.push(self.expression());
            height = height.max(self.height);
        }
        (items, height)
    }

    /// `for targets in iter if condition ...` behind an element, with the closing bracket.
    pub(super) fn comprehension(
        &mut self,
        start: u32,
        kind: ComprehensionKind,
        element: Expr,
        value: Option<Expr>,
        mut height: u32,
        close: Symbol,
    ) -> Expr {
        if self.place != Place::Condition {
            self.report(
                "comprehensions belong to conditions; templates have `| map` and `| select`",
                self.here(),
            );
        }
        let mut clauses = Vec::new();
        while !self.has_failed() && self.eat_word("for") {
            let targets = self.targets();
            if !self.eat_word("in") {
                let span = self.here();
                self.fail("`in` is missing", Span::empty(span.start));
            }
            let iter = self.without_conditional();
            height = height.max(self.height);
            let mut conditions = Vec::new();
            while self.eat_word("if") {
                conditions.push(self.without_conditional());
                height = height.max(self.height);
            }
            clauses.push(Clause { targets, iter, conditions });
        }
        self.close(close);
        let (element, value) = (Box::new(element), value.map(Box::new));
        self.grown(start, ExprKind::Comprehension { kind, element, value, clauses }, height)
    }

    /// `a`, `a, b`, `(a, b)`, `k, (a, b)`: names that are being bound. At least one, possibly empty where it is missing.
    pub(super) fn targets(&mut self) -> Targets {
        let mut names = Vec::new();
        let shape = self.target_group(&mut names, 0);
        Targets { names, shape }
    }

    fn target_group(&mut self, names: &mut Vec<Target>, depth: usize) -> Shape {
        let mut shapes = Vec::new();
        loop {
            let name = self.peek().filter(|it| it.kind == TokenKind::Name && !self.at_reserved());
            if let Some(token) = name {
                self.advance();
                let name = self.slice(token.span).trim_start_matches('$').to_owned();
                names.push((name, token.span));
                shapes.push(Shape::Name);
            } else if depth < DEEPEST_TARGET && self.eat(Symbol::OpenParen) {
                shapes.push(self.target_group(names, depth + 1));
                self.close(Symbol::CloseParen);
            } else if shapes.is_empty() {
                let span = self.missing("a name").span;
                names.push((String::new(), span));
                shapes.push(Shape::Name);
            }
            if self.has_failed() || !self.eat(Symbol::Comma) {
                break;
            }
        }
        if shapes.len() == 1 { shapes.swap_remove(0) } else { Shape::Group(shapes) }
    }
}

/// Brackets round names that are being bound may stand in each other so often.
const DEEPEST_TARGET: usize = 16;
