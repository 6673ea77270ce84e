//! Operands: literals and names.

use super::expressions::Parser;
use super::lexer::{Place, Symbol, Token, TokenKind, is_curly_quote, lex};
use super::literals::{Number, number, unescape};
use super::tree::{BinaryOp, Expr, ExprKind};
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
            TokenKind::CurlyText => {
                self.advance();
                let inside = self.slice(token.span).trim_matches(is_curly_quote);
                self.note(
                    &format!("curly quotes are no quotes here: write `'{inside}'`"),
                    token.span,
                );
                self.grown(start, ExprKind::Str(inside.to_owned()), 0)
            }
            TokenKind::Unknown if self.stands_before_braces(token) => {
                self.report("write `{{` without the `$`", token.span);
                self.advance();
                self.primary()
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

    /// Whether it is the `$` of `${{`, as other languages write templates.
    fn stands_before_braces(&self, token: Token) -> bool {
        let next = self.peek_at(1).map(|it| it.kind);
        self.slice(token.span) == "$" && next == Some(TokenKind::Symbol(Symbol::OpenTemplate))
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
}
