use std::borrow::Cow;

use super::ScalarStyle;
use crate::Span;

/// What decoding tells about where text came from.
pub(super) trait Runs {
    /// From here on, decoded bytes follow source bytes one to one.
    fn run(&mut self, decoded: usize, source: usize);
}

impl Runs for () {
    fn run(&mut self, _: usize, _: usize) {}
}

impl Runs for Vec<(u32, u32)> {
    fn run(&mut self, decoded: usize, source: usize) {
        let run =
            (u32::try_from(decoded).unwrap_or(u32::MAX), u32::try_from(source).unwrap_or(u32::MAX));
        match self.last_mut() {
            Some(last) if last.0 == run.0 => *last = run,
            Some(last) if last.1.wrapping_sub(last.0) == run.1.wrapping_sub(run.0) => {}
            _ => self.push(run),
        }
    }
}

/// Where the content of the scalar at `span` is.
pub(super) fn content_span(text: &str, span: Span, style: ScalarStyle) -> Span {
    let source = text.get(span.range()).unwrap_or_default();
    match style {
        ScalarStyle::Plain | ScalarStyle::Auto => span,
        ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => {
            let closed = is_closed(source);
            Span::new((span.start + 1).min(span.end), if closed { span.end - 1 } else { span.end })
        }
        ScalarStyle::Literal | ScalarStyle::Folded => {
            let bytes = source.as_bytes();
            let header = memchr::memchr2(b'\n', b'\r', bytes)
                .map_or(bytes.len(), |at| at + break_len(bytes, at));
            Span::new(span.start + u32::try_from(header).unwrap_or(0), span.end)
        }
    }
}

/// Whether quoted source ends with its own closing quote.
fn is_closed(source: &str) -> bool {
    let bytes = source.as_bytes();
    let Some((quote, rest)) = bytes.split_first() else { return false };
    let Some((last, body)) = rest.split_last() else { return false };
    if last != quote {
        return false;
    }
    if *quote == b'"' {
        body.iter().rev().take_while(|b| **b == b'\\').count() % 2 == 0
    } else {
        body.iter().rev().take_while(|b| **b == b'\'').count() % 2 == 0
    }
}

fn break_len(bytes: &[u8], at: usize) -> usize {
    match bytes.get(at) {
        Some(b'\r') if bytes.get(at + 1) == Some(&b'\n') => 2,
        Some(b'\n' | b'\r') => 1,
        _ => 0,
    }
}

/// The decoded text of the scalar at `span`.
pub(super) fn decode<'t>(
    text: &'t str,
    span: Span,
    style: ScalarStyle,
    indent: u32,
    runs: &mut impl Runs,
) -> Cow<'t, str> {
    let content = content_span(text, span, style);
    let source = text.get(content.range()).unwrap_or_default();
    let base = content.start as usize;
    let simple = match style {
        ScalarStyle::Plain | ScalarStyle::Auto => {
            memchr::memchr2(b'\n', b'\r', source.as_bytes()).is_none()
        }
        ScalarStyle::SingleQuoted => {
            memchr::memchr3(b'\n', b'\r', b'\'', source.as_bytes()).is_none()
        }
        ScalarStyle::DoubleQuoted => {
            memchr::memchr3(b'\n', b'\r', b'\\', source.as_bytes()).is_none()
        }
        ScalarStyle::Literal | ScalarStyle::Folded => false,
    };
    if simple {
        runs.run(0, base);
        return Cow::Borrowed(source);
    }
    let mut out = Output { text: String::with_capacity(source.len()), runs };
    if matches!(style, ScalarStyle::Literal | ScalarStyle::Folded) {
        let header = text.get(span.start as usize..base).unwrap_or_default();
        let header = header.split_once('#').map_or(header, |(indicators, _)| indicators);
        let ends = matches!(text.as_bytes().get(content.end as usize), Some(b'\n' | b'\r'));
        block(&mut out, source, base, indent as usize, style, header, ends);
    } else {
        flow_lines(&mut out, source, base, style);
    }
    Cow::Owned(out.text)
}

struct Output<'r, R> {
    text: String,
    runs: &'r mut R,
}

