//! What a real model says of real pipelines, as far as it gets through. The model is small and says much that is not so.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::Value as Json;
use tempfile::TempDir;
use tests::{
    editor::copy,
    models::ModelServer,
    process::{alone, command},
};

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
    let place = copied(&shared);
    let files: Vec<_> = PIPELINES.iter().map(|file| place.path().join(file)).collect();
    listen(&files, server, "30s");
}

/// Every real pipeline that can be explained.
#[test]
#[ignore = "takes many minutes: `cargo xtask corpus --words`"]
fn no_unknown_name_gets_through_over_all_real_pipelines() {
    let test = "no_unknown_name_gets_through_over_all_real_pipelines";
    let Some(shared) = tests::shared() else {
        return tests::skipped(test, "no folder of real pipelines");
    };
    let Some(server) = ModelServer::shared(test) else { return };
    let place = copied(&shared);
    let mut files = Vec::new();
    gather(place.path(), &mut files);
    files.sort();
    listen(&files, server, "5m");
}

/// The real pipelines in a workspace of their own: what a model says is kept in it.
fn copied(shared: &Path) -> TempDir {
    let place = tempfile::tempdir().unwrap();
    copy(&shared.join("corpus"), place.path(), &|_| true);
    fs::create_dir(place.path().join(".git")).unwrap();
    place
}

fn gather(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let is_yaml = path.extension().is_some_and(|it| it == "yaml" || it == "yml");
        if path.is_dir() {
            gather(&path, files);
        } else if is_yaml {
            files.push(path);
        }
    }
}

/// Has the model speak of each of `files`, as long as `patience` says, and looks up every name in what got through.
fn listen(files: &[PathBuf], server: &ModelServer, patience: &str) {
    let home = tempfile::tempdir().unwrap();
    let (mut kept, mut dropped, mut silent, mut wrong) = (0, 0, 0, Vec::new());
    for path in files {
        let file = path.display();
        let mut command = Command::new(tests::binary());
        command.args(["explain", "--words", "--patience", patience, "--format", "json"]).arg(path);
        let out = alone(&mut command, home.path()).envs(server.variables()).output().unwrap();
        let err = String::from_utf8_lossy(&out.stderr);
        assert!(out.status.success(), "{file}: {err}");
        let mut insight: Json = serde_json::from_slice(&out.stdout).unwrap();
        // A busy machine may be too slow for the patience of a reader; then the facts stand alone and the reason is told.
        let Some(wording) = insight.as_object_mut().unwrap().remove("wording") else {
            assert!(err.contains("no words of a model"), "{file}: {err}");
            silent += 1;
            continue;
        };
        let known = format!("{}\n{insight}", fs::read_to_string(path).unwrap());
        let text = wording["text"].as_str().unwrap_or_default();
        kept += sentences(text);
        dropped += wording["left_out"].as_array().unwrap().len();
        let unknown = names(text).filter(|name| !known.contains(name));
        wrong.extend(unknown.map(|name| format!("{file}: `{name}` in {text}")));
    }
    println!(
        "{} pipelines: {kept} sentences kept, {dropped} left out, {silent} without an answer in time",
        files.len()
    );
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(kept + dropped > 0, "the model said nothing at all");
}

fn sentences(text: &str) -> usize {
    text.split_inclusive(['.', '!', '?']).filter(|it| !it.trim().is_empty()).count()
}

/// What in a text can only be a name: what stands in backticks, and words with an underscore; of a path its last part.
fn names(text: &str) -> impl Iterator<Item = &str> {
    let quoted = text.split('`').skip(1).step_by(2);
    let joined = text.split_whitespace().filter(|it| it.contains('_'));
    let bare = joined.map(|it| it.trim_matches(|it: char| !it.is_alphanumeric() && it != '_'));
    quoted.chain(bare).map(|name| name.rsplit('.').next().unwrap_or(name))
}

#[test]
fn without_a_model_the_facts_stand_alone() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("p.pipeline.yaml");
    fs::write(&file, "name: n\nsteps:\n  - id: a\n    action: echo hi\n").unwrap();
    let mut command = command(folder.path(), &["explain", "--words", "p.pipeline.yaml"]);
    let out = alone(&mut command, folder.path()).output().unwrap();
    assert!(out.status.success());
    assert!(String::from_utf8_lossy(&out.stdout).contains("It has 1 step in 1 stage."));
    assert!(String::from_utf8_lossy(&out.stderr).contains("no words of a model"));
}
