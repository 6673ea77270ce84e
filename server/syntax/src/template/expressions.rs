//! Expressions by precedence climbing, tolerant: what is missing becomes [`ExprKind::Error`] and one error a region.
//!
//! Recursion and the height of the tree are both bounded, so that neither parsing, walking nor dropping a tree can
//! exhaust the stack, whatever the text.

use super::lexer::{Lexed, Place, Symbol, Token, TokenKind, lex};
use super::tree::{BinaryOp, CompareOp, Condition, Expr, ExprKind, SyntaxError, UnaryOp};
use crate::Span;

/// The message for an expression that is nested deeper than the parser follows.
pub const TOO_DEEP: &str = "the expression is nested too deeply";

/// How deep a tree may grow.
const MAX_DEPTH: u32 = 240;

/// Binding powers, loosest first. `not` stands between `and` and comparisons.
mod power {
    pub(super) const OR: u8 = 1;
    pub(super) const AND: u8 = 2;
    pub(super) const NOT: u8 = 3;
    pub(super) const COMPARE: u8 = 4;
    pub(super) const ADD: u8 = 5;
    pub(super) const CONCAT: u8 = 6;
    pub(super) const MULTIPLY: u8 = 7;
    pub(super) const POW: u8 = 8;
}

/// Words that end an expression or join two: never names.
const RESERVED: &[&str] = &["and", "or", "not", "if", "else", "elif", "in", "is", "for"];

/// Parses a condition: Python's expressions with the filters and tests of templates.
#[must_use]
pub fn parse_condition(text: &str) -> Condition {
    let mut errors = Vec::new();
    let trimmed = text.trim();
    if let Some(verdict) = verdict(trimmed) {
        let start = (text.len() - text.trim_start().len()) as u32;
        let span = Span::new(start, start + trimmed.len() as u32);
        return Condition { expr: Expr { span, kind: ExprKind::Bool(verdict) }, errors };
    }
    let lexed = lex(text, 0, Place::Condition);
    let mut parser = Parser::new(text, &lexed, Place::Condition, &mut errors);
    let expr = parser.expression();
    parser.expect_end();
    Condition { expr, errors }
}

/// Whole texts that are a verdict rather than a name or a number, in any case.
fn verdict(text: &str) -> Option<bool> {
    let is = |word: &str| text.eq_ignore_ascii_case(word);
    if is("true") || is("yes") {
        Some(true)
    } else if is("false") || is("no") {
        Some(false)
    } else {
        None
    }
}

/// Reads one region's words.
pub(super) struct Parser<'t, 'e> {
    pub(super) text: &'t str,
    tokens: &'t [Token],
    at: usize,
    /// Where the region's words end.
    end: u32,
    pub(super) place: Place,
    errors: &'e mut Vec<SyntaxError>,
    /// Whether this region already has its error: further ones would only be its echo.
    reported: bool,
    /// Whether words could not be read, so that lists and chains stop.
    failed: bool,
    depth: u32,
    /// Height of the expression that was returned last.
    pub(super) height: u32,
    /// End of the furthest place that was reported as missing: it belongs to the expressions around it.
    reach: u32,
}

/// Whether `| filter` and `is test` behind an operand belong to it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Filters {
    Taken,
    Left,
}

impl<'t, 'e> Parser<'t, 'e> {
    pub(super) fn new(
        text: &'t str,
        lexed: &'t Lexed,
        place: Place,
        errors: &'e mut Vec<SyntaxError>,
    ) -> Self {
        Self {
            text,
            tokens: &lexed.tokens,
            at: 0,
            end: lexed.end,
            place,
            errors,
            reported: false,
            failed: false,
            depth: 0,
            height: 0,
            reach: 0,
        }
    }

