//! One call of a tool, bounded in time.

use std::{sync::Arc, time::Duration};

use tokio::time::{sleep, timeout};

pub(super) use crate::recall::Ending;
use crate::tool::{Call, Failure, Tool};

/// How long a tool that was told to stop may take to do so before its future is dropped.
const GRACE: Duration = Duration::from_millis(500);

/// Calls, and stops the call when its time is up or its token fires.
pub(super) async fn attempt(tool: Arc<dyn Tool>, call: Call, limit: Option<Duration>) -> Ending {
    let cancel = call.cancel.clone();
    let mut running = tool.call(call);
    let expired = async {
        match limit {
            Some(limit) => sleep(limit).await,
            None => std::future::pending().await,
        }
    };
    tokio::select! {
        // A result that is there counts, whatever else is.
        biased;
        result = &mut running => ending(result),
        () = expired => {
            cancel.cancel();
            drop(timeout(GRACE, &mut running).await);
            Ending::TimedOut
        }
        () = cancel.cancelled() => match timeout(GRACE, &mut running).await {
            Ok(result) => ending(result),
            Err(_) => Ending::Raised(Failure::permanent("CancelledError", "the step was stopped")),
        },
    }
}

fn ending(result: Result<serde_json::Value, Failure>) -> Ending {
    match result {
        Ok(value) => Ending::Value(value),
        Err(failure) => Ending::Raised(failure),
    }
}
