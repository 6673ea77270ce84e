use std::fmt;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

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

/// Something that follows from a step's text and from what `K` stands for; the last one is kept.
pub(crate) struct KeptFor<K, T>(Mutex<Option<(K, T)>>);

impl<K: PartialEq, T: Clone> KeptFor<K, T> {
    pub(crate) fn get(&self, key: K, make: impl FnOnce() -> T) -> T {
        let lock = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, made)) = lock().as_ref().filter(|(known, _)| *known == key) {
            return made.clone();
        }
        let made = make();
        *lock() = Some((key, made.clone()));
        made
    }
}

impl<K, T> Default for KeptFor<K, T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

/// As of [`Kept`].
impl<K, T> Clone for KeptFor<K, T> {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl<K, T> fmt::Debug for KeptFor<K, T> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("KeptFor")
    }
}
