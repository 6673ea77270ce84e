//! What a provider says when it does not answer, in one vocabulary.
//!
//! Sources: the error pages of OpenAI, Anthropic and Google (`google.rpc.Status`), and the code of Ollama, llama.cpp, vLLM and
//! text-generation-inference. Statuses are those of RFC 9110, 529 is Anthropic's.

use std::time::Duration;

use jiff::{
    Timestamp,
    fmt::{rfc2822::DateTimeParser, strtime::BrokenDownTime},
    tz::Offset,
};
use reqwest::header::{HeaderMap, RETRY_AFTER};
use serde_json::Value as Json;

use crate::{Code, ModelError};

/// Whatever day of the week it says.
const DATES: DateTimeParser = DateTimeParser::new().relaxed_weekday(true);
/// Longest pause that the other side may ask for; the engine waits no longer either.
const PATIENCE: Duration = Duration::from_secs(3600);
/// Characters of what the other side said that are shown.
const SHOWN: usize = 400;

/// What the body of a refusal says.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Said {
    /// Its words.
    message: String,
    /// All machine-readable words in it (`type`, `code`, `status`, reasons), in lower case, with spaces between.
    kinds: String,
    /// The status that stands in the body.
    status: Option<u16>,
    /// The pause that stands in the body (Google's `RetryInfo`).
    pause: Option<Duration>,
}

/// Reads the body of a refusal; text that is no JSON is its own message.
pub(crate) fn said(body: &[u8]) -> Said {
    match serde_json::from_slice::<Json>(body) {
        Ok(json) => of_json(&json),
        Err(_) => {
            let text = String::from_utf8_lossy(body);
            // A page for people, from a proxy.
            let message = if text.contains('<') { String::new() } else { text.trim().to_owned() };
            Said { message, ..Said::default() }
        }
    }
}

/// The refusal that an event of a stream is, if it is one: an object with an `error`, or a list of one such (Google).
pub(crate) fn refusal_in(event: &Json) -> Option<ModelError> {
    let event = event.get(0).unwrap_or(event);
    event.get("error").filter(|it| !it.is_null())?;
    Some(of_json(event).refusal(None, None))
}

fn of_json(json: &Json) -> Said {
    let json = json.get(0).unwrap_or(json);
    let inner = match &json["error"] {
        Json::Null => json,
        error => error,
    };
    let words = ["message", "detail", "error"];
    let message = inner.as_str().map(str::to_owned).or_else(|| {
        words.iter().chain(&["msg"]).find_map(|key| match &inner[*key] {
            Json::Null => None,
            Json::String(text) => Some(text.clone()),
            other => Some(other.to_string()),
        })
    });
    let details = inner["details"].as_array().map(Vec::as_slice).unwrap_or_default();
    let violations = details.iter().filter_map(|it| it["violations"].as_array()).flatten();
    let kinds: Vec<&str> = ["type", "code", "status"]
        .iter()
        .filter_map(|key| inner[*key].as_str())
        .chain(json["error_type"].as_str())
        .chain(details.iter().filter_map(|it| it["reason"].as_str()))
        .chain(violations.filter_map(|it| it["quotaId"].as_str()))
        .collect();
    Said {
        message: message.unwrap_or_default(),
        kinds: kinds.join(" ").to_lowercase(),
        status: ["code", "status"].iter().find_map(|it| status(&inner[*it])),
        // HuggingFace says how long it will take to load the model.
        pause: details
            .iter()
            .find_map(|it| seconds(it["retryDelay"].as_str()?))
            .or_else(|| Duration::try_from_secs_f64(json["estimated_time"].as_f64()?).ok()),
    }
}

/// A status, which some write as a text.
fn status(written: &Json) -> Option<u16> {
    let number = written.as_u64().or_else(|| written.as_str()?.parse().ok())?;
    u16::try_from(number).ok()
}

/// `7s`, `0.5s`.
fn seconds(text: &str) -> Option<Duration> {
    let seconds: f64 = text.strip_suffix('s')?.parse().ok()?;
    Duration::try_from_secs_f64(seconds).ok()
}

