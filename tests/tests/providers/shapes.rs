//! What no server of others does here, in the shapes that the providers' references show: pictures of Google, proxies.

use std::{
    fs,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpListener,
    path::Path,
    sync::mpsc::{Receiver, channel},
    thread,
};

use serde_json::{Value as Json, json};
use tests::{
    process::{alone, command},
    workspace::Workspace,
};

/// One red pixel.
const PIXEL: &str = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==";

/// A request: its first line, and its body.
type Heard = (String, String);

/// A server that answers one request after the other: what is given for the first line and the body. It tells what it heard.
fn serve(answer: impl Fn(&str, &str) -> String + Send + 'static) -> (u16, Receiver<Heard>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let (tell, heard) = channel();
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            let (mut first, mut length) = (String::new(), 0);
            let _ = reader.read_line(&mut first);
            loop {
                let mut line = String::new();
                let _ = reader.read_line(&mut line);
                let line = line.trim().to_ascii_lowercase();
                if let Some(value) = line.strip_prefix("content-length:") {
                    length = value.trim().parse().unwrap();
                }
                if line.is_empty() {
                    break;
                }
            }
            let mut body = vec![0; length];
            let _ = reader.read_exact(&mut body);
            let body = String::from_utf8_lossy(&body).into_owned();
            let written = answer(first.trim(), &body);
            let _ = tell.send((first.trim().to_owned(), body));
            let _ = stream.write_all(written.as_bytes());
        }
    });
    (port, heard)
}

fn json_answer(body: &Json) -> String {
    let body = body.to_string();
    format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    )
}

/// The document of a run; null where nothing ran.
fn run(folder: &Path, variables: &[(&str, &str)]) -> Json {
    let mut command = command(folder, &["run", "p.yaml", "--json", "--no-cache"]);
    alone(&mut command, folder);
    let output = command.envs(variables.iter().copied()).output().unwrap();
    serde_json::from_slice(&output.stdout).unwrap_or_default()
}

fn drawing(model: &str, prompt: &str) -> Workspace {
    let step = format!(
        "name: draw\nsteps:\n  - id: s\n    tool: image-generation\n    max_retries: 0\n    parameters: {{prompt: '{prompt}', model: '{model}', size: 1600x900, filename: dot.png}}\n"
    );
    Workspace::with("p.yaml", &step)
}

/// `generateContent` with pictures, and `predict`, as Google's reference has them.
fn google(first: &str, body: &str) -> String {
    let part = |data: &str| json!({"inlineData": {"mimeType": "image/png", "data": data}});
    let thought = json!({"thought": true, "inlineData": {"mimeType": "image/png", "data": "AAAA"}});
    let candidate = |parts: Json, reason: &str| json!({"content": {"role": "model", "parts": parts}, "finishReason": reason, "index": 0});
    let usage = json!({"promptTokenCount": 7, "candidatesTokenCount": 1290, "thoughtsTokenCount": 10, "totalTokenCount": 1307});
    let answer = if first.contains(":predict ") {
        match body.contains("withheld") {
            true => {
                json!({"predictions": [{"raiFilteredReason": "Unable to show generated images."}]})
            }
            false => {
                json!({"predictions": [{"mimeType": "image/png", "bytesBase64Encoded": PIXEL}]})
            }
        }
    } else if body.contains("blocked") {
        json!({"promptFeedback": {"blockReason": "PROHIBITED_CONTENT"}, "usageMetadata": {"promptTokenCount": 7}})
    } else if body.contains("withheld") {
        json!({"candidates": [{"finishReason": "IMAGE_SAFETY", "index": 0}], "usageMetadata": usage})
    } else {
        let parts = json!([thought, {"text": "Here it is."}, part(PIXEL)]);
        json!({"candidates": [candidate(parts, "STOP")], "usageMetadata": usage, "modelVersion": "x"})
    };
    json_answer(&answer)
}

