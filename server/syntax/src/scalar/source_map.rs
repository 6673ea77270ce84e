use crate::Span;

/// Piecewise-constant shifts from decoded to source offsets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SourceMap {
    /// (decoded offset, source offset) at the start of each run, ascending; both relative, runs are 1:1. The last one
    /// stands at the end of the decoded text. An empty map maps every offset to itself.
    pub runs: Box<[(u32, u32)]>,
}

impl SourceMap {
    /// Source offset of a decoded offset.
    #[must_use]
    pub fn to_source(&self, decoded: u32) -> u32 {
        let after = self.runs.partition_point(|run| run.0 <= decoded);
        let limit = self.runs.get(after).map_or(u32::MAX, |run| run.1);
        match after.checked_sub(1).and_then(|index| self.runs.get(index)) {
            Some((start, source)) => (source + (decoded - start)).min(limit),
            None => self.runs.first().map_or(decoded, |run| run.1),
        }
    }

    /// Source span of a decoded span.
    #[must_use]
    pub fn span_to_source(&self, decoded: Span) -> Span {
        Span::new(self.to_source(decoded.start), self.to_source(decoded.end))
    }

    /// Decoded offset of a source offset; the nearest before it where nothing was decoded from there.
    #[must_use]
    pub fn to_decoded(&self, source: u32) -> u32 {
        let after = self.runs.partition_point(|run| run.1 <= source);
        let limit = self.runs.get(after).map_or(u32::MAX, |run| run.0);
        let last = self.runs.len() == after;
        match after.checked_sub(1).and_then(|index| self.runs.get(index)) {
            Some((decoded, _)) if last && !self.runs.is_empty() => *decoded,
            Some((decoded, start)) => (decoded + (source - start)).min(limit),
            None => self.runs.first().map_or(source, |run| run.0),
        }
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
    SourceMap { runs: runs.into_boxed_slice() }
}
