//! Whether a text can be Python: whether its brackets and texts are closed, its blocks are begun with a colon and stand
//! further in, and no two names stand side by side as only words of a sentence do.

mod lines;

use self::lines::{Line, Token};

/// What is wrong with it first, for people.
pub(super) fn find(text: &str) -> Option<String> {
    let lines = match lines::read(text) {
        Ok(lines) => lines,
        Err(why) => return Some(why),
    };
    lines.iter().find_map(of_line).or_else(|| blocks(&lines))
}

const KEYWORDS: [&str; 35] = [
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue",
    "def", "del", "elif", "else", "except", "finally", "for", "from", "global", "if", "import",
    "in", "is", "lambda", "nonlocal", "not", "or", "pass", "raise", "return", "try", "while",
    "with", "yield",
];

/// Words that are keywords at the beginning of a line only.
const SOFT: [&str; 3] = ["match", "case", "type"];

/// Words that begin a block.
const BLOCKS: [&str; 11] =
    ["if", "elif", "else", "for", "while", "def", "class", "try", "except", "finally", "with"];

fn of_line(line: &Line<'_>) -> Option<String> {
    let mut tokens = line.tokens.iter().map(|(token, _)| *token);
    let first = tokens.next()?;
    let begins = match first {
        Token::Name("async") => tokens.next()?,
        first => first,
    };
    let is_block = matches!(begins, Token::Name(name) if BLOCKS.contains(&name));
    if is_block && !line.tokens.contains(&(Token::Mark(':'), 0)) {
        return Some(format!("the block of line {} has no colon", line.number));
    }
    let beside = line.tokens.windows(2).enumerate().find(|(at, pair)| {
        let [(one, _), (next, _)] = pair else { return false };
        let is_soft = *at == 0 && matches!(one, Token::Name(name) if SOFT.contains(name));
        !is_soft
            && ends_a_value(*one)
            && begins_a_value(*next)
            && !(*one == Token::Text && *next == Token::Text)
    });
    beside.map(|_| format!("line {} is no statement", line.number))
}

fn ends_a_value(token: Token<'_>) -> bool {
    match token {
        Token::Name(name) => !KEYWORDS.contains(&name),
        Token::Number | Token::Text | Token::Mark(')' | ']' | '}') => true,
        Token::Mark(_) => false,
    }
}

fn begins_a_value(token: Token<'_>) -> bool {
    match token {
        Token::Name(name) => !KEYWORDS.contains(&name),
        Token::Number | Token::Text => true,
        Token::Mark(_) => false,
    }
}

/// What is wrong with how far lines stand in.
fn blocks(lines: &[Line<'_>]) -> Option<String> {
    let mut levels = vec![0];
    let mut is_open = false;
    for line in lines {
        let level = levels.last().copied().unwrap_or_default();
        if is_open && line.indent <= level {
            return Some(format!("nothing stands in the block before line {}", line.number));
        }
        if !is_open && line.indent > level {
            return Some(format!("line {} stands further in than its block", line.number));
        }
        if line.indent > level {
            levels.push(line.indent);
        }
        while levels.last().is_some_and(|it| *it > line.indent) {
            levels.pop();
        }
        if levels.last() != Some(&line.indent) {
            return Some(format!("line {} stands further in than its block", line.number));
        }
        is_open = line.tokens.last() == Some(&(Token::Mark(':'), 0));
    }
    is_open.then(|| "nothing stands in its last block".to_owned())
}

#[cfg(test)]
mod tests {
    use super::find;

    #[test]
    fn python_is_left_alone() {
        for text in [
            "",
            "# a comment, `with` $marks?\n",
            "#!/usr/bin/env python3\n\"\"\"It's a (text.\"\"\"\nimport os, sys\n",
            "x: int = 0x1f + 1_000 - 1.5e-3\ny = x if x else None\n",
            "def f(a, *b, c=1, **d) -> dict[str, int]:\n    return {'a': a}\n",
            "class A(B): pass\n\n\n@wraps\nasync def g():\n\tasync with a as b:\n\t\tawait b\n\treturn not b\n",
            "if a and \\\n        b:\n    pass\nelif c: print(c)\nelse:\n  # nothing yet\n  pass\n",
            "x = (1,\n2,\n  3)\ny = '''\nnot: [in'''\nz = r'\\d(' b'x' 'y' \"\\\"\"\n",
            "print(f\"{a['b']:>{w}} {{no}} {d[\"e\"]}\")\nprint(f'{x!r}', '', \"\")\n",
            "match command.split():\n    case [action]:\n        pass\n    case _:\n        pass\n",
            "type X = list[int]\nmatch = 1\ntype(match)\nprint(match, case)\n",
            "try:\n    x[1:2]\nexcept (A, B) as e:\n    raise C from e\nfinally:\n    del x\n",
            "f = lambda x: x * 2\nassert f(2) == 4, 'no'\nx @= y; z = yield\n",
            "[x for x in y if x]\nn = 1 if a else 2\nwhile (n := n - 1): pass\n",
        ] {
            assert_eq!(find(text), None, "{text}");
        }
    }

    #[test]
    fn the_first_fault_is_told() {
        for (text, why) in [
            ("Here is the script:\n\nprint(1)\n", "line 1 is no statement"),
            ("```python\nprint(1)\n```\n", "``` in line 1"),
            ("def f(n)\n    return n\n", "the block of line 1 has no colon"),
            ("def f(n):\nreturn n\n", "nothing stands in the block before line 2"),
            ("def f(n):\n", "nothing stands in its last block"),
            ("print([1, 2)\n", "`)` in line 1 closes nothing"),
            ("x = {\n  'a': 1,\n", "`{` in line 1 is never closed"),
            ("print('it's fine')\n", "a text in line 1 is not closed"),
            ("x = 'it's'\n", "a text in line 1 is not closed"),
            ("print('a)\n", "a text in line 1 is not closed"),
            ("x = '''a\nb\n", "a text in line 1 is not closed"),
            ("x = 1\n  y = 2\n", "line 2 stands further in than its block"),
            ("if a:\n    x = 1\n  y = 2\n", "line 3 stands further in than its block"),
            ("print \"hello\"\n", "line 1 is no statement"),
            ("x = $HOME\n", "`$` in line 1"),
        ] {
            let found = find(text).unwrap_or_default();
            assert!(found.starts_with(why), "{text}: {found}");
        }
    }
}
