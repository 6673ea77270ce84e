//! The words of an expression: from behind an opening marker to the marker that closes it.

use unicode_ident::{is_xid_continue, is_xid_start};

use crate::Span;

/// Where an expression stands, which decides where it ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// Behind `{{`, up to `}}`.
    Print,
    /// Behind `{%`, up to `%}`.
    Statement,
    /// A whole text, in which `{{` and `}}` are parentheses.
    Condition,
}

/// One word. What it says is read from the text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Token {
    pub(super) kind: TokenKind,
    pub(super) span: Span,
}

/// Kinds of words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TokenKind {
    /// Also keywords, and `$name`.
    Name,
    Number,
    /// With its quotes, both there.
    Text,
    /// A quote without its end.
    OpenText,
    /// A text in curly quotes, both there.
    CurlyText,
    /// Operators and brackets.
    Symbol(Symbol),
    /// A character that has no meaning here.
    Unknown,
    /// A line break that ends a condition.
    LineBreak,
}

/// Declares the symbols, longest spelling first.
macro_rules! symbols {
    ($($name:ident $text:literal)*) => {
        /// Operators and brackets.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(super) enum Symbol { $($name),* }

        impl Symbol {
            const ALL: &[(Self, &str)] = &[$((Self::$name, $text)),*];

            /// Its spelling.
            pub(super) const fn text(self) -> &'static str {
                match self { $(Self::$name => $text),* }
            }
        }
    };
}
symbols! {
    OpenTemplate "{{" CloseTemplate "}}"
    StrictEq "===" StrictNe "!==" LessGreater "<>" EqLess "=<" EqGreater "=>"
    FloorDiv "//" Pow "**" Eq "==" Ne "!=" Ge ">=" Le "<=" AndAnd "&&" OrOr "||" Walrus ":="
    Plus "+" Minus "-" Slash "/" Star "*" Percent "%" Tilde "~" Gt ">" Lt "<" Assign "=" Dot "." Colon ":" Pipe "|" Comma ","
    Question "?" Bang "!" OpenParen "(" CloseParen ")" OpenBracket "[" CloseBracket "]" OpenBrace "{" CloseBrace "}"
}

/// The words of a region and how it ends.
#[derive(Debug)]
pub(super) struct Lexed {
    pub(super) tokens: Vec<Token>,
    /// Where the words end: the start of the closing marker, or as far as an unclosed region reaches.
    pub(super) end: u32,
    /// The closing marker, white space mark included; `None` where it is missing.
    pub(super) close: Option<Span>,
}

/// Reads the words from `start`. An unclosed region reaches to the end of its first line, or to the next opening marker.
pub(super) fn lex(text: &str, start: u32, place: Place) -> Lexed {
    let mut lexer = Lexer {
        text,
        at: start as usize,
        place,
        open: Vec::new(),
        tokens: Vec::new(),
        line_end: None,
    };
    let close = lexer.run();
    let Lexer { mut tokens, at, line_end, .. } = lexer;
    if close.is_some() || place == Place::Condition {
        return Lexed { tokens, end: close.map_or(at as u32, |it: Span| it.start), close };
    }
    let end = line_end.map_or(at as u32, |it| it.min(at as u32));
    tokens.retain(|it| it.span.end <= end);
    Lexed { tokens, end, close }
}

struct Lexer<'t> {
    text: &'t str,
    at: usize,
    place: Place,
    /// Open brackets, as their symbols.
    open: Vec<Symbol>,
    tokens: Vec<Token>,
    /// First line break outside a text.
    line_end: Option<u32>,
}

