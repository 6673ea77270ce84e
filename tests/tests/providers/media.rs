//! Whole runs with pictures, speech and tools that a model calls by itself, against another reading of the protocols.

use std::{fs, path::Path};

use serde_json::{Value as Json, json};
use tests::{
    models::ModelServer,
    process::{alone, command},
    workspace::Workspace,
};

/// One red pixel.
const PIXEL: &str = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==";

const PIPELINE: &str = "\
name: media
steps:
  - id: drawn
    tool: image-generation
    parameters:
      prompt: a red dot
      model: openai:gpt-image-1
      size: 800x600
      num_images: 2
      output_path: out
      filename: dot.png
  - id: painted
    tool: image-generation
    parameters: {prompt: a red dot too, model: google:imagen-3.0-generate-002, output_format: base64}
  - id: seen
    tool: image-analysis
    parameters:
      image: '{{ drawn.images[0].path }}'
      analysis_type: describe
      output_format: text
      model: openai:gpt-4o-mini
  - id: heard
    tool: audio-processing
    parameters: {audio: talk.wav, operation: transcribe, output_path: out/talk.txt}
  - id: looked
    action: generate
    model: openai:gpt-4o-mini
    tools: [filesystem]
    parameters: {prompt: look it up}
outputs:
  words: '{{ heard.transcription }}'
";

fn fixtures() -> Json {
    let when = |matches: Json, response: Json| json!({"match": matches, "response": response});
    let picture = || json!({"b64Json": PIXEL});
    let read = json!({"name": "filesystem", "arguments": {"action": "read", "path": "facts.txt"}});
    json!({"fixtures": [
        when(json!({"userMessage": "a red dot too"}), json!({"image": picture()})),
        when(json!({"userMessage": "a red dot"}), json!({"images": [picture(), picture()]})),
        when(json!({"endpoint": "transcription"}), json!({"transcription": {"text": "Good day."}})),
        when(json!({"userMessage": "Describe this picture"}), json!({"content": "A red dot."})),
        when(json!({"toolResultContains": "The owl is blue"}), json!({"content": "It is blue."})),
        when(json!({"userMessage": "look it up"}), json!({"toolCalls": [read]})),
    ]})
}

fn run(folder: &Path, server: &ModelServer) -> Json {
    let mut command = command(folder, &["run", "p.yaml", "--json"]);
    alone(&mut command, folder);
    for (provider, variable) in
        [("OPENAI", "OPENAI_BASE_URL"), ("GOOGLE", "GOOGLE_GEMINI_BASE_URL")]
    {
        command.env(format!("{provider}_API_KEY"), "none").env(variable, server.url());
    }
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    serde_json::from_slice(&output.stdout).expect(&said)
}

#[test]
fn pictures_speech_and_calls_of_tools_go_both_ways() {
    let name = "pictures_speech_and_calls_of_tools_go_both_ways";
    let workspace = Workspace::new(&[]);
    let folder = workspace.path();
    fs::write(folder.join("fixtures.json"), fixtures().to_string()).unwrap();
    let server = match ModelServer::aimock(&folder.join("fixtures.json")) {
        Ok(server) => server,
        Err(why) => return tests::skipped(name, &why),
    };
    fs::write(folder.join("p.yaml"), PIPELINE).unwrap();
    fs::write(folder.join("talk.wav"), b"RIFF----WAVEfmt ").unwrap();
    fs::write(folder.join("facts.txt"), "The owl is blue.").unwrap();
    let document = run(&folder, &server);
    assert_eq!(document["status"], "completed", "{document:#}");
    let value = |id: &str| document["steps"][id]["value"].clone();
    let images = value("drawn")["result"]["images"].clone();
    for (image, name) in images.as_array().unwrap().iter().zip(["out/dot_1.png", "out/dot_2.png"]) {
        assert_eq!(image["path"], name, "{images}");
        assert!(fs::read(folder.join(name)).unwrap().starts_with(b"\x89PNG"));
    }
    assert_eq!(value("painted")["result"]["images"][0]["base64"], PIXEL);
    assert_eq!(value("seen")["result"]["analysis"], "A red dot.");
    assert_eq!(document["outputs"]["words"], "Good day.");
    assert_eq!(fs::read_to_string(folder.join("out/talk.txt")).unwrap(), "Good day.");
    let looked = value("looked");
    assert_eq!(looked["result"], "It is blue.");
    assert_eq!(looked["tool_calls"][0]["tool"], "filesystem");

    // What went over the wire, as the other side read it.
    let journal = server.ask("GET", "/__aimock/journal", &Json::Null);
    let entries = journal.as_array().or_else(|| journal["entries"].as_array()).unwrap().clone();
    let with_picture = entries
        .iter()
        .any(|it| it["body"].to_string().contains(&format!("data:image/png;base64,{PIXEL}")));
    assert!(with_picture, "{journal:#}");
    assert!(entries.iter().any(|it| it["path"] == "/v1/audio/transcriptions"), "{journal:#}");
}

#[test]
fn who_makes_none_says_so() {
    let name = "who_makes_none_says_so";
    let Some(server) = ModelServer::shared(name) else { return };
    let workspace = Workspace::new(&[]);
    let folder = workspace.path();
    let steps = "name: none\nsteps:\n  - {id: s, tool: image-generation, parameters: {prompt: x, model: 'llamacpp:smollm2'}}\n";
    fs::write(folder.join("p.yaml"), steps).unwrap();
    let mut command = command(&folder, &["run", "p.yaml", "--json"]);
    alone(&mut command, &folder);
    let output = command.envs(server.variables()).output().unwrap();
    let document: Json = serde_json::from_slice(&output.stdout).unwrap();
    let error = document["steps"]["s"]["error"].as_str().unwrap();
    assert!(error.contains("`llamacpp` makes no pictures"), "{error}");
}