    /// `or_test [if or_test [else expression]]`, and in conditions `or_test ? expression : expression`.
    pub(super) fn expression(&mut self) -> Expr {
        let start = self.position();
        let mut expr = self.without_conditional();
        loop {
            let height = self.height;
            if (self.is_word("if") || self.symbol() == Some(Symbol::Question)) && !self.may_grow() {
                return expr;
            }
            if self.eat_word("if") {
                let test = self.without_conditional();
                let height = height.max(self.height);
                let otherwise =
                    if self.eat_word("else") { Some(Box::new(self.deeper())) } else { None };
                let height = if otherwise.is_some() { height.max(self.height) } else { height };
                let kind =
                    ExprKind::Conditional { test: Box::new(test), then: Box::new(expr), otherwise };
                expr = self.grown(start, kind, height);
            } else if self.place == Place::Condition && self.eat(Symbol::Question) {
                let then = self.deeper();
                let height = height.max(self.height);
                self.expect(Symbol::Colon);
                let otherwise = self.deeper();
                let height = height.max(self.height);
                let kind = ExprKind::Conditional {
                    test: Box::new(expr),
                    then: Box::new(then),
                    otherwise: Some(Box::new(otherwise)),
                };
                expr = self.grown(start, kind, height);
            } else {
                self.height = height;
                return expr;
            }
        }
    }

    /// An expression one level down.
    fn deeper(&mut self) -> Expr {
        self.depth += 1;
        let expr = if self.depth > MAX_DEPTH { self.too_deep() } else { self.expression() };
        self.depth -= 1;
        expr
    }

    /// An expression up to `or`: what may stand before a comprehension's or loop's `if`.
    pub(super) fn without_conditional(&mut self) -> Expr {
        self.operators(power::OR)
    }

