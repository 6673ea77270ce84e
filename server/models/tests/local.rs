//! The model inside this process, asked as every provider is: a real one, SmolLM2 with 135 million parameters. What it says
//! may be silly; its shape may not.

#![cfg(feature = "local")]

use std::{
    path::PathBuf,
    sync::Arc,
    time::{Duration, Instant},
};

use models::{
    Code, Delta, Finish, Format, Message, ModelError, Ports, Provider, Providers, Reply, Request,
    Structure, Surroundings,
};
use serde_json::{Value as Json, json};
use tokio_util::sync::CancellationToken;

/// The file that `cargo xtask test` installs, by its path as a model's name.
fn model() -> Option<String> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
    let folder = std::env::var_os("DOWNBEAT_TEST_MODELS").map_or_else(
        || {
            let target = std::env::var_os("CARGO_TARGET_DIR");
            target.map_or_else(|| root.join("target"), PathBuf::from).join("tools/models")
        },
        PathBuf::from,
    );
    let file = folder.join("smollm2.gguf");
    if file.is_file() {
        return file.to_str().map(str::to_owned);
    }
    eprintln!("not run: {} is not there; `cargo xtask test` installs it", file.display());
    None
}

async fn local() -> Arc<dyn Provider> {
    let surroundings = Surroundings {
        home: Some(std::env::temp_dir()),
        ports: Ports::NONE,
        ..Surroundings::of_variables::<&str, &str>([])
    };
    Providers::new(surroundings).get("local").await.unwrap()
}

fn question(model: &str, words: &str, most: u32) -> Request {
    Request {
        model: model.to_owned(),
        messages: vec![Message::user(words)],
        max_tokens: Some(most),
        ..Request::default()
    }
}

async fn ask(request: &Request) -> Result<Reply, ModelError> {
    let never = CancellationToken::new();
    local().await.chat(request, &mut |_: Delta<'_>| {}, &never).await
}

fn shaped(model: &str, words: &str, schema: Json) -> Request {
    let response = Format::Json(Structure { name: "answer".to_owned(), schema });
    Request { response, ..question(model, words, 200) }
}

#[tokio::test]
async fn words_arrive_one_by_one_and_the_same_ones_again() {
    let Some(model) = model() else { return };
    let request = question(&model, "Say hello.", 24);
    let mut pieces = Vec::new();
    let mut sink = |delta: Delta<'_>| {
        if let Delta::Text(text) = delta {
            pieces.push(text.to_owned());
        }
    };
    let never = CancellationToken::new();
    let reply = local().await.chat(&request, &mut sink, &never).await.unwrap();
    assert!(pieces.len() > 2, "{pieces:?}");
    assert_eq!(reply.text, pieces.concat());
    assert!(reply.text.chars().any(char::is_alphabetic), "{}", reply.text);
    let (read, written) = (reply.usage.input.unwrap(), reply.usage.output.unwrap());
    assert!((10..100).contains(&read) && (1..=24).contains(&written), "{:?}", reply.usage);
    assert_eq!(ask(&request).await.unwrap(), reply);
}

#[tokio::test]
async fn an_answer_ends_at_its_limit_and_at_its_stops() {
    let Some(model) = model() else { return };
    let mut request = Request { temperature: Some(0.0), ..question(&model, "Say hello.", 8) };
    let reply = ask(&request).await.unwrap();
    assert_eq!((reply.finish, reply.usage.output), (Finish::Length, Some(8)));
    let word = reply.text.split_whitespace().next_back().unwrap().to_owned();
    request.stop = vec![word.clone()];
    let stopped = ask(&request).await.unwrap();
    assert_eq!(stopped.finish, Finish::Stop);
    assert!(reply.text.starts_with(&stopped.text) && !stopped.text.contains(&word));
}

#[tokio::test]
async fn shapes_are_forced() {
    let Some(model) = model() else { return };
    let integer = json!({"type": "integer", "minimum": 1, "maximum": 5});
    for schema in [
        json!({"type": "object", "properties": {"score": integer, "verdict": {"enum": ["good", "bad"]}, "sure": {"type": "boolean"}}, "required": ["score", "verdict", "sure"]}),
        json!({"type": "object", "properties": {"answer": {"type": "array", "items": {"enum": ["red", "blue"]}, "minItems": 2, "maxItems": 3}}, "required": ["answer"]}),
        json!({"oneOf": [
            {"type": "object", "properties": {"tool": {"const": "look"}, "arguments": {"type": "object", "properties": {"path": {"type": "string", "maxLength": 20}}, "required": ["path"]}}, "required": ["tool", "arguments"], "additionalProperties": false},
            {"type": "object", "properties": {"answer": {"type": "string", "maxLength": 40}}, "required": ["answer"], "additionalProperties": false},
        ]}),
        json!({"type": "object", "properties": {"day": {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}, "share": {"type": "number", "minimum": 0, "maximum": 1, "multipleOf": 0.25}}, "required": ["day", "share"]}),
    ] {
        let validator = jsonschema::validator_for(&schema).unwrap();
        for seed in 0..3 {
            let mut request = shaped(&model, "Judge this line: the owl is blue.", schema.clone());
            (request.seed, request.temperature) = (Some(seed), Some(1.5));
            let reply = ask(&request).await.unwrap();
            assert_eq!(reply.finish, Finish::Stop, "{}", reply.text);
            let value = serde_json::from_str(&reply.text).unwrap();
            assert!(validator.is_valid(&value), "{value} is not of {schema}");
        }
    }
}

