//! `mcp-server` and `mcp-resource`: what servers of the Model Context Protocol offer, as steps.
//!
//! A server is connected to once a run, under a name, and ends with the run. A run that goes on after a break, or that
//! takes the answer of `connect` from an earlier one, knows the name and connects when a call needs it.

mod config;
mod connect;
mod ear;
mod failure;
mod legacy;
mod resource;
mod server;
mod session;
mod sessions;

pub(crate) use self::{resource::McpResource, server::McpServer};

use std::{sync::Arc, time::Duration};

use engine::tool::{Call, Failure};

use self::{session::Session, sessions::Sessions};
use crate::answer::{failed, text};

/// How long a server may take to answer where the step sets no timeout.
const PATIENCE: Duration = Duration::from_secs(60);

/// Pages of a list that are read.
const PAGES: usize = 100;

/// The name under which a server is known.
fn name(call: &Call) -> String {
    text(&call.parameters, "server_name").unwrap_or_else(|| "default".to_owned())
}

/// The server that a call names, connected.
async fn session(call: &Call) -> Result<Arc<Session>, Failure> {
    call.holdings.of::<Sessions>().get(&name(call), call).await
}

fn limit(call: &Call) -> Duration {
    call.timeout.unwrap_or(PATIENCE)
}

/// The operation is none of the tool's.
fn unknown(tool: &str, operation: &str) -> Failure {
    failed("ValueError", format!("Unknown {tool} action: {operation}"), serde_json::json!({}))
}
