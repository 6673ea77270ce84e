//! How far things are indented.

/// Columns by which a mapping is indented below its key. A sequence item always takes two, those of its `- `.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Indent(u32);

impl Indent {
    /// The nearest width that reads well, between 2 and 8 columns.
    #[must_use]
    pub fn new(columns: u32) -> Self {
        Self(columns.clamp(2, 8))
    }

    pub(super) const fn columns(self) -> u32 {
        self.0
    }
}

impl Default for Indent {
    fn default() -> Self {
        Self(2)
    }
}

/// Where something stands and where it will.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Column {
    pub(super) old: u32,
    pub(super) new: u32,
}

impl Column {
    /// Where a line goes that keeps its distance from this column, but at least to `least`.
    pub(super) fn follow(self, old: u32, least: u32) -> u32 {
        (old + self.new).saturating_sub(self.old).max(least)
    }
}
