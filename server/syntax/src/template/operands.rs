//! Operands: literals, names, brackets, and what may follow them (`.name`, `[..]`, `(..)`, `| filter`, `is test`).

use super::expressions::Parser;
use super::lexer::{Place, Symbol, TokenKind, lex};
use super::literals::{Number, number, unescape};
use super::tree::{Arg, BinaryOp, Clause, ComprehensionKind, Expr, ExprKind, Target};
use crate::Span;

impl Parser<'_, '_> {
    pub(super) fn primary(&mut self) -> Expr {
        let start = self.position();
        let Some(token) = self.peek() else { return self.missing("an expression") };
        match token.kind {
            TokenKind::Name if self.at_reserved() => self.missing("an expression"),
            TokenKind::Name => {
                self.advance();
                let word = self.slice(token.span);
                if word == "lambda" {
                    self.fail("`lambda` is not allowed", token.span);
                }
                let kind = match word {
                    "true" | "True" => ExprKind::Bool(true),
                    "false" | "False" => ExprKind::Bool(false),
                    "none" | "None" | "null" => ExprKind::Null,
                    _ => ExprKind::Name(word.strip_prefix('$').unwrap_or(word).to_owned()),
                };
                self.grown(start, kind, 0)
            }
            TokenKind::Number => {
                self.advance();
                let kind = match number(self.slice(token.span)) {
                    Number::Int(value) => ExprKind::Int(value),
                    Number::Float(value) => ExprKind::Float(value),
                    Number::TooLarge => {
                        self.fail("the number does not fit into 128 bits", token.span);
                        ExprKind::Error
                    }
                    Number::Malformed => {
                        self.fail("this is no number", token.span);
                        ExprKind::Error
                    }
                };
                self.grown(start, kind, 0)
            }
            TokenKind::Text => self.texts(start),
            TokenKind::OpenText => {
                self.fail("the text has no closing quote", token.span);
                self.advance();
                let value = unescape(self.slice(token.span).get(1..).unwrap_or_default());
                self.grown(start, ExprKind::Str(value), 0)
            }
            TokenKind::Symbol(Symbol::OpenParen) => self.parenthesised(start),
            TokenKind::Symbol(Symbol::OpenTemplate) => {
                self.advance();
                let expr = self.expression();
                self.close(Symbol::CloseTemplate);
                expr
            }
            TokenKind::Symbol(Symbol::OpenBracket) => self.list(start),
            TokenKind::Symbol(Symbol::OpenBrace) => self.braces(start),
            TokenKind::Symbol(Symbol::Bang) => {
                self.fail("write `not` for `!`", token.span);
                self.advance();
                self.missing("an expression")
            }
            TokenKind::Symbol(Symbol::Tilde | Symbol::Star | Symbol::Pow) | TokenKind::Unknown => {
                self.fail(&format!("unexpected `{}`", self.slice(token.span)), token.span);
                self.missing("an expression")
            }
            TokenKind::Symbol(_) | TokenKind::LineBreak => self.missing("an expression"),
        }
    }

    /// Adjacent texts are one. In a condition, `{{ e }}` inside a text is filled in, as it would be in a template.
    fn texts(&mut self, start: u32) -> Expr {
        let mut value = String::new();
        let mut pieces: Vec<Expr> = Vec::new();
        while let Some(token) = self.peek().filter(|it| it.kind == TokenKind::Text) {
            self.advance();
            let inner = Span::new(token.span.start + 1, token.span.end - 1);
            let raw = self.slice(inner);
            if self.place == Place::Condition
                && raw.contains("{{")
                && raw.contains("}}")
                && !raw.contains('\\')
            {
                self.interpolated(inner, &mut value, &mut pieces);
            } else {
                value.push_str(&unescape(raw));
            }
        }
        if pieces.is_empty() {
            return self.grown(start, ExprKind::Str(value), 0);
        }
        let span = Span::new(start, self.last_end());
        if !value.is_empty() {
            pieces.push(Expr { span: Span::empty(span.end), kind: ExprKind::Str(value) });
        }
        let mut height = 1;
        let mut pieces = pieces.into_iter();
        let first = pieces.next().map_or(ExprKind::Error, |it| it.kind);
        let mut whole = Expr { span, kind: first };
        for piece in pieces {
            height += 1;
            let kind = ExprKind::Binary {
                op: BinaryOp::Concat,
                left: Box::new(whole),
                right: Box::new(piece),
            };
            whole = Expr { span, kind };
        }
        self.height += height;
        whole
    }

    /// Splits `text {{ e }} text` into pieces, the first of which is a text, so that they join to a text.
    fn interpolated(&mut self, inner: Span, value: &mut String, pieces: &mut Vec<Expr>) {
        const MOST: usize = 16;
        let Some(text) = self.text.get(..inner.end as usize) else { return };
        let mut at = inner.start;
        let mut highest = 0;
        while let Some(open) = text.get(at as usize..).and_then(|it| it.find("{{")) {
            let open = at + open as u32;
            let lexed = lex(text, open + 2, Place::Print);
            let Some(close) = lexed.close.filter(|_| pieces.len() < MOST) else { break };
            value.push_str(self.slice(Span::new(at, open)));
            pieces.push(Expr {
                span: Span::new(at, open),
                kind: ExprKind::Str(std::mem::take(value)),
            });
            let depth = self.depth() + MOST as u32;
            let mut errors = Vec::new();
            let mut parser = Parser::new(text, &lexed, Place::Print, &mut errors).at_depth(depth);
            let expr = parser.expression();
            parser.expect_end();
            highest = highest.max(parser.height);
            for error in errors {
                self.fail(&error.message, error.span);
            }
            pieces.push(expr);
            at = close.end;
        }
        value.push_str(self.slice(Span::new(at, inner.end)));
        self.height = highest;
    }

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

    fn parenthesised(&mut self, start: u32) -> Expr {
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

    fn list(&mut self, start: u32) -> Expr {
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

    fn braces(&mut self, start: u32) -> Expr {
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
    fn comprehension(
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

    /// `a`, `a, b`, `(a, b)`: names that are being bound. At least one, possibly empty where it is missing.
    pub(super) fn targets(&mut self) -> Vec<Target> {
        let parenthesised = self.eat(Symbol::OpenParen);
        let mut targets = Vec::new();
        loop {
            match self.peek().filter(|it| it.kind == TokenKind::Name && !self.at_reserved()) {
                Some(token) => {
                    self.advance();
                    targets.push((
                        self.slice(token.span).trim_start_matches('$').to_owned(),
                        token.span,
                    ));
                }
                None if targets.is_empty() => {
                    let span = self.missing("a name").span;
                    targets.push((String::new(), span));
                }
                None => {}
            }
            if !self.eat(Symbol::Comma) {
                break;
            }
        }
        if parenthesised {
            self.close(Symbol::CloseParen);
        }
        targets
    }

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

    /// Whether `is` compares: `is None`, `is not True`, `is 5`.
    fn is_identity(&self) -> bool {
        let ahead = if self.word(1) == Some("not") { 2 } else { 1 };
        match self.word(ahead) {
            Some(word) => matches!(word, "None" | "True" | "False" | "null"),
            None => {
                let kind = self.peek_at(ahead).map(|it| it.kind);
                matches!(
                    kind,
                    Some(
                        TokenKind::Number | TokenKind::Text | TokenKind::Symbol(Symbol::OpenParen)
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
