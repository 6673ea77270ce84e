//! How many threads compute a model inside this process.

use std::{env, thread};

/// What says how many, to the library that computes: it reads nothing else.
const VARIABLE: &str = "CANDLE_NUM_THREADS";
/// What it reads where that is not set.
const INSTEAD: &str = "RAYON_NUM_THREADS";

/// Lets a model have half of the cores, where nobody says how many. Its threads wait for each other busily, dozens of times a
/// token: one that has no core to itself holds up all of them, and is slower than none.
///
/// Nothing else of this process may run yet.
#[expect(
    unsafe_code,
    reason = "the library has no other door, and nobody reads the environment before the first thread"
)]
pub(super) fn leave_room() {
    if env::var_os(VARIABLE).is_some() || env::var_os(INSTEAD).is_some() {
        return;
    }
    let cores = thread::available_parallelism().map_or(1, usize::from);
    // SAFETY: it is called first thing in `main`, so that no other thread is there.
    unsafe { env::set_var(VARIABLE, (cores / 2).max(1).to_string()) };
}
