//! What numbers and texts of expressions stand for.

/// The value of a number as written, or why it has none.
pub(super) enum Number {
    Int(i128),
    Float(f64),
    /// An integer beyond 128 bits.
    TooLarge,
    Malformed,
}

/// Reads a number: decimal without leading zeros, `0x`, `0o`, `0b`, with `_` between digits, with a point or an exponent.
pub(super) fn number(text: &str) -> Number {
    let plain: String = text.chars().filter(|it| *it != '_').collect();
    let radix = match plain.as_bytes() {
        [b'0', b'x' | b'X', ..] => 16,
        [b'0', b'o' | b'O', ..] => 8,
        [b'0', b'b' | b'B', ..] => 2,
        [b'0', rest @ ..] if rest.iter().any(|it| *it != b'0') && all_digits(rest) => {
            return Number::Malformed;
        }
        digits if all_digits(digits) => 10,
        _ => return plain.parse().map_or(Number::Malformed, Number::Float),
    };
    let digits = if radix == 10 { Some(plain.as_str()) } else { plain.get(2..) };
    let Some(digits) = digits.filter(|it| !it.is_empty()) else { return Number::Malformed };
    match i128::from_str_radix(digits, radix) {
        Ok(value) => Number::Int(value),
        Err(error) if *error.kind() == std::num::IntErrorKind::PosOverflow => Number::TooLarge,
        Err(_) => Number::Malformed,
    }
}

fn all_digits(bytes: &[u8]) -> bool {
    bytes.iter().all(u8::is_ascii_digit)
}

/// Decodes a text's escapes as Python does: an unknown escape keeps its backslash.
pub(super) fn unescape(raw: &str) -> String {
    if !raw.contains('\\') {
        return raw.to_owned();
    }
    let mut out = String::with_capacity(raw.len());
    let mut rest = raw.chars();
    while let Some(c) = rest.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        let mut ahead = rest.clone();
        let decoded = match ahead.next() {
            Some('\n') => Some(None),
            Some('n') => Some(Some('\n')),
            Some('t') => Some(Some('\t')),
            Some('r') => Some(Some('\r')),
            Some('a') => Some(Some('\u{7}')),
            Some('b') => Some(Some('\u{8}')),
            Some('f') => Some(Some('\u{c}')),
            Some('v') => Some(Some('\u{b}')),
            Some(same @ ('\\' | '\'' | '"')) => Some(Some(same)),
            Some('x') => code(&mut ahead, 2, 16).map(Some),
            Some('u') => code(&mut ahead, 4, 16).map(Some),
            Some('U') => code(&mut ahead, 8, 16).map(Some),
            Some(first @ '0'..='7') => Some(octal(first, &mut ahead)),
            _ => None,
        };
        match decoded {
            Some(character) => {
                out.extend(character);
                rest = ahead;
            }
            None => out.push('\\'),
        }
    }
    out
}

/// Exactly `count` digits as a character.
fn code(rest: &mut std::str::Chars<'_>, count: usize, radix: u32) -> Option<char> {
    let mut value = 0u32;
    for _ in 0..count {
        value = value.checked_mul(radix)?.checked_add(rest.next()?.to_digit(radix)?)?;
    }
    char::from_u32(value)
}

/// One to three octal digits.
fn octal(first: char, rest: &mut std::str::Chars<'_>) -> Option<char> {
    let mut value = first.to_digit(8)?;
    for _ in 0..2 {
        let mut ahead = rest.clone();
        let Some(digit) = ahead.next().and_then(|it| it.to_digit(8)) else { break };
        value = value * 8 + digit;
        *rest = ahead;
    }
    char::from_u32(value)
}
