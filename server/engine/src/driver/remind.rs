//! Calls that are not made again, told to tools whose later calls need what they left.

use std::sync::Arc;

use pipeline::insight::Own;

use super::{attempt::Ending, parameters, steps::Steps};
use crate::{prepare::Work, recall::Of, scheduler::At};

impl Steps<'_> {
    /// Tells the tool of a step that a call of it was answered before, where the tool wants to know.
    pub(super) fn remind(&self, at: At, ending: &Ending) {
        let Ending::Value(answer) = ending else { return };
        let Some(frame) = self.frames.get(&at.frame) else { return };
        let Some(part) = frame.block.parts().get(at.step) else { return };
        let (Some(Work::Call(work)), Some(step)) = (&part.work, frame.block.step(at.step)) else {
            return;
        };
        let tool = self.toolbox.get(work.signature.name).filter(|tool| tool.leaves_something());
        let (Some(tool), Some(place)) = (tool, self.place(at)) else { return };
        if Own::of(step).has_auto {
            return;
        }
        let scope = frame.scope_of(at.step);
        // The call was made with what it came to then.
        let Ok(asked) = parameters::ask(step, work, &scope, &self.prepared.means) else { return };
        let of = Of::Attempt(place.attempt);
        let call = self.put_together(at, asked, Arc::new(scope), place, None, of);
        tool.remember(&call, answer);
    }
}
