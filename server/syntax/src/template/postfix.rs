//! What may follow an operand: `.name`, `[..]`, `(..)`, `| filter`, `is test`.

use super::expressions::Parser;
use super::lexer::{Symbol, TokenKind};
use super::literals::{Number, number};
use super::tree::{Arg, ComprehensionKind, Expr, ExprKind, Target};
use crate::Span;

impl Parser<'_, '_> {
    /// `.name`, `[..]` and `(..)` behind an operand.
    pub(super) fn postfixed(&mut self, start: u32, mut expr: Expr) -> Expr {
        loop {
            let wanted = matches!(
                self.symbol(),
                Some(Symbol::Dot | Symbol::OpenBracket | Symbol::OpenParen)
            );
            if !wanted || self.has_failed() || !self.may_grow() {
                return expr;
            }
            expr = match self.symbol() {
                Some(Symbol::Dot) => self.attribute(start, expr),
                Some(Symbol::OpenBracket) => self.subscript(start, expr),
                _ => self.call(start, expr),
            };
        }
    }

    fn attribute(&mut self, start: u32, base: Expr) -> Expr {
        let height = self.height;
        let dot = self.here();
        self.advance();
        let base = Box::new(base);
        match self.peek() {
            Some(token)
                if token.kind == TokenKind::Name
                    && !(self.at_reserved() && token.span.start > dot.end) =>
            {
                self.advance();
                let name = self.slice(token.span).trim_start_matches('$').to_owned();
                self.grown(start, ExprKind::Attribute { base, name, name_span: token.span }, height)
            }
            Some(token) if token.kind == TokenKind::Number => {
                self.advance();
                let kind = match number(self.slice(token.span)) {
                    Number::Int(value) => ExprKind::Int(value),
                    _ => ExprKind::Error,
                };
                let index = Box::new(Expr { span: token.span, kind });
                self.grown(start, ExprKind::Index { base, index }, height)
            }
            _ => {
                let name_span = Span::empty(dot.end);
                self.fail_at("a name is missing after `.`", name_span.start);
                self.grown(
                    start,
                    ExprKind::Attribute { base, name: String::new(), name_span },
                    height,
                )
            }
        }
    }

    fn subscript(&mut self, start: u32, base: Expr) -> Expr {
        let mut height = self.height;
        self.advance();
        let base = Box::new(base);
        let mut bounds = [None, None, None];
        let mut colons = 0;
        loop {
            if self.symbol() == Some(Symbol::Colon) && colons < 2 {
                self.advance();
                colons += 1;
                continue;
            }
            let ended = matches!(self.symbol(), Some(Symbol::CloseBracket))
                || (self.peek().is_none() && colons > 0);
            let Some(bound) = bounds.get_mut(colons).filter(|it| !ended && it.is_none()) else {
                break;
            };
            *bound = Some(Box::new(self.expression()));
            height = height.max(self.height);
            if self.symbol() != Some(Symbol::Colon) {
                break;
            }
        }
        let [first, stop, step] = bounds;
        let kind = if colons > 0 {
            ExprKind::Slice { base, start: first, stop, step }
        } else {
            let index = first.unwrap_or_else(|| Box::new(self.missing("a key or position")));
            ExprKind::Index { base, index }
        };
        self.close(Symbol::CloseBracket);
        self.grown(start, kind, height)
    }

    fn call(&mut self, start: u32, callee: Expr) -> Expr {
        let height = self.height;
        let args = self.arguments();
        let height = height.max(self.height);
        self.grown(start, ExprKind::Call { callee: Box::new(callee), args }, height)
    }

    /// `(a, b, name=c)`, the cursor on the opening parenthesis.
    fn arguments(&mut self) -> Vec<Arg> {
        self.advance();
        let mut args: Vec<Arg> = Vec::new();
        let mut height = 0;
        while self.peek().is_some()
            && self.symbol() != Some(Symbol::CloseParen)
            && !self.has_failed()
        {
            if let Some(star) =
                self.peek().filter(|_| matches!(self.symbol(), Some(Symbol::Star | Symbol::Pow)))
            {
                self.fail("`*` arguments are not supported", star.span);
                break;
            }
            let start = self.position();
            let assigned = matches!(
                self.peek_at(1).map(|it| it.kind),
                Some(TokenKind::Symbol(Symbol::Assign))
            );
            let name =
                self.peek().filter(|it| it.kind == TokenKind::Name && assigned).map(|token| {
                    self.advance();
                    self.advance();
                    (self.slice(token.span).to_owned(), token.span)
                });
            if name.is_none() && args.last().is_some_and(|it| it.name.is_some()) {
                self.fail("a positional argument stands behind a named one", self.here());
            }
            let mut value = self.expression();
            if self.is_word("for") && name.is_none() && args.is_empty() {
                let inner = self.height;
                value = self.comprehension(
                    start,
                    ComprehensionKind::Generator,
                    value,
                    None,
                    inner,
                    Symbol::CloseParen,
                );
                args.push(Arg { name, value });
                return args;
            }
            height = height.max(self.height);
            args.push(Arg { name, value });
            if !self.eat(Symbol::Comma) {
                break;
            }
        }
        self.close(Symbol::CloseParen);
        self.height = height;
        args
    }

