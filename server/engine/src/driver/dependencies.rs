//! Dependencies that a template names: found out when everything that it reads is there.

use std::{collections::BTreeSet, sync::Arc};

use pipeline::{Data, Value};

use super::{
    autos::{Autos, Then},
    record::Answer,
    rounds::items,
    steps::Steps,
};
use crate::{
    autos::put,
    scheduler::{At, Event},
    tool::Failure,
};

impl Steps<'_> {
    /// Finds out what else a step waits for.
    pub(super) fn find_dependencies(&mut self, at: At) {
        let answers = match self.autos(at, Then::Dependencies) {
            Ok(Autos::Known(answers)) => answers,
            Ok(Autos::None) => Vec::new(),
            Ok(Autos::Waits) => return,
            Err(failure) => return self.unanswered(at, Then::Dependencies, failure),
        };
        let found = self.dependencies(at, answers);
        let waits = match found {
            Ok(waits) => Some(waits),
            Err(failure) => {
                if let Some(flight) = self.flight_mut(at) {
                    flight.answer = Answer::Failure(Box::new(failure));
                }
                None
            }
        };
        self.tell_of(at, |step| Event::Resolved { step, waits });
    }

    fn dependencies(&mut self, at: At, answers: Vec<Value>) -> Result<Vec<usize>, Failure> {
        let Some(frame) = self.frames.get_mut(&at.frame) else { return Ok(Vec::new()) };
        let block = Arc::clone(&frame.block);
        let step = block.step(at.step);
        let Some(text) = step.and_then(|step| step.dynamic_dependencies.as_ref()) else {
            return Ok(Vec::new());
        };
        let scope = frame.scope_of(at.step);
        let written = put(&Data::Text(text.value.clone()), &mut answers.into_iter());
        let ids = items::list(&written, "depends_on", &scope)?;
        let mut waits = BTreeSet::new();
        for id in ids.iter() {
            let id = id.to_text();
            let Some(step) = block.position(id.trim()) else {
                let message = format!("`depends_on` names `{}`, which is no step", id.trim());
                return Err(failure(message));
            };
            waits.insert(step);
        }
        let known = &mut frame.flights[at.step].record_mut().dependencies;
        for step in &waits {
            let name = block.parts()[*step].name.to_string();
            if !known.contains(&name) {
                known.push(name);
            }
        }
        Ok(waits.into_iter().collect())
    }

    /// What a step was to wait for waits for it.
    pub(super) fn entangled(&mut self, at: At, with: usize) {
        let Some(frame) = self.frames.get_mut(&at.frame) else { return };
        let (own, other) = (&frame.block.parts()[at.step].name, &frame.block.parts()[with].name);
        let message = match at.step == with {
            true => format!("`depends_on` of `{own}` names the step itself"),
            false => format!("`depends_on` names `{other}`, which waits for `{own}`"),
        };
        frame.flights[at.step].answer = Answer::Failure(Box::new(failure(message)));
    }
}

fn failure(message: String) -> Failure {
    Failure::permanent("DependencyError", message)
}
