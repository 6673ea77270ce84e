//! Whether this build can run a step, and as what.

mod features;
mod identity;
mod kinds;
mod mind;
mod pipelines;
mod words;

use std::sync::Arc;

use pipeline::{Step, Text, catalogue::Signature};

pub(super) use self::features::{answers_autos, auto_span, first_auto};
use super::{
    Refusal,
    block::{Block, Work, step_at},
    program::Draft,
};
use crate::Selection;
pub(crate) use mind::Brief;

/// A call, found in the catalogue.
#[derive(Clone, Debug)]
pub(crate) struct Calling {
    pub(crate) signature: &'static Signature,
    pub(crate) kind: CallKind,
    /// Where it asks a model.
    pub(crate) brief: Option<Arc<Brief>>,
}

impl Calling {
    /// What the action says, where it is said in words.
    pub(crate) const fn words(&self) -> Option<&Text> {
        match &self.kind {
            CallKind::Instruction(text) | CallKind::Prose(text) => Some(text),
            CallKind::Tool { .. } | CallKind::Message => None,
        }
    }
}

/// What becomes of `action:`.
#[derive(Clone, Debug)]
pub(crate) enum CallKind {
    /// It names the operation, if the tool has any.
    Tool { operation: Option<String> },
    /// It is an instruction.
    Prose(Text),
    /// It echoes `parameters.message`.
    Message,
    /// It is an instruction for a model: an AUTO tag around it.
    Instruction(Text),
}

/// The pipeline's steps with the work of those that are selected; what cannot be done goes into `refusals`.
pub(super) fn block(
    draft: &Draft<'_>,
    selected: &[bool],
    on_call: &[usize],
    refusals: &mut Vec<Refusal>,
) -> Block {
    let steps = draft.pipeline.steps.iter().zip(selected).enumerate();
    let work = steps.map(|(index, (step, selected))| {
        let checks = Checks { draft, path: vec![index], step, base: step.base };
        selected.then(|| checks.work(refusals)).flatten()
    });
    let work = work.collect();
    let outputs = draft.pipeline.outputs.iter().filter(|_| *draft.selection == Selection::All);
    for output in outputs {
        if let Some(text) = first_auto(&output.value.value) {
            let span = Some(output.absolute(auto_span(text)));
            refusals.extend(answers_autos(draft, text, None, span).err().map(|it| *it));
        }
    }
    Block::of_pipeline(draft, work, on_call)
}

/// Looks at one step.
pub(super) struct Checks<'r> {
    pub(super) draft: &'r Draft<'r>,
    /// Positions that lead to the step, from the outermost in.
    pub(super) path: Vec<usize>,
    pub(super) step: &'r Step,
    /// What spans are relative to.
    pub(super) base: u32,
}

impl<'r> Checks<'r> {
    fn work(&self, refusals: &mut Vec<Refusal>) -> Option<Work> {
        let before = refusals.len();
        match self.holder() {
            Some(holder) => self.identity_inside(holder, refusals),
            None => self.identity(refusals),
        }
        self.features(refusals);
        self.work_of_kind(before, refusals)
    }

    /// The same for a step that an error handler runs, wherever it stands.
    pub(super) fn handler(&self, refusals: &mut Vec<Refusal>) -> Option<Work> {
        let before = refusals.len();
        self.features(refusals);
        self.work_of_kind(before, refusals)
    }

    fn work_of_kind(&self, before: usize, refusals: &mut Vec<Refusal>) -> Option<Work> {
        match self.kind(refusals) {
            Ok(work) if refusals.len() == before => Some(work),
            Ok(_) => None,
            Err(refusal) => {
                refusals.push(*refusal);
                None
            }
        }
    }

    /// The same for the action of an error handler, which is one call.
    pub(super) fn call(&self) -> Result<Calling, Box<Refusal>> {
        let mut refusals = Vec::new();
        self.features(&mut refusals);
        let work = if refusals.is_empty() { Some(self.kind(&mut refusals)?) } else { None };
        match (work, refusals.pop()) {
            (_, Some(refusal)) => Err(Box::new(refusal)),
            (Some(Work::Call(calling)), None) => Ok(calling),
            (_, None) => {
                let message = "an error handler's own action is one call; name a step that does more with `handler_task_id`";
                let span = Some(self.step.span);
                Err(Box::new(self.refusal("bad-handler", message.to_owned(), span)))
            }
        }
    }

    fn holder(&self) -> Option<&'r Step> {
        let (_, holder) = self.path.split_last()?;
        step_at(self.draft.pipeline, holder)
    }

    fn index(&self) -> usize {
        self.path.last().copied().unwrap_or_default()
    }
}
