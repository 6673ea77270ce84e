use std::borrow::Cow;

use syntax::Span;

/// How much a finding weighs. A pipeline with an error does not run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The pipeline would fail or do what nobody meant: a run refuses it.
    Error,
    /// Probably a slip; the run goes on.
    Warning,
    /// Worth knowing.
    Information,
    /// A nicer way to say the same.
    Hint,
}

impl Severity {
    /// The word that JSON, pages and terminals use.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Information => "information",
            Self::Hint => "hint",
        }
    }
}

/// One finding. Spans are absolute once it leaves [`check`](crate::check); in a [`Report`](crate::Report) they are
/// relative to the base of its part, or of the step that a related place names.
#[derive(Clone, Debug, PartialEq)]
pub struct Diagnostic {
    /// Kebab-case and stable; the name of the rule's page.
    pub code: &'static str,
    /// How much it weighs here; a rule may weigh single findings otherwise than usual.
    pub severity: Severity,
    /// One line for people: lower-case start, names in backticks, no full stop.
    pub message: String,
    /// Where.
    pub span: Span,
    /// Other places that take part.
    pub related: Vec<Related>,
    /// Ways to mend it, the best first.
    pub fixes: Vec<Fix>,
    /// How an editor should draw it.
    pub tags: Tags,
}

impl Diagnostic {
    /// The same finding `base` bytes further on, with those of its related places that stand in the same part.
    #[must_use]
    pub fn shifted(mut self, base: u32) -> Self {
        self.span = self.span.shift(base);
        for related in self.related.iter_mut().filter(|it| it.away == 0) {
            related.span = related.span.shift(base);
        }
        for edit in self.fixes.iter_mut().flat_map(|fix| &mut fix.edits) {
            edit.span = edit.span.shift(base);
        }
        self
    }
}

/// Greyed out or struck through by editors.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tags {
    /// Drawn as usual.
    #[default]
    None,
    /// Without effect: greyed out.
    Unnecessary,
    /// Accepted, but there is a better spelling: struck through.
    Deprecated,
}

/// Another place that takes part in a finding.
#[derive(Clone, Debug, PartialEq)]
pub struct Related {
    /// Where.
    pub span: Span,
    /// In a [`Report`](crate::Report): how many steps behind its finding's own the step is to whose base `span` is
    /// relative; negative before it, 0 in the same part. Always 0 once it leaves [`check`](crate::check).
    pub away: isize,
    /// Its part in it.
    pub message: Cow<'static, str>,
}

/// A mending.
#[derive(Clone, Debug, PartialEq)]
pub struct Fix {
    /// What it does, as a menu entry.
    pub title: String,
    /// Whether it may be applied unasked.
    pub safety: Safety,
    /// Replacements; they do not overlap.
    pub edits: Vec<Edit>,
}

impl Fix {
    /// A fix that keeps the meaning: `check --fix` applies it.
    pub(crate) fn safe(title: impl Into<String>, span: Span, text: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            safety: Safety::Safe,
            edits: vec![Edit { span, text: text.into() }],
        }
    }

    /// A fix that a person should look at.
    pub(crate) fn suggestion(
        title: impl Into<String>,
        span: Span,
        text: impl Into<String>,
    ) -> Self {
        Self { safety: Safety::Suggestion, ..Self::safe(title, span, text) }
    }
}

/// Whether a fix may be applied unasked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Safety {
    /// The pipeline means the same afterwards.
    Safe,
    /// A guess at what was meant.
    Suggestion,
}

/// A replacement of text.
#[derive(Clone, Debug, PartialEq)]
pub struct Edit {
    /// What is replaced; empty for an insertion.
    pub span: Span,
    /// By what.
    pub text: String,
}
