//! What the words of templates and conditions are, by what stands round them. Names that lowering resolved are not decided
//! here; those that are left are keywords, fields, filters, tests, functions, and names bound in the text itself.

use pipeline::eval::{self, Function};
use syntax::template::{Word, WordKind};

use super::{Class, Modifier, TokenKind};

/// What came of a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reading {
    Token(Class),
    /// It means nothing.
    Nothing,
}

/// Words that begin a statement, `end...` aside.
const STATEMENTS: &[&str] = &[
    "if",
    "elif",
    "else",
    "for",
    "set",
    "with",
    "autoescape",
    "block",
    "filter",
    "macro",
    "call",
    "raw",
];
const LIBRARY: Class = Class::with(TokenKind::Function, Modifier::DefaultLibrary);
const BOUND: Class = Class::plain(TokenKind::Variable);
const BINDING: Class = Class::with(TokenKind::Variable, Modifier::Declaration);
const KEYWORD: Class = Class::plain(TokenKind::Keyword);

/// One reading for each of `words`.
pub(super) fn read(text: &str, words: &[Word], is_condition: bool) -> Vec<Reading> {
    let line = Line { text, words };
    let bindings = line.bindings();
    let bound: Vec<&str> = bindings.iter().map(|&(at, _)| line.name(at)).collect();
    let reading = |at: usize| match words[at].kind {
        WordKind::Comment => Some(Class::plain(TokenKind::Comment)),
        WordKind::Path | WordKind::Text => Some(Class::plain(TokenKind::String)),
        WordKind::Number => Some(Class::plain(TokenKind::Number)),
        WordKind::Operator => match line.slice(at) {
            "." | "," | ":" => None,
            _ => Some(Class::plain(TokenKind::Operator)),
        },
        WordKind::Name => match bindings.binary_search_by_key(&at, |binding| binding.0) {
            Ok(found) => bindings.get(found).map(|binding| binding.1),
            Err(_) => line.word(at, &bound, is_condition),
        },
        _ => None,
    };
    (0..words.len()).map(|at| reading(at).map_or(Reading::Nothing, Reading::Token)).collect()
}

#[derive(Clone, Copy)]
struct Line<'t> {
    text: &'t str,
    words: &'t [Word],
}

