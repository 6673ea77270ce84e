//! Whole runs with pictures, speech and tools that a model calls by itself, against another reading of the protocols.

use std::{fs, path::Path, process::Command};

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
  - id: endless
    action: generate
    model: openai:gpt-4o-mini
    tools: [filesystem]
    on_failure: continue
    parameters: {prompt: never stop}
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
        when(json!({"userMessage": "never stop"}), json!({"toolCalls": [&read]})),
        when(json!({"toolResultContains": "The owl is blue"}), json!({"content": "It is blue."})),
        when(json!({"userMessage": "look it up"}), json!({"toolCalls": [read]})),
    ]})
}

fn run(folder: &Path, server: &ModelServer) -> Json {
    let mut command = command(folder, &["run", "p.yaml", "--json"]);
    set_up(&mut command, folder, server);
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    serde_json::from_slice(&output.stdout).expect(&said)
}

/// OpenAI and Google are at that server, and nobody else is anywhere.
fn set_up(command: &mut Command, folder: &Path, server: &ModelServer) {
    alone(command, folder);
    for (provider, variable) in
        [("OPENAI", "OPENAI_BASE_URL"), ("GOOGLE", "GOOGLE_GEMINI_BASE_URL")]
    {
        command.env(format!("{provider}_API_KEY"), "none").env(variable, server.url());
    }
}

/// A server that answers by fixtures; nothing, said aloud, where it is not installed.
fn answering(test: &str, folder: &Path, fixtures: &Json) -> Option<ModelServer> {
    fs::write(folder.join("fixtures.json"), fixtures.to_string()).unwrap();
    ModelServer::aimock(&folder.join("fixtures.json"))
        .map_err(|why| tests::skipped(test, &why))
        .ok()
}

/// What the server was asked, in order.
fn asked(server: &ModelServer) -> Vec<Json> {
    let journal = server.ask("GET", "/__aimock/journal", &Json::Null);
    journal.as_array().or_else(|| journal["entries"].as_array()).unwrap().clone()
}