impl<'t> Lexer<'t> {
    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn run(&mut self) -> Option<Span> {
        loop {
            self.skip_space();
            let rest = self.rest();
            let first = rest.chars().next()?;
            if let Some(close) = self.closing() {
                return Some(close);
            }
            if self.place != Place::Condition
                && (rest.starts_with("{{") || rest.starts_with("{%") || rest.starts_with("{#"))
            {
                // a dict in a dict's or set's key is never meant; a second marker means that the first was not closed
                return None;
            }
            let (kind, len) = match first {
                '\'' | '"' => text_token(rest, first),
                _ if is_curly_quote(first) => {
                    curly_token(rest).unwrap_or((TokenKind::Unknown, first.len_utf8()))
                }
                '$' if rest.chars().nth(1).is_some_and(is_name_start) => {
                    (TokenKind::Name, 1 + name_len(rest.get(1..).unwrap_or_default()))
                }
                _ if is_name_start(first) => (TokenKind::Name, name_len(rest)),
                _ if self.starts_number(rest) => {
                    (TokenKind::Number, number_len(rest, self.after_dot()))
                }
                _ => self.symbol(rest, first),
            };
            self.tokens
                .push(Token { kind, span: Span::new(self.at as u32, (self.at + len) as u32) });
            self.at += len;
        }
    }

    /// Skips white space, and in conditions comments; a condition's bare line break becomes a word unless nothing follows.
    fn skip_space(&mut self) {
        loop {
            let rest = self.rest();
            let Some(first) = rest.chars().next() else { return };
            if first == '\n' {
                self.line_end.get_or_insert(self.at as u32);
                let follows = !rest.trim_start().is_empty();
                if self.place == Place::Condition
                    && self.open.is_empty()
                    && follows
                    && !self.tokens.is_empty()
                {
                    let span = Span::new(self.at as u32, self.at as u32 + 1);
                    self.tokens.push(Token { kind: TokenKind::LineBreak, span });
                }
                self.at += 1;
            } else if first.is_whitespace() {
                self.at += first.len_utf8();
            } else if first == '#' && self.place == Place::Condition {
                self.at += rest.find('\n').unwrap_or(rest.len());
            } else {
                return;
            }
        }
    }

    /// The closing marker of this place, if it stands here.
    fn closing(&self) -> Option<Span> {
        let marker = match self.place {
            Place::Print => "}}",
            Place::Statement => "%}",
            Place::Condition => return None,
        };
        let rest = self.rest();
        let mark = usize::from(
            rest.starts_with('-') || (self.place == Place::Statement && rest.starts_with('+')),
        );
        let inside_braces = self.open.last() == Some(&Symbol::OpenBrace);
        let closes = rest.get(mark..).is_some_and(|it| it.starts_with(marker))
            && !(inside_braces && mark == 0);
        closes.then(|| Span::new(self.at as u32, (self.at + mark + 2) as u32))
    }

    fn after_dot(&self) -> bool {
        self.tokens.last().is_some_and(|it| {
            it.kind == TokenKind::Symbol(Symbol::Dot) && it.span.end as usize == self.at
        })
    }

    fn starts_number(&self, rest: &str) -> bool {
        let mut bytes = rest.bytes();
        match bytes.next() {
            Some(b'0'..=b'9') => true,
            Some(b'.') => {
                bytes.next().is_some_and(|it| it.is_ascii_digit()) && !self.after_operand()
            }
            _ => false,
        }
    }

    fn after_operand(&self) -> bool {
        use Symbol::{CloseBrace, CloseBracket, CloseParen, CloseTemplate, Dot};
        self.tokens.last().is_some_and(|it| match it.kind {
            TokenKind::Name
            | TokenKind::Number
            | TokenKind::Text
            | TokenKind::OpenText
            | TokenKind::CurlyText => true,
            TokenKind::Symbol(it) => {
                matches!(it, CloseBrace | CloseBracket | CloseParen | CloseTemplate | Dot)
            }
            TokenKind::Unknown | TokenKind::LineBreak => false,
        })
    }