impl<R: Runs> Output<'_, R> {
    fn copy(&mut self, text: &str, source: usize) {
        if !text.is_empty() {
            self.runs.run(self.text.len(), source);
            self.text.push_str(text);
        }
    }

    fn char(&mut self, c: char, source: usize, after: usize) {
        self.runs.run(self.text.len(), source);
        self.text.push(c);
        self.runs.run(self.text.len(), after);
    }
}

/// Plain and quoted text: folds line breaks, resolves escapes.
fn flow_lines<R: Runs>(out: &mut Output<'_, R>, source: &str, base: usize, style: ScalarStyle) {
    let bytes = source.as_bytes();
    let mut at = 0;
    let mut copied = 0;
    // How much of the text white space at a line's end may be taken from: not what escapes wrote.
    let mut kept = 0;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'\n' | b'\r' => {
                out.copy(source.get(copied..at).unwrap_or_default(), base + copied);
                let trimmed = out.text.trim_end_matches([' ', '\t']).len().max(kept);
                out.text.truncate(trimmed);
                let start = at;
                let mut breaks = Vec::new();
                loop {
                    let len = break_len(bytes, at);
                    if len > 0 {
                        breaks.push(at);
                        at += len;
                    } else if matches!(bytes.get(at), Some(b' ' | b'\t')) {
                        at += 1;
                    } else {
                        break;
                    }
                }
                if breaks.len() == 1 {
                    out.char(' ', base + start, base + at);
                } else {
                    for (line, next) in breaks.iter().zip(breaks.iter().skip(1)) {
                        out.char('\n', base + line, base + next);
                    }
                }
                kept = out.text.len();
                out.runs.run(out.text.len(), base + at);
                copied = at;
            }
            b'\'' if style == ScalarStyle::SingleQuoted && bytes.get(at + 1) == Some(&b'\'') => {
                out.copy(source.get(copied..at).unwrap_or_default(), base + copied);
                out.char('\'', base + at, base + at + 2);
                at += 2;
                copied = at;
            }
            b'\\' if style == ScalarStyle::DoubleQuoted => {
                out.copy(source.get(copied..at).unwrap_or_default(), base + copied);
                at = escape(out, source, base, at);
                kept = out.text.len();
                copied = at;
            }
            _ => at += 1,
        }
    }
    out.copy(source.get(copied..).unwrap_or_default(), base + copied);
}

/// The escape at `at`; says where it ends.
fn escape<R: Runs>(out: &mut Output<'_, R>, source: &str, base: usize, at: usize) -> usize {
    let bytes = source.as_bytes();
    let simple = match bytes.get(at + 1) {
        Some(b'0') => '\0',
        Some(b'a') => '\x07',
        Some(b'b') => '\x08',
        Some(b't' | b'\t') => '\t',
        Some(b'n') => '\n',
        Some(b'v') => '\x0b',
        Some(b'f') => '\x0c',
        Some(b'r') => '\r',
        Some(b'e') => '\x1b',
        Some(b' ') => ' ',
        Some(b'"') => '"',
        Some(b'/') => '/',
        Some(b'\\') => '\\',
        Some(b'N') => '\u{85}',
        Some(b'_') => '\u{a0}',
        Some(b'L') => '\u{2028}',
        Some(b'P') => '\u{2029}',
        Some(b'\n' | b'\r') => return joined_line(out, bytes, base, at),
        Some(b'x') => return numeric(out, source, base, at, 2),
        Some(b'u') => return numeric(out, source, base, at, 4),
        Some(b'U') => return numeric(out, source, base, at, 8),
        _ => {
            out.copy("\\", base + at);
            return at + 1;
        }
    };
    out.char(simple, base + at, base + at + 2);
    at + 2
}

/// An escaped line break: it and the next line's indentation are nothing, blank lines between are breaks.
fn joined_line<R: Runs>(out: &mut Output<'_, R>, bytes: &[u8], base: usize, at: usize) -> usize {
    let mut end = at + 1 + break_len(bytes, at + 1);
    loop {
        let mut content = end;
        while matches!(bytes.get(content), Some(b' ' | b'\t')) {
            content += 1;
        }
        let len = break_len(bytes, content);
        if len == 0 {
            out.runs.run(out.text.len(), base + content);
            return content;
        }
        out.char('\n', base + content, base + content + len);
        end = content + len;
    }
}

