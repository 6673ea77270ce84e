//! What a real model says of real pipelines, as far as it gets through. The model is small and says much that is not so.

use std::{fs, process::Command};

use serde_json::Value as Json;
use tests::models::ModelServer;

const PIPELINES: &[&str] = &[
    "examples/basic/simple_research.yaml",
    "examples/supported/02_parallel_fanout_fanin.yaml",
    "examples/control_flow_for_loop.yaml",
];

#[test]
fn no_unknown_name_gets_through_from_a_real_model() {
    let test = "no_unknown_name_gets_through_from_a_real_model";
    let Some(shared) = tests::shared() else {
        return tests::skipped(test, "no folder of real pipelines");
    };
    let Some(server) = ModelServer::shared(test) else { return };
    let folder = tempfile::tempdir().unwrap();
    let mut said = 0;
    for file in PIPELINES {
        let path = shared.join("corpus").join(file);
        let out = Command::new(tests::binary())
            .args(["explain", "--words", "--format", "json"])
            .arg(&path)
            .envs(server.variables())
            .env("HOME", folder.path())
            .output()
            .unwrap();
        let err = String::from_utf8_lossy(&out.stderr);
        assert!(out.status.success(), "{file}: {err}");
        let insight: Json = serde_json::from_slice(&out.stdout).unwrap();
        // A busy machine may be too slow for the patience of a reader; then the facts stand alone and the reason is told.
        let Some(wording) = insight.get("wording") else {
            assert!(err.contains("no words of a model"), "{file}: {err}");
            continue;
        };
        let source = fs::read_to_string(&path).unwrap();
        let kept = wording["text"].as_str().unwrap_or_default();
        said += usize::from(!kept.is_empty()) + wording["left_out"].as_array().unwrap().len();
        for name in kept.split('`').skip(1).step_by(2) {
            let own = name.rsplit('.').next().unwrap_or(name);
            assert!(source.contains(own), "{file}: `{name}` in {kept}");
        }
        for word in kept.split_whitespace().filter(|it| it.contains('_')) {
            let bare = word.trim_matches(|it: char| !it.is_alphanumeric() && it != '_');
            assert!(
                source.contains(bare.rsplit('.').next().unwrap_or(bare)),
                "{file}: `{bare}` in {kept}"
            );
        }
    }
    assert!(said > 0, "the model said nothing at all");
}

#[test]
fn without_a_model_the_facts_stand_alone() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("p.pipeline.yaml");
    fs::write(&file, "name: n\nsteps:\n  - id: a\n    action: echo hi\n").unwrap();
    let out = Command::new(tests::binary())
        .args(["explain", "--words"])
        .arg(&file)
        .env_clear()
        .env("HOME", folder.path())
        .output()
        .unwrap();
    assert!(out.status.success());
    assert!(String::from_utf8_lossy(&out.stdout).contains("It has 1 step in 1 stage."));
    assert!(String::from_utf8_lossy(&out.stderr).contains("no words of a model"));
}
