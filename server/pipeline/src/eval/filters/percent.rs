//! `%` and `{}` formatting, as far as templates need it.

use super::super::access;
use super::super::args::Args;
use super::super::error::{Answer, Code, Fault};
use super::super::markup::{escaped_args, is_marked, mark_all};
use super::super::operators::{Number, number, sized_text};
use super::super::table::Function;
use super::marking;
use crate::Value;
use crate::value::float_text;

/// Most characters a field is filled up to.
const MAX_WIDTH: usize = 10_000;

pub(super) fn filters() -> Vec<Function> {
    vec![marking(
        "format(*args)",
        "The text with its places filled: `'%s-%d' | format('a', 1)` or, with named arguments, `'{x}' | format(x=3)`.",
        |_, value, args| {
            let text = value.to_text();
            let given = Args { positional: args.rest.clone(), named: args.named.clone() };
            let given = if is_marked(value) { escaped_args(given) } else { given };
            let filled = if given.named.is_empty() && !given.positional.is_empty() {
                percent_format(&text, &Value::Tuple(given.positional.into()))
            } else {
                brace_format(&text, &given.positional, &given.named).and_then(sized_text)
            }?;
            Ok(if is_marked(value) { mark_all(filled) } else { filled })
        },
    )]
}

/// `'%s' % value`: a tuple's items, a map's keys, or the one value.
pub(in super::super) fn percent_format(pattern: &str, value: &Value) -> Answer {
    let mut given = match value {
        Value::Tuple(items) => items.to_vec(),
        other => vec![other.clone()],
    }
    .into_iter();
    let mut out = String::new();
    let mut chars = pattern.chars().peekable();
    // As in Python, what can be asked for its parts need not be used up.
    let mut mapped = matches!(value, Value::Map(_) | Value::List(_));
    while let Some(c) = chars.next() {
        if c != '%' {
            out.push(c);
            continue;
        }
        let mut key = None;
        if chars.next_if_eq(&'(').is_some() {
            key = Some(chars.by_ref().take_while(|it| *it != ')').collect::<String>());
        }
        let mut spec = Spec { text_align: '>', ..Spec::default() };
        while let Some(flag) = chars.next_if(|it| "-+ 0#".contains(*it)) {
            match flag {
                '-' => spec.align = Some('<'),
                '+' => spec.sign = '+',
                ' ' => spec.sign = ' ',
                '0' => spec.zero = true,
                _ => {}
            }
        }
        spec.width = digits(&mut chars)?.unwrap_or(0);
        if chars.next_if_eq(&'.').is_some() {
            spec.precision = Some(digits(&mut chars)?.unwrap_or(0));
        }
        let Some(kind) = chars.next() else {
            return Err(Fault::type_error("the format ends behind `%`"));
        };
        if kind == '%' {
            out.push('%');
            continue;
        }
        let argument = match key {
            Some(key) => {
                mapped = true;
                value.get(&key).ok_or_else(|| {
                    Fault::new(Code::Undefined, format!("the format's `{key}` is not given"))
                })?
            }
            None => given.next().ok_or_else(|| {
                Fault::arguments("the format has more places than there are values")
            })?,
        };
        spec.kind = kind;
        let text = match kind {
            's' => spec.text(&argument.to_text()),
            'r' => spec.text(&argument.repr()),
            'd' | 'i' | 'u' | 'f' | 'F' | 'e' | 'E' | 'g' | 'G' | 'x' | 'X' | 'o' => {
                spec.number(&argument)?
            }
            'c' => spec.text(&argument.to_text()),
            _ => return Err(Fault::type_error(format!("`%{kind}` is no place of a format"))),
        };
        out.push_str(&text);
    }
    if given.next().is_some() && !mapped {
        return Err(Fault::arguments("the format has fewer places than there are values"));
    }
    sized_text(out)
}

fn digits(chars: &mut std::iter::Peekable<std::str::Chars<'_>>) -> Answer<Option<usize>> {
    let mut text = String::new();
    while let Some(digit) = chars.next_if(char::is_ascii_digit) {
        text.push(digit);
    }
    if text.is_empty() {
        return Ok(None);
    }
    match text.parse() {
        Ok(width) if width <= MAX_WIDTH => Ok(Some(width)),
        _ => Err(Fault::limit(format!("a field of a format has {MAX_WIDTH} characters at most"))),
    }
}