fn numeric<R: Runs>(
    out: &mut Output<'_, R>,
    source: &str,
    base: usize,
    at: usize,
    digits: usize,
) -> usize {
    let hex = |at: usize, digits: usize| {
        let text = source.get(at..at + digits)?;
        text.bytes()
            .all(|b| b.is_ascii_hexdigit())
            .then(|| u32::from_str_radix(text, 16).ok())
            .flatten()
    };
    let end = at + 2 + digits;
    let code = hex(at + 2, digits);
    if let Some(c) = code.and_then(char::from_u32) {
        out.char(c, base + at, base + end);
        return end;
    }
    // JSON writes characters beyond the first plane as two escapes.
    let pair = code.filter(|c| (0xd800..0xdc00).contains(c)).and_then(|high| {
        let low =
            source.get(end..end + 2).filter(|next| *next == "\\u").and_then(|_| hex(end + 2, 4))?;
        let low = low.checked_sub(0xdc00).filter(|low| *low < 0x400)?;
        char::from_u32(0x10000 + ((high - 0xd800) << 10) + low)
    });
    match (pair, code) {
        (Some(c), _) => {
            out.char(c, base + at, base + end + 6);
            end + 6
        }
        (None, Some(_)) => {
            out.char(char::REPLACEMENT_CHARACTER, base + at, base + end);
            end
        }
        (None, None) => {
            out.copy("\\", base + at);
            at + 1
        }
    }
}

/// Block scalars: strips the indentation, folds, chomps.
fn block<R: Runs>(
    out: &mut Output<'_, R>,
    source: &str,
    base: usize,
    indent: usize,
    style: ScalarStyle,
    header: &str,
    ends: bool,
) {
    let bytes = source.as_bytes();
    let mut at = 0;
    let mut lines: Vec<(usize, usize, usize)> = Vec::new();
    while at < bytes.len() {
        let rest = bytes.get(at..).unwrap_or_default();
        let end = at + memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len());
        let spaces = rest.iter().take(indent.min(end - at)).take_while(|b| **b == b' ').count();
        lines.push((at + spaces, end, break_len(bytes, end)));
        at = end + break_len(bytes, end);
    }
    if lines.last().is_some_and(|line| line.2 > 0) {
        lines.push((at, at, 0));
    }
    let is_white = |line: &(usize, usize, usize)| {
        bytes.get(line.0..line.1).is_some_and(|text| text.iter().all(|b| matches!(b, b' ' | b'\t')))
    };
    // The last line of a file may lack its break; white space alone counts as a line nevertheless.
    let ended = |line: &(usize, usize, usize)| line.2 > 0 || ends || is_white(line) && line.1 > 0;
    let is_blank = |line: &(usize, usize, usize)| line.0 == line.1;
    let last = lines.iter().rposition(|line| !is_blank(line)).map_or(0, |last| last + 1);
    let (text, tail) = lines.split_at(last);
    let starts_white =
        |line: &(usize, usize, usize)| matches!(bytes.get(line.0), Some(b' ' | b'\t'));
    let mut before: Option<bool> = None;
    let mut blanks: Vec<usize> = Vec::new();
    let mut previous_end = 0;
    for line in text {
        if is_blank(line) {
            blanks.push(line.1);
            continue;
        }
        let white = starts_white(line);
        let folds = style == ScalarStyle::Folded && before == Some(false) && !white;
        match before {
            Some(_) if folds && blanks.is_empty() => {
                out.char(' ', base + previous_end, base + line.0)
            }
            Some(_) if !folds => out.char('\n', base + previous_end, base + line.0),
            _ => {}
        }
        for blank in blanks.drain(..) {
            out.char('\n', base + blank, base + line.0);
        }
        out.copy(source.get(line.0..line.1).unwrap_or_default(), base + line.0);
        previous_end = line.1;
        before = Some(white);
    }
    let keep = header.contains('+');
    if let Some(line) = text.last()
        && !header.contains('-')
        && ended(line)
    {
        out.char('\n', base + line.1, base + line.1 + line.2);
    }
    if keep {
        for line in tail {
            if ended(line) {
                out.char('\n', base + line.1, base + line.1 + line.2);
            }
        }
        // The break that ends the scalar's last line is outside its span.
        if tail.is_empty() && text.is_empty() && ends {
            out.char('\n', base, base);
        }
    }
}
