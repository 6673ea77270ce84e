//! A step that runs another pipeline, looked at without running it.

use std::{sync::Arc, time::Instant};

use pipeline::{Step, Value};
use serde_json::Value as Json;
use tokio_util::sync::CancellationToken;

use super::{
    Inside, failure_of, load, outcome,
    terms::{self, Terms},
};
use crate::{
    driver::{
        frame::{Frame, FramePlace},
        outputs,
        parameters::Asked,
    },
    prepare::{self, Callee, Means, Wanted},
    scheduler::{At, FrameId},
    scope::Entries,
    secrets::Secret,
    tool::Failure,
};

/// A pipeline that would run.
pub(in crate::driver) struct Sight(Inside);

impl Sight {
    /// Finds the pipeline, the frame of its steps, and its secrets.
    pub(in crate::driver) fn new(
        frame: &Frame,
        step: usize,
        written: &Step,
        asked: &Asked,
        callee: &Callee,
        means: &Means,
    ) -> Result<(Self, Frame, Vec<Secret>), Failure> {
        let terms = Terms::new(written, asked)?;
        let caller = &frame.facts;
        let program = match callee {
            Callee::Known(program) => Arc::clone(program),
            Callee::Later => {
                let text = terms::text(asked)?;
                let folder = caller.places.pipeline_folder();
                let wanted = Wanted { pipeline: &text, folder, given: terms.given(caller) };
                load(means, &wanted, caller.callers.len() + 1)?.0
            }
        };
        let (given, around) = terms.handed(&program, caller);
        let around: Entries = around
            .into_iter()
            .map(|(name, value)| (name.as_str().into(), Value::from_json(&value)))
            .collect();
        let (facts, secrets) = prepare::enter(&program, caller, &given, around)
            .map_err(|refusals| failure_of(&program.shown(), &refusals))?;
        let facts = Arc::new(facts);
        let flight = &frame.flights[step];
        let place = FramePlace {
            path: Arc::clone(&flight.path),
            key: flight.inner_key(),
            round: frame.place.round,
        };
        let block = Arc::clone(&program.block);
        let opened = Frame::new(Arc::clone(&program), block, place, Arc::clone(&facts), None);
        let opened = Frame { around: Some(At { frame: FrameId::ROOT, step }), ..opened };
        let inside = Inside {
            limit: terms.limit,
            terms,
            timer: CancellationToken::new(),
            begun: Instant::now(),
            program: Some(program),
            facts: Some(facts),
            kept: None,
            closed: None,
        };
        Ok((Self(inside), opened, secrets))
    }

    /// The step's value when everything in the pipeline is known.
    pub(in crate::driver) fn value(&self, closed: &Frame) -> Json {
        let program = &closed.program;
        let (pipeline, names) = (&program.pipeline, &program.names);
        let decisions = outputs::Decisions::new();
        let outputs = outputs::render(pipeline, names, |_| true, &decisions, &closed.scope());
        outcome::value(&self.0, closed, &outputs, None)
    }
}
