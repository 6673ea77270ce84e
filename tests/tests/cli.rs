//! The command line as scripts see it: real processes, their output and their exit codes.

use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
};

use serde_json::Value as Json;
use tests::process::{Said, downbeat};

fn in_empty_folder(arguments: &[&str]) -> Said {
    let folder = tempfile::tempdir().expect("a folder");
    downbeat(folder.path(), arguments, b"")
}

#[test]
fn a_wrong_call_is_refused_with_the_nearest_word() {
    for (arguments, near) in [
        (["chek", "a.yaml"], "check"),
        (["check", "--fromat"], "--format"),
        (["tools", "filesystm"], "filesystem"),
        (["schema", "run-documnt"], "run-document"),
    ] {
        let said = in_empty_folder(&arguments);
        assert_eq!((said.code, said.out.as_str()), (Some(2), ""), "{arguments:?}");
        assert!(said.err.contains(near), "{arguments:?}: {}", said.err);
    }
}

#[test]
fn what_runs_may_do_is_said_only_where_they_are_allowed() {
    let said = in_empty_folder(&["mcp", "--allow-write", "out"]);
    assert_eq!((said.code, said.out.as_str()), (Some(2), ""), "{}", said.err);
    assert!(said.err.contains("--allow-run"), "{}", said.err);
    let said = in_empty_folder(&["mcp", "--cwd", "nowhere"]);
    assert_eq!((said.code, said.out.as_str()), (Some(2), ""), "{}", said.err);
    assert!(said.err.contains("`nowhere`: there is no such file"), "{}", said.err);
}

#[test]
fn what_cannot_be_read_is_named_with_the_reason() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("latin.yaml"), b"name: caf\xe9\n").expect("written");
    fs::create_dir(folder.path().join("empty")).expect("made");
    for (path, reason) in [
        ("missing.yaml", "there is no such file"),
        ("latin.yaml", "not UTF-8 text (byte 9)"),
        ("empty", "no pipeline is in this folder"),
    ] {
        let said = downbeat(folder.path(), &["check", path, "--format", "json"], b"");
        assert_eq!((said.code, said.out.trim()), (Some(1), "[]"), "{path}");
        assert!(said.err.contains(path) && said.err.contains(reason), "{path}: {}", said.err);
    }
    for command in ["run", "plan"] {
        let said = downbeat(folder.path(), &[command, "missing.yaml"], b"");
        assert_eq!((said.code, said.out.as_str()), (Some(2), ""), "{command}");
        assert!(said.err.contains("there is no such file"), "{}", said.err);
    }
    assert!(!folder.path().join(".downbeat").exists(), "nothing ran, so nothing is kept");
}

#[test]
fn unreadable_variables_are_a_wrong_call_of_eval() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("list.json"), "[1]").expect("written");
    for path in ["missing.json", "list.json"] {
        let said = downbeat(folder.path(), &["eval", "--vars", path], b"");
        assert_eq!((said.code, said.out.as_str()), (Some(2), ""), "{path}");
        assert!(said.err.contains(path), "{}", said.err);
    }
    let said = downbeat(folder.path(), &["eval"], b"\xff\n");
    assert_eq!((said.code, said.out.as_str()), (Some(2), ""));
}

#[test]
fn every_line_of_eval_gets_one_answer() {
    let folder = tempfile::tempdir().expect("a folder");
    let said = downbeat(folder.path(), &["eval"], b"no json\n{\"other\": \"x\"}\n\n");
    assert_eq!(said.code, Some(0), "{}", said.err);
    let codes: Vec<Json> = said
        .out
        .lines()
        .map(|line| {
            serde_json::from_str::<Json>(line).expect("a line is JSON")["error"]["code"].clone()
        })
        .collect();
    assert_eq!(codes, ["bad-request"; 3]);
}

#[test]
fn every_schema_is_one_and_says_its_draft() {
    let names = in_empty_folder(&["schema"]);
    assert_eq!(names.code, Some(0));
    for name in names.out.lines() {
        let said = in_empty_folder(&["schema", name]);
        let schema: Json = serde_json::from_str(&said.out).expect("a schema is JSON");
        assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema", "{name}");
        jsonschema::meta::validate(&schema).unwrap_or_else(|error| panic!("{name}: {error}"));
    }
}