impl Said {
    /// The error that it is. `status` is that of the answer, `pause` what its headers ask for.
    pub(crate) fn refusal(&self, status: Option<u16>, pause: Option<Duration>) -> ModelError {
        let status = status.or(self.status).filter(|it| (400..600).contains(it));
        let pause = pause.or(self.pause).map(|it| it.min(PATIENCE));
        let code = self.code(status, pause);
        let words = shown(&self.message);
        let message = match (status, words.as_str()) {
            (Some(status), "") => format!("it answered {status}"),
            (Some(status), words) => format!("it answered {status}: {words}"),
            (None, "") => "it broke the answer off without a reason".to_owned(),
            (None, words) => format!("it broke the answer off: {words}"),
        };
        ModelError { code, message, help: help(code).map(str::to_owned), status }
    }

    fn code(&self, status: Option<u16>, retry_after: Option<Duration>) -> Code {
        let message = self.message.to_lowercase();
        let says = |words: &[&str]| words.iter().any(|it| message.contains(it));
        let is = |kinds: &[&str]| kinds.iter().any(|it| self.kinds.contains(it));
        let asks_too_much = matches!(status, None | Some(400 | 413 | 422 | 500));
        if is(&["context_length_exceeded", "exceed_context_size", "string_above_max_length"])
            || status == Some(413)
            || (asks_too_much && says(OVERFLOW))
        {
            return Code::ContextOverflow;
        }
        if status == Some(402)
            || is(&["insufficient_quota", "billing", "perday", "credit"])
            || says(&["credit balance is too low", "exceeded your monthly", "included credits"])
        {
            return Code::Quota;
        }
        if is(&[
            "api_key_invalid",
            "invalid_api_key",
            "authentication",
            "permission_denied",
            "permission_error",
        ]) {
            return Code::Auth;
        }
        if is(&["content_filter", "content_policy", "content_blocked"]) {
            return Code::Refused;
        }
        match status {
            Some(401 | 403) => Code::Auth,
            Some(404 | 410) => Code::NotFound,
            Some(408 | 504) => Code::Timeout,
            Some(429) => Code::RateLimited { retry_after },
            Some(501) => Code::Invalid,
            Some(500) if says(UNPERCEIVED) => Code::Invalid,
            Some(409 | 425 | 500..) => Code::Overloaded { retry_after },
            Some(_) => Code::Invalid,
            None if is(&["rate_limit", "resource_exhausted", "too_many"]) => {
                Code::RateLimited { retry_after }
            }
            None if is(&["not_found"]) => Code::NotFound,
            None if is(&[
                "invalid_request",
                "invalid_argument",
                "invalid_prompt",
                "validation",
                "invalid_image",
            ]) =>
            {
                Code::Invalid
            }
            None if is(&["timeout"]) => Code::Timeout,
            None => Code::Overloaded { retry_after },
        }
    }
}

/// Words for a question that does not fit, of servers that have no code for it.
const OVERFLOW: &[&str] = &[
    "prompt is too long",
    "context length",
    "context size",
    "context window",
    "context limit",
    "maximum context",
    "maximum number of tokens",
    "exceeds the maximum number of",
    "max_new_tokens` must be",
    "too many tokens",
    "input is too large",
    "input is too long",
];

/// Words for pictures and sound at a model without that sense, of servers that take them for a fault of their own.
const UNPERCEIVED: &[&str] = &["image input is not supported", "audio input is not supported"];

/// What to do about it.
pub(super) fn help(code: Code) -> Option<&'static str> {
    Some(match code {
        Code::ContextOverflow => {
            "shorten the prompt, lower `max_tokens`, or name a model with a larger window (`downbeat models list`)"
        }
        Code::Quota => "the account needs money or a larger budget; waiting does not help",
        Code::Auth => "the key is wrong, has expired or may not use this model",
        Code::NotFound => {
            "the provider has no such model or address; `downbeat models list` says which models it has"
        }
        Code::Overloaded { .. } => "the provider has a fault or too much to do; try again later",
        Code::RateLimited { .. } => "ask less often, or let the step try again later",
        _ => return None,
    })
}

/// What the other side said, on one line and not too long.
fn shown(message: &str) -> String {
    let words: Vec<_> = message.split(|it: char| it.is_whitespace() || it.is_control()).collect();
    let line = words.into_iter().filter(|it| !it.is_empty()).collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or_default()),
        None => line.trim_end_matches('.').to_owned(),
    }
}

