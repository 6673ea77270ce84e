//! What other programs read of us is what they expect: SARIF by its JSON Schema, JUnit by its XML Schema. `cargo xtask test`
//! installs both; `DOWNBEAT_TEST_FORMATS` names another folder that has them.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::Value as Json;
use tests::workspace::Workspace;

/// The folder of the schemas, and of what reads XML by one.
fn installed(test: &str) -> Option<PathBuf> {
    let target = || {
        std::env::var_os("CARGO_TARGET_DIR")
            .map_or_else(|| tests::root().join("target"), PathBuf::from)
    };
    let folder = std::env::var_os("DOWNBEAT_TEST_FORMATS")
        .map_or_else(|| target().join("tools/formats"), PathBuf::from);
    if folder.join("complete").is_file() {
        return Some(folder);
    }
    tests::skipped(test, "the schemas are not installed: `cargo xtask test` does it");
    None
}

/// Broken and sound files, and one that is not there.
fn say(format: &str) -> String {
    let fixtures = tests::root().join("fixtures/broken");
    let fixtures = fixtures.to_str().expect("a plain name");
    let odd = "name: <é> & \"q\"\nsteps:\n  - id: a\n    action: ehco \u{7} {{ nöpe }}\n";
    let workspace = Workspace::with("odd \u{2603}.pipeline.yaml", odd);
    workspace.say(&["check", fixtures, ".", "missing.yaml", "--format", format]).out
}

#[test]
fn sarif_is_sarif() {
    let Some(folder) = installed("sarif_is_sarif") else { return };
    let schema: Json = read(&folder.join("sarif.json"));
    let validator = jsonschema::options()
        .should_validate_formats(false)
        .build(&schema)
        .expect("the schema of SARIF");
    let said: Json = serde_json::from_str(&say("sarif")).expect("JSON");
    let wrong: Vec<String> = validator
        .iter_errors(&said)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let mut broken = said;
    broken["runs"][0]["results"][0]["level"] = "fatal".into();
    assert!(!validator.is_valid(&broken), "the schema judges");
}

#[test]
fn junit_is_junit() {
    let Some(folder) = installed("junit_is_junit") else { return };
    let said = say("junit");
    assert_eq!(judged(&folder, &said), Ok(()));
    let broken = said.replacen("<testcase ", "<case ", 1).replacen("</testcase>", "</case>", 1);
    assert!(judged(&folder, &broken).is_err(), "the schema judges");
}

/// What the XML Schema says of a text.
fn judged(folder: &Path, xml: &str) -> Result<(), String> {
    let file = tempfile::NamedTempFile::new().expect("a file");
    fs::write(file.path(), xml).expect("written");
    let said = Command::new(folder.join("venv/bin/python"))
        .args(["-c", "import sys, xmlschema; xmlschema.validate(sys.argv[2], sys.argv[1])"])
        .arg(folder.join("junit.xsd"))
        .arg(file.path())
        .output()
        .expect("Python runs");
    if said.status.success() { Ok(()) } else { Err(String::from_utf8_lossy(&said.stderr).into()) }
}

fn read(path: &Path) -> Json {
    serde_json::from_slice(&fs::read(path).expect("a file")).expect("JSON")
}
