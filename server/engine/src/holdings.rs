//! What calls of one run leave for later calls of it: a connection, a program that goes on. It ends with the run.

use std::{
    any::{Any, TypeId},
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use async_trait::async_trait;

/// Something that lasts as long as a run.
#[async_trait]
pub trait Holding: Any + Send + Sync {
    /// Ends it, with every process that it started. Called once, when no call is in flight any longer. One that is dropped
    /// without it must end, too.
    async fn end(&self);
}

/// Everything that the calls of a run hold, by type. Clones are of the same run.
#[derive(Clone, Default)]
pub struct Holdings(Arc<Mutex<HashMap<TypeId, Arc<dyn Holding>>>>);

impl Holdings {
    /// What the run holds of that type; made when it is asked for first.
    #[must_use]
    pub fn of<T: Holding + Default>(&self) -> Arc<T> {
        let mut all = self.all();
        let held = all.entry(TypeId::of::<T>()).or_insert_with(|| Arc::new(T::default()));
        let held: Arc<dyn Any + Send + Sync> = Arc::clone(held) as _;
        // The key is the type, so there is no other.
        held.downcast().unwrap_or_default()
    }

    /// Ends all of it.
    pub(crate) async fn end(&self) {
        let all: Vec<_> = self.all().drain().map(|(_, held)| held).collect();
        for held in all {
            held.end().await;
        }
    }

    fn all(&self) -> MutexGuard<'_, HashMap<TypeId, Arc<dyn Holding>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Holdings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Holdings")
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[derive(Default)]
    struct Counter(AtomicUsize);

    #[async_trait]
    impl Holding for Counter {
        async fn end(&self) {
            self.0.fetch_add(100, Ordering::Relaxed);
        }
    }

    #[tokio::test]
    async fn calls_of_a_run_share_what_it_holds_until_it_ends() {
        let run = Holdings::default();
        run.clone().of::<Counter>().0.fetch_add(1, Ordering::Relaxed);
        let held = run.of::<Counter>();
        assert_eq!(held.0.load(Ordering::Relaxed), 1);
        assert_eq!(Holdings::default().of::<Counter>().0.load(Ordering::Relaxed), 0);
        run.end().await;
        assert_eq!(held.0.load(Ordering::Relaxed), 101);
        run.end().await;
        assert_eq!(held.0.load(Ordering::Relaxed), 101, "it ends once");
    }
}