/// The pause that the headers of an answer ask for: `retry-after-ms`, or `Retry-After` of RFC 9110, seconds (with a fraction
/// at some) or a date; an hour at most.
pub(super) fn pause(headers: &HeaderMap) -> Option<Duration> {
    let text = |name: &str| headers.get(name)?.to_str().ok().map(str::trim);
    let number = |text: &str| text.parse::<f64>().ok().filter(|it| *it >= 0.0);
    let wait =
        |seconds: f64| Duration::try_from_secs_f64(seconds).unwrap_or(PATIENCE).min(PATIENCE);
    if let Some(milliseconds) = text("retry-after-ms").and_then(number) {
        return Some(wait(milliseconds / 1000.0));
    }
    let text = text(RETRY_AFTER.as_str())?;
    if let Some(seconds) = number(text) {
        return Some(wait(seconds));
    }
    let until = date(text)?;
    let wait = Duration::try_from(until.duration_since(Timestamp::now())).unwrap_or_default();
    Some(wait.min(PATIENCE))
}

/// A date of HTTP in any of the three forms that RFC 9110 (5.6.7) has recipients accept.
fn date(text: &str) -> Option<Timestamp> {
    let obsolete = |form: &str| {
        let parsed = BrokenDownTime::parse(form, text).ok()?;
        Offset::UTC.to_timestamp(parsed.to_datetime().ok()?).ok()
    };
    let plain = || DATES.parse_timestamp(text).ok();
    plain().or_else(|| obsolete("%A, %d-%b-%y %T GMT")).or_else(|| obsolete("%a %b %e %T %Y"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const NONE: Option<Duration> = None;

    #[test]
    fn refusals_of_all_providers_have_one_vocabulary() {
        let limited = Code::RateLimited { retry_after: NONE };
        let overloaded = Code::Overloaded { retry_after: NONE };
        for (status, body, code) in [
            (
                401,
                json!({"error": {"message": "Incorrect API key provided: sk-...", "code": "invalid_api_key"}}),
                Code::Auth,
            ),
            (403, json!({"error": "Forbidden"}), Code::Auth),
            (
                500,
                json!({"error": {"code": 500, "message": "image input is not supported", "type": "server_error"}}),
                Code::Invalid,
            ),
            (
                404,
                json!({"error": {"code": "model_not_found", "message": "no `x`"}}),
                Code::NotFound,
            ),
            (
                400,
                json!({"error": {"code": "context_length_exceeded", "message": "too long"}}),
                Code::ContextOverflow,
            ),
            (
                400,
                json!({"error": {"type": "exceed_context_size_error", "message": "x"}}),
                Code::ContextOverflow,
            ),
            (
                400,
                json!({"type": "error", "error": {"type": "invalid_request_error", "message": "prompt is too long: 9 tokens > 8 maximum"}}),
                Code::ContextOverflow,
            ),
            (
                400,
                json!([{"error": {"code": 400, "message": "The input token count (9) exceeds the maximum number of tokens allowed (8).", "status": "INVALID_ARGUMENT"}}]),
                Code::ContextOverflow,
            ),
            (
                422,
                json!({"error": "Input validation error: `inputs` tokens + `max_new_tokens` must be <= 8", "error_type": "validation"}),
                Code::ContextOverflow,
            ),
            (413, json!({}), Code::ContextOverflow),
            (
                400,
                json!({"error": {"type": "invalid_request_error", "message": "unknown field"}}),
                Code::Invalid,
            ),
            (422, json!({"detail": [{"msg": "bad"}]}), Code::Invalid),
            (
                429,
                json!({"error": {"code": "insufficient_quota", "message": "You exceeded your current quota"}}),
                Code::Quota,
            ),
            (
                429,
                json!({"error": {"code": "rate_limit_exceeded", "message": "slow down"}}),
                limited,
            ),
            (
                429,
                json!({"error": {"status": "RESOURCE_EXHAUSTED", "message": "You exceeded your current quota", "details": [{"violations": [{"quotaId": "GenerateRequestsPerMinute"}]}]}}),
                limited,
            ),
            (
                429,
                json!({"error": {"status": "RESOURCE_EXHAUSTED", "details": [{"violations": [{"quotaId": "GenerateRequestsPerDayPerProject"}]}]}}),
                Code::Quota,
            ),
            (
                400,
                json!({"error": {"type": "invalid_request_error", "message": "Your credit balance is too low to access the API"}}),
                Code::Quota,
            ),
            (402, json!({"error": "You have exceeded your monthly included credits"}), Code::Quota),
            (
                400,
                json!({"error": {"status": "INVALID_ARGUMENT", "message": "API key not valid.", "details": [{"reason": "API_KEY_INVALID"}]}}),
                Code::Auth,
            ),
            (400, json!({"error": {"code": "content_filter", "message": "x"}}), Code::Refused),
            (
                503,
                json!({"error": {"code": 503, "message": "Loading model", "type": "unavailable_error"}}),
                overloaded,
            ),
            (
                529,
                json!({"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}),
                overloaded,
            ),
            (500, json!({}), overloaded),
            (504, json!({}), Code::Timeout),
        ] {
            let error = of_json(&body).refusal(Some(status), None);
            assert_eq!(error.code, code, "{status} {body}");
            assert_eq!(error.status, Some(status));
        }
    }

    #[test]
    fn an_event_may_be_a_refusal() {
        let code = |event: Json| refusal_in(&event).map(|it| it.code);
        assert_eq!(code(json!({"choices": []})), None);
        assert_eq!(code(json!({"error": null})), None);
        let overloaded = Some(Code::Overloaded { retry_after: None });
        assert_eq!(
            code(json!({"type": "error", "error": {"type": "overloaded_error"}})),
            overloaded
        );
        assert_eq!(code(json!({"error": "the runner stopped"})), overloaded);
        assert_eq!(code(json!({"error": {"code": 404, "message": "x"}})), Some(Code::NotFound));
        assert_eq!(code(json!({"error": {"type": "invalid_request_error"}})), Some(Code::Invalid));
        let google = json!([{"error": {"code": 429, "details": [{"retryDelay": "2.5s"}]}}]);
        let pause = Some(Duration::from_millis(2500));
        assert_eq!(code(google), Some(Code::RateLimited { retry_after: pause }));
    }

    #[test]
    fn words_stand_on_one_line() {
        let message = |body: &[u8]| said(body).refusal(Some(500), None).message;
        assert_eq!(message(b"upstream\nfailed.\x1b[0m"), "it answered 500: upstream failed. [0m");
        assert_eq!(message(b"<html>Bad gateway</html>"), "it answered 500");
        assert!(message("x".repeat(5000).as_bytes()).len() < 500);
    }

    #[test]
    fn a_pause_is_seconds_or_a_date() {
        let wait = |name: &'static str, text: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(name, text.parse().unwrap());
            pause(&headers)
        };
        assert_eq!(wait("retry-after", "7"), Some(Duration::from_secs(7)));
        assert_eq!(wait("retry-after", "0.5"), Some(Duration::from_millis(500)));
        assert_eq!(wait("retry-after-ms", "20"), Some(Duration::from_millis(20)));
        assert_eq!(wait("retry-after", "1e300"), Some(PATIENCE));
        assert_eq!(wait("retry-after", "-1"), None);
        assert_eq!(wait("retry-after", "NaN"), None);
        assert_eq!(wait("retry-after", "soon"), None);
        assert_eq!(wait("retry-after", "Wed, 21 Oct 2015 07:28:00 GMT"), Some(Duration::ZERO));
        assert_eq!(wait("retry-after", "Wed, 21 Oct 2215 07:28:00 GMT"), Some(PATIENCE));
        assert_eq!(wait("retry-after", "Sunday, 06-Nov-94 08:49:37 GMT"), Some(Duration::ZERO));
        assert_eq!(wait("retry-after", "Sun Nov  6 08:49:37 1994"), Some(Duration::ZERO));
        assert_eq!(wait("retry-after", "Thu Nov  6 08:49:37 2194"), Some(PATIENCE));
        assert_eq!(date("Sun Nov  6 08:49:37 1994").unwrap().as_second(), 784_111_777);
        assert_eq!(date("Sunday, 06-Nov-94 08:49:37 GMT"), date("Sun Nov  6 08:49:37 1994"));
        assert_eq!(pause(&HeaderMap::new()), None);
    }
}
