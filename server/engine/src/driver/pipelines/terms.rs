//! What a step asks of the pipeline that it runs: its parameters, understood.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use pipeline::{Step, facts};
use serde_json::{Map, Value as Json};

use crate::{
    driver::parameters::Asked,
    prepare::{ErrorHandling, Given, Program},
    scope::Facts,
    tool::Failure,
};

/// See the module.
#[derive(Clone, Debug)]
pub(super) struct Terms {
    inputs: Map<String, Json>,
    inheritance: Inheritance,
    pub(super) limit: Option<Duration>,
    /// By output of the pipeline, the field of the step.
    pub(super) mapping: Vec<(String, String)>,
    /// How many attempts there may be in all, where that is known only now.
    attempts: Option<u32>,
    /// The wait before a further attempt, where there may be one.
    pub(super) retry_delay: Option<Duration>,
}

/// Whether the pipeline reads the inputs of the one that calls it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Inheritance {
    Inputs,
    Nothing,
}

impl Terms {
    pub(super) fn new(step: &Step, asked: &Asked) -> Result<Self, Failure> {
        let parameter = |name: &str| asked.parameters.get(name).filter(|value| !value.is_null());
        let says = |name: &str| parameter(name).and_then(Json::as_bool).unwrap_or(true);
        let map =
            |name: &str| parameter(name).and_then(Json::as_object).cloned().unwrap_or_default();
        let handling = ErrorHandling::of(step);
        let retries = matches!(handling, Ok(ErrorHandling::Retry(_) | ErrorHandling::RetryLater));
        let attempts = match (handling, parameter("retry_count")) {
            (Ok(ErrorHandling::RetryLater), Some(count)) => {
                Some(u32::try_from(count.as_u64().unwrap_or(1)).unwrap_or(u32::MAX))
            }
            _ => None,
        };
        let retry_delay = seconds("retry_delay", parameter("retry_delay"))?.unwrap_or_default();
        let mut mapping = Vec::new();
        for (output, field) in map("output_mapping") {
            let Json::String(field) = field else {
                let message = format!("`output_mapping.{output}` must be the name of a field");
                return Err(Failure::permanent("ParameterError", message));
            };
            mapping.push((output, field));
        }
        Ok(Self {
            inputs: map("inputs"),
            inheritance: match says("inherit_context") {
                true => Inheritance::Inputs,
                false => Inheritance::Nothing,
            },
            limit: seconds("timeout", parameter("timeout"))?.filter(|limit| !limit.is_zero()),
            mapping,
            attempts,
            retry_delay: retries.then_some(retry_delay),
        })
    }

    /// Whether there may be an attempt after one that came after so many others.
    pub(super) fn allows_another(&self, before: u32) -> bool {
        self.attempts.is_none_or(|all| before.saturating_add(1) < all)
    }

    /// Names that the pipeline may read.
    pub(super) fn given(&self, caller: &Facts) -> Given {
        let inherited =
            caller.inputs.all().keys().filter(|_| self.inheritance == Inheritance::Inputs);
        let own = self.inputs.keys().cloned();
        Given::These(own.chain(inherited.map(ToString::to_string)).collect::<BTreeSet<_>>())
    }

    /// Values for the inputs that the pipeline declares, and those of other names. What the step gives comes before what
    /// is inherited.
    pub(super) fn handed(
        &self,
        program: &Arc<Program>,
        caller: &Facts,
    ) -> (Map<String, Json>, Map<String, Json>) {
        let mut all = Map::new();
        if self.inheritance == Inheritance::Inputs {
            let inherited = caller.inputs.all().iter();
            all.extend(inherited.map(|(name, value)| (name.to_string(), value.to_json())));
        }
        all.extend(self.inputs.clone());
        let declared: BTreeSet<&str> =
            facts::inputs(&program.pipeline).map(|input| input.name.value.as_str()).collect();
        all.into_iter().partition(|(name, _)| declared.contains(name.as_str()))
    }
}

fn seconds(name: &str, value: Option<&Json>) -> Result<Option<Duration>, Failure> {
    let Some(number) = value.and_then(Json::as_f64) else { return Ok(None) };
    let wrong = |_| {
        let message = format!("`{name}` is {number}, not a number of seconds");
        Failure::permanent("ParameterError", message)
    };
    Duration::try_from_secs_f64(number).map(Some).map_err(wrong)
}

/// The name or the text of the pipeline; a map is its text as JSON.
pub(super) fn text(asked: &Asked) -> Result<String, Failure> {
    match asked.parameters.get("pipeline") {
        Some(Json::String(text)) => Ok(text.clone()),
        Some(map @ Json::Object(_)) => Ok(map.to_string()),
        _ => {
            let message = "`pipeline` is neither the name of a pipeline nor its text";
            Err(Failure::permanent("ParameterError", message))
        }
    }
}
