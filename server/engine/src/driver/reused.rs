//! A call that looks for its answer among those of earlier runs before it is made.

use std::{io, sync::Arc, time::Duration};

use tokio::task::spawn_blocking;

use super::attempt::{Ending, attempt};
use crate::{
    budget::{Broken, Ceiling, Purse, Receipt, Spent, Unpaid},
    journal::Journal,
    reuse::{Key, Pepper, Print, Reused, Terms},
    tool::{Call, Failure, Reliance, Tool},
};

/// What it takes to look.
pub(super) struct Looker {
    pub(super) journal: Journal,
    pub(super) pepper: Pepper,
    pub(super) terms: Terms,
}

/// How a call is told from others.
#[derive(Debug)]
pub(super) struct Marks {
    /// Under which its answer may be found later; none where it may not.
    pub(super) key: Option<Key>,
    /// Its parts, to say later what differs.
    pub(super) parts: Arc<str>,
}

/// How a call came to its end.
#[derive(Debug)]
pub(super) struct Came {
    pub(super) ending: Ending,
    /// How it is told from others; none where nobody looked.
    pub(super) call: Option<Marks>,
    /// Who was answered, where it was not this run.
    pub(super) reused: Option<Reused>,
    /// What it used; none where it was free, or not made.
    pub(super) spent: Option<Spent>,
    /// Why it was not made: it could break the budget.
    pub(super) broken: Option<Broken>,
}

impl From<Ending> for Came {
    fn from(ending: Ending) -> Self {
        Self { ending, call: None, reused: None, spent: None, broken: None }
    }
}

/// Calls, unless the answer is there.
pub(super) async fn answered(
    looker: Option<Looker>,
    tool: Arc<dyn Tool>,
    call: Call,
    limit: Option<Duration>,
    purse: &Purse,
) -> Came {
    let Some(looker) = looker else { return paid(tool, call, limit, purse).await };
    let name = tool.signature().name;
    let reliance = tool.relies_on(&call);
    let print = print(&looker.pepper, name, &call, &reliance).await.ok();
    let key = print.as_ref().map(|print| print.key);
    let marks = |key| print.map(|print| Marks { key, parts: print.parts });
    if let Some(came) = key.and_then(|key| looker.look(key, &reliance, &call)) {
        if let Ending::Value(answer) = &came.ending {
            tool.retell(answer, &call.output);
            tool.remember(&call, answer);
        }
        return Came { call: marks(None), ..came };
    }
    let again = matches!(reliance, Reliance::Files(_)).then(|| call.clone());
    let came = paid(tool, call, limit, purse).await;
    let key = match (&came.ending, again) {
        (Ending::Value(_), None) => key,
        // A file that changed meanwhile may have been read before that, or after.
        (Ending::Value(_), Some(call)) => {
            let after = self::print(&looker.pepper, name, &call, &reliance).await.ok();
            key.filter(|before| after.is_some_and(|after| after.key == *before))
        }
        _ => None,
    };
    Came { call: marks(key), ..came }
}

/// Calls, unless that could break the budget.
async fn paid(tool: Arc<dyn Tool>, call: Call, limit: Option<Duration>, purse: &Purse) -> Came {
    let Some(ceiling) = tool.ceiling(&call) else { return attempt(tool, call, limit).await.into() };
    let receipt = match receipt(&ceiling, &call, purse).await {
        Ok(receipt) => receipt,
        Err(came) => return came,
    };
    let output = call.output.clone();
    let ending = attempt(tool, call, limit).await;
    Came { spent: Some(receipt.settle(output.take_spent())), ..ending.into() }
}

/// Pays for a call; else how it came to its end without being made.
pub(super) async fn receipt(
    ceiling: &Ceiling,
    call: &Call,
    purse: &Purse,
) -> Result<Receipt, Came> {
    purse.pay(ceiling, &call.cancel).await.map_err(|unpaid| match unpaid {
        Unpaid::Stopped => {
            let stopped = Failure::permanent("CancelledError", "the step was stopped");
            Ending::Raised(stopped).into()
        }
        Unpaid::Broken(broken) => {
            let ending = Ending::Raised(broken.failure(&call.place.path));
            Came { broken: Some(broken), ..ending.into() }
        }
    })
}

impl Looker {
    fn look(&self, key: Key, reliance: &Reliance, call: &Call) -> Option<Came> {
        let found = self.terms.find(&self.journal, &key, reliance, &call.place.run);
        let earlier = found.unwrap_or_else(|error| {
            // It is asked again instead.
            tracing::warn!(%error, "earlier answers cannot be read");
            None
        })?;
        Some(Came {
            ending: Ending::Value(earlier.value),
            call: None,
            reused: Some(Reused { run: earlier.run, duration: earlier.duration }),
            spent: None,
            broken: None,
        })
    }
}

async fn print(
    pepper: &Pepper,
    tool: &'static str,
    call: &Call,
    reliance: &Reliance,
) -> io::Result<Print> {
    if !matches!(reliance, Reliance::Files(_)) {
        return Print::of(pepper, tool, call, reliance);
    }
    let (pepper, call, reliance) = (pepper.clone(), call.clone(), reliance.clone());
    spawn_blocking(move || Print::of(&pepper, tool, &call, &reliance)).await?
}
