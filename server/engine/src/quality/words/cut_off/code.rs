//! Beginnings of code that is not fenced.

use std::sync::LazyLock;

use regex::Regex;

use crate::quality::words::pattern;

/// Whether a line is code that ends as code does.
pub(super) fn is_statement(line: &str) -> bool {
    let shouts = |word: &&str| word.len() > 2 && word.chars().all(|it| it.is_ascii_uppercase());
    line.ends_with(';')
        && (line.contains(['=', '(', ')', '{', '}', '<', '>', '*'])
            || line.split_whitespace().filter(shouts).count() > 1)
}

/// Whether a text is code that is not fenced: it has lines as only code has, and none that ends as a sentence does.
pub(super) fn is_code(text: &str) -> bool {
    let lines = || text.lines().map(str::trim_end).filter(|line| !line.is_empty());
    let is_codelike = |line: &str| {
        line.ends_with(['{', '}', ';', '(', ')']) || line.ends_with(':') && CODE_LINE.is_match(line)
    };
    let is_prose =
        |line: &str| line.ends_with(['.', '!', '?']) && line.split_whitespace().count() >= 5;
    lines().count() > 1
        && lines().any(|line| line.ends_with(['{', ';']) || CODE_LINE.is_match(line))
        && lines().filter(|line| is_codelike(line)).count() * 3 >= lines().count()
        && !lines().any(is_prose)
}

/// The first line of a block of a program.
static CODE_LINE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^\s*(?:def|class|async|for|while|if|elif|else|try|except|with|fn|func|function|public|private|static|const|let|var|return)\b.*[:{(]$",
    )
});

/// What opens a block of a shell script, and what closes one.
static SHELL_WORD: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"(?m)(?:^|;|&&|\|\|)\s*(?:(if|case|for|while|until|select)\s|(fi|done|esac)\b)")
});

static SHELL: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"^#!\S*(?:/|env )(?:ba|da|z|k)?sh\b|(?m:;\s*(?:then|do)\s*$)"));

/// Whether a text is a shell script that leaves a block open.
pub(super) fn is_begun_shell(text: &str) -> bool {
    let opened = SHELL_WORD.captures_iter(text).filter(|it| it.get(1).is_some()).count();
    let closed = SHELL_WORD.captures_iter(text).filter(|it| it.get(2).is_some()).count();
    SHELL.is_match(text) && !text.contains("<<") && opened > closed
}

/// A statement of SQL, and a word in it behind which something must come.
static SQL: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?s)^(?:--[^\n]*\n\s*)*(?:SELECT|INSERT|UPDATE|DELETE|CREATE|ALTER|WITH)\s.*[\s)](?:SELECT|FROM|JOIN|ON|WHERE|AND|OR|BY|SET|VALUES|INTO|HAVING|LIMIT|UNION|AS|IN|NOT|TABLE|BETWEEN|LIKE|=|<|>)$",
    )
});

/// Whether a text is SQL that ends inside a statement.
pub(super) fn is_begun_sql(text: &str) -> bool {
    SQL.is_match(text)
}

/// Whether a text is code that leaves brackets open.
pub(super) fn is_begun_code(text: &str) -> bool {
    if !is_code(text) {
        return false;
    }
    let (mut open, mut quote) = (Vec::new(), None);
    for it in text.chars() {
        match (quote, it) {
            (Some(_), '\n') => quote = None,
            (Some(mark), it) if mark == it => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'' | '`') => quote = Some(it),
            (None, '(' | '[' | '{') => open.push(it),
            (None, ')' | ']' | '}') if open.pop().is_none() => return false,
            _ => {}
        }
    }
    !open.is_empty()
}
