use std::ops::Deref;
use std::sync::Arc;

use syntax::Span;

/// An item and the offset that its spans are relative to. Equal `Arc` pointers mean equal content.
#[derive(Debug)]
pub struct Placed<T: ?Sized> {
    /// Absolute offset of the segment that the item was lowered from.
    pub base: u32,
    /// The item; shared with earlier versions of the document while its segment is unchanged.
    pub item: Arc<T>,
}

impl<T: ?Sized> Placed<T> {
    /// The absolute span of a span of the item.
    #[must_use]
    pub fn absolute(&self, span: Span) -> Span {
        span.shift(self.base)
    }
}

impl<T: ?Sized> Clone for Placed<T> {
    fn clone(&self) -> Self {
        Self { base: self.base, item: Arc::clone(&self.item) }
    }
}

impl<T: ?Sized> Deref for Placed<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.item
    }
}

/// A value and where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Located<T> {
    /// The value.
    pub value: T,
    /// Where it is written, relative to the segment.
    pub span: Span,
}

impl<T> Located<T> {
    /// `value`, standing at `span`.
    pub const fn new(value: T, span: Span) -> Self {
        Self { value, span }
    }

    /// The same place with another value.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Located<U> {
        Located { value: change(self.value), span: self.span }
    }
}
