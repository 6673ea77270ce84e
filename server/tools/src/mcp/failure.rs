//! Why a server did not answer, for people.

use std::{error::Error, time::Duration};

use engine::tool::{Failure, Transience};
use rmcp::{ServiceError, service::ClientInitializeError};

use super::config::Config;

/// Whether a request may be made again when nothing is known of what became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Repeat {
    Harmless,
    /// It may have been carried out.
    Doubtful,
}

/// Why a request came to nothing. `words`: what the server last said to its standard error.
pub(super) fn of_request(
    error: &ServiceError,
    who: &str,
    limit: Duration,
    repeat: Repeat,
    words: &str,
) -> Failure {
    match error {
        ServiceError::McpError(error) => {
            let code = i64::from(error.code.0);
            let data = error.data.as_ref().map(|data| format!(" ({data})")).unwrap_or_default();
            let message = format!("the server `{who}` refuses: {}{data}", error.message);
            Failure { code: Some(code), ..Failure::permanent("MCPError", message) }
        }
        ServiceError::Timeout { .. } => doubtful(repeat, timed_out(who, limit)),
        ServiceError::TransportClosed => {
            let message = format!("the server `{who}` has gone away{}", said(words));
            doubtful(repeat, Failure::transient("ConnectionError", message))
        }
        ServiceError::TransportSend(error) => {
            let reason = deepest(&*error.error);
            let message = format!("the server `{who}` cannot be reached: {reason}{}", said(words));
            doubtful(repeat, Failure::transient("ConnectionError", message))
        }
        other => {
            let message = format!("the server `{who}` gave no proper answer: {other}");
            Failure::permanent("MCPError", message)
        }
    }
}

fn doubtful(repeat: Repeat, failure: Failure) -> Failure {
    match repeat {
        Repeat::Harmless => failure,
        Repeat::Doubtful => Failure {
            transience: Transience::Permanent,
            message: format!("{}; whether the call was carried out is not known", failure.message),
            ..failure
        },
    }
}

/// Why there is no connection.
pub(super) fn of_connection(
    error: &ClientInitializeError,
    config: &Config,
    words: &str,
) -> Failure {
    let (who, words) = (config.who(), said(words));
    match (error, config) {
        // Whether that is seen first in writing or in reading is chance.
        (
            ClientInitializeError::ConnectionClosed(_)
            | ClientInitializeError::TransportError { .. },
            Config::Program(_),
        )
        | (ClientInitializeError::ConnectionClosed(_), Config::Address(_)) => {
            let message = format!("`{who}` ended before it answered as an MCP server{words}");
            Failure::permanent("ConnectionError", message)
        }
        (ClientInitializeError::TransportError { error, .. }, Config::Address(_)) => {
            let reason = deepest(&*error.error);
            let message = format!("the server `{who}` cannot be reached: {reason}{words}");
            Failure::transient("ConnectionError", message)
        }
        (ClientInitializeError::JsonRpcError(error), _) => {
            let message =
                format!("the server `{who}` refuses the connection: {}{words}", error.message);
            Failure::permanent("MCPError", message)
        }
        (other, _) => {
            let message = format!("the server `{who}` gave no proper answer: {other}{words}");
            Failure::permanent("MCPError", message)
        }
    }
}

pub(super) fn timed_out(who: &str, limit: Duration) -> Failure {
    let message = format!(
        "the server `{who}` gave no answer within {} s; `timeout` of the step allows more",
        limit.as_secs_f64()
    );
    Failure::transient("TimeoutError", message)
}

pub(super) fn cancelled() -> Failure {
    Failure::permanent("CancelledError", "the request was ended because the call was cancelled")
}

/// What is behind an error that only wraps another one.
fn deepest(error: &(dyn Error + 'static)) -> String {
    let mut cause = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}

/// Lines of a server that are told.
const TOLD: usize = 5;

fn said(words: &str) -> String {
    let lines: Vec<&str> = words.lines().filter(|line| !line.trim().is_empty()).collect();
    let last = lines.get(lines.len().saturating_sub(TOLD)..).unwrap_or_default();
    if last.is_empty() { String::new() } else { format!("; it said: {}", last.join(" | ")) }
}
