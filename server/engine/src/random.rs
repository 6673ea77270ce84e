//! Randomness for ids and jitter; nothing secret rests on it.

use std::hash::{BuildHasher as _, RandomState};

/// 64 bits that differ from call to call and from process to process: the keys of a hasher are random.
pub(crate) fn random() -> u64 {
    RandomState::new().hash_one(0)
}

/// From 0 to 1.
pub(crate) fn fraction() -> f64 {
    (random() >> 11) as f64 / (1_u64 << 53) as f64
}
