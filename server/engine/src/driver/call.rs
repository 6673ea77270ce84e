//! A call of a tool, put together and begun: the one place from which a step, or a handler of its failure, calls.

use std::{sync::Arc, time::Duration};

use pipeline::eval::Scope;
use tokio_util::sync::CancellationToken;

use super::{
    asks::Book,
    ends::Done,
    hear::Message,
    notes::Notes,
    parameters::Asked,
    reused::{Came, Looker, answered},
    steps::Steps,
};
use crate::{
    hands::Hands,
    recall::Of,
    scheduler::At,
    tool::{Call, Failure, Names, Output, Place},
};

/// What is to be called, and for what.
pub(super) struct Asking {
    /// Name of the tool.
    pub(super) tool: &'static str,
    pub(super) asked: Asked,
    /// What the expressions of the call may read.
    pub(super) scope: Arc<dyn Scope + Send + Sync>,
    pub(super) place: Place,
    pub(super) timeout: Option<Duration>,
    /// Where its answer may be found without asking.
    pub(super) looker: Option<Looker>,
    /// What a question to a person is a part of.
    pub(super) of: Of,
    /// What its end means.
    pub(super) done: fn(Came) -> Done,
}

impl Steps<'_> {
    /// Begins a call for a step. Its end comes as what `done` makes of it.
    pub(super) fn begin_call(&mut self, at: At, asking: Asking) -> Result<(), Failure> {
        let tool = Arc::clone(self.toolbox.get(asking.tool).ok_or_else(not_provided)?);
        let flight = self.flight_mut(at).ok_or_else(not_provided)?;
        let cancel = CancellationToken::new();
        flight.cancel = Some(cancel.clone());
        let Asking { asked, scope, place, timeout, looker, of, done, .. } = asking;
        let call = Call { cancel, ..self.put_together(at, asked, scope, place, timeout, of) };
        let purse = self.purse.clone();
        let task = self
            .tasks
            .spawn(async move { done(answered(looker, tool, call, timeout, &purse).await) });
        self.owners.insert(task.id(), at);
        Ok(())
    }

    /// The call that asks that.
    pub(super) fn put_together(
        &self,
        at: At,
        asked: Asked,
        scope: Arc<dyn Scope + Send + Sync>,
        place: Place,
        timeout: Option<Duration>,
        of: Of,
    ) -> Call {
        let sender = self.sender.clone();
        let lent = asked.mind.iter().flat_map(|mind| &mind.tools);
        let lent = lent.filter_map(|name| self.toolbox.get(name).map(Arc::clone)).collect();
        let book = Book::new(sender.clone(), at, of);
        let hands = Hands::new(lent, Notes::new(sender.clone(), at, of));
        Call {
            operation: asked.operation,
            parameters: asked.parameters,
            text: asked.text,
            mind: asked.mind,
            hands,
            names: Names::of(scope),
            place,
            cancel: CancellationToken::new(),
            hosts: self.hosts.clone(),
            holdings: self.holdings.clone(),
            // The receiver is gone only when the run is over.
            output: Output::to(move |live| drop(sender.send(Message::Live { at, live }))),
            timeout,
            people: self.prepared.request.options.people.noted(book),
        }
    }

    /// Where a step acts in its attempt.
    pub(super) fn place(&self, at: At) -> Option<Place> {
        let frame = self.frames.get(&at.frame)?;
        let flight = frame.flights.get(at.step)?;
        let options = &self.prepared.request.options;
        let attempt = flight.record.retries + 1;
        Some(Place {
            run: frame.facts.run.to_string(),
            step: flight.record.id.clone(),
            path: flight.path.to_string(),
            attempt,
            idempotency_key: format!("{}/{}/{attempt}", frame.facts.run, flight.key),
            cwd: options.cwd.clone(),
            workspace: options.workspace.clone(),
            pipeline_folder: frame.facts.places.pipeline_folder().to_owned(),
            writable: options.writable.clone(),
            reachable: options.reachable.clone(),
            depth: frame.facts.callers.len(),
        })
    }
}

impl Steps<'_> {
    /// From where the outputs of the run ask.
    pub(super) fn place_of_outputs(&self) -> Place {
        let options = &self.prepared.request.options;
        let facts = &self.prepared.facts;
        Place {
            run: facts.run.to_string(),
            step: "outputs".to_owned(),
            path: "outputs".to_owned(),
            attempt: 1,
            idempotency_key: format!("{}/outputs/1", facts.run),
            cwd: options.cwd.clone(),
            workspace: options.workspace.clone(),
            pipeline_folder: facts.places.pipeline_folder().to_owned(),
            writable: options.writable.clone(),
            reachable: options.reachable.clone(),
            depth: facts.callers.len(),
        }
    }
}

/// That a call cannot be made.
pub(super) fn not_provided() -> Failure {
    Failure::permanent("UnknownToolError", "its tool is not provided")
}
