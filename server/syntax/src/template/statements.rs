//! What stands between `{%` and `%}`.

use super::expressions::Parser;
use super::lexer::{Symbol, TokenKind};
use super::tree::{Expr, ExprKind, Parameter, Part, Target, Trim};
use crate::Span;

/// What a statement's tag does to the pieces around it.
pub(super) enum Statement {
    /// It encloses what follows, up to `end<word>`.
    Open(&'static str, Part),
    /// It is complete.
    Whole(Part),
    /// A further branch of an `if`.
    Elif(Expr),
    /// The last branch of an `if` or `for`.
    Else,
    /// It ends what that word opened.
    Close(&'static str),
    /// It is unreadable, which has been reported.
    Unreadable,
}

/// Words that open what `end<word>` closes.
const ENCLOSING: &[&str] =
    &["if", "for", "set", "with", "autoescape", "block", "filter", "macro", "call"];

/// Reads one statement.
pub(super) fn statement(parser: &mut Parser<'_, '_>, span: Span, trim: Trim) -> Statement {
    let Some(word) = parser.word(0) else {
        parser.missing("a statement such as `if`");
        return Statement::Unreadable;
    };
    let at = parser.here();
    parser.advance();
    let statement = match word {
        "if" => {
            let test = parser.tuple();
            Statement::Open(
                "if",
                Part::If { span, branches: vec![(test, Vec::new())], otherwise: Vec::new(), trim },
            )
        }
        "elif" => Statement::Elif(parser.tuple()),
        "else" => Statement::Else,
        "for" => for_loop(parser, span, trim),
        "set" => set(parser, span, trim),
        "with" => with(parser, span, trim),
        "autoescape" => {
            let value = parser.expression();
            Statement::Open("autoescape", Part::Autoescape { span, value, body: Vec::new(), trim })
        }
        "block" => {
            parser.targets();
            Statement::Open(
                "block",
                Part::With { span, bindings: Vec::new(), body: Vec::new(), trim },
            )
        }
        "filter" => {
            let value = filters(parser);
            Statement::Open("filter", Part::Filter { span, value, body: Vec::new(), trim })
        }
        "macro" => {
            let name = one_target(parser);
            let parameters = parameters(parser);
            Statement::Open("macro", Part::Macro { span, name, parameters, body: Vec::new(), trim })
        }
        "call" => {
            let parameters = if parser.symbol() == Some(Symbol::OpenParen) {
                parameters(parser)
            } else {
                Vec::new()
            };
            let call = parser.expression();
            Statement::Open("call", Part::Call { span, parameters, call, body: Vec::new(), trim })
        }
        _ => {
            match word.strip_prefix("end").and_then(|it| ENCLOSING.iter().find(|word| **word == it))
            {
                Some(opened) => {
                    if *opened == "block" {
                        parser.eat_name();
                    }
                    Statement::Close(opened)
                }
                None => {
                    parser.fail(&unknown(word), at);
                    return Statement::Unreadable;
                }
            }
        }
    };
    parser.expect_end();
    statement
}

fn unknown(word: &str) -> String {
    match word {
        "include" | "import" | "from" | "extends" => {
            format!("`{word}` is not supported; write `{{{{ file: path }}}}` to insert a file")
        }
        "elseif" | "elsif" => format!("write `elif` for `{word}`"),
        _ if word.starts_with("end") => {
            format!("unknown statement `{word}`; an `if` ends with `endif`, a `for` with `endfor`")
        }
        _ => format!("unknown statement `{word}`; to print a value, write `{{{{ {word} }}}}`"),
    }
}

fn for_loop(parser: &mut Parser<'_, '_>, span: Span, trim: Trim) -> Statement {
    let targets = parser.targets();
    if !parser.eat_word("in") {
        let place = Span::empty(parser.position());
        parser.fail("`in` is missing", place);
    }
    let iter = parser.tuple_without_conditional();
    let filter = parser.eat_word("if").then(|| parser.expression());
    let recursive = parser.eat_word("recursive");
    let (body, otherwise) = (Vec::new(), Vec::new());
    Statement::Open(
        "for",
        Part::For {
            span,
            targets,
            iter: Box::new(iter),
            filter: filter.map(Box::new),
            recursive,
            body,
            otherwise,
            trim,
        },
    )
}

fn set(parser: &mut Parser<'_, '_>, span: Span, trim: Trim) -> Statement {
    let targets = parser.targets();
    if parser.symbol() == Some(Symbol::Dot) && targets.len() == 1 {
        parser.advance();
        let name = one_target(parser);
        parser.expect(Symbol::Assign);
        let value = parser.tuple();
        let object = targets[0].clone();
        return Statement::Whole(Part::SetField { span, object, name, value, trim });
    }
    if parser.eat(Symbol::Assign) {
        let value = parser.tuple();
        return Statement::Whole(Part::Set { span, targets, value, trim });
    }
    if targets.len() > 1 {
        parser.expect(Symbol::Assign);
    }
    let value = filter_chain(parser);
    let target = targets[0].clone();
    Statement::Open("set", Part::SetBlock { span, target, value, body: Vec::new(), trim })
}

fn with(parser: &mut Parser<'_, '_>, span: Span, trim: Trim) -> Statement {
    let mut bindings = Vec::new();
    while parser.peek().is_some() && !parser.has_failed() {
        if !bindings.is_empty() {
            parser.expect(Symbol::Comma);
        }
        let target = one_target(parser);
        parser.expect(Symbol::Assign);
        bindings.push((target, parser.expression()));
    }
    Statement::Open("with", Part::With { span, bindings, body: Vec::new(), trim })
}

/// `name(args) | name`: the filters of a `filter` statement, the first without its bar.
fn filters(parser: &mut Parser<'_, '_>) -> Expr {
    let body = Expr { span: Span::empty(parser.last_end()), kind: ExprKind::Body };
    let start = body.span.start;
    let first = parser.filter_behind(start, body);
    parser.filtered(start, first)
}

/// `| name | name`: the filters of a `set` block, possibly none.
fn filter_chain(parser: &mut Parser<'_, '_>) -> Expr {
    let start = parser.position();
    let body = Expr { span: Span::empty(start), kind: ExprKind::Body };
    parser.height = 0;
    parser.filtered(start, body)
}

/// `(a, b=1)`
fn parameters(parser: &mut Parser<'_, '_>) -> Vec<Parameter> {
    let mut parameters: Vec<Parameter> = Vec::new();
    parser.expect(Symbol::OpenParen);
    while parser.peek().is_some()
        && parser.symbol() != Some(Symbol::CloseParen)
        && !parser.has_failed()
    {
        let name = one_target(parser);
        let default = parser.eat(Symbol::Assign).then(|| parser.expression());
        if default.is_none() && parameters.last().is_some_and(|it| it.default.is_some()) {
            parser.fail("a parameter without a default stands behind one with a default", name.1);
        }
        parameters.push(Parameter { name, default });
        if !parser.eat(Symbol::Comma) {
            break;
        }
    }
    parser.close(Symbol::CloseParen);
    parameters
}

fn one_target(parser: &mut Parser<'_, '_>) -> Target {
    match parser.peek().filter(|it| it.kind == TokenKind::Name && !parser.at_reserved()) {
        Some(token) => {
            parser.advance();
            (parser.slice(token.span).trim_start_matches('$').to_owned(), token.span)
        }
        None => (String::new(), parser.missing("a name").span),
    }
}
