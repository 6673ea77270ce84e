use std::fmt;

use crate::Span;

/// Piecewise-constant shifts from decoded to source offsets.
#[derive(Clone, PartialEq, Eq)]
pub struct SourceMap(Runs);

/// Most texts are one run, so that one is kept without an allocation.
#[derive(Clone, PartialEq, Eq)]
enum Runs {
    /// The decoded text stands at `start` as it is, `len` bytes long.
    One { start: u32, len: u32 },
    /// (decoded offset, source offset) at the start of each run, ascending. The last one stands at the end of the decoded
    /// text. Without any, every offset is mapped to itself.
    Many(Box<[(u32, u32)]>),
}

impl fmt::Debug for SourceMap {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.with_runs(|runs| out.debug_struct("SourceMap").field("runs", &runs).finish())
    }
}

impl Default for SourceMap {
    fn default() -> Self {
        Self(Runs::Many(Box::default()))
    }
}

impl SourceMap {
    /// A map of runs: the decoded and the source offset at the start of each, ascending; the last one stands at the end of
    /// the decoded text.
    #[must_use]
    pub fn new(runs: &[(u32, u32)]) -> Self {
        Self(match *runs {
            [(0, start), (len, end)] if start.checked_add(len) == Some(end) => {
                Runs::One { start, len }
            }
            _ => Runs::Many(runs.into()),
        })
    }

    /// Gives `read` the runs.
    fn with_runs<T>(&self, read: impl FnOnce(&[(u32, u32)]) -> T) -> T {
        match &self.0 {
            Runs::One { start, len } => read(&[(0, *start), (*len, start + len)]),
            Runs::Many(runs) => read(runs),
        }
    }

    /// Source offset of a decoded offset.
    #[must_use]
    pub fn to_source(&self, decoded: u32) -> u32 {
        self.with_runs(|runs| {
            let after = runs.partition_point(|run| run.0 <= decoded);
            let limit = runs.get(after).map_or(u32::MAX, |run| run.1);
            match after.checked_sub(1).and_then(|index| runs.get(index)) {
                Some((start, source)) => (source + (decoded - start)).min(limit),
                None => runs.first().map_or(decoded, |run| run.1),
            }
        })
    }

    /// Source span of a decoded span.
    #[must_use]
    pub fn span_to_source(&self, decoded: Span) -> Span {
        Span::new(self.to_source(decoded.start), self.to_source(decoded.end))
    }

    /// Decoded offset of a source offset; the nearest before it where nothing was decoded from there.
    #[must_use]
    pub fn to_decoded(&self, source: u32) -> u32 {
        self.with_runs(|runs| {
            let after = runs.partition_point(|run| run.1 <= source);
            let limit = runs.get(after).map_or(u32::MAX, |run| run.0);
            let last = runs.len() == after;
            match after.checked_sub(1).and_then(|index| runs.get(index)) {
                Some((decoded, _)) if last && !runs.is_empty() => *decoded,
                Some((decoded, start)) => (decoded + (source - start)).min(limit),
                None => runs.first().map_or(source, |run| run.0),
            }
        })
    }
}

/// A map from the runs that decoding noted; one without any is a constant shift to the content.
pub(super) fn finish(mut runs: Vec<(u32, u32)>, content: Span, decoded_len: u32) -> SourceMap {
    if runs.is_empty() {
        runs.push((0, content.start));
    }
    if let Some(&(start, source)) = runs.last()
        && start < decoded_len
    {
        runs.push((decoded_len, (source + (decoded_len - start)).min(content.end).max(source)));
    }
    SourceMap::new(&runs)
}