#[test]
fn pictures_speech_and_calls_of_tools_go_both_ways() {
    let name = "pictures_speech_and_calls_of_tools_go_both_ways";
    let workspace = Workspace::new(&[]);
    let folder = workspace.path();
    let Some(server) = answering(name, &folder, &fixtures()) else { return };
    fs::write(folder.join("p.yaml"), PIPELINE).unwrap();
    fs::write(folder.join("talk.wav"), b"RIFF----WAVEfmt ").unwrap();
    fs::write(folder.join("facts.txt"), "The owl is blue.").unwrap();
    let document = run(&folder, &server);
    for id in ["drawn", "painted", "seen", "heard", "looked"] {
        assert_eq!(document["steps"][id]["status"], "completed", "{document:#}");
    }
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
    let endless = &document["steps"]["endless"];
    assert_eq!(endless["error_type"], "EndlessCallsError", "{endless:#}");
    assert_eq!(endless["retries"], 0, "{endless:#}");

    // What went over the wire, as the other side read it.
    let entries = asked(&server);
    let with_picture = entries
        .iter()
        .any(|it| it["body"].to_string().contains(&format!("data:image/png;base64,{PIXEL}")));
    assert!(with_picture, "{entries:#?}");
    let told_to_end =
        |it: &&Json| it["body"].to_string().contains("No tool can be called any more");
    assert_eq!(entries.iter().filter(told_to_end).count(), 1, "{entries:#?}");
    assert!(entries.iter().any(|it| it["path"] == "/v1/audio/transcriptions"), "{entries:#?}");
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

/// Five seconds of a test picture with sound, as `film.mp4`; `false`, said aloud, where there is no ffmpeg.
fn film(test: &str, folder: &Path) -> bool {
    let mut command = Command::new("ffmpeg");
    command.args(["-v", "error", "-f", "lavfi", "-i", "testsrc=duration=5:size=320x180:rate=25"]);
    command.args(["-f", "lavfi", "-i", "sine=frequency=440:duration=5"]);
    command.args(["-pix_fmt", "yuv420p", "film.mp4"]).current_dir(folder);
    let made = command.status().is_ok_and(|it| it.success());
    if !made {
        tests::skipped(test, "there is no ffmpeg: `cargo xtask test` installs it");
    }
    made
}

const FILM: &str = "\
name: film
steps:
  - id: seen
    tool: video-processing
    action: execute
    parameters: {video: film.mp4, operation: analyze}
  - id: told
    tool: video-processing
    parameters: {video: film.mp4, operation: summarize, frame_interval: 0.5, model: openai:gpt-4o-mini}
  - id: frames
    tool: video-processing
    parameters: {video: film.mp4, operation: extract_frames, output_path: out}
  - id: first
    tool: image-analysis
    parameters: {image: '{{ frames.frames[0] }}', analysis_type: describe, output_format: text, model: openai:gpt-4o-mini}
outputs:
  summary: '{{ seen.analysis.summary }}'
  size: '{{ seen.analysis.video_info.resolution }}'
  objects: \"{{ seen.analysis.detected_objects | join(', ') }}\"
";

#[test]
fn a_model_looks_at_a_film() {
    let name = "a_model_looks_at_a_film";
    let workspace = Workspace::new(&[]);
    let folder = workspace.path();
    let seen = |time: f64| {
        json!({
            "summary": "A pattern moves.", "objects": ["pattern", "digits"],
            "moments": [{"time": time, "description": "A digit changes."}],
        })
    };
    let fixtures = json!({"fixtures": [
        {"match": {"userMessage": "These pictures are of one film"}, "response": {"content": seen(1.3).to_string()}},
        {"match": {"userMessage": "Sum up in some sentences"}, "response": {"content": "{\"summary\": \"It moves all the time.\"}"}},
        {"match": {"userMessage": "Describe this picture"}, "response": {"content": "Colours."}},
    ]});
    let Some(server) = answering(name, &folder, &fixtures) else { return };
    if !film(name, &folder) {
        return;
    }
    fs::write(folder.join("p.yaml"), FILM).unwrap();
    let document = run(&folder, &server);
    assert_eq!(document["status"], "completed", "{document:#}");
    let outputs =
        json!({"summary": "A pattern moves.", "size": "320x180", "objects": "pattern, digits"});
    assert_eq!(document["outputs"], outputs);
    let result = |id: &str| document["steps"][id]["value"]["result"].clone();
    let analysis = &result("seen")["analysis"];
    // The moment of a picture that was shown.
    assert_eq!(analysis["key_moments"][0]["time"], 1.0, "{analysis:#}");
    assert_eq!(analysis["scene_changes"], json!([]));
    assert!(analysis.get("pictures").is_none());
    assert!(result("seen")["metadata"]["model"].as_str().unwrap().contains(':'));
    // Ten pictures are shown in two parts, and summed up.
    assert_eq!(result("told")["summary"], "It moves all the time.");
    assert_eq!(result("told")["key_moments"].as_array().unwrap().len(), 2);
    assert_eq!(result("frames")["frames"].as_array().unwrap().len(), 5);
    assert_eq!(document["steps"]["frames"]["model"], Json::Null);
    assert_eq!(result("first")["analysis"], "Colours.");
    let before = asked(&server);
    let shown = |entry: &Json| entry["body"].to_string().matches("image/jpeg").count();
    assert!(before.iter().any(|it| shown(it) == 8), "{before:#?}");

    // What only looks at the same film is not asked again; another film is.
    let again = run(&folder, &server);
    assert_eq!(again["outputs"], outputs);
    for id in ["seen", "told"] {
        assert_eq!(again["steps"][id]["cached"], true, "{id}");
    }
    assert_eq!(again["steps"]["frames"]["cached"], false);
    let count = asked(&server).len();
    let mut shorter = Command::new("ffmpeg");
    shorter.args(["-v", "error", "-y", "-i", "out/frame_0000.jpg", "-t", "1", "film.mp4"]);
    assert!(shorter.current_dir(&folder).status().unwrap().success());
    run(&folder, &server);
    assert!(asked(&server).len() > count);
}

#[test]
fn pictures_and_sound_of_a_film_need_no_model() {
    let name = "pictures_and_sound_of_a_film_need_no_model";
    let workspace = Workspace::new(&[]);
    let folder = workspace.path();
    if !film(name, &folder) {
        return;
    }
    let run = |operation: &str| {
        let text = format!(
            "name: f\nsteps:\n  - {{id: s, tool: video-processing, parameters: {{video: film.mp4, operation: {operation}}}}}\n"
        );
        fs::write(folder.join("p.yaml"), text).unwrap();
        let mut command = command(&folder, &["run", "p.yaml", "--json"]);
        alone(&mut command, &folder);
        let output = command.output().unwrap();
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    for operation in ["extract_frames", "extract_audio"] {
        let (code, said) = run(operation);
        assert_eq!(code, Some(0), "{operation}: {said}");
    }
    assert!(folder.join("video_output/film.m4a").is_file());
    let (code, said) = run("analyze");
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains("no model can answer the step `s`"), "{said}");
}

#[test]
fn a_fault_is_found_with_tools_and_the_content_holds() {
    let name = "a_fault_is_found_with_tools_and_the_content_holds";
    let workspace = Workspace::new(&[]);
    let folder = workspace.path();
    let answer = |solution: &str| {
        json!({
            "analysis": "A comma is too much.", "cause": "JSON has none behind the last item.",
            "solution": solution, "changes": ["The comma is gone."], "confidence": 0.9,
        })
        .to_string()
    };
    let read = json!({"name": "filesystem", "arguments": {"action": "read", "path": "facts.txt"}});
    let when = |matches: Json, response: Json| json!({"match": matches, "response": response});
    let fixtures = json!({"fixtures": [
        when(json!({"userMessage": "The content in `solution` cannot be used: it is no JSON"}), json!({"content": answer("{\"a\": 1}")})),
        when(json!({"userMessage": "Now give your answer as JSON alone"}), json!({"content": answer("{\"a\": 1,}")})),
        when(json!({"toolResultContains": "no commas"}), json!({"content": "It is the comma."})),
        when(json!({"userMessage": "Find the fault"}), json!({"toolCalls": [read]})),
    ]});
    let Some(server) = answering(name, &folder, &fixtures) else { return };
    fs::write(folder.join("facts.txt"), "no commas at the end").unwrap();
    let pipeline = |tools: &str| {
        format!(
            "\
name: mended
steps:
  - id: mend
    tool: auto_debugger
    model: openai:gpt-4o-mini
    parameters:
      task_description: It cannot be loaded
      content_to_debug: '{{\"a\": 1,}}'
      error_context: trailing comma
      available_tools: [{tools}]
outputs:
  content: '{{{{ mend.solution }}}}'
"
        )
    };
    fs::write(folder.join("p.yaml"), pipeline("filesystem")).unwrap();
    let document = run(&folder, &server);
    assert_eq!(document["status"], "completed", "{document:#}");
    let result = document["steps"]["mend"]["value"]["result"].clone();
    assert_eq!(result["solution"], "{\"a\": 1}");
    assert_eq!(result["format"], "json");
    assert_eq!(result["attempts"], 2);
    assert_eq!(result["tool_calls"][0]["tool"], "filesystem");
    assert_eq!(result["confidence"], 0.9);

    // A tool that there is not is no tool to lend.
    fs::write(folder.join("p.yaml"), pipeline("filesytem")).unwrap();
    let mut refused = command(&folder, &["run", "p.yaml"]);
    set_up(&mut refused, &folder, &server);
    let output = refused.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("did you mean `filesystem`"), "{said}");
}

#[test]
fn content_that_never_holds_is_an_error() {
    let name = "content_that_never_holds_is_an_error";
    let workspace = Workspace::new(&[]);
    let folder = workspace.path();
    let answer = json!({
        "analysis": "It is indented.", "cause": "A space.", "solution": "steps:\n  - id: a\n   tool: x\n",
        "changes": [], "confidence": 0.1,
    }).to_string();
    let fixtures = json!({"fixtures": [{"match": {"userMessage": "solution"}, "response": {"content": answer}}]});
    let Some(server) = answering(name, &folder, &fixtures) else { return };
    let text = "name: never\nsteps:\n  - id: mend\n    tool: auto_debugger\n    model: openai:gpt-4o-mini\n    parameters:\n      task_description: Mend it\n      content_to_debug: \"steps:\\n - id: a\\n  tool: x\\n\"\n";
    fs::write(folder.join("p.yaml"), text).unwrap();
    let document = run(&folder, &server);
    let step = &document["steps"]["mend"];
    assert_eq!(step["status"], "failed", "{document:#}");
    assert!(step["error"].as_str().unwrap().contains("it is no YAML in line 3"), "{step:#}");
    assert_eq!(asked(&server).len(), 3);
}