#[test]
fn pictures_of_google_are_files_and_refusals_say_why() {
    let (port, heard) = serve(google);
    let url = format!("http://127.0.0.1:{port}");
    let variables = [("GOOGLE_GEMINI_BASE_URL", url.as_str()), ("GEMINI_API_KEY", "none")];
    for model in ["google:gemini-2.5-flash-image", "google:imagen-4.0-generate-001"] {
        let workspace = drawing(model, "a red dot");
        let document = run(&workspace.path(), &variables);
        let step = &document["steps"]["s"];
        assert_eq!(step["status"], "completed", "{document:#}");
        assert_eq!(
            step["value"]["result"]["images"][0]["path"], "generated_images/dot.png",
            "{step:#}"
        );
        assert!(
            fs::read(workspace.path().join("generated_images/dot.png"))
                .unwrap()
                .starts_with(b"\x89PNG")
        );
        let (first, body) = heard.recv().unwrap();
        let body: Json = serde_json::from_str(&body).unwrap();
        if model.contains("imagen") {
            assert!(first.starts_with("POST /v1beta/models/imagen-4.0-generate-001:predict "));
            assert_eq!(body["parameters"], json!({"sampleCount": 1, "aspectRatio": "16:9"}));
        } else {
            assert!(first.contains("/gemini-2.5-flash-image:generateContent "), "{first}");
            assert_eq!(body["generationConfig"]["imageConfig"]["aspectRatio"], "16:9");
            assert_eq!(document["usage"]["output_tokens"], 1300, "{:#}", document["usage"]);
        }
    }
    for (model, prompt, words) in [
        ("google:gemini-2.5-flash-image", "blocked", "PROHIBITED_CONTENT"),
        ("google:gemini-2.5-flash-image", "withheld", "IMAGE_SAFETY"),
        ("google:imagen-4.0-generate-001", "withheld", "Unable to show generated images"),
    ] {
        let document = run(&drawing(model, prompt).path(), &variables);
        let step = &document["steps"]["s"];
        assert_eq!(step["error_type"], "ModelRefusedError", "{step:#}");
        assert!(step["error"].as_str().unwrap().contains(words), "{step:#}");
        heard.recv().unwrap();
        assert!(heard.try_recv().is_err(), "what is declined is asked once");
    }
}

/// A stream of OpenAI's that says `hello`.
fn stream(_: &str, _: &str) -> String {
    let event = |delta: Json, reason: Json| {
        format!(
            "data: {}\n\n",
            json!({"id": "1", "object": "chat.completion.chunk", "model": "m", "choices": [{"index": 0, "delta": delta, "finish_reason": reason}]})
        )
    };
    let body = event(json!({"content": "hello"}), Json::Null)
        + &event(json!({}), json!("stop"))
        + "data: [DONE]\n\n";
    format!("HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n{body}")
}

#[test]
fn others_are_asked_through_a_proxy_and_this_machine_never() {
    let workspace = Workspace::with(
        "p.yaml",
        "name: ask\nsteps:\n  - {id: s, action: generate, model: 'vllm:m', max_retries: 0, parameters: {prompt: hi}}\n",
    );
    let (proxy, through) = serve(|first, body| match first.starts_with("CONNECT ") {
        true => {
            "HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\nconnection: close\r\n\r\n".to_owned()
        }
        // As a server, it is asked which models it has.
        false if first.contains("/models ") => json_answer(&json!({"data": [{"id": "m"}]})),
        false => stream(first, body),
    });
    let (here, direct) = serve(|first, body| match first.contains("/models ") {
        true => json_answer(&json!({"data": [{"id": "m"}]})),
        false => stream(first, body),
    });
    let proxy = format!("http://127.0.0.1:{proxy}");
    let status = |url: &str, further: (&str, &str)| {
        let variables =
            [("VLLM_BASE_URL", url), ("HTTP_PROXY", &proxy), ("HTTPS_PROXY", &proxy), further];
        let document = run(&workspace.path(), &variables);
        (document["status"].as_str().unwrap_or_default().to_owned(), document)
    };
    let firsts =
        |heard: &Receiver<Heard>| heard.try_iter().map(|(first, _)| first).collect::<Vec<_>>();

    // The name of a host that nobody has: only the proxy can find it.
    let (found, document) = status("http://models.invalid/v1", ("NO_PROXY", ""));
    assert_eq!(found, "completed", "{document:#}");
    let asked = firsts(&through);
    assert!(
        asked.iter().any(|it| it.starts_with("POST http://models.invalid/v1/chat/completions ")),
        "{asked:?}"
    );

    let (found, _) = status("https://models.invalid/v1", ("NO_PROXY", ""));
    assert_ne!(found, "completed");
    let asked = firsts(&through);
    assert!(
        asked.iter().all(|it| it.starts_with("CONNECT models.invalid:443 ")) && !asked.is_empty(),
        "{asked:?}"
    );

    let (found, _) = status("http://models.invalid/v1", ("NO_PROXY", "models.invalid"));
    assert_ne!(found, "completed");
    assert_eq!(firsts(&through), Vec::<String>::new());

    let (found, document) = status(&format!("http://127.0.0.1:{here}/v1"), ("NO_PROXY", ""));
    assert_eq!(found, "completed", "{document:#}");
    assert_eq!(firsts(&through), Vec::<String>::new());
    assert!(firsts(&direct).iter().any(|it| it.starts_with("POST /v1/chat/completions ")));
}
