//! What can go wrong with the web, and whether asking again may help.

use std::{error::Error, time::Duration};

use engine::tool::{Failure, Transience};
use jiff::{Timestamp, fmt::rfc2822::DateTimeParser};
use reqwest::{StatusCode, header::HeaderMap};

use super::address::Refused;

/// Whatever day of the week it says.
const DATES: DateTimeParser = DateTimeParser::new().relaxed_weekday(true);
/// Longest pause that the other side may ask for.
const PATIENCE: Duration = Duration::from_secs(3600);

/// A request without a page.
#[derive(Debug, thiserror::Error)]
pub(crate) enum WebError {
    /// The host may not be reached.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// `url` is no address.
    #[error("`{url}` is no address: {reason}")]
    Address { url: String, reason: String },
    /// Nothing came in time.
    #[error("`{url}` gave no answer within {seconds} s")]
    Slow { url: String, seconds: u64 },
    /// The connection failed.
    #[error("`{url}` cannot be reached: {reason}")]
    Unreachable { url: String, reason: String },
    /// An answer that is none.
    #[error("`{url}` answered {status}")]
    Status { url: String, status: StatusCode, retry_after: Option<Duration> },
    /// More than a tool takes.
    #[error("`{url}` sends more than {limit} MiB")]
    Large { url: String, limit: usize },
    /// Nothing that a tool can read.
    #[error("{0}")]
    Unreadable(String),
    /// A search engine wants no more questions for a while.
    #[error("{0}")]
    Busy(String),
    /// The host is not asked for now.
    #[error("{}", .0.message)]
    Closed(Failure),
    /// The call was cancelled.
    #[error("the request was ended because the call was cancelled")]
    Cancelled,
}

/// What an error tells of the host that was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tells {
    /// It answers.
    Answers,
    /// It does not answer, or fails in itself.
    Fails,
    /// Nothing.
    Nothing,
}

impl WebError {
    /// What this tells of the host.
    pub(super) fn tells(&self) -> Tells {
        match self {
            Self::Slow { .. } | Self::Unreachable { .. } => Tells::Fails,
            Self::Status { status, .. } if status.is_server_error() => Tells::Fails,
            Self::Status { .. } | Self::Large { .. } | Self::Unreadable(_) | Self::Busy(_) => {
                Tells::Answers
            }
            Self::Refused(_) | Self::Address { .. } | Self::Closed(_) | Self::Cancelled => {
                Tells::Nothing
            }
        }
    }

    /// What `reqwest` says about a request for `url`, which had `limit` to be answered.
    pub(super) fn of(error: &reqwest::Error, url: &str, limit: Duration) -> Self {
        let mut cause: Option<&(dyn Error + 'static)> = Some(error);
        let mut deepest = String::new();
        while let Some(inner) = cause {
            if let Some(refused) = inner.downcast_ref::<Refused>() {
                return Self::Refused(refused.clone());
            }
            deepest = inner.to_string();
            cause = inner.source();
        }
        let url = url.to_owned();
        if error.is_timeout() {
            Self::Slow { url, seconds: limit.as_secs() }
        } else if error.is_redirect() {
            Self::Unreadable(format!("`{url}` leads on and on: {deepest}"))
        } else {
            Self::Unreachable { url, reason: deepest }
        }
    }
}

impl From<WebError> for Failure {
    fn from(error: WebError) -> Self {
        let message = error.to_string();
        match error {
            WebError::Refused(_) => Self::permanent("PermissionError", message),
            WebError::Address { .. } | WebError::Large { .. } | WebError::Unreadable(_) => {
                Self::permanent("ValueError", message)
            }
            WebError::Slow { .. } => Self::transient("TimeoutError", message),
            WebError::Unreachable { .. } => Self::transient("ConnectionError", message),
            WebError::Busy(_) => Self::transient("RateLimitError", message),
            WebError::Closed(failure) => failure,
            WebError::Cancelled => Self::permanent("CancelledError", message),
            WebError::Status { status, retry_after, .. } => {
                let failure = Self::permanent("HTTPError", message);
                let transience = if is_transient(status) {
                    Transience::Transient { retry_after }
                } else {
                    Transience::Permanent
                };
                Self { transience, code: Some(status.as_u16().into()), ..failure }
            }
        }
    }
}

fn is_transient(status: StatusCode) -> bool {
    matches!(status.as_u16(), 408 | 409 | 429) || status.is_server_error()
}

/// `Retry-After` of RFC 9110: seconds, or a date; an hour at most.
pub(super) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get(reqwest::header::RETRY_AFTER)?.to_str().ok()?.trim();
    let wait = match text.parse() {
        Ok(seconds) => Duration::from_secs(seconds),
        Err(_) => {
            let until = DATES.parse_timestamp(text).ok()?;
            Duration::try_from(until.duration_since(Timestamp::now())).unwrap_or_default()
        }
    };
    Some(wait.min(PATIENCE))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use reqwest::header::{HeaderMap, RETRY_AFTER};

    use super::{PATIENCE, retry_after};

    fn wait(text: &str) -> Option<Duration> {
        let mut headers = HeaderMap::new();
        headers.insert(RETRY_AFTER, text.parse().unwrap());
        retry_after(&headers)
    }

    #[test]
    fn a_pause_is_seconds_or_a_date() {
        assert_eq!(wait("7"), Some(Duration::from_secs(7)));
        assert_eq!(wait("99999999"), Some(PATIENCE));
        assert_eq!(wait("Wed, 21 Oct 2015 07:28:00 GMT"), Some(Duration::ZERO));
        assert_eq!(wait("Wed, 21 Oct 2215 07:28:00 GMT"), Some(PATIENCE));
        assert_eq!(wait("soon"), None);
        assert_eq!(retry_after(&HeaderMap::new()), None);
    }
}
