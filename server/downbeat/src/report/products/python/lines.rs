//! The logical lines of a text in Python: what stands in them, as far as brackets, names and texts go.

/// What a line is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token<'t> {
    Name(&'t str),
    Number,
    Text,
    Mark(char),
}

/// A line as Python counts them: brackets and backslashes join several.
#[derive(Debug)]
pub(super) struct Line<'t> {
    /// Where it begins, from 1.
    pub(super) number: usize,
    /// Columns before its first token.
    pub(super) indent: usize,
    /// Its tokens, those inside of brackets among them, with how many brackets are open around each.
    pub(super) tokens: Vec<(Token<'t>, usize)>,
}

/// All lines that hold something, or what is wrong with the brackets, texts and characters of them first.
pub(super) fn read(text: &str) -> Result<Vec<Line<'_>>, String> {
    let mut reader = Reader { text, at: 0, number: 1 };
    let mut lines = Vec::new();
    while let Some(line) = reader.line()? {
        lines.push(line);
    }
    Ok(lines)
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
    number: usize,
}

impl<'t> Reader<'t> {
    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn next(&mut self) -> Option<char> {
        let it = self.rest().chars().next()?;
        self.at += it.len_utf8();
        self.number += usize::from(it == '\n');
        Some(it)
    }

    /// Passes what fits.
    fn take(&mut self, fits: impl Fn(char) -> bool) -> &'t str {
        let rest = self.rest();
        let end = rest.find(|it| !fits(it)).unwrap_or(rest.len());
        self.at += end;
        rest.get(..end).unwrap_or_default()
    }

    fn line(&mut self) -> Result<Option<Line<'t>>, String> {
        let mut indent = self.indent();
        let mut line: Option<Line<'t>> = None;
        let mut open: Vec<(char, usize)> = Vec::new();
        loop {
            let (number, rest) = (self.number, self.rest());
            let Some(it) = rest.chars().next() else {
                return match open.last() {
                    Some((bracket, number)) => {
                        Err(format!("`{bracket}` in line {number} is never closed"))
                    }
                    None => Ok(line),
                };
            };
            let token = match it {
                '\n' => {
                    self.next();
                    if open.is_empty() {
                        if line.is_some() {
                            return Ok(line);
                        }
                        indent = self.indent();
                    }
                    continue;
                }
                '#' => {
                    self.take(|it| it != '\n');
                    continue;
                }
                '\\' => {
                    self.next();
                    self.take(|it| it == '\r');
                    self.next();
                    continue;
                }
                it if it.is_whitespace() || it == '\u{feff}' => {
                    self.next();
                    continue;
                }
                '"' | '\'' => {
                    self.quotation(Braces::Plain)?;
                    Token::Text
                }
                it if it.is_ascii_digit() => {
                    self.digits();
                    Token::Number
                }
                it if it.is_alphabetic() || it == '_' => {
                    let name = self.take(|it| it.is_alphanumeric() || it == '_');
                    let is_prefix = name.len() <= 2
                        && name.chars().all(|it| "rbuftRBUFT".contains(it))
                        && self.rest().starts_with(['"', '\'']);
                    if is_prefix {
                        let holds = name.contains(['f', 'F', 't', 'T']);
                        self.quotation(if holds { Braces::Hold } else { Braces::Plain })?;
                        Token::Text
                    } else {
                        Token::Name(name)
                    }
                }
                '`' | '$' | '?' | '“' | '”' | '‘' | '’' => {
                    return Err(format!("`{it}` in line {number} means nothing in it"));
                }
                it => {
                    self.next();
                    Token::Mark(it)
                }
            };
            match token {
                Token::Mark(it @ (')' | ']' | '}')) => {
                    let opened = match it {
                        ')' => '(',
                        ']' => '[',
                        _ => '{',
                    };
                    if open.pop().is_none_or(|(own, _)| own != opened) {
                        return Err(format!("`{it}` in line {number} closes nothing"));
                    }
                }
                Token::Mark(it @ ('(' | '[' | '{')) => open.push((it, number)),
                _ => {}
            }
            let line = line.get_or_insert_with(|| Line { number, indent, tokens: Vec::new() });
            line.tokens.push((token, open.len()));
        }
    }

    /// Columns of the white space here, a tab reaching to the next multiple of eight.
    fn indent(&mut self) -> usize {
        let blank = self.take(|it| matches!(it, ' ' | '\t' | '\u{c}'));
        blank
            .chars()
            .fold(0, |columns, it| if it == '\t' { (columns / 8 + 1) * 8 } else { columns + 1 })
    }

    fn digits(&mut self) {
        let fits = |it: char| it.is_ascii_alphanumeric() || matches!(it, '_' | '.');
        let begun = self.take(fits);
        if begun.ends_with(['e', 'E'])
            && !begun.starts_with("0x")
            && self.rest().starts_with(['+', '-'])
        {
            self.next();
            self.take(fits);
        }
    }

    /// Passes a quoted text.
    fn quotation(&mut self, braces: Braces) -> Result<(), String> {
        let from = self.number;
        let Some(quote) = self.next() else { return Ok(()) };
        let pair: String = [quote, quote].iter().collect();
        let is_long = self.rest().starts_with(&pair);
        let end = if is_long {
            self.at += pair.len();
            format!("{pair}{quote}")
        } else {
            quote.to_string()
        };
        let mut depth = 0_usize;
        loop {
            let rest = self.rest();
            if depth == 0 && rest.starts_with(&end) {
                self.at += end.len();
                return Ok(());
            }
            match self.next() {
                None => return Err(format!("a text in line {from} is not closed")),
                Some('\n') if !is_long => {
                    return Err(format!("a text in line {from} is not closed"));
                }
                Some('\\') => {
                    self.next();
                }
                Some('{') if braces == Braces::Hold => {
                    if depth == 0 && self.rest().starts_with('{') {
                        self.next();
                    } else {
                        depth += 1;
                    }
                }
                Some('}') => depth = depth.saturating_sub(1),
                Some(it @ ('"' | '\'')) if depth > 0 => self.inner(it),
                Some(_) => {}
            }
        }
    }

    /// Passes a text inside of the braces of another one.
    fn inner(&mut self, quote: char) {
        self.take(|it| it != quote && it != '\n');
        if self.rest().starts_with(quote) {
            self.next();
        }
    }
}

/// Whether expressions stand between the braces of a text.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Braces {
    Plain,
    Hold,
}
