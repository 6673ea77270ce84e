//! JSON-RPC 2.0: what comes in, and the bytes of what goes out.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// Identity of a request, as the client chose it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum Id {
    Number(i64),
    Text(String),
}

/// Why a request has no result. The codes are those of JSON-RPC and LSP 3.17.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Code {
    ParseError = -32_700,
    InvalidRequest = -32_600,
    MethodNotFound = -32_601,
    InvalidParams = -32_602,
    InternalError = -32_603,
    ServerNotInitialized = -32_002,
    RequestFailed = -32_803,
    ServerCancelled = -32_802,
    ContentModified = -32_801,
    RequestCancelled = -32_800,
}

/// A refusal, in words for people.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Refusal {
    pub(crate) code: Code,
    pub(crate) message: String,
    pub(crate) data: Option<serde_json::Value>,
}

impl Refusal {
    pub(crate) fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), data: None }
    }
}

/// One message of the client.
#[derive(Debug)]
pub(crate) enum Incoming<'a> {
    Request { id: Id, method: Cow<'a, str>, params: Option<&'a RawValue> },
    Notification { method: Cow<'a, str>, params: Option<&'a RawValue> },
    Response { id: Id, failed: bool, result: Option<&'a RawValue> },
    Invalid { id: Option<Id>, reason: &'static str },
}

/// What a frame holds.
#[derive(Debug)]
pub(crate) enum Content<'a> {
    One(Incoming<'a>),
    Batch(Vec<Incoming<'a>>),
    NotJson,
}

#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(borrow, default)]
    id: Option<&'a RawValue>,
    #[serde(borrow, default)]
    method: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    params: Option<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "present")]
    result: Option<&'a RawValue>,
    #[serde(default)]
    error: Present,
}

/// Whether a member is there, `null` included.
#[derive(Clone, Copy, Default)]
struct Present(bool);

impl<'de> Deserialize<'de> for Present {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        serde::de::IgnoredAny::deserialize(deserializer).map(|_| Self(true))
    }
}

/// A member that is there, `null` included.
fn present<'de, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<&'de RawValue>, D::Error> {
    <&RawValue>::deserialize(deserializer).map(Some)
}

/// Reads the bytes of a frame. Never fails: what is wrong is in the answer.
pub(crate) fn read(bytes: &[u8]) -> Content<'_> {
    if bytes.trim_ascii_start().starts_with(b"[") {
        return match serde_json::from_slice::<Vec<&RawValue>>(bytes) {
            Ok(items) => {
                Content::Batch(items.into_iter().map(|item| read_one(item.get())).collect())
            }
            Err(_) => Content::NotJson,
        };
    }
    match serde_json::from_slice::<&RawValue>(bytes) {
        Ok(item) => Content::One(read_one(item.get())),
        Err(_) => Content::NotJson,
    }
}

fn read_one(text: &str) -> Incoming<'_> {
    let Ok(envelope) = serde_json::from_str::<Envelope<'_>>(text) else {
        return Incoming::Invalid {
            id: None,
            reason: "a message must be an object with a `method` of text",
        };
    };
    let id = envelope.id.map(|id| serde_json::from_str::<Id>(id.get()));
    match (envelope.method, id) {
        (Some(method), None) => Incoming::Notification { method, params: envelope.params },
        (Some(method), Some(Ok(id))) => Incoming::Request { id, method, params: envelope.params },
        (_, Some(Err(_))) => {
            Incoming::Invalid { id: None, reason: "an `id` must be a whole number or text" }
        }
        (None, Some(Ok(id))) if envelope.result.is_some() || envelope.error.0 => {
            Incoming::Response { id, failed: envelope.error.0, result: envelope.result }
        }
        (None, id) => Incoming::Invalid {
            id: id.and_then(Result::ok),
            reason: "a message needs a `method`, a `result` or an `error`",
        },
    }
}

/// The bytes of a successful answer.
pub(crate) fn answer(id: &Id, result: &impl Serialize) -> Vec<u8> {
    #[derive(Serialize)]
    struct Answer<'a, T> {
        jsonrpc: &'static str,
        id: &'a Id,
        result: &'a T,
    }
    bytes(&Answer { jsonrpc: "2.0", id, result })
}

/// The bytes of a refusal; without an id where the request had none that could be read.
pub(crate) fn refusal(id: Option<&Id>, refusal: &Refusal) -> Vec<u8> {
    #[derive(Serialize)]
    struct Answer<'a> {
        jsonrpc: &'static str,
        id: Option<&'a Id>,
        error: ErrorObject<'a>,
    }
    #[derive(Serialize)]
    struct ErrorObject<'a> {
        code: i32,
        message: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        data: Option<&'a serde_json::Value>,
    }
    let error = ErrorObject {
        code: refusal.code as i32,
        message: &refusal.message,
        data: refusal.data.as_ref(),
    };
    bytes(&Answer { jsonrpc: "2.0", id, error })
}

/// The bytes of a notification of ours.
pub(crate) fn notification(method: &str, params: &impl Serialize) -> Vec<u8> {
    #[derive(Serialize)]
    struct Notification<'a, T> {
        jsonrpc: &'static str,
        method: &'a str,
        params: &'a T,
    }
    bytes(&Notification { jsonrpc: "2.0", method, params })
}

/// The bytes of a request of ours.
pub(crate) fn request(id: &Id, method: &str, params: &impl Serialize) -> Vec<u8> {
    #[derive(Serialize)]
    struct Request<'a, T> {
        jsonrpc: &'static str,
        id: &'a Id,
        method: &'a str,
        params: &'a T,
    }
    bytes(&Request { jsonrpc: "2.0", id, method, params })
}

/// Serialises one of the types above; they hold nothing that JSON cannot.
fn bytes(message: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(message).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{Content, Incoming, read};

    fn kind(text: &str) -> String {
        let one = |incoming: &Incoming<'_>| match incoming {
            Incoming::Request { id, method, .. } => format!("request {id:?} {method}"),
            Incoming::Notification { method, .. } => format!("notification {method}"),
            Incoming::Response { id, failed, .. } => format!("response {id:?} {failed}"),
            Incoming::Invalid { id, .. } => format!("invalid {id:?}"),
        };
        match read(text.as_bytes()) {
            Content::One(incoming) => one(&incoming),
            Content::Batch(all) => {
                format!("[{}]", all.iter().map(one).collect::<Vec<_>>().join(", "))
            }
            Content::NotJson => "not json".to_owned(),
        }
    }

    #[test]
    fn tells_messages_apart() {
        for (text, expected) in [
            (r#"{"id": 1, "method": "a"}"#, "request Number(1) a"),
            (r#"{"id": "x", "method": "a\/b"}"#, "request Text(\"x\") a/b"),
            (r#"{"method": "a", "params": [1]}"#, "notification a"),
            (r#"{"id": 1, "result": null}"#, "response Number(1) false"),
            (r#"{"id": 1, "result": {}}"#, "response Number(1) false"),
            (r#"{"id": 1, "error": {}}"#, "response Number(1) true"),
            (r#"{"id": 1.5, "method": "a"}"#, "invalid None"),
            (r#"{"id": 7}"#, "invalid Some(Number(7))"),
            ("3", "invalid None"),
            ("[]", "[]"),
            (r#"[{"method": "a"}, 1]"#, "[notification a, invalid None]"),
            (r#"{"a":,,,}"#, "not json"),
            ("", "not json"),
        ] {
            assert_eq!(kind(text), expected, "{text}");
        }
    }
}