impl<'t> Line<'t> {
    fn slice(self, at: usize) -> &'t str {
        let word = self.words.get(at);
        word.and_then(|word| self.text.get(word.span.range())).unwrap_or_default()
    }

    fn name(self, at: usize) -> &'t str {
        self.slice(at).trim_start_matches('$')
    }

    fn kind(self, at: usize) -> Option<WordKind> {
        self.words.get(at).map(|word| word.kind)
    }

    /// The word before; empty at the start.
    fn before(self, at: usize) -> &'t str {
        at.checked_sub(1).map_or("", |before| self.slice(before))
    }

    /// Whether it is the first word of a statement.
    fn begins_statement(self, at: usize) -> bool {
        at.checked_sub(1).is_some_and(|before| self.kind(before) == Some(WordKind::OpenStatement))
    }

    /// Names that are bound in the text, by position: index of the word, and what it is.
    fn bindings(self) -> Vec<(usize, Class)> {
        let mut found = Vec::new();
        for at in 0..self.words.len() {
            if self.kind(at) != Some(WordKind::Name) {
                continue;
            }
            let starts = self.begins_statement(at);
            match self.slice(at) {
                "for" if self.before(at) != "." => self.until(at + 1, "in", &mut found),
                "set" if starts => self.until(at + 1, "=", &mut found),
                "block" if starts => self.until(at + 1, "", &mut found),
                "with" if starts => self.assigned(at + 1, BINDING, &mut found),
                "macro" if starts => {
                    if self.kind(at + 1) == Some(WordKind::Name) {
                        found.push((at + 1, Class::with(TokenKind::Macro, Modifier::Declaration)));
                    }
                    self.parameters(at + 2, &mut found);
                }
                "call" if starts => self.parameters(at + 1, &mut found),
                _ => {}
            }
        }
        found
    }

    /// Names from `at` to the word `end`.
    fn until(self, at: usize, end: &str, found: &mut Vec<(usize, Class)>) {
        for at in at..self.words.len() {
            match self.kind(at) {
                Some(WordKind::Name) if self.slice(at) != end => found.push((at, BINDING)),
                Some(WordKind::Bracket) => {}
                Some(WordKind::Operator) if self.slice(at) == "," => {}
                _ => break,
            }
        }
        // `set object.field = ...` reads the object.
        if found.last().is_some_and(|&(last, _)| self.slice(last + 1) == ".") {
            found.pop();
        }
    }

    /// Names before `=` up to the end of the statement.
    fn assigned(self, at: usize, class: Class, found: &mut Vec<(usize, Class)>) {
        let mut depth = 0_u32;
        for at in at..self.words.len() {
            match (self.kind(at), self.slice(at)) {
                (Some(WordKind::Close), _) => return,
                (Some(WordKind::Bracket), "(" | "[" | "{") => depth += 1,
                (Some(WordKind::Bracket), _) => depth = depth.saturating_sub(1),
                (Some(WordKind::Name), _) if depth == 0 && self.slice(at + 1) == "=" => {
                    found.push((at, class));
                }
                _ => {}
            }
        }
    }

    /// Names of parameters in the parentheses at `at`.
    fn parameters(self, at: usize, found: &mut Vec<(usize, Class)>) {
        if self.slice(at) != "(" {
            return;
        }
        let class = Class::with(TokenKind::Parameter, Modifier::Declaration);
        let mut depth = 0_u32;
        for at in at..self.words.len() {
            match (self.kind(at), self.slice(at)) {
                (Some(WordKind::Close), _) => return,
                (Some(WordKind::Bracket), "(" | "[" | "{") => depth += 1,
                (Some(WordKind::Bracket), _) => depth = depth.saturating_sub(1),
                (Some(WordKind::Name), _) if depth == 1 && matches!(self.before(at), "(" | ",") => {
                    found.push((at, class));
                }
                _ => {}
            }
            if depth == 0 {
                return;
            }
        }
    }

    /// What a name is that nothing resolved.
    fn word(self, at: usize, bound: &[&str], is_condition: bool) -> Option<Class> {
        let (name, next) = (self.name(at), self.slice(at + 1));
        let called = next == "(";
        match self.before(at) {
            "." if called => return Some(Class::plain(TokenKind::Method)),
            "." => return Some(Class::plain(TokenKind::Property)),
            "|" => return known(eval::filters(), name),
            "filter" if at.checked_sub(1).is_some_and(|it| self.begins_statement(it)) => {
                return known(eval::filters(), name);
            }
            _ => {}
        }
        if self.begins_statement(at) {
            let word = name.strip_prefix("end").unwrap_or(name);
            return STATEMENTS.contains(&word).then_some(KEYWORD);
        }
        let before_not = || at.checked_sub(1).is_some_and(|not| self.before(not) == "is");
        let tested = match self.before(at) {
            "is" => true,
            "not" => before_not(),
            _ => false,
        };
        if tested && let Some(test) = known(eval::tests(), name) {
            return Some(test);
        }
        match name {
            "and" | "or" | "not" | "in" | "is" => return Some(Class::plain(TokenKind::Operator)),
            "if" | "else" | "elif" | "for" | "recursive" => return Some(KEYWORD),
            "true" | "True" | "false" | "False" | "none" | "None" | "null" => return Some(KEYWORD),
            _ => {}
        }
        if next == "=" && matches!(self.before(at), "(" | ",") {
            return Some(Class::plain(TokenKind::Parameter));
        }
        if bound.contains(&name) {
            return Some(if called { Class::plain(TokenKind::Macro) } else { BOUND });
        }
        if called {
            let further = if is_condition { eval::condition_functions() } else { &[] };
            return known(eval::functions(), name).or_else(|| known(further, name));
        }
        let implied = match name {
            "loop" => self.any_statement("for"),
            "caller" | "varargs" | "kwargs" => self.any_statement("macro"),
            _ => false,
        };
        implied.then_some(Class::with(TokenKind::Variable, Modifier::Readonly))
    }

    /// Whether the text has such a statement.
    fn any_statement(self, word: &str) -> bool {
        (0..self.words.len()).any(|at| self.begins_statement(at) && self.slice(at) == word)
    }
}

fn known(table: &[Function], name: &str) -> Option<Class> {
    table.binary_search_by_key(&name, |it| it.name).is_ok().then_some(LIBRARY)
}
