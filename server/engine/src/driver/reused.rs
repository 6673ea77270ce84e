//! A call that looks for its answer among those of earlier runs before it is made.

use std::{io, sync::Arc, time::Duration};

use tokio::task::spawn_blocking;

use super::attempt::{Ending, attempt};
use crate::{
    journal::Journal,
    reuse::{Key, Look, Pepper, Reused, Terms},
    tool::{Call, Reliance, Tool},
};

/// What it takes to look.
pub(super) struct Looker {
    pub(super) journal: Journal,
    pub(super) pepper: Pepper,
    pub(super) terms: Terms,
}

/// How a call came to its end.
#[derive(Debug)]
pub(super) struct Came {
    pub(super) ending: Ending,
    /// Under which its answer may be found later.
    pub(super) key: Option<Key>,
    /// Who was answered, where it was not this run.
    pub(super) reused: Option<Reused>,
}

impl From<Ending> for Came {
    fn from(ending: Ending) -> Self {
        Self { ending, key: None, reused: None }
    }
}

/// Calls, unless the answer is there.
pub(super) async fn answered(
    looker: Option<Looker>,
    tool: Arc<dyn Tool>,
    call: Call,
    limit: Option<Duration>,
) -> Came {
    let Some(looker) = looker else { return attempt(tool, call, limit).await.into() };
    let name = tool.signature().name;
    let reliance = tool.relies_on(&call);
    let key = key(&looker.pepper, name, &call, &reliance).await.ok();
    if let Some(came) = key.and_then(|key| looker.look(key, &reliance, &call)) {
        if let Ending::Value(answer) = &came.ending {
            tool.retell(answer, &call.output);
        }
        return came;
    }
    let again = matches!(reliance, Reliance::Files(_)).then(|| call.clone());
    let ending = attempt(tool, call, limit).await;
    let key = match (&ending, again) {
        (Ending::Value(_), None) => key,
        // A file that changed meanwhile may have been read before that, or after.
        (Ending::Value(_), Some(call)) => {
            let after = self::key(&looker.pepper, name, &call, &reliance).await.ok();
            key.filter(|before| after == Some(*before))
        }
        _ => None,
    };
    Came { ending, key, reused: None }
}

impl Looker {
    fn look(&self, key: Key, reliance: &Reliance, call: &Call) -> Option<Came> {
        let look = self.terms.look.as_ref()?;
        if *look == Look::Harmless && *reliance == Reliance::World {
            return None;
        }
        let found = self.journal.earlier_call(&key, look, &call.place.run);
        let earlier = found.unwrap_or_else(|error| {
            // It is asked again instead.
            tracing::warn!(%error, "earlier answers cannot be read");
            None
        })?;
        Some(Came {
            ending: Ending::Value(earlier.value),
            key: None,
            reused: Some(Reused { run: earlier.run, duration: earlier.duration }),
        })
    }
}

async fn key(
    pepper: &Pepper,
    tool: &'static str,
    call: &Call,
    reliance: &Reliance,
) -> io::Result<Key> {
    if !matches!(reliance, Reliance::Files(_)) {
        return Key::of(pepper, tool, call, reliance);
    }
    let (pepper, call, reliance) = (pepper.clone(), call.clone(), reliance.clone());
    spawn_blocking(move || Key::of(&pepper, tool, &call, &reliance)).await?
}
