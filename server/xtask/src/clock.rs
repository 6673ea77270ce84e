//! How long each part of a chore took, for the person who waits for it.

use std::{fmt, time::Instant};

/// Parts in their order, with their seconds.
#[derive(Default)]
pub(crate) struct Clock(Vec<(&'static str, f64)>);

impl Clock {
    /// Does one part.
    pub(crate) fn part<T>(&mut self, name: &'static str, part: impl FnOnce() -> T) -> T {
        let start = Instant::now();
        let done = part();
        self.0.push((name, start.elapsed().as_secs_f64()));
        done
    }
}

impl fmt::Display for Clock {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, seconds) in &self.0 {
            writeln!(out, "{seconds:7.1} s  {name}")?;
        }
        let sum: f64 = self.0.iter().map(|(_, seconds)| seconds).sum();
        write!(out, "{sum:7.1} s  in all")
    }
}
