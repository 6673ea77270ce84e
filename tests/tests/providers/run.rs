//! The whole program against servers of models.

use std::{
    fs,
    io::{BufRead as _, BufReader, Write as _},
    net::TcpListener,
    path::Path,
    process::Command,
};

use serde_json::{Value as Json, json};
use tests::{
    models::{MODEL, ModelServer},
    process::{alone, command},
    workspace::Workspace,
};

use crate::verdict::verdict;

const KEY: &str = "sk-very-secret-0123456789";

const PIPELINE: &str = "\
name: Ask
steps:
  - id: ask
    action: generate
    model: openai:gpt-4o-mini
    parameters:
      prompt: Say hello to number 0.
";

/// The binary with these variables alone.
fn call(workspace: &Workspace, arguments: &[&str], variables: &[(&str, &str)]) -> Command {
    let mut command = command(&workspace.path(), arguments);
    alone(&mut command, &workspace.path()).envs(variables.iter().copied());
    command
}

/// Files below a folder that hold a text.
fn holding(folder: &Path, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(holding(&path, text));
        } else if String::from_utf8_lossy(&fs::read(&path).unwrap_or_default()).contains(text) {
            found.push(path.display().to_string());
        }
    }
    found
}

#[test]
fn a_run_recovers_from_what_passes_and_keeps_no_key() {
    let server = match ModelServer::llmock() {
        Ok(server) => server,
        Err(why) => {
            return tests::skipped("a_run_recovers_from_what_passes_and_keeps_no_key", &why);
        }
    };
    let url = format!("{}/v1", server.url());
    let mut number = 0;
    let mut run = |fault: Json| {
        // The server takes what is asked twice for tried again.
        number += 1;
        let pipeline = PIPELINE.replace("number 0", &format!("number {number}"));
        let said = server.ask("POST", "/_llmock/scenario", &json!({"behaviors": [fault]}));
        assert_eq!(said["queued"], 1, "{said}");
        let workspace = Workspace::with("ask.yaml", &pipeline);
        let variables = [("OPENAI_API_KEY", KEY), ("OPENAI_BASE_URL", &*url)];
        let out = call(&workspace, &["run", "ask.yaml", "--json"], &variables).output().unwrap();
        let said = format!(
            "{}{}",
            String::from_utf8_lossy(&out.stdout),
            String::from_utf8_lossy(&out.stderr)
        );
        assert!(!said.contains(KEY), "{said}");
        assert_eq!(holding(&workspace.path(), KEY), [""; 0]);
        (out.status.code(), said)
    };
    for fault in [
        json!({"type": "fail", "status": 429, "retry_after": 0.3}),
        json!({"type": "fail", "status": 500}),
        json!({"type": "fail", "status": 529}),
        json!({"type": "stream_fault", "kind": "truncate", "after_chunks": 2}),
        json!({"type": "stream_fault", "kind": "disconnect", "after_chunks": 2}),
        json!({"type": "stream_fault", "kind": "malformed", "after_chunks": 2}),
    ] {
        let (code, said) = run(fault.clone());
        assert_eq!(code, Some(0), "{fault}: {said}");
        // What was turned away used nothing; of what broke off, nobody knows.
        let document = serde_json::Deserializer::from_str(&said).into_iter::<Json>().next();
        let usage = document.unwrap().unwrap()["usage"].clone();
        assert!(usage["output_tokens"].as_u64() > Some(0), "{fault}: {usage}");
        assert!(usage["cost"].as_f64() > Some(0.0), "{fault}: {usage}");
        let untold = usage["untold_calls"].as_u64().unwrap_or_default();
        assert_eq!(untold, u64::from(fault["type"] == "stream_fault"), "{fault}: {usage}");
    }
    for (status, kind) in [(401, "AuthenticationError"), (404, "ModelNotFoundError")] {
        let (code, said) = run(json!({"type": "fail", "status": status}));
        assert_eq!(code, Some(1), "{said}");
        assert!(said.contains(kind), "{said}");
    }
    let verdict = verdict(&server);
    assert_eq!(verdict["attempts"], 14, "{verdict:#}");
    assert_eq!(verdict["findings"], json!([]), "{verdict:#}");
}

#[test]
fn doctor_says_who_answers() {
    let Some(server) = ModelServer::shared("doctor_says_who_answers") else { return };
    let workspace = Workspace::new(&[]);
    let url = server.url();
    let variables = [
        ("LLAMACPP_BASE_URL", &*url),
        ("OPENAI_API_KEY", KEY),
        ("OPENAI_BASE_URL", "http://127.0.0.1:9"),
    ];
    let out = call(&workspace, &["doctor"], &variables).output().unwrap();
    let said = String::from_utf8_lossy(&out.stdout);
    assert!(said.contains("llamacpp: 1 model (`LLAMACPP_BASE_URL` of the environment)"), "{said}");
    assert!(said.contains("openai: not reachable: `openai`: it cannot be reached"), "{said}");
    assert!(!said.contains(KEY) && !said.contains(MODEL), "{said}");
}

#[test]
fn without_any_provider_a_run_names_what_was_looked_for() {
    let workspace = Workspace::with("ask.yaml", PIPELINE);
    let out = call(&workspace, &["run", "ask.yaml"], &[]).output().unwrap();
    let said =
        format!("{}{}", String::from_utf8_lossy(&out.stdout), String::from_utf8_lossy(&out.stderr));
    assert_eq!(out.status.code(), Some(2), "{said}");
    assert!(said.contains("OPENAI_API_KEY"), "{said}");
}

#[test]
fn others_are_asked_through_a_proxy_and_this_machine_is_not() {
    let proxy = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", proxy.local_addr().unwrap());
    let asked = std::thread::spawn(move || {
        let (stream, _) = proxy.accept().unwrap();
        let mut line = String::new();
        BufReader::new(&stream).read_line(&mut line).unwrap();
        let body = r#"{"data": [{"id": "m"}]}"#;
        write!(&stream, "HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len()).unwrap();
        line
    });
    let workspace = Workspace::new(&[]);
    let variables = [
        ("HTTP_PROXY", &*address),
        ("http_proxy", &*address),
        ("VLLM_BASE_URL", "http://models.invalid:8000"),
        ("OPENAI_BASE_URL", "http://127.0.0.1:9"),
    ];
    let mut command = call(&workspace, &["doctor"], &variables);
    let out = command.env_remove("NO_PROXY").env_remove("no_proxy").output().unwrap();
    let said = String::from_utf8_lossy(&out.stdout);
    assert!(said.contains("vllm: 1 model"), "{said}");
    assert!(said.contains("openai: not reachable"), "{said}");
    assert!(asked.join().unwrap().starts_with("GET http://models.invalid:8000/v1/models "));
}
