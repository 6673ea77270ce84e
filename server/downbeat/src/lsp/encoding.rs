//! The only place that knows how the client counts columns.

use syntax::{Document, Span};
use tower_lsp_server::ls_types::{Position, PositionEncodingKind, Range};

/// Unit of `character`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Encoding {
    Utf8,
    #[default]
    Utf16,
}

impl Encoding {
    /// UTF-8 where the client offers it: then nothing has to be counted.
    pub(crate) fn choose(offered: Option<&[PositionEncodingKind]>) -> Self {
        match offered {
            Some(kinds) if kinds.contains(&PositionEncodingKind::UTF8) => Self::Utf8,
            _ => Self::Utf16,
        }
    }

    pub(crate) const fn kind(self) -> PositionEncodingKind {
        match self {
            Self::Utf8 => PositionEncodingKind::UTF8,
            Self::Utf16 => PositionEncodingKind::UTF16,
        }
    }

    pub(crate) fn position(self, document: &Document, offset: u32) -> Position {
        let position = match self {
            Self::Utf8 => document.position_utf8(offset),
            Self::Utf16 => document.position_utf16(offset),
        };
        Position::new(position.line, position.column)
    }

    pub(crate) fn range(self, document: &Document, span: Span) -> Range {
        Range::new(self.position(document, span.start), self.position(document, span.end))
    }

    /// The offset of a position; beyond the end of a line or of the text it is that end.
    pub(crate) fn offset(self, document: &Document, position: Position) -> u32 {
        let position = syntax::Position { line: position.line, column: position.character };
        match self {
            Self::Utf8 => document.offset_utf8(position),
            Self::Utf16 => document.offset_utf16(position),
        }
    }

    /// The span of a range; one whose end is before its start is taken the other way round.
    pub(crate) fn span(self, document: &Document, range: Range) -> Span {
        let (a, b) = (self.offset(document, range.start), self.offset(document, range.end));
        Span::new(a.min(b), a.max(b))
    }
}
