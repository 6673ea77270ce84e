//! The cases.

use models::{Finish, Protocol};

use crate::{
    Case,
    Wanted::{self, Calls, Fails, Said, Used},
};

const STREAM: &str = "200 OK\ncontent-type: text/event-stream\nconnection: close";
const LINES: &str = "200 OK\ncontent-type: application/x-ndjson\nconnection: close";
const HTML: &str = "text/html; charset=utf-8";

pub(crate) fn all() -> Vec<Case> {
    let mut all = Vec::new();
    all.extend(framing());
    all.extend(chat());
    all.extend(responses());
    all.extend(anthropic());
    all.extend(google());
    all.extend(ollama());
    all.extend(statuses());
    all
}

fn case(what: &'static str, protocol: Protocol, body: impl Into<String>, wanted: Wanted) -> Case {
    let head = if protocol == Protocol::Ollama { LINES } else { STREAM };
    Case { what, protocol, head, body: body.into(), pieces: usize::MAX, wanted }
}

/// Server-sent events with this data.
fn events(data: &[&str]) -> String {
    data.iter().map(|it| format!("data: {it}\n\n")).collect()
}

/// Server-sent events of Anthropic's.
fn named(data: &[&str]) -> String {
    data.iter().map(|it| format!("event: x\ndata: {it}\n\n")).collect()
}

fn lines(data: &[&str]) -> String {
    data.iter().map(|it| format!("{it}\n")).collect()
}

const HI: &str = r#"{"choices":[{"delta":{"content":"hi"},"finish_reason":null}]}"#;
const END: &str = r#"{"choices":[{"delta":{},"finish_reason":"stop"}]}"#;
const DONE: &str = "[DONE]";

