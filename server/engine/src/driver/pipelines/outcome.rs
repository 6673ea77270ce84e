//! What a pipeline came to: the value of the step that ran it, and its part of the document.

use std::sync::Arc;

use serde_json::{Map, Value as Json, json};

use super::Inside;
use crate::{
    Called,
    document::{Decided, StepRecord, StepStatus},
    driver::{
        ends::Done,
        frame::{Flight, Frame},
        outputs::{self, Asked, Decisions, Outputs},
        record::Answer,
        steps::Steps,
    },
    scheduler::{At, Conclusion, Outcome, Went},
    secrets::Redactor,
    tool::{Failure, Transience},
};

impl Steps<'_> {
    /// The pipeline is over.
    pub(in crate::driver) fn conclude_pipeline(&mut self, at: At, conclusion: Conclusion) {
        let ended = self.flight(at).and_then(|flight| flight.inside.as_ref()?.closed.as_ref());
        let ended = ended.map(|(closed, _)| (Arc::clone(&closed.program), closed.scope()));
        let decided = match ended {
            Some((program, scope))
                if !matches!(conclusion, Conclusion::Expired | Conclusion::Stopped) =>
            {
                let then = move |asked| Done::Outputs { conclusion, asked };
                match self.decide_outputs_of(at, &program, scope, then) {
                    Some(decided) => decided,
                    None => return,
                }
            }
            _ => Default::default(),
        };
        self.conclude_with(at, conclusion, decided);
    }

    /// The AUTO tags of its outputs were asked.
    pub(in crate::driver) fn conclude_decided(
        &mut self,
        at: At,
        conclusion: Conclusion,
        asked: Asked,
    ) {
        let decided = self.outputs_decided(at, asked);
        self.conclude_with(at, conclusion, decided);
    }

    fn conclude_with(
        &mut self,
        at: At,
        conclusion: Conclusion,
        (decisions, autos): (Decisions, Vec<Decided>),
    ) {
        let Some(mut inside) = self.leave(at) else { return };
        let Some((closed, went)) = inside.closed.take() else {
            return self.ended_early(at, &inside, conclusion);
        };
        if let Some(flight) = self.flight_mut(at) {
            flight.record_mut().autos.extend(autos);
        }
        let outputs = outputs_of(&closed, &decisions);
        for warning in &outputs.warnings {
            self.warn(at, &warning.code, warning.message.clone());
        }
        let why = why_failed(&closed, &outputs);
        let called = called(&closed, went, why.as_deref(), &outputs, &self.narrator.redactor());
        let is_good = called.success;
        let value = value(&inside, &closed, &outputs, why.as_deref());
        let Some(flight) = self.flight_mut(at) else { return };
        flight.record_mut().called = Some(Box::new(called));
        match (conclusion, why) {
            (Conclusion::Expired | Conclusion::Stopped, _) => {
                flight.before = Some(Box::new(closed));
                self.ended_early(at, &inside, conclusion);
            }
            (_, Some(why)) => {
                let name = closed.program.shown();
                let message = format!("the pipeline `{name}` failed: {why}");
                let before = flight.record.retries;
                let transience = match inside.terms.retry_delay {
                    Some(delay) if inside.terms.allows_another(before) => {
                        Transience::Transient { retry_after: Some(delay) }
                    }
                    _ => Transience::Permanent,
                };
                let failure = Failure { transience, value: Some(value), ..super::failure(message) };
                flight.before = Some(Box::new(closed));
                self.raised(at, failure);
            }
            (_, None) => {
                flight.failed_inside = !is_good;
                self.came_to(at, Answer::Value(value));
            }
        }
    }

    /// Time was up, or the step was told to stop.
    fn ended_early(&mut self, at: At, inside: &Inside, conclusion: Conclusion) {
        if conclusion != Conclusion::Expired {
            let failure = Failure::permanent("CancelledError", "the step was stopped");
            return self.raised(at, failure);
        }
        let limit = inside.limit.unwrap_or_default().as_secs_f64();
        if let Some(flight) = self.flight_mut(at) {
            let id = &flight.record.id;
            let message =
                format!("the pipeline of the step `{id}` exceeded its timeout of {limit} s");
            let failure = Failure::permanent("TimeoutError", message);
            if !inside.terms.allows_another(flight.record.retries) {
                return self.raised(at, failure);
            }
            flight.answer = Answer::Failure(Box::new(failure));
        }
        self.over(at, Outcome::TimedOut);
    }
}