#[test]
fn lists_equal_their_schemas() {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, arguments) in
        [("runs", ["runs", "--format", "json"]), ("tools", ["tools", "--format", "json"])]
    {
        let said = downbeat(folder.path(), &arguments, b"");
        assert_eq!(said.code, Some(0), "{}", said.err);
        let value: Json = serde_json::from_str(&said.out).expect("JSON");
        let schema: Json =
            serde_json::from_str(&in_empty_folder(&["schema", name]).out).expect("JSON");
        jsonschema::validate(&schema, &value).unwrap_or_else(|error| panic!("{name}: {error}"));
    }
}

#[test]
fn colours_come_only_where_they_are_asked_for() {
    let plain = in_empty_folder(&["tools"]);
    assert!(!plain.out.contains('\u{1b}'));
    let colored = in_empty_folder(&["tools", "--color", "always"]);
    assert!(colored.out.contains("\u{1b}["));
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let mut child = Command::new(tests::binary())
        .args(["tools", "--format", "json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary starts");
    drop(child.stdout.take());
    let said = child.wait_with_output().expect("the binary ends");
    assert_eq!((said.status.code(), said.stderr.as_slice()), (Some(0), &b""[..]));
}

fn fixtures(kind: &str) -> Vec<std::path::PathBuf> {
    let folder = tests::root().join("fixtures").join(kind);
    let mut all: Vec<_> =
        fs::read_dir(folder).expect("fixtures").map(|it| it.expect("an entry").path()).collect();
    all.sort();
    assert!(!all.is_empty(), "no fixtures are in `{kind}`");
    all
}

/// Findings of a file as JSON, held against their schema, and the exit code.
fn findings(path: &Path) -> (Vec<Json>, Option<i32>) {
    let name = path.to_str().expect("a plain name");
    let said = in_empty_folder(&["check", name, "--format", "json"]);
    let found: Json = serde_json::from_str(&said.out)
        .unwrap_or_else(|error| panic!("{name}: {error}\n{}\n{}", said.out, said.err));
    static SCHEMA: std::sync::OnceLock<Json> = std::sync::OnceLock::new();
    let schema = SCHEMA.get_or_init(|| {
        serde_json::from_str(&in_empty_folder(&["schema", "findings"]).out).expect("a schema")
    });
    jsonschema::validate(schema, &found).unwrap_or_else(|error| panic!("{name}: {error}"));
    (found.as_array().expect("a list").clone(), said.code)
}

#[test]
fn good_pipelines_have_nothing_to_mend() {
    let quickstart = tests::root().join("fixtures/quickstart.pipeline.yaml");
    for path in fixtures("ok").into_iter().chain([quickstart]) {
        let (found, code) = findings(&path);
        assert_eq!((found.as_slice(), code), (&[][..], Some(0)), "{}", path.display());
    }
}

#[test]
fn broken_pipelines_are_found_out_by_the_rule_they_are_named_for() {
    for path in fixtures("broken") {
        let code = path.file_name().and_then(|it| it.to_str()).expect("a plain name");
        let code = code.trim_end_matches(".pipeline.yaml");
        let (found, exit) = findings(&path);
        assert_eq!(exit, Some(2), "{}", path.display());
        assert!(
            found.iter().any(|it| it["code"] == code && it["severity"] == "error"),
            "{}: {found:#?}",
            path.display()
        );
    }
}

#[test]
fn hostile_pipelines_are_answered_like_any_other() {
    for path in fixtures("hostile") {
        let (found, exit) = findings(&path);
        let errors = found.iter().any(|it| it["severity"] == "error");
        assert_eq!(exit, Some(if errors { 2 } else { 0 }), "{}", path.display());
        let drawn = in_empty_folder(&["check", path.to_str().expect("a plain name")]);
        assert_eq!(drawn.code, exit, "{}: {}", path.display(), drawn.err);
        let acted_on = |text: &str| text.contains(['\u{1b}', '\u{7}', '\u{202e}']);
        assert!(!acted_on(&drawn.out) && !acted_on(&drawn.err), "{}", path.display());
    }
}

#[test]
fn every_format_tells_the_same_findings() {
    let folder = tests::root().join("fixtures/broken");
    let folder = folder.to_str().expect("a plain name");
    let say =
        |format: &str| in_empty_folder(&["check", folder, "missing.yaml", "--format", format]);
    let found: Vec<Json> = serde_json::from_str(&say("json").out).expect("JSON");
    let codes: Vec<&str> = found.iter().filter_map(|it| it["code"].as_str()).collect();
    let sarif: Json = serde_json::from_str(&say("sarif").out).expect("JSON");
    assert_eq!(sarif["version"], "2.1.0");
    let run = &sarif["runs"][0];
    let results = run["results"].as_array().expect("results");
    assert_eq!(results.iter().filter_map(|it| it["ruleId"].as_str()).collect::<Vec<_>>(), codes);
    for result in results {
        let index = result["ruleIndex"].as_u64().expect("an index");
        let rule = &run["tool"]["driver"]["rules"][usize::try_from(index).expect("small")];
        assert_eq!(rule["id"], result["ruleId"]);
        assert!(
            result["locations"][0]["physicalLocation"]["region"]["startLine"].as_u64() >= Some(1)
        );
    }
    assert_eq!(run["invocations"][0]["executionSuccessful"], false, "one file could not be read");
    let github = say("github");
    assert_eq!(github.out.lines().count(), codes.len(), "{}", github.out);
    assert!(
        github.out.lines().all(|it| it.starts_with("::") && it.contains("file=")),
        "{}",
        github.out
    );
    let junit = say("junit").out;
    let failures =
        found.iter().filter(|it| it["severity"] == "error" || it["severity"] == "warning");
    assert_eq!(junit.matches("<failure ").count(), failures.count());
    assert_eq!(junit.matches("<error ").count(), 1, "one file could not be read");
    let opened = junit.matches("<testsuite ").count();
    assert_eq!(opened, junit.matches("</testsuite>").count());
    let text = say("text");
    assert_eq!(text.code, Some(2));
    assert!(codes.iter().all(|code| text.out.contains(code)), "{}", text.out);
}

#[test]
#[cfg(target_os = "linux")]
fn output_that_is_lost_is_a_failure_unless_nobody_reads() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("a.pipeline.yaml");
    fs::write(file, "name: a\nsteps: [{id: a, action: echo a}]\noutputs: {a: '{{ a.result }}'}\n")
        .unwrap();
    let calls: [(&[&str], i32); 4] = [
        (&["tools"], 1),
        (&["run", "a.pipeline.yaml", "-q"], 1),
        (&["run", "a.pipeline.yaml", "-q", "--json"], 1),
        (&["plan", "a.pipeline.yaml", "--format", "json"], 1),
    ];
    for (arguments, code) in calls {
        let full = fs::File::options().write(true).open("/dev/full").expect("a full disk");
        let mut call = tests::process::command(folder.path(), arguments);
        let output = call.stdout(full).output().expect("it starts");
        let err = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {err}");
        assert!(err.contains("cannot write to standard output: the disk is full"), "{err}");
        let mut call = tests::process::command(folder.path(), arguments);
        let (reader, writer) = std::io::pipe().expect("a pipe");
        drop(reader);
        let output = call.stdout(writer).output().expect("it starts");
        assert_eq!(output.status.code(), Some(0), "{arguments:?}");
        assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{arguments:?}");
    }
}

#[test]
fn models_of_a_provider_that_nobody_knows_are_an_error() {
    let wrong = in_empty_folder(&["models", "--provider", "opneai"]);
    assert_eq!((wrong.code, wrong.out.as_str()), (Some(2), ""), "{}", wrong.err);
    assert!(wrong.err.contains("`opneai`") && wrong.err.contains("openai, "), "{}", wrong.err);
    for none in ["local", "vllm", "gemini"] {
        assert_eq!(in_empty_folder(&["models", "--provider", none]).code, Some(0), "{none}");
    }
}