    fn symbol(&mut self, rest: &str, first: char) -> (TokenKind, usize) {
        let in_template = self.open.last() == Some(&Symbol::OpenTemplate);
        if in_template && rest.starts_with("-}}") {
            self.open.pop();
            return (TokenKind::Symbol(Symbol::CloseTemplate), 3);
        }
        for &(symbol, spelling) in Symbol::ALL {
            let applies = match symbol {
                Symbol::OpenTemplate => self.place == Place::Condition,
                Symbol::CloseTemplate => {
                    in_template || (self.place == Place::Condition && self.open.is_empty())
                }
                _ => true,
            };
            if !applies || !rest.starts_with(spelling) {
                continue;
            }
            match symbol {
                Symbol::OpenTemplate
                | Symbol::OpenParen
                | Symbol::OpenBracket
                | Symbol::OpenBrace => self.open.push(symbol),
                Symbol::CloseTemplate
                | Symbol::CloseParen
                | Symbol::CloseBracket
                | Symbol::CloseBrace => {
                    self.open.pop();
                }
                _ => {}
            }
            let mark = usize::from(
                symbol == Symbol::OpenTemplate
                    && rest.get(2..).is_some_and(|it| it.starts_with('-')),
            );
            return (TokenKind::Symbol(symbol), spelling.len() + mark);
        }
        (TokenKind::Unknown, first.len_utf8())
    }
}

pub(super) fn is_name_start(c: char) -> bool {
    c == '_' || is_xid_start(c)
}

/// Bytes of the name at the start of `rest`.
pub(super) fn name_len(rest: &str) -> usize {
    rest.find(|c: char| !is_xid_continue(c)).unwrap_or(rest.len())
}

/// A quoted text, escapes skipped; without an end it stops at its line's end or the next closing marker.
fn text_token(rest: &str, quote: char) -> (TokenKind, usize) {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        if escaped {
            escaped = false;
        } else if c == '\\' {
            escaped = true;
        } else if c == quote {
            return (TokenKind::Text, at + 1);
        }
    }
    let line = rest.find('\n').unwrap_or(rest.len());
    let end = ["}}", "%}"].iter().filter_map(|it| rest.find(it)).fold(line, usize::min);
    let len = rest.get(..end).map_or(end, |it| it.trim_end().len()).max(1);
    (TokenKind::OpenText, len)
}

/// Whether a letter is a quote as word processors set it.
pub(crate) const fn is_curly_quote(letter: char) -> bool {
    matches!(letter, '“' | '”' | '„' | '‘' | '’' | '‚')
}

/// A text between two such quotes on one line.
fn curly_token(rest: &str) -> Option<(TokenKind, usize)> {
    let is_end = |c: char| is_curly_quote(c) || matches!(c, '\n' | '}' | '{');
    let (end, last) = rest.char_indices().skip(1).find(|(_, c)| is_end(*c))?;
    is_curly_quote(last).then(|| (TokenKind::CurlyText, end + last.len_utf8()))
}

/// `1`, `1_000`, `0x1f`, `1.5`, `1e3`; behind a dot only digits, so that `a.0.1` is two steps.
fn number_len(rest: &str, after_dot: bool) -> usize {
    let bytes = rest.as_bytes();
    let digits = |from: usize| {
        let run = bytes.get(from..).unwrap_or_default().iter();
        from + run.take_while(|it| it.is_ascii_digit() || **it == b'_').count()
    };
    if !after_dot
        && matches!(bytes, [b'0', b'x' | b'X' | b'o' | b'O' | b'b' | b'B', next, ..] if next.is_ascii_hexdigit())
    {
        return 2 + bytes
            .get(2..)
            .unwrap_or_default()
            .iter()
            .take_while(|it| it.is_ascii_hexdigit() || **it == b'_')
            .count();
    }
    let mut end = digits(0);
    if after_dot {
        return end;
    }
    if bytes.get(end) == Some(&b'.') && bytes.get(end + 1).is_some_and(u8::is_ascii_digit) {
        end = digits(end + 1);
    }
    if matches!(bytes.get(end), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
        if bytes.get(end + 1 + sign).is_some_and(u8::is_ascii_digit) {
            end = digits(end + 1 + sign);
        }
    }
    end
}