    fn operators(&mut self, least: u8) -> Expr {
        let start = self.position();
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            self.depth -= 1;
            return self.too_deep();
        }
        let mut left = self.prefixed(least);
        while let Some(operator) = self.operator().filter(|it| it.power() >= least) {
            let height = self.height;
            if self.depth + height > MAX_DEPTH {
                left = self.too_deep();
                break;
            }
            left = match operator {
                Operator::Compare(_) => self.comparison(start, left),
                Operator::And | Operator::Or | Operator::Binary(..) => {
                    self.at += 1;
                    let right_assoc =
                        operator.power() == power::POW && self.place == Place::Condition;
                    let right = Box::new(self.operators(operator.power() + u8::from(!right_assoc)));
                    let height = height.max(self.height);
                    let left = Box::new(left);
                    let kind = match operator {
                        Operator::And => ExprKind::And(left, right),
                        Operator::Or => ExprKind::Or(left, right),
                        Operator::Binary(op, _) => ExprKind::Binary { op, left, right },
                        Operator::Compare(_) => ExprKind::Error,
                    };
                    self.grown(start, kind, height)
                }
            };
        }
        self.depth -= 1;
        left
    }

    fn comparison(&mut self, start: u32, first: Expr) -> Expr {
        let mut height = self.height;
        let mut rest = Vec::new();
        while let Some(Operator::Compare(op)) = self.operator() {
            if let Some(symbol) = self.symbol()
                && let Some(meant) = meant(symbol)
            {
                let span = self.here();
                self.report(&format!("write `{meant}` for `{}`", symbol.text()), span);
            }
            self.at += if matches!(op, CompareOp::NotIn | CompareOp::IsNot) { 2 } else { 1 };
            rest.push((op, self.operators(power::ADD)));
            height = height.max(self.height);
        }
        self.grown(start, ExprKind::Compare { first: Box::new(first), rest }, height)
    }

    /// An operand with the operators before it.
    fn prefixed(&mut self, least: u8) -> Expr {
        let start = self.position();
        if self.is_word("not") {
            if least > power::NOT {
                self.fail("`not` needs parentheses here", self.here());
            }
            self.at += 1;
            let operand = Box::new(self.operators(power::NOT));
            let height = self.height;
            return self.grown(start, ExprKind::Unary { op: UnaryOp::Not, operand }, height);
        }
        let op = match self.symbol() {
            Some(Symbol::Minus) => UnaryOp::Minus,
            Some(Symbol::Plus) => UnaryOp::Plus,
            _ => return self.operand(Filters::Taken),
        };
        self.at += 1;
        self.depth += 1;
        let operand = if self.depth > MAX_DEPTH { self.too_deep() } else { self.signed() };
        self.depth -= 1;
        let height = self.height;
        let expr = self.grown(start, ExprKind::Unary { op, operand: Box::new(operand) }, height);
        self.filtered(start, expr)
    }

    /// What stands behind a sign: in Python's conditions a power binds tighter than the sign, in Jinja it does not.
    fn signed(&mut self) -> Expr {
        let start = self.position();
        if matches!(self.symbol(), Some(Symbol::Minus | Symbol::Plus)) {
            let op =
                if self.symbol() == Some(Symbol::Minus) { UnaryOp::Minus } else { UnaryOp::Plus };
            self.at += 1;
            self.depth += 1;
            let operand = if self.depth > MAX_DEPTH { self.too_deep() } else { self.signed() };
            self.depth -= 1;
            let height = self.height;
            return self.grown(start, ExprKind::Unary { op, operand: Box::new(operand) }, height);
        }
        let left = self.operand(Filters::Left);
        if self.place != Place::Condition || self.symbol() != Some(Symbol::Pow) {
            return left;
        }
        let height = self.height;
        self.at += 1;
        let right = Box::new(self.operators(power::POW));
        let height = height.max(self.height);
        self.grown(
            start,
            ExprKind::Binary { op: BinaryOp::Pow, left: Box::new(left), right },
            height,
        )
    }

    fn operand(&mut self, filters: Filters) -> Expr {
        let start = self.position();
        let primary = self.primary();
        let expr = self.postfixed(start, primary);
        if filters == Filters::Taken { self.filtered(start, expr) } else { expr }
    }

    /// The operator at the cursor.
    fn operator(&self) -> Option<Operator> {
        use power::{ADD, CONCAT, MULTIPLY, POW};
        Some(match self.peek()?.kind {
            TokenKind::Symbol(symbol) => match symbol {
                Symbol::Plus => Operator::Binary(BinaryOp::Add, ADD),
                Symbol::Minus => Operator::Binary(BinaryOp::Sub, ADD),
                Symbol::Tilde => Operator::Binary(BinaryOp::Concat, CONCAT),
                Symbol::Star => Operator::Binary(BinaryOp::Mul, MULTIPLY),
                Symbol::Slash => Operator::Binary(BinaryOp::Div, MULTIPLY),
                Symbol::FloorDiv => Operator::Binary(BinaryOp::FloorDiv, MULTIPLY),
                Symbol::Percent => Operator::Binary(BinaryOp::Rem, MULTIPLY),
                Symbol::Pow => Operator::Binary(BinaryOp::Pow, POW),
                Symbol::Eq => Operator::Compare(CompareOp::Eq),
                Symbol::Ne => Operator::Compare(CompareOp::Ne),
                Symbol::Lt => Operator::Compare(CompareOp::Lt),
                Symbol::Le => Operator::Compare(CompareOp::Le),
                Symbol::Gt => Operator::Compare(CompareOp::Gt),
                Symbol::Ge => Operator::Compare(CompareOp::Ge),
                Symbol::EqLess => Operator::Compare(CompareOp::Le),
                Symbol::EqGreater => Operator::Compare(CompareOp::Ge),
                Symbol::StrictEq => Operator::Compare(CompareOp::Eq),
                Symbol::StrictNe | Symbol::LessGreater => Operator::Compare(CompareOp::Ne),
                _ => return None,
            },
            TokenKind::Name => match self.word(0)? {
                "and" => Operator::And,
                "or" => Operator::Or,
                "in" => Operator::Compare(CompareOp::In),
                "not" if self.word(1) == Some("in") => Operator::Compare(CompareOp::NotIn),
                "is" if self.word(1) == Some("not") => Operator::Compare(CompareOp::IsNot),
                "is" => Operator::Compare(CompareOp::Is),
                _ => return None,
            },
            _ => return None,
        })
    }

    /// A node over `height` further levels, from `start` to the last word read.
    pub(super) fn grown(&mut self, start: u32, kind: ExprKind, height: u32) -> Expr {
        self.height = height + 1;
        Expr { span: Span::new(start, self.last_end().max(self.reach)), kind }
    }

    /// Whether the tree may grow by one more level; if not, says so and gives up on the region.
    pub(super) fn may_grow(&mut self) -> bool {
        let fits = self.depth + self.height < MAX_DEPTH;
        if !fits {
            self.too_deep();
        }
        fits
    }

    fn too_deep(&mut self) -> Expr {
        let span = self.here();
        self.fail(TOO_DEEP, span);
        self.at = self.tokens.len();
        self.reach(self.last_end().max(span.start))
    }

    /// Where something is missing.
    pub(super) fn missing(&mut self, what: &str) -> Expr {
        let span = self.here();
        self.fail(&format!("{what} is missing"), Span::empty(span.start));
        self.reach(span.start)
    }

    /// An unreadable expression at `offset`, which belongs to the expressions around it.
    fn reach(&mut self, offset: u32) -> Expr {
        self.height = 0;
        self.reach = self.reach.max(offset);
        Expr { span: Span::empty(offset), kind: ExprKind::Error }
    }

    /// Reports what is missing at `offset`, which belongs to the expressions around it.
    pub(super) fn fail_at(&mut self, message: &str, offset: u32) {
        self.fail(message, Span::empty(offset));
        self.reach = self.reach.max(offset);
    }

    /// Reports the region's first error.
    pub(super) fn fail(&mut self, message: &str, span: Span) {
        self.report(message, span);
        self.failed = true;
    }

    /// Reports an error that does not hinder reading on, and does not stand for others of its region.
    pub(super) fn note(&mut self, message: &str, span: Span) {
        self.errors.push(SyntaxError { message: message.to_owned(), span });
    }

    /// Reports an error that does not hinder reading on.
    pub(super) fn report(&mut self, message: &str, span: Span) {
        if !self.reported {
            self.errors.push(SyntaxError { message: message.to_owned(), span });
        }
        self.reported = true;
    }

    pub(super) const fn has_failed(&self) -> bool {
        self.failed
    }

    /// Reports what is left over.
    pub(super) fn expect_end(&mut self) {
        let Some(token) = self.peek() else { return };
        let message = match token.kind {
            TokenKind::LineBreak => {
                "the condition ends at this line break; put it in parentheses to go on".to_owned()
            }
            TokenKind::OpenText => "the text has no closing quote".to_owned(),
            TokenKind::Text if self.at > 0 && self.last_end() == token.span.start => {
                "a letter before a text, as in `f'...'`, is not supported".to_owned()
            }
            TokenKind::Name if self.at > 0 && !self.at_reserved() => {
                format!("an operator is missing before `{}`", self.slice(token.span))
            }
            TokenKind::Symbol(symbol) if advice(symbol).is_some() => {
                advice(symbol).unwrap_or_default().to_owned()
            }
            _ => format!("unexpected `{}`", self.slice(token.span)),
        };
        self.fail(&message, token.span);
        self.at = self.tokens.len();
    }

    pub(super) fn peek(&self) -> Option<Token> {
        self.tokens.get(self.at).copied()
    }

    pub(super) fn peek_at(&self, ahead: usize) -> Option<Token> {
        self.tokens.get(self.at + ahead).copied()
    }

    pub(super) const fn advance(&mut self) {
        self.at += 1;
    }

    /// The symbol at the cursor.
    pub(super) fn symbol(&self) -> Option<Symbol> {
        match self.peek()?.kind {
            TokenKind::Symbol(symbol) => Some(symbol),
            _ => None,
        }
    }

    /// Takes a name, whichever it is.
    pub(super) fn eat_name(&mut self) {
        self.at += usize::from(self.word(0).is_some());
    }

    /// The word `ahead` of the cursor.
    pub(super) fn word(&self, ahead: usize) -> Option<&'t str> {
        let token = self.peek_at(ahead)?;
        (token.kind == TokenKind::Name).then(|| self.slice(token.span))
    }

    pub(super) fn is_word(&self, word: &str) -> bool {
        self.word(0) == Some(word)
    }

    pub(super) fn at_reserved(&self) -> bool {
        self.word(0).is_some_and(|it| RESERVED.contains(&it))
    }

    pub(super) fn eat_word(&mut self, word: &str) -> bool {
        let there = self.is_word(word);
        self.at += usize::from(there);
        there
    }

    pub(super) fn eat(&mut self, symbol: Symbol) -> bool {
        let there = self.symbol() == Some(symbol);
        self.at += usize::from(there);
        there
    }

    /// Takes `symbol` or reports that it is missing.
    pub(super) fn expect(&mut self, symbol: Symbol) {
        if !self.eat(symbol) {
            let span = self.here();
            self.fail(&format!("`{}` is missing", symbol.text()), Span::empty(span.start));
        }
    }

    /// Takes the closing bracket, skipping what cannot be read before it.
    pub(super) fn close(&mut self, symbol: Symbol) {
        if self.eat(symbol) {
            return;
        }
        match self.peek() {
            None => self.expect(symbol),
            Some(token) if self.at_reserved() || token.kind == TokenKind::LineBreak => {
                self.fail(
                    &format!("`{}` is missing", symbol.text()),
                    Span::empty(token.span.start),
                );
            }
            Some(token) => {
                let found = match token.kind {
                    TokenKind::Symbol(symbol) => advice(symbol).map(str::to_owned),
                    _ => None,
                };
                let expected =
                    || format!("expected `{}`, found `{}`", symbol.text(), self.slice(token.span));
                self.fail(&found.unwrap_or_else(expected), token.span);
            }
        }
        let mut open = 0u32;
        for (ahead, token) in self.tokens.iter().enumerate().skip(self.at) {
            let TokenKind::Symbol(found) = token.kind else { continue };
            match found {
                _ if found == symbol && open == 0 => {
                    self.at = ahead + 1;
                    return;
                }
                Symbol::OpenParen
                | Symbol::OpenBracket
                | Symbol::OpenBrace
                | Symbol::OpenTemplate => open += 1,
                Symbol::CloseParen
                | Symbol::CloseBracket
                | Symbol::CloseBrace
                | Symbol::CloseTemplate => {
                    if open == 0 {
                        return;
                    }
                    open -= 1;
                }
                _ => {}
            }
        }
    }

    /// The word at the cursor, or the region's end.
    pub(super) fn here(&self) -> Span {
        self.peek().map_or_else(|| Span::empty(self.end.max(self.last_end())), |it| it.span)
    }

    pub(super) fn position(&self) -> u32 {
        self.here().start
    }

    /// End of the last word read; the region's end before the first.
    pub(super) fn last_end(&self) -> u32 {
        match self
            .at
            .checked_sub(1)
            .and_then(|it| self.tokens.get(it.min(self.tokens.len().saturating_sub(1))))
        {
            Some(token) => token.span.end,
            None => self.tokens.first().map_or(self.end, |it| it.span.start),
        }
    }

    pub(super) fn slice(&self, span: Span) -> &'t str {
        self.text.get(span.range()).unwrap_or_default()
    }

    pub(super) const fn depth(&self) -> u32 {
        self.depth
    }

    /// Starts at a depth of another parser, so that a tree inside a tree stays within the same bound.
    pub(super) const fn at_depth(mut self, depth: u32) -> Self {
        self.depth = depth;
        self
    }
}

/// An operator between operands.
#[derive(Clone, Copy)]
enum Operator {
    Or,
    And,
    Compare(CompareOp),
    Binary(BinaryOp, u8),
}

impl Operator {
    const fn power(self) -> u8 {
        match self {
            Self::Or => power::OR,
            Self::And => power::AND,
            Self::Compare(_) => power::COMPARE,
            Self::Binary(_, power) => power,
        }
    }
}

/// How a comparison of another language is written here.
const fn meant(symbol: Symbol) -> Option<&'static str> {
    match symbol {
        Symbol::EqLess => Some("<="),
        Symbol::EqGreater => Some(">="),
        Symbol::StrictEq => Some("=="),
        Symbol::StrictNe | Symbol::LessGreater => Some("!="),
        _ => None,
    }
}

/// What to write for an operator of another language.
const fn advice(symbol: Symbol) -> Option<&'static str> {
    match symbol {
        Symbol::AndAnd => Some("write `and` for `&&`"),
        Symbol::OrOr => Some("write `or` for `||`"),
        Symbol::Bang => Some("write `not` for `!`"),
        Symbol::Assign => Some("write `==` to compare"),
        Symbol::Question => Some("write `a if c else b` for `c ? a : b`"),
        _ => None,
    }
}
