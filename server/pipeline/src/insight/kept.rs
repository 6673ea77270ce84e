use std::fmt;
use std::sync::{Arc, OnceLock};

/// Something that follows from a step's text alone, made when it is first asked for.
pub(crate) struct Kept<T>(OnceLock<Arc<T>>);

impl<T> Kept<T> {
    pub(crate) fn get(&self, make: impl FnOnce() -> T) -> Arc<T> {
        Arc::clone(self.0.get_or_init(|| Arc::new(make())))
    }
}

impl<T> Default for Kept<T> {
    fn default() -> Self {
        Self(OnceLock::new())
    }
}

/// A clone may be changed before it is read, so it starts with nothing.
impl<T> Clone for Kept<T> {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl<T> fmt::Debug for Kept<T> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Kept")
    }
}
