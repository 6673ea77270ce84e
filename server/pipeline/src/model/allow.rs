use syntax::Span;

use super::Located;

/// A comment `# downbeat: allow(rule, other) reason`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allow {
    /// The names in parentheses, absolute; none where there are no parentheses.
    pub rules: Vec<Located<String>>,
    /// The comment, absolute.
    pub span: Span,
    /// What it is about, absolute: its line, else the key or list item below it with everything inside. `None`: the
    /// whole document, for a comment before everything else.
    pub covers: Option<Span>,
}

impl Allow {
    /// Whether it is about what starts at `offset`.
    #[must_use]
    pub fn covers(&self, offset: u32) -> bool {
        self.covers.is_none_or(|span| span.start <= offset && offset < span.end.max(span.start + 1))
    }
}