/// Python's `str.format`: `{}`, `{0}`, `{name}`, `{name.field}`, `{name[key]}`, `{:>8.2f}`.
pub(in super::super) fn brace_format(
    pattern: &str,
    positional: &[Value],
    named: &[(String, Value)],
) -> Answer<String> {
    let mut out = String::new();
    let mut rest = pattern;
    let mut next = 0;
    while let Some(at) = rest.find(['{', '}']) {
        let (before, from) = rest.split_at_checked(at).unwrap_or((rest, ""));
        out.push_str(before);
        if let Some(behind) = from.strip_prefix("{{").or_else(|| from.strip_prefix("}}")) {
            out.extend(from.chars().next());
            rest = behind;
            continue;
        }
        let inner = from.strip_prefix('{').and_then(|it| it.split_once('}'));
        let Some((place, behind)) = inner else {
            return Err(Fault::type_error("a brace of the format stands alone"));
        };
        let (name, spec) = place.split_once(':').unwrap_or((place, ""));
        let (name, conversion) = name.split_once('!').unwrap_or((name, ""));
        let value = place_value(name, positional, named, &mut next)?;
        let spec = Spec::parse(spec)?;
        out.push_str(&match (conversion, &value) {
            ("r", value) => spec.text(&value.repr()),
            ("s", value) => spec.text(&value.to_text()),
            (_, Value::Int(_) | Value::Float(_)) => spec.number(&value)?,
            (_, Value::Bool(_)) if spec.kind != 's' => spec.number(&value)?,
            (_, value) => spec.text(&value.to_text()),
        });
        if out.len() > super::super::machine::MAX_TEXT {
            return Err(Fault::limit("the text would become too long"));
        }
        rest = behind;
    }
    out.push_str(rest);
    Ok(out)
}

fn place_value(
    name: &str,
    positional: &[Value],
    named: &[(String, Value)],
    next: &mut usize,
) -> Answer {
    let end = name.find(['.', '[']).unwrap_or(name.len());
    let (root, path) = name.split_at_checked(end).unwrap_or((name, ""));
    let missing = || Fault::new(Code::Undefined, format!("the format's `{name}` is not given"));
    let mut value = if root.is_empty() {
        *next += 1;
        positional.get(*next - 1)
    } else {
        match root.parse::<usize>() {
            Ok(index) => positional.get(index),
            Err(_) => named.iter().find(|it| it.0 == root).map(|it| &it.1),
        }
    }
    .cloned()
    .ok_or_else(missing)?;
    for step in
        path.split(['.', '[']).map(|it| it.trim_end_matches(']')).filter(|it| !it.is_empty())
    {
        let found = match step.parse::<i128>() {
            Ok(index) => access::index(&value, &Value::Int(index))?,
            Err(_) => access::attribute(&value, step)?,
        };
        value = found.ok_or_else(missing)?;
    }
    Ok(value)
}

/// How a field is laid out.
struct Spec {
    fill: char,
    align: Option<char>,
    /// Where texts stand that say nothing: `%` puts them to the right, `{}` to the left.
    text_align: char,
    sign: char,
    zero: bool,
    comma: bool,
    width: usize,
    precision: Option<usize>,
    kind: char,
}

impl Default for Spec {
    fn default() -> Self {
        Self {
            fill: ' ',
            align: None,
            text_align: '<',
            sign: '-',
            zero: false,
            comma: false,
            width: 0,
            precision: None,
            kind: 's',
        }
    }
}

impl Spec {
    /// `[[fill]align][sign][0][width][,][.precision][kind]`
    fn parse(text: &str) -> Answer<Self> {
        let mut spec = Self::default();
        let mut chars = text.chars().peekable();
        let mut ahead = text.chars();
        let (first, second) = (ahead.next(), ahead.next());
        if let (Some(fill), Some(align)) = (first, second.filter(|it| "<>^=".contains(*it))) {
            (spec.fill, spec.align) = (fill, Some(align));
            chars.nth(1);
        } else if let Some(align) = chars.next_if(|it| "<>^=".contains(*it)) {
            spec.align = Some(align);
        }
        if let Some(sign) = chars.next_if(|it| "+- ".contains(*it)) {
            spec.sign = sign;
        }
        spec.zero = chars.next_if_eq(&'0').is_some();
        spec.width = digits(&mut chars)?.unwrap_or(0);
        spec.comma = chars.next_if(|it| matches!(it, ',' | '_')).is_some();
        if chars.next_if_eq(&'.').is_some() {
            spec.precision = digits(&mut chars)?;
        }
        spec.kind = chars.next().unwrap_or('\0');
        if chars.next().is_some() {
            return Err(Fault::type_error(format!("`{text}` is no layout of a format's place")));
        }
        Ok(spec)
    }