    /// `| filter(..)`, `is test`, and a call of their result.
    pub(super) fn filtered(&mut self, start: u32, mut expr: Expr) -> Expr {
        loop {
            let test = self.is_word("is") && !self.is_identity();
            let wanted = test || matches!(self.symbol(), Some(Symbol::Pipe | Symbol::OpenParen));
            if !wanted || self.has_failed() || !self.may_grow() {
                return expr;
            }
            expr = match self.symbol() {
                Some(Symbol::Pipe) => self.filter(start, expr),
                Some(Symbol::OpenParen) => self.call(start, expr),
                _ => self.test(start, expr),
            };
        }
    }

    /// Whether `is` compares: `is None`, `is not True`, `is 5`, `is []`.
    fn is_identity(&self) -> bool {
        let ahead = if self.word(1) == Some("not") { 2 } else { 1 };
        match self.word(ahead) {
            Some(word) => matches!(word, "None" | "True" | "False" | "null"),
            None => {
                let kind = self.peek_at(ahead).map(|it| it.kind);
                matches!(
                    kind,
                    Some(
                        TokenKind::Number
                            | TokenKind::Text
                            | TokenKind::Symbol(
                                Symbol::OpenParen
                                    | Symbol::OpenBracket
                                    | Symbol::OpenBrace
                                    | Symbol::Minus
                            )
                    )
                )
            }
        }
    }

    fn filter(&mut self, start: u32, base: Expr) -> Expr {
        let pipe = self.here();
        self.advance();
        self.filter_named(start, base, pipe)
    }

    /// The filter of a `filter` statement: a name without a bar.
    pub(super) fn filter_behind(&mut self, start: u32, base: Expr) -> Expr {
        self.height = 0;
        let before = Span::empty(self.last_end());
        self.filter_named(start, base, before)
    }

    fn filter_named(&mut self, start: u32, base: Expr, pipe: Span) -> Expr {
        let mut height = self.height;
        let (name, name_span) = self.dotted_name(pipe, "a filter name is missing");
        let mut args = Vec::new();
        if self.symbol() == Some(Symbol::OpenParen) {
            args = self.arguments();
            height = height.max(self.height);
        }
        self.grown(start, ExprKind::Filter { base: Box::new(base), name, name_span, args }, height)
    }

    fn test(&mut self, start: u32, base: Expr) -> Expr {
        let mut height = self.height;
        let mut last = self.here();
        self.advance();
        let negated = self.is_word("not");
        if negated {
            last = self.here();
            self.advance();
        }
        let (name, name_span) = self.dotted_name(last, "a test name is missing after `is`");
        let mut args = Vec::new();
        if self.symbol() == Some(Symbol::OpenParen) {
            args = self.arguments();
            height = height.max(self.height);
        } else if !name.is_empty() && self.at_test_argument() {
            let at = self.position();
            let primary = self.primary();
            let value = self.postfixed(at, primary);
            height = height.max(self.height);
            args.push(Arg { name: None, value });
        }
        self.grown(
            start,
            ExprKind::Test { base: Box::new(base), name, name_span, args, negated },
            height,
        )
    }

    /// Whether the word at the cursor is a test's argument written without parentheses.
    fn at_test_argument(&self) -> bool {
        match self.peek().map(|it| it.kind) {
            Some(TokenKind::Name) => !self.at_reserved(),
            Some(TokenKind::Number | TokenKind::Text) => true,
            Some(TokenKind::Symbol(symbol)) => {
                matches!(symbol, Symbol::OpenBracket | Symbol::OpenBrace)
            }
            _ => false,
        }
    }

    /// A name with dots; where it is missing, empty and behind one space after `before`.
    fn dotted_name(&mut self, before: Span, message: &str) -> Target {
        let word = self.word(0).filter(|it| *it == "in" || !self.at_reserved());
        let Some(mut span) = word.and_then(|_| self.peek()).map(|it| it.span) else {
            let spaced = self.text.get(before.end as usize..).is_some_and(|it| it.starts_with(' '));
            let span = Span::empty(before.end + u32::from(spaced));
            self.fail_at(message, span.start);
            return (String::new(), span);
        };
        self.advance();
        while let (Some(Symbol::Dot), Some(_)) = (self.symbol(), self.word(1)) {
            self.advance();
            span = span.join(self.here());
            self.advance();
        }
        (self.slice(span).to_owned(), span)
    }
}