/// How streams are cut, whatever stands in them.
fn framing() -> Vec<Case> {
    let open = Protocol::OpenAi;
    let whole = events(&[HI, END, DONE]);
    let grin = events(&[
        r#"{"choices":[{"delta":{"content":"Grüße 👋🏽 東京"}}]}"#,
        r#"{"choices":[{"delta":{"content":" \ud83d\ude00"},"finish_reason":"stop"}]}"#,
        DONE,
    ]);
    let of = |head, body: String, wanted| Case { head, ..case("", open, body, wanted) };
    let stop = || Said("hi", Finish::Stop);
    let huge = "x".repeat(17 << 20);
    vec![
        case("lines end with CR LF", open, whole.replace('\n', "\r\n"), stop()),
        case("lines end with CR", open, whole.replace('\n', "\r"), stop()),
        case("a byte order mark", open, format!("\u{feff}{whole}"), stop()),
        case(
            "comments between",
            open,
            whole.replace("data: ", ": PROCESSING\n\nid: 7\nretry: 10\ndata: "),
            stop(),
        ),
        case("no space behind the colon", open, whole.replace("data: ", "data:"), stop()),
        case(
            "an event in several lines of data",
            open,
            whole.replace(r#"[{"delta""#, "[\ndata: {\"delta\""),
            stop(),
        ),
        Case {
            what: "byte by byte, also inside of characters",
            pieces: 1,
            ..case("", open, grin, Said("Grüße 👋🏽 東京 😀", Finish::Stop))
        },
        case("no `[DONE]`", open, events(&[HI, END]), stop()),
        case(
            "no `[DONE]`, and no end",
            open,
            events(&[HI]),
            Fails("TruncatedAnswerError", "stopped before its end"),
        ),
        case(
            "`[DONE]`, and no end",
            open,
            events(&[HI, DONE]),
            Fails("TruncatedAnswerError", "stopped before its end"),
        ),
        case("something behind `[DONE]`", open, format!("{whole}data: {{nonsense\n\n"), stop()),
        case("nothing at all", open, "", Fails("TruncatedAnswerError", "stopped before its end")),
        case(
            "a line without end",
            open,
            format!("data: {huge}"),
            Fails("MalformedAnswerError", "line without end"),
        ),
        Case {
            what: "chunks with extensions and a trailer",
            ..of(
                "200 OK\ncontent-type: text/event-stream\ntransfer-encoding: chunked",
                format!("{:x};name=value\r\n{whole}\r\n0\r\nX-Trailer: 1\r\n\r\n", whole.len()),
                stop(),
            )
        },
        Case {
            what: "chunks without their end",
            ..of(
                "200 OK\ncontent-type: text/event-stream\ntransfer-encoding: chunked",
                format!("{:x}\r\n{}\r\n", events(&[HI]).len(), events(&[HI])),
                Fails("TruncatedAnswerError", "broke off"),
            )
        },
        Case {
            what: "chunks of no size",
            ..of(
                "200 OK\ncontent-type: text/event-stream\ntransfer-encoding: chunked",
                format!("zz\r\n{whole}\r\n"),
                Fails("TruncatedAnswerError", "broke off"),
            )
        },
        Case {
            what: "compressed though nobody asked",
            ..of(
                "200 OK\ncontent-type: text/event-stream\ncontent-encoding: gzip",
                "\u{1f}\u{8b}".to_owned(),
                Fails("MalformedAnswerError", "compressed (`gzip`)"),
            )
        },
        Case { what: "no type", ..of("200 OK\nconnection: close", whole.clone(), stop()) },
        Case {
            what: "a page for people",
            ..of(
                "200 OK\ncontent-type: text/html\nconnection: close",
                "<html>Log in</html>".to_owned(),
                Fails("ModelNotFoundError", "page for people"),
            )
        },
    ]
}

fn chat() -> Vec<Case> {
    let open = Protocol::OpenAi;
    let of = |what, data: &[&str], wanted| case(what, open, events(data), wanted);
    vec![
        of(
            "content is null",
            &[
                r#"{"choices":[{"delta":{"role":"assistant","content":null,"tool_calls":null,"refusal":null},"finish_reason":null}],"usage":null}"#,
                HI,
                END,
                DONE,
            ],
            Said("hi", Finish::Stop),
        ),
        of("choices are null", &[r#"{"choices":null}"#, HI, END], Said("hi", Finish::Stop)),
        of(
            "the end is an empty word up to the last event",
            &[r#"{"choices":[{"delta":{"content":"half"},"finish_reason":""}]}"#],
            Fails("TruncatedAnswerError", "stopped before its end"),
        ),
        of("no usage", &[HI, END, DONE], Used(None, None)),
        of(
            "usage in an event of its own",
            &[HI, END, r#"{"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":1}}"#, DONE],
            Used(Some(3), Some(1)),
        ),
        of(
            "thoughts are no words",
            &[r#"{"choices":[{"delta":{"reasoning_content":"hm"}}]}"#, HI, END],
            Said("hi", Finish::Stop),
        ),
        of(
            "cut at its length",
            &[HI, r#"{"choices":[{"delta":{},"finish_reason":"length"}]}"#],
            Said("hi", Finish::Length),
        ),
        of(
            "the model declines",
            &[r#"{"choices":[{"delta":{"content":null,"refusal":"I'm sorry"}}]}"#, END],
            Fails("ModelRefusedError", "I'm sorry"),
        ),
        of(
            "the filter withholds it",
            &[HI, r#"{"choices":[{"delta":{},"finish_reason":"content_filter"}]}"#],
            Fails("ModelRefusedError", "filter"),
        ),
        of(
            "vLLM aborts",
            &[HI, r#"{"choices":[{"delta":{},"finish_reason":"abort"}]}"#],
            Fails("TruncatedAnswerError", "`abort`"),
        ),
        of(
            "DeepSeek has no room",
            &[r#"{"choices":[{"delta":{},"finish_reason":"insufficient_system_resource"}]}"#],
            Fails("TruncatedAnswerError", "insufficient_system_resource"),
        ),
        of(
            "an error behind words",
            &[HI, r#"{"error":{"message":"backend died","type":"server_error"}}"#],
            Fails("OverloadedError", "backend died"),
        ),
        of(
            "an error whose status is a text",
            &[r#"{"error":{"message":"slow down","code":"429"}}"#],
            Fails("RateLimitError", "slow down"),
        ),
        of(
            "an error beside its kind, as text-generation-inference has it",
            &[r#"{"error":"`inputs` must be smaller","error_type":"validation"}"#],
            Fails("ModelRequestError", "must be smaller"),
        ),
        of(
            "an error of the key",
            &[
                r#"{"error":{"message":"no such key sk-very-secret-0123456789","code":"invalid_api_key"}}"#,
            ],
            Fails("AuthenticationError", "[secret]"),
        ),
        of(
            "arguments in pieces, two calls in turns",
            &[
                r#"{"choices":[{"delta":{"tool_calls":[{"index":1,"id":"b","function":{"name":"add","arguments":""}}]}}]}"#,
                r#"{"choices":[{"delta":{"tool_calls":[{"index":0,"id":"a","function":{"name":"look","arguments":"{\"x"}}]}}]}"#,
                r#"{"choices":[{"delta":{"tool_calls":[{"index":1,"function":{"arguments":"{\"n\":2}"}},{"index":0,"function":{"arguments":"\":1}"}}]}}]}"#,
                r#"{"choices":[{"delta":{},"finish_reason":"tool_calls"}]}"#,
                DONE,
            ],
            Calls(&[("add", r#"{"n":2}"#), ("look", r#"{"x":1}"#)]),
        ),
        of(
            "calls that all stand at place 0, as Gemini has them",
            &[
                r#"{"choices":[{"delta":{"tool_calls":[{"index":0,"id":"a","function":{"name":"look","arguments":"{\"x\":1}"}}]}}]}"#,
                r#"{"choices":[{"delta":{"tool_calls":[{"index":0,"id":"b","function":{"name":"look","arguments":"{\"x\":2}"}}]}}]}"#,
                r#"{"choices":[{"delta":{},"finish_reason":"stop"}]}"#,
            ],
            Calls(&[("look", r#"{"x":1}"#), ("look", r#"{"x":2}"#)]),
        ),
        of(
            "calls without a place",
            &[
                r#"{"choices":[{"delta":{"tool_calls":[{"id":"a","function":{"name":"look","arguments":"{}"}},{"id":"b","function":{"name":"add","arguments":"{}"}}]},"finish_reason":"tool_calls"}]}"#,
            ],
            Calls(&[("look", "{}"), ("add", "{}")]),
        ),
        of(
            "name and id in every piece",
            &[
                r#"{"choices":[{"delta":{"tool_calls":[{"index":0,"id":"a","function":{"name":"look","arguments":"{\"x\""}}]}}]}"#,
                r#"{"choices":[{"delta":{"tool_calls":[{"index":0,"id":"a","function":{"name":"look","arguments":":1}"}}]}}]}"#,
                r#"{"choices":[{"delta":{},"finish_reason":"tool_calls"}]}"#,
            ],
            Calls(&[("look", r#"{"x":1}"#)]),
        ),
        of(
            "arguments of a call that was not begun",
            &[
                r#"{"choices":[{"delta":{"tool_calls":[{"index":3,"function":{"arguments":"{}"}}]}}]}"#,
            ],
            Fails("MalformedAnswerError", "has not begun"),
        ),
        of(
            "arguments that are no JSON",
            &[
                r#"{"choices":[{"delta":{"tool_calls":[{"index":0,"id":"a","function":{"name":"look","arguments":"{x: 1"}}]},"finish_reason":"tool_calls"}]}"#,
            ],
            Fails("MalformedAnswerError", "arguments of the model's call of `look`"),
        ),
        of(
            "an event that is a number",
            &["7", DONE],
            Fails("MalformedAnswerError", "not what the protocol says"),
        ),
    ]
}

fn responses() -> Vec<Case> {
    let of =
        |what, data: &[&str], wanted| case(what, Protocol::OpenAiResponses, events(data), wanted);
    const HI: &str = r#"{"type":"response.output_text.delta","delta":"hi"}"#;
    const END: &str = r#"{"type":"response.completed","response":{"usage":{"input_tokens":3,"output_tokens":1}}}"#;
    vec![
        of("words", &[HI, END], Said("hi", Finish::Stop)),
        of("usage", &[HI, END], Used(Some(3), Some(1))),
        of("no end", &[HI], Fails("TruncatedAnswerError", "stopped before its end")),
        of(
            "kinds of events that nobody knows",
            &[r#"{"type":"response.weather","delta":null}"#, HI, END],
            Said("hi", Finish::Stop),
        ),
        of(
            "it declines",
            &[r#"{"type":"response.refusal.delta","delta":"No."}"#, END],
            Fails("ModelRefusedError", "No"),
        ),
        of(
            "cut at its length",
            &[
                HI,
                r#"{"type":"response.incomplete","response":{"incomplete_details":{"reason":"max_output_tokens"}}}"#,
            ],
            Said("hi", Finish::Length),
        ),
        of(
            "it failed",
            &[
                r#"{"type":"response.failed","response":{"error":{"code":"server_error","message":"it broke"}}}"#,
            ],
            Fails("OverloadedError", "it broke"),
        ),
        of(
            "its window is full",
            &[
                r#"{"type":"error","code":"context_length_exceeded","message":"too long","param":"input"}"#,
            ],
            Fails("ContextOverflowError", "too long"),
        ),
    ]
}

fn anthropic() -> Vec<Case> {
    let of = |what, data: &[&str], wanted| case(what, Protocol::Anthropic, named(data), wanted);
    const START: &str = r#"{"type":"message_start","message":{"model":"claude-x","usage":{"input_tokens":3,"cache_read_input_tokens":null,"output_tokens":1}}}"#;
    const OPEN: &str =
        r#"{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}"#;
    const HI: &str =
        r#"{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"hi"}}"#;
    const STOP: &str = r#"{"type":"message_stop"}"#;
    const END: &str = r#"{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":2}}"#;
    vec![
        of("words", &[START, OPEN, r#"{"type":"ping"}"#, HI, END, STOP], Said("hi", Finish::Stop)),
        of("usage", &[START, OPEN, HI, END, STOP], Used(Some(3), Some(2))),
        of("no end", &[START, OPEN, HI, END], Fails("TruncatedAnswerError", "before its end")),
        of(
            "too much to do behind words",
            &[
                START,
                OPEN,
                HI,
                r#"{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}"#,
            ],
            Fails("OverloadedError", "Overloaded"),
        ),
        of(
            "too many questions, told in the stream",
            &[START, r#"{"type":"error","error":{"type":"rate_limit_error","message":"slow"}}"#],
            Fails("RateLimitError", "slow"),
        ),
        of(
            "it takes too long",
            &[START, r#"{"type":"error","error":{"type":"timeout_error","message":"late"}}"#],
            Fails("TimeoutError", "late"),
        ),
        of(
            "a pause is no end",
            &[
                START,
                OPEN,
                HI,
                r#"{"type":"message_delta","delta":{"stop_reason":"pause_turn"}}"#,
                STOP,
            ],
            Fails("TruncatedAnswerError", "pause_turn"),
        ),
        of(
            "safeguards end it",
            &[
                START,
                OPEN,
                HI,
                r#"{"type":"message_delta","delta":{"stop_reason":"refusal"}}"#,
                STOP,
            ],
            Fails("ModelRefusedError", "safeguards"),
        ),
        of(
            "cut at its length",
            &[
                START,
                OPEN,
                HI,
                r#"{"type":"message_delta","delta":{"stop_reason":"max_tokens"}}"#,
                STOP,
            ],
            Said("hi", Finish::Length),
        ),
        of(
            "thoughts, their signature and citations are no words",
            &[
                START,
                r#"{"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":""}}"#,
                r#"{"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"hm"}}"#,
                r#"{"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"x"}}"#,
                r#"{"type":"content_block_start","index":1,"content_block":{"type":"text","text":"h"}}"#,
                r#"{"type":"content_block_delta","index":1,"delta":{"type":"citations_delta","citation":{}}}"#,
                r#"{"type":"content_block_delta","index":1,"delta":{"type":"text_delta","text":"i"}}"#,
                END,
                STOP,
            ],
            Said("hi", Finish::Stop),
        ),
        of(
            "a tool of the server's own",
            &[
                START,
                r#"{"type":"content_block_start","index":0,"content_block":{"type":"server_tool_use","id":"s","name":"web_search","input":{}}}"#,
                r#"{"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"{}"}}"#,
                r#"{"type":"content_block_start","index":1,"content_block":{"type":"text","text":"hi"}}"#,
                END,
                STOP,
            ],
            Said("hi", Finish::Stop),
        ),
        of(
            "arguments in the start of their block",
            &[
                START,
                r#"{"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"a","name":"look","input":{"x":1}}}"#,
                r#"{"type":"message_delta","delta":{"stop_reason":"tool_use"}}"#,
                STOP,
            ],
            Calls(&[("look", r#"{"x":1}"#)]),
        ),
        of(
            "arguments in pieces",
            &[
                START,
                r#"{"type":"content_block_start","index":1,"content_block":{"type":"tool_use","id":"a","name":"look","input":{}}}"#,
                r#"{"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":""}}"#,
                r#"{"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":"{\"x\":"}}"#,
                r#"{"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":"1}"}}"#,
                r#"{"type":"message_delta","delta":{"stop_reason":"tool_use"}}"#,
                STOP,
            ],
            Calls(&[("look", r#"{"x":1}"#)]),
        ),
    ]
}

fn google() -> Vec<Case> {
    let of = |what, data: &[&str], wanted| case(what, Protocol::Google, events(data), wanted);
    const HI: &str = r#"{"candidates":[{"content":{"parts":[{"text":"hi"}],"role":"model"},"index":0}],"modelVersion":"g"}"#;
    const END: &str = r#"{"candidates":[{"finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":3,"candidatesTokenCount":1}}"#;
    vec![
        of("words", &[HI, END], Said("hi", Finish::Stop)),
        of("usage", &[HI, END], Used(Some(3), Some(1))),
        of("no end", &[HI], Fails("TruncatedAnswerError", "stopped before its end")),
        of(
            "the prompt is blocked",
            &[r#"{"promptFeedback":{"blockReason":"SAFETY"}}"#],
            Fails("ModelRefusedError", "blocks the prompt (SAFETY)"),
        ),
        of(
            "the answer is blocked",
            &[HI, r#"{"candidates":[{"finishReason":"SAFETY"}]}"#],
            Fails("ModelRefusedError", "(SAFETY)"),
        ),
        of(
            "it recites",
            &[HI, r#"{"candidates":[{"finishReason":"RECITATION","finishMessage":"a poem"}]}"#],
            Fails("ModelRefusedError", "a poem"),
        ),
        of(
            "cut at its length, with no words",
            &[r#"{"candidates":[{"content":{"role":"model"},"finishReason":"MAX_TOKENS"}]}"#],
            Said("", Finish::Length),
        ),
        of(
            "a call that cannot be made",
            &[r#"{"candidates":[{"content":{},"finishReason":"MALFORMED_FUNCTION_CALL"}]}"#],
            Fails("MalformedAnswerError", "MALFORMED_FUNCTION_CALL"),
        ),
        of(
            "a call without arguments",
            &[
                r#"{"candidates":[{"content":{"parts":[{"functionCall":{"name":"look"}}]},"finishReason":"STOP"}]}"#,
            ],
            Calls(&[("look", "{}")]),
        ),
        of(
            "thoughts are no words",
            &[
                r#"{"candidates":[{"content":{"parts":[{"text":"hm","thought":true},{"text":"hi"}]}}]}"#,
                END,
            ],
            Said("hi", Finish::Stop),
        ),
        of(
            "an error behind words",
            &[
                HI,
                r#"{"error":{"code":503,"message":"The model is overloaded.","status":"UNAVAILABLE"}}"#,
            ],
            Fails("OverloadedError", "overloaded"),
        ),
    ]
}

fn ollama() -> Vec<Case> {
    let of = |what, data: &[&str], wanted| case(what, Protocol::Ollama, lines(data), wanted);
    const HI: &str = r#"{"model":"m","message":{"role":"assistant","content":"hi"},"done":false}"#;
    const END: &str = r#"{"message":{"content":""},"done":true,"done_reason":"stop","prompt_eval_count":3,"eval_count":1}"#;
    vec![
        of("words", &[HI, "", END], Said("hi", Finish::Stop)),
        of("usage", &[HI, END], Used(Some(3), Some(1))),
        of("the last line has no end", &[HI, END.trim_end()], Said("hi", Finish::Stop)),
        of("no end", &[HI], Fails("TruncatedAnswerError", "stopped before its end")),
        of(
            "cut at its length",
            &[HI, r#"{"done":true,"done_reason":"length"}"#],
            Said("hi", Finish::Length),
        ),
        of(
            "it only loaded the model",
            &[
                r#"{"model":"m","message":{"role":"assistant","content":""},"done":true,"done_reason":"load"}"#,
            ],
            Fails("TruncatedAnswerError", "`load`"),
        ),
        of(
            "thoughts are no words",
            &[r#"{"message":{"content":"","thinking":"hm"},"done":false}"#, HI, END],
            Said("hi", Finish::Stop),
        ),
        of(
            "an error behind words",
            &[HI, r#"{"error":"an error was encountered while running the model"}"#],
            Fails("OverloadedError", "while running the model"),
        ),
        of(
            "arguments as a text",
            &[
                r#"{"message":{"content":"","tool_calls":[{"function":{"name":"look","arguments":"{\"x\":1}"}}]},"done":false}"#,
                END,
            ],
            Calls(&[("look", r#"{"x":1}"#)]),
        ),
    ]
}

/// What is said before a stream.
fn statuses() -> Vec<Case> {
    let of = |what, protocol, head, body: &str, wanted| Case {
        head,
        ..case(what, protocol, body, wanted)
    };
    let json = |status: &str| -> &'static str {
        format!("{status}\ncontent-type: application/json\nconnection: close").leak()
    };
    let page = |status: &str| -> &'static str {
        format!("{status}\ncontent-type: {HTML}\nconnection: close").leak()
    };
    let open = Protocol::OpenAi;
    vec![
        of(
            "HuggingFace loads the model",
            open,
            json("503 Service Unavailable"),
            r#"{"error":"Model m is currently loading","estimated_time":20.5}"#,
            Fails("OverloadedError", "currently loading"),
        ),
        of(
            "a page of a proxy",
            open,
            page("502 Bad Gateway"),
            "<html><h1>502 Bad Gateway</h1></html>",
            Fails("OverloadedError", "it answered 502"),
        ),
        of(
            "a page that nobody found",
            open,
            page("404 Not Found"),
            "<html>nginx</html>",
            Fails("ModelNotFoundError", "`peer` is set up by `providers`"),
        ),
        of(
            "the key is told back",
            open,
            json("401 Unauthorized"),
            r#"{"error":{"message":"Incorrect API key provided: sk-very-secret-0123456789."}}"#,
            Fails("AuthenticationError", "`PEER_KEY` of the environment"),
        ),
        of(
            "elsewhere",
            open,
            "308 Permanent Redirect\nlocation: http://127.0.0.1:1/\nconnection: close",
            "",
            Fails("ModelNotFoundError", "leads to another address"),
        ),
        of(
            "Anthropic has too much to do",
            Protocol::Anthropic,
            json("529 Overloaded"),
            r#"{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}"#,
            Fails("OverloadedError", "529"),
        ),
        of(
            "Anthropic's money is gone",
            Protocol::Anthropic,
            json("400 Bad Request"),
            r#"{"type":"error","error":{"type":"invalid_request_error","message":"Your credit balance is too low to access the Anthropic API."}}"#,
            Fails("QuotaError", "needs money"),
        ),
        of(
            "Google knows no such key",
            Protocol::Google,
            json("400 Bad Request"),
            r#"[{"error":{"code":400,"message":"API key not valid.","status":"INVALID_ARGUMENT","details":[{"reason":"API_KEY_INVALID"}]}}]"#,
            Fails("AuthenticationError", "API key not valid"),
        ),
        of(
            "Ollama has no such model",
            Protocol::Ollama,
            json("404 Not Found"),
            r#"{"error":"model 'm' not found"}"#,
            Fails("ModelNotFoundError", "model 'm' not found"),
        ),
        of(
            "Ollama's prompt is too long",
            Protocol::Ollama,
            json("400 Bad Request"),
            r#"{"error":"the input length exceeds the context length"}"#,
            Fails("ContextOverflowError", "context length"),
        ),
        of(
            "a stream in one piece",
            open,
            json("200 OK"),
            r#"{"choices":[{"message":{"content":"hi"},"finish_reason":"stop"}]}"#,
            Fails("ModelRequestError", "in one piece"),
        ),
        of(
            "a refusal under a good status",
            open,
            json("200 OK"),
            r#"{"error":{"message":"no money","code":"insufficient_quota"}}"#,
            Fails("QuotaError", "no money"),
        ),
    ]
}