    fn text(&self, text: &str) -> String {
        let cut: String = text.chars().take(self.precision.unwrap_or(usize::MAX)).collect();
        self.filled(&cut, self.align.unwrap_or(self.text_align))
    }

    fn filled(&self, text: &str, align: char) -> String {
        let missing = self.width.saturating_sub(text.chars().count());
        let filler = |count: usize| self.fill.to_string().repeat(count);
        match align {
            '<' => format!("{text}{}", filler(missing)),
            '^' => format!("{}{text}{}", filler(missing / 2), filler(missing - missing / 2)),
            _ => format!("{}{text}", filler(missing)),
        }
    }

    fn number(&self, value: &Value) -> Answer<String> {
        let kind = self.kind;
        let Some(number) = number(value) else {
            return Err(Fault::type_error(format!(
                "`{kind}` formats a number, not {}",
                value.type_name()
            )));
        };
        let integral = matches!(kind, 'd' | 'i' | 'u' | 'x' | 'X' | 'o' | 'b' | 'n');
        let (negative, digits) = match (number, integral || kind == '\0') {
            (Number::Int(value), true) => {
                let size = value.unsigned_abs();
                let digits = match kind {
                    'x' => format!("{size:x}"),
                    'X' => format!("{size:X}"),
                    'o' => format!("{size:o}"),
                    'b' => format!("{size:b}"),
                    _ => size.to_string(),
                };
                (value < 0, digits)
            }
            (Number::Float(value), true) if kind == '\0' => {
                let text = match self.precision {
                    Some(precision) => general(value.abs(), precision),
                    None => float_text(value.abs()),
                };
                (value.is_sign_negative(), text)
            }
            (Number::Float(value), true) if matches!(kind, 'd' | 'i' | 'u') => {
                (value < 0.0, format!("{}", value.trunc().abs()))
            }
            (Number::Float(_), true) => {
                return Err(Fault::type_error(format!("`{kind}` formats an integer, not float")));
            }
            (number, false) => {
                let value = number.float();
                let precision = self.precision.unwrap_or(6);
                let size = value.abs();
                let digits = match kind {
                    'f' | 'F' => format!("{size:.precision$}"),
                    'e' | 'E' => exponent(size, precision, kind),
                    'g' | 'G' => general(size, precision),
                    '%' => format!("{:.precision$}%", size * 100.0),
                    _ => {
                        return Err(Fault::type_error(format!(
                            "`{kind}` is no kind of a format's place"
                        )));
                    }
                };
                (value.is_sign_negative(), digits)
            }
        };
        let digits = if self.comma { grouped(&digits) } else { digits };
        let sign = match self.sign {
            _ if negative => "-",
            '+' => "+",
            ' ' => " ",
            _ => "",
        };
        if (self.zero && self.align.is_none()) || self.align == Some('=') {
            let fill = if self.zero { '0' } else { self.fill };
            let missing = self.width.saturating_sub(digits.chars().count() + sign.len());
            return Ok(format!("{sign}{}{digits}", fill.to_string().repeat(missing)));
        }
        Ok(self.filled(&format!("{sign}{digits}"), self.align.unwrap_or('>')))
    }
}

fn grouped(digits: &str) -> String {
    let (whole, rest) = digits
        .split_at_checked(digits.find(['.', 'e', '%']).unwrap_or(digits.len()))
        .unwrap_or((digits, ""));
    let mut out = String::new();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index) % 3 == 0 {
            out.push(',');
        }
        out.push(digit);
    }
    out + rest
}

fn exponent(value: f64, precision: usize, kind: char) -> String {
    let text = format!("{value:.precision$e}");
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let (sign, digits) = exponent.strip_prefix('-').map_or(('+', exponent), |it| ('-', it));
    format!("{mantissa}{kind}{sign}{digits:0>2}")
}

/// `%g`: significant digits, no trailing zeros.
fn general(value: f64, precision: usize) -> String {
    let precision = precision.max(1);
    let text = format!("{value:.*e}", precision - 1);
    let exponent: i32 = text.split_once('e').and_then(|it| it.1.parse().ok()).unwrap_or(0);
    let trimmed = |text: String| {
        if text.contains('.') {
            text.trim_end_matches('0').trim_end_matches('.').to_owned()
        } else {
            text
        }
    };
    if exponent < -4 || exponent >= precision as i32 {
        let text = self::exponent(value, precision - 1, 'e');
        let (mantissa, rest) = text.split_once('e').unwrap_or((&text, "+00"));
        return format!("{}e{rest}", trimmed(mantissa.to_owned()));
    }
    let places = usize::try_from(precision as i32 - 1 - exponent).unwrap_or(0);
    trimmed(format!("{value:.places$}"))
}
