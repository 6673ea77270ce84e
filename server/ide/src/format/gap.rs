//! The white space between two tokens.

use syntax::{Span, TokenKind};

/// White space with line breaks in it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Break<'t> {
    /// From the token before to the line of the token behind.
    pub(super) lines: Span,
    /// The indentation of the token behind.
    pub(super) lead: Span,
    /// How its first line ends.
    ending: &'t str,
    /// Whether there is a blank line.
    pub(super) blank: bool,
}

impl<'t> Break<'t> {
    /// Reads `text[span]`. Nothing if it holds no line break, or anything that is no white space.
    pub(super) fn read(text: &'t str, span: Span) -> Option<Self> {
        let source = text.get(span.range())?;
        let mut breaks = breaks(source);
        let (at, ending) = breaks.next()?;
        if !source.bytes().all(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r')) {
            return None;
        }
        let further = breaks.last();
        let (last, its_ending) = further.unwrap_or((at, ending));
        let line = span.start + (last + its_ending.len()) as u32;
        Some(Self {
            lines: Span::new(span.start, line),
            lead: Span::new(line, span.end),
            ending,
            blank: further.is_some(),
        })
    }

    /// The white space before the first token, which starts at `end`: nothing of it is wanted but its indentation.
    pub(super) fn first(text: &'t str, end: u32) -> Self {
        let source = text.get(..end as usize).unwrap_or_default();
        let mark = source.len() - source.trim_start_matches('\u{feff}').len();
        let line = breaks(source).last().map_or(mark, |(at, ending)| at + ending.len());
        Self {
            lines: Span::new(mark as u32, line as u32),
            lead: Span::new(line as u32, end),
            ending: "",
            blank: false,
        }
    }

    /// The line breaks that are wanted.
    pub(super) fn wanted(&self) -> String {
        self.ending.repeat(if self.blank { 2 } else { 1 })
    }
}

/// The line breaks of a text and where they are.
pub(super) fn breaks(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let bytes = text.as_bytes();
    memchr::memchr2_iter(b'\n', b'\r', bytes).filter_map(move |at| {
        let follows_return = at.checked_sub(1).and_then(|at| bytes.get(at)) == Some(&b'\r');
        match bytes.get(at..at + 2) {
            Some(b"\r\n") => text.get(at..at + 2),
            _ if bytes.get(at) == Some(&b'\n') && follows_return => None,
            _ => text.get(at..=at),
        }
        .map(|ending| (at, ending))
    })
}

/// What stands between two tokens on one line; nothing where the author's choice stays.
pub(super) fn between(before: TokenKind, behind: TokenKind) -> Option<&'static str> {
    use TokenKind as Kind;
    let is_property = matches!(before, Kind::Anchor | Kind::Tag);
    Some(match (before, behind) {
        // Authors align the comments of several lines.
        (_, Kind::Comment) => return None,
        (Kind::Start | Kind::Key, _) => "",
        // `{?}` is text.
        (Kind::FlowQuestion, _) => " ",
        (_, Kind::Comma | Kind::FlowClose) => "",
        // A name would take the colon in.
        (Kind::Anchor | Kind::Tag | Kind::Alias, Kind::Colon | Kind::FlowColon) => " ",
        (Kind::Comma | Kind::FlowColon, _) => " ",
        (_, Kind::Colon | Kind::FlowColon) => "",
        (Kind::MapOpen | Kind::SeqOpen, _) => "",
        (Kind::Dash | Kind::Question | Kind::ExplicitColon | Kind::Colon, _) => " ",
        (Kind::DocumentStart, _) => " ",
        _ if is_property => " ",
        _ => return None,
    })
}
