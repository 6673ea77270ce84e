//! The steps round a place.

use pipeline::{Pipeline, Step};

/// Steps from the outermost to the one that a place belongs to.
#[derive(Clone, Debug)]
pub(crate) struct Enclosing<'s> {
    /// Index of the outermost in `pipeline.steps`.
    pub(crate) index: usize,
    /// What the spans of all of them are relative to.
    pub(crate) base: u32,
    /// Outermost first; the last is `innermost`.
    pub(crate) path: Vec<&'s Step>,
    /// The step that the place belongs to.
    pub(crate) innermost: &'s Step,
}

impl<'s> Enclosing<'s> {
    /// The steps round `offset`; a place behind a step and before the next one belongs to the step.
    pub(crate) fn at(pipeline: &'s Pipeline, offset: u32) -> Option<Self> {
        let after = pipeline.steps.partition_point(|step| step.base <= offset);
        let last = pipeline.steps.get(after.checked_sub(1)?)?;
        // Steps of one segment (a list in one line) share their base; elsewhere this is the one step.
        let first = pipeline.steps.partition_point(|step| step.base < last.base);
        let shared = pipeline.steps.get(first..after)?;
        let within = shared
            .iter()
            .rposition(|step| step.absolute(step.span).start <= offset)
            .unwrap_or_default();
        let outermost = shared.get(within)?;
        if pipeline.entries.iter().any(|entry| outermost.base < entry.base && entry.base <= offset)
        {
            return None;
        }
        let mut innermost: &Step = &outermost.item;
        let mut path = vec![innermost];
        while let Some(inner) = inner(innermost, offset - outermost.base) {
            path.push(inner);
            innermost = inner;
        }
        Some(Self { index: first + within, base: outermost.base, path, innermost })
    }
}

fn inner(step: &Step, offset: u32) -> Option<&Step> {
    step.body.iter().find(|inner| inner.span.touches(offset))
}
