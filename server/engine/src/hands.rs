//! What a call may call in turn: the tools that a step lends to its model. A model is not to be trusted with more than that:
//! what it writes is held against the tool's signature before anything happens, and everything that it caused is in the
//! journal before it hears of it. So a run that goes on pays for nothing twice, and does nothing twice.

use std::sync::Arc;

use pipeline::{Value, catalogue::Signature};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value as Json};

use crate::{
    driver::{Notes, arguments},
    recall::Ending,
    tool::{Call, Failure, Tool},
};

/// See the module. Clones lend the same.
#[derive(Clone, Default)]
pub struct Hands {
    tools: Arc<[Arc<dyn Tool>]>,
    notes: Option<Notes>,
}

impl Hands {
    /// No tools.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    pub(crate) fn new(tools: Vec<Arc<dyn Tool>>, notes: Notes) -> Self {
        Self { tools: tools.into(), notes: Some(notes) }
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.tools.is_empty()
    }

    /// What may be called.
    pub fn signatures(&self) -> impl Iterator<Item = &'static Signature> + '_ {
        self.tools.iter().map(|tool| tool.signature())
    }

    /// Does something that costs, unless what came of it is known; keeps what comes of it. To be done in the same order by
    /// every attempt that is gone on with.
    ///
    /// # Errors
    /// It failed, or it cannot be kept.
    pub async fn once<T: Serialize + DeserializeOwned>(
        &self,
        what: &str,
        make: impl Future<Output = Result<T, Failure>>,
    ) -> Result<T, Failure> {
        let Some(notes) = &self.notes else { return make.await };
        let place = match notes.look_up(what).await? {
            Ok(known) => return serde_json::from_value(known).map_err(|error| unreadable(&error)),
            Err(place) => place,
        };
        let made = make.await?;
        let written = serde_json::to_value(&made).map_err(|error| unreadable(&error))?;
        notes.write(place, written).await?;
        Ok(made)
    }

    /// Calls a tool as a model says, in the place of `call`, which has lent it.
    ///
    /// # Errors
    /// There is no such tool among those that are lent, the arguments do not fit, or the tool failed: for the model to
    /// read. Or what came of it cannot be kept: that error has the type `JournalError`, and ends the call.
    pub async fn call(
        &self,
        call: &Call,
        name: &str,
        given: Map<String, Json>,
    ) -> Result<Json, Failure> {
        let tool = self.tools.iter().find(|tool| tool.signature().name == name);
        let Some(tool) = tool else {
            let known: Vec<_> = self.signatures().map(|it| format!("`{}`", it.name)).collect();
            let message =
                format!("no tool `{name}` is lent to you; {} may be called", known.join(", "));
            return Err(Failure::permanent("UnknownToolError", message));
        };
        let signature = tool.signature();
        let given = given.into_iter().map(|(name, value)| (name.into(), Value::from_json(&value)));
        let (operation, parameters) = arguments(signature, given.collect())?;
        let inner = Call {
            operation,
            parameters: Arc::new(parameters),
            text: None,
            mind: None,
            hands: Self::none(),
            cancel: call.cancel.child_token(),
            ..call.clone()
        };
        let what = format!("calls `{name}`");
        let ending = self.once(&what, async { Ok(ended(tool.call(inner).await)) }).await?;
        match ending {
            Ending::Value(value) => Ok(value),
            Ending::Raised(failure) => Err(failure),
            Ending::TimedOut => Err(Failure::permanent("TimeoutError", "it took too long")),
        }
    }
}

fn ended(result: Result<Json, Failure>) -> Ending {
    result.map_or_else(Ending::Raised, Ending::Value)
}

fn unreadable(error: &serde_json::Error) -> Failure {
    Failure::permanent("JournalError", format!("what was kept of the call cannot be read: {error}"))
}

impl std::fmt::Debug for Hands {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.signatures().map(|it| it.name)).finish()
    }
}
