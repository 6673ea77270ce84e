//! What can go wrong between a step and a model, and whether asking again may help.

use std::{fmt, time::Duration};

use engine::tool::{Failure, Transience};

/// A question without an answer. No key stands in it, whatever the other side said.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ModelError {
    /// What kind of error it is.
    pub code: Code,
    /// What happened, for people: who was asked, and what came back.
    pub message: String,
    /// What to do about it, for people.
    pub help: Option<String>,
    /// The status of the answer over HTTP, if there was one.
    pub status: Option<u16>,
}

/// Kinds of errors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    /// The provider has too much to do, has a fault of its own, or is still loading the model.
    Overloaded {
        /// The pause that it asks for.
        retry_after: Option<Duration>,
    },
    /// Too many questions in a short time.
    RateLimited {
        /// The pause that it asks for.
        retry_after: Option<Duration>,
    },
    /// The account has no more money, or its budget is used up.
    Quota,
    /// The question and the answer do not fit into the model's window.
    ContextOverflow,
    /// The key is wrong, or may not do this.
    Auth,
    /// No key, and no server that needs none.
    NotConfigured,
    /// No such model, or no such address.
    NotFound,
    /// The question is not one that this provider or model takes.
    Invalid,
    /// The model, or its provider's filter, declined to answer.
    Refused,
    /// The answer stopped before its end.
    Truncated,
    /// What came back is not what the protocol says.
    Malformed,
    /// Nothing came in time.
    Timeout,
    /// The connection failed.
    Transport,
    /// The provider failed several times in a row and is left alone for a while.
    CircuitOpen {
        /// When it is asked again.
        retry_after: Duration,
    },
    /// The call was cancelled.
    Cancelled,
}

impl ModelError {
    /// An error without help and status.
    #[must_use]
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), help: None, status: None }
    }

    /// With what to do about it.
    #[must_use]
    pub fn with_help(self, help: impl Into<String>) -> Self {
        Self { help: Some(help.into()), ..self }
    }

    /// Whether asking again may help.
    #[must_use]
    pub fn transience(&self) -> Transience {
        self.code.transience()
    }
}

impl Code {
    /// Whether asking again may help.
    #[must_use]
    pub fn transience(self) -> Transience {
        match self {
            Self::Overloaded { retry_after } | Self::RateLimited { retry_after } => {
                Transience::Transient { retry_after }
            }
            Self::CircuitOpen { retry_after } => {
                Transience::Transient { retry_after: Some(retry_after) }
            }
            Self::Truncated | Self::Malformed | Self::Timeout | Self::Transport => {
                Transience::Transient { retry_after: None }
            }
            Self::Quota
            | Self::ContextOverflow
            | Self::Auth
            | Self::NotConfigured
            | Self::NotFound
            | Self::Invalid
            | Self::Refused
            | Self::Cancelled => Transience::Permanent,
        }
    }

    /// Whether the question was turned away, or did not get there, so that no token was read or written for it.
    pub(crate) const fn turns_away(self) -> bool {
        match self {
            Self::Overloaded { .. }
            | Self::RateLimited { .. }
            | Self::Quota
            | Self::ContextOverflow
            | Self::Auth
            | Self::NotConfigured
            | Self::NotFound
            | Self::Invalid
            | Self::CircuitOpen { .. } => true,
            Self::Refused
            | Self::Truncated
            | Self::Malformed
            | Self::Timeout
            | Self::Transport
            | Self::Cancelled => false,
        }
    }

    /// The name that a pipeline sees in `error_type`.
    #[must_use]
    pub const fn error_type(self) -> &'static str {
        match self {
            Self::Overloaded { .. } => "OverloadedError",
            Self::RateLimited { .. } => "RateLimitError",
            Self::Quota => "QuotaError",
            Self::ContextOverflow => "ContextOverflowError",
            Self::Auth => "AuthenticationError",
            Self::NotConfigured => "NoModelError",
            Self::NotFound => "ModelNotFoundError",
            Self::Invalid => "ModelRequestError",
            Self::Refused => "ModelRefusedError",
            Self::Truncated => "TruncatedAnswerError",
            Self::Malformed => "MalformedAnswerError",
            Self::Timeout => "TimeoutError",
            Self::Transport => "ConnectionError",
            Self::CircuitOpen { .. } => "CircuitOpenError",
            Self::Cancelled => "CancelledError",
        }
    }
}

impl fmt::Display for Code {
    /// The word for logs and JSON: `rate-limited`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Overloaded { .. } => "overloaded",
            Self::RateLimited { .. } => "rate-limited",
            Self::Quota => "quota",
            Self::ContextOverflow => "context-overflow",
            Self::Auth => "auth",
            Self::NotConfigured => "not-configured",
            Self::NotFound => "not-found",
            Self::Invalid => "invalid",
            Self::Refused => "refused",
            Self::Truncated => "truncated",
            Self::Malformed => "malformed",
            Self::Timeout => "timeout",
            Self::Transport => "transport",
            Self::CircuitOpen { .. } => "circuit-open",
            Self::Cancelled => "cancelled",
        })
    }
}

impl From<ModelError> for Failure {
    fn from(error: ModelError) -> Self {
        let transience = error.transience();
        let message = match error.help {
            Some(help) => format!("{}; {help}", error.message),
            None => error.message,
        };
        Self {
            transience,
            code: error.status.map(i64::from),
            ..Self::permanent(error.code.error_type(), message)
        }
    }
}