fn outputs_of(closed: &Frame, decisions: &Decisions) -> Outputs {
    let program = &closed.program;
    let (pipeline, names) = (&program.pipeline, &program.names);
    outputs::render(pipeline, names, |_| true, decisions, &closed.scope())
}

/// Why the pipeline is a failure, if it is.
fn why_failed(closed: &Frame, outputs: &Outputs) -> Option<String> {
    let fatal = closed.fatal.as_ref().map(|fatal| fatal.message.clone());
    let missing = || {
        let output = outputs.missing.as_ref()?;
        Some(format!("the required output `{output}` is missing"))
    };
    fatal.or_else(missing)
}

fn called(
    closed: &Frame,
    went: Went,
    why: Option<&str>,
    outputs: &Outputs,
    redactor: &Redactor,
) -> Called {
    let program = &closed.program;
    let id = |step: &usize| closed.flights.get(*step).map(|flight| flight.record.id.clone());
    let stages = program.plan.stages.iter();
    let (started_at, duration) = closed.span();
    let status = match (went, why) {
        (Went::Through, None) => StepStatus::Completed,
        (Went::Stopped, _) => StepStatus::Cancelled,
        _ => StepStatus::Failed,
    };
    Called {
        pipeline_id: program.id.to_string(),
        file: program.file.clone(),
        status,
        success: status == StepStatus::Completed && closed.ordinary().all(Flight::is_good),
        error: why.map(|why| redactor.text(why.to_owned())),
        steps: closed
            .flights
            .iter()
            .map(|flight| (flight.record.id.clone(), StepRecord::clone(&flight.record)))
            .collect(),
        outputs: outputs
            .values
            .iter()
            .map(|(name, value)| (name.clone(), redactor.json(value.clone())))
            .collect(),
        execution_levels: stages.map(|stage| stage.iter().filter_map(id).collect()).collect(),
        started_at,
        completed_at: started_at + duration,
        duration,
    }
}

/// The step's value, in its envelope. A mapped output is a field of the step, and stands among the outputs under both
/// names.
pub(super) fn value(inside: &Inside, closed: &Frame, outputs: &Outputs, why: Option<&str>) -> Json {
    let mut all = outputs.values.clone();
    let mut fields = Map::new();
    for (output, field) in &inside.terms.mapping {
        let value = outputs.values.get(output).cloned().unwrap_or_default();
        all.entry(field).or_insert_with(|| value.clone());
        fields.insert(field.clone(), value);
    }
    let ran = |flight: &&Flight| {
        matches!(flight.record.status, StepStatus::Completed | StepStatus::Failed)
    };
    let callers: Vec<&Arc<str>> = closed.facts.callers.iter().collect();
    let own = [
        ("pipeline_id", json!(&*closed.program.id)),
        ("outputs", Json::Object(all)),
        ("execution_time", json!(inside.begun.elapsed().as_secs_f64())),
        ("steps_executed", json!(closed.flights.iter().filter(ran).count())),
        ("recursion_depth", json!(callers.len())),
        ("call_stack", json!(callers.iter().map(|id| &***id).collect::<Vec<_>>())),
    ];
    for (name, value) in own {
        fields.entry(name).or_insert(value);
    }
    json!({ "result": fields, "success": why.is_none(), "error": why })
}