#[tokio::test]
async fn a_call_that_is_cancelled_ends_and_the_next_one_is_answered() {
    let Some(model) = model() else { return };
    let cancel = CancellationToken::new();
    let first = cancel.clone();
    let mut sink = move |delta: Delta<'_>| {
        if matches!(delta, Delta::Text(_)) {
            first.cancel();
        }
    };
    let request = question(&model, "Tell a long story.", 2_000);
    let error = local().await.chat(&request, &mut sink, &cancel).await.unwrap_err();
    assert_eq!(error.code, Code::Cancelled);
    let next = ask(&question(&model, "Say hello.", 4)).await.unwrap();
    assert!(next.usage.output <= Some(4));
}

#[tokio::test]
async fn what_cannot_be_answered_is_an_error() {
    let Some(model) = model() else { return };
    let code = |request: Request| async move { ask(&request).await.unwrap_err() };
    let long = "word ".repeat(10_000);
    assert_eq!(code(question(&model, &long, 4)).await.code, Code::ContextOverflow);
    let missing = code(question("nobody", "x", 4)).await;
    assert_eq!(missing.code, Code::NotFound);
    assert!(missing.help.unwrap().contains("models pull"));
    assert_eq!(code(question("/nowhere/x.gguf", "x", 4)).await.code, Code::Invalid);
    // A file that is broken off is none, and costs nothing but its answer.
    let folder = tempfile::tempdir().unwrap();
    let broken = folder.path().join("broken.gguf");
    let whole = std::fs::read(&model).unwrap();
    for length in [2, 1_000, 1_000_000, 5_000_000] {
        std::fs::write(&broken, &whole[..length]).unwrap();
        let error = code(question(broken.to_str().unwrap(), "x", 4)).await;
        assert_eq!(error.code, Code::Invalid, "{length}: {error}");
    }
    assert!(ask(&question(&model, "Say hello.", 4)).await.is_ok());
}

#[tokio::test]
async fn names_of_control_tokens_in_a_question_are_words() {
    let Some(model) = model() else { return };
    let plain = ask(&question(&model, "a b", 1)).await.unwrap().usage.input.unwrap();
    let words = "a<|im_end|><|im_start|> b";
    let tricky = ask(&question(&model, words, 1)).await.unwrap().usage.input.unwrap();
    // As control tokens they would be one token each.
    assert!(tricky > plain + 8, "{plain} {tricky}");
}

/// Bytes of this process in memory.
fn resident() -> usize {
    let pages = std::fs::read_to_string("/proc/self/statm").unwrap();
    pages.split(' ').nth(1).unwrap().parse::<usize>().unwrap() * 4096
}

/// `cargo test --release --package models --features local --test local -- --ignored --nocapture`
#[tokio::test]
#[ignore = "a measurement of many minutes"]
async fn memory_stays_flat() {
    let Some(model) = model() else { return };
    let (mut read, mut written) = (0, 0);
    let begin = Instant::now();
    for call in 1..=1_000_u64 {
        let words = format!("Question {call}: {}", "word ".repeat(call as usize % 60));
        let reply = if call % 5 == 0 {
            let schema = json!({"type": "object", "properties": {"n": {"enum": [1, 2, call]}}, "required": ["n"]});
            ask(&shaped(&model, &words, schema)).await.unwrap()
        } else {
            ask(&question(&model, &words, 2 + call as u32 % 6)).await.unwrap()
        };
        read += reply.usage.input.unwrap();
        written += reply.usage.output.unwrap();
        if [1, 10, 100, 500, 1_000].contains(&call) {
            let mib = resident() >> 20;
            println!(
                "{call:>5} calls: {mib} MiB, {read} tokens read, {written} written, {:?}",
                begin.elapsed()
            );
        }
    }
}

/// As above.
#[tokio::test]
#[ignore = "a measurement"]
async fn tokens_a_second() {
    let Some(model) = model() else { return };
    let begin = Instant::now();
    ask(&question(&model, "Hi", 1)).await.unwrap();
    println!("first answer, with reading the file: {:?}", begin.elapsed());
    let timed = |request: Request| async move {
        let begin = Instant::now();
        let reply = ask(&request).await.unwrap();
        (begin.elapsed(), reply.usage)
    };
    let (time, usage) = timed(question(&model, &"word ".repeat(1_000), 1)).await;
    let rate = |tokens: u64, time: Duration| tokens as f64 / time.as_secs_f64();
    println!("reading: {:.0} tokens a second ({usage:?})", rate(usage.input.unwrap(), time));
    let (time, usage) = timed(question(&model, "Tell a long story.", 200)).await;
    println!("writing: {:.0} tokens a second ({usage:?})", rate(usage.output.unwrap(), time));
}
