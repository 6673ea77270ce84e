use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Something that follows from a step's text alone, made when it is first asked for.
pub(crate) struct Kept<T>(Mutex<Option<Arc<T>>>);

impl<T> Kept<T> {
    pub(crate) fn get(&self, make: impl FnOnce() -> T) -> Arc<T> {
        if let Some(known) = &*self.lock() {
            return Arc::clone(known);
        }
        let made = Arc::new(make());
        Arc::clone(self.lock().get_or_insert(made))
    }

    /// Until it is asked for again.
    pub(crate) fn forget(&self) {
        self.lock().take();
    }

    fn lock(&self) -> MutexGuard<'_, Option<Arc<T>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> Default for Kept<T> {
    fn default() -> Self {
        Self(Mutex::default())
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

impl<K, T> KeptFor<K, T> {
    /// Until it is asked for again.
    pub(crate) fn forget(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
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
