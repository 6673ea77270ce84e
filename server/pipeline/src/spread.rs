//! The same work on every part of a large document, on as many cores as there are.

use std::{num::NonZeroUsize, panic, thread};

/// For fewer parts than this another thread is not worth its start (some 50 µs against 2 to 10 µs a step).
const FEWEST: usize = 256;
/// More threads wait for memory more than they help.
const MOST_THREADS: usize = 8;

/// What `work` makes of every index below `count`, in order. `state` makes what one thread keeps from part to part.
///
/// A panic of `work` goes on in the caller.
pub fn spread<S, T: Send>(
    count: usize,
    state: impl Fn() -> S + Sync,
    work: impl Fn(&mut S, usize) -> T + Sync,
) -> Vec<T> {
    let run = |range: std::ops::Range<usize>| -> Vec<T> {
        let mut state = state();
        range.map(|index| work(&mut state, index)).collect()
    };
    let threads = match count / FEWEST {
        0 | 1 => 1,
        worth => cores().min(MOST_THREADS).min(worth),
    };
    if threads == 1 {
        return run(0..count);
    }
    let share = count.div_ceil(threads);
    let ranges = (1..threads).map(|it| it * share..count.min((it + 1) * share));
    thread::scope(|scope| {
        let run = &run;
        let spawned: Vec<_> = ranges
            .map(|range| {
                let thread = thread::Builder::new().name("parts".into());
                (range.clone(), thread.spawn_scoped(scope, move || run(range)))
            })
            .collect();
        // The caller has a share too: its memory grows by larger steps than that of other threads, which saves calls of the
        // system, and it would only wait.
        let mut all = run(0..share);
        all.reserve(count - share);
        for (range, thread) in spawned {
            match thread.map(thread::ScopedJoinHandle::join) {
                Ok(Ok(made)) => all.extend(made),
                Ok(Err(panic)) => panic::resume_unwind(panic),
                // The system gives no thread: this one does the work.
                Err(_) => all.extend(run(range)),
            }
        }
        all
    })
}

/// To count them takes some twenty calls of the system, too many for every keystroke.
fn cores() -> usize {
    thread::available_parallelism().map_or(1, NonZeroUsize::get)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_come_in_their_order_however_many_there_are() {
        for count in [0, 1, FEWEST - 1, 2 * FEWEST, 2 * FEWEST + 1, 9 * FEWEST + 7] {
            let made = spread(count, || 0, |_, index| index);
            assert!(made.iter().copied().eq(0..count), "{count}");
        }
    }

    #[test]
    fn a_thread_keeps_its_state() {
        let made = spread(
            3 * FEWEST,
            || 0_usize,
            |seen, _| {
                *seen += 1;
                *seen
            },
        );
        assert!(made.windows(2).all(|it| it[1] == it[0] + 1 || it[1] == 1));
    }

    #[test]
    #[should_panic(expected = "part 600")]
    fn a_panic_goes_on_in_the_caller() {
        spread(3 * FEWEST, || (), |(), index| assert!(index != 600, "part {index}"));
    }
}
