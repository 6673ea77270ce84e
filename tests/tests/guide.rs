//! The guide is a specification that runs: every `yaml run` block of docs/guide is given to the real binary, and the
//! `json` block after it says what must come out.
//!
//! A result block is a part of the run document (what it does not name is not compared), with three keys more: `exit`,
//! `files` (path to text) and `refused` (codes of the findings, for a pipeline that must not start). A `yaml file PATH` block
//! before a pipeline is a file that it finds.
//!
//! `yaml fmt` is laid out as the `yaml laid out` behind it; `yaml old` and `yaml new` differ by the `text difference`;
//! `yaml explain` is explained by the `text explanation`. `yaml tested` and the `yaml tests` behind it come to the `text outcome`.

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use serde_json::Value;
use tests::process::downbeat;

struct Example {
    place: String,
    pipeline: String,
    inputs: Option<String>,
    files: Vec<(String, String)>,
    expected: Value,
}

/// Fenced blocks of a page as (line, words behind the fence, text).
fn blocks(page: &str) -> Vec<(usize, String, String)> {
    let mut blocks = Vec::new();
    let mut open: Option<(usize, String, String)> = None;
    for (number, line) in page.lines().enumerate() {
        match (&mut open, line.strip_prefix("```")) {
            (None, Some(words)) => open = Some((number + 1, words.to_owned(), String::new())),
            (Some(_), Some(_)) => blocks.extend(open.take()),
            (Some((_, _, text)), None) => *text += &format!("{line}\n"),
            (None, None) => {}
        }
    }
    assert!(open.is_none(), "a block is not closed");
    blocks
}

fn examples(path: &Path) -> Vec<Example> {
    let page = fs::read_to_string(path).expect("a readable page");
    let mut examples = Vec::new();
    let mut pending: Option<(usize, String)> = None;
    let mut inputs = None;
    let mut files = Vec::new();
    for (line, words, text) in blocks(&page) {
        match words.as_str() {
            "yaml run" => pending = Some((line, text)),
            "json inputs" => inputs = Some(text),
            "json result" => {
                let (line, pipeline) = pending
                    .take()
                    .unwrap_or_else(|| panic!("{}:{line}: no pipeline before it", path.display()));
                let expected = serde_json::from_str(&text)
                    .unwrap_or_else(|error| panic!("{}:{line}: {error}", path.display()));
                examples.push(Example {
                    place: format!("{}:{line}", path.display()),
                    pipeline,
                    inputs: inputs.take(),
                    files: std::mem::take(&mut files),
                    expected,
                });
            }
            _ => {
                if let Some(path) = words.strip_prefix("yaml file ") {
                    files.push((path.to_owned(), text));
                }
            }
        }
    }
    assert!(pending.is_none(), "{}: a pipeline without a result", path.display());
    examples
}

/// What differs between the part that is expected and what came out, as `path: wanted, got`.
fn differences(wanted: &Value, got: &Value, path: &str, found: &mut Vec<String>) {
    match (wanted, got) {
        (Value::Object(wanted), Value::Object(got)) => {
            for (key, value) in wanted {
                differences(
                    value,
                    got.get(key).unwrap_or(&Value::Null),
                    &format!("{path}.{key}"),
                    found,
                );
            }
        }
        (Value::Array(wanted), Value::Array(got)) if wanted.len() == got.len() => {
            for (index, (wanted, got)) in std::iter::zip(wanted, got).enumerate() {
                differences(wanted, got, &format!("{path}[{index}]"), found);
            }
        }
        _ if wanted == got => {}
        _ => found.push(format!("{path}: wanted {wanted}, got {got}")),
    }
}

fn run(example: &Example) -> Vec<String> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (path, text) in &example.files {
        let file = folder.path().join(path);
        fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
        fs::write(file, text).expect("a file");
    }
    let mut command = Command::new(tests::binary());
    command
        .args(["run", "-", "--json", "--quiet", "--cwd"])
        .arg(folder.path())
        .current_dir(folder.path());
    if let Some(inputs) = &example.inputs {
        fs::write(folder.path().join("inputs.json"), inputs).expect("inputs");
        command.args(["-c", "inputs.json"]);
    }
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("downbeat starts");
    child
        .stdin
        .take()
        .expect("a pipe")
        .write_all(example.pipeline.as_bytes())
        .expect("the pipeline is read");
    let out = child.wait_with_output().expect("downbeat ends");
    let stderr = String::from_utf8_lossy(&out.stderr);

    let mut wanted = example.expected.clone();
    let parts = wanted.as_object_mut().expect("a result is an object");
    let (exit, files, refused) =
        (parts.remove("exit"), parts.remove("files"), parts.remove("refused"));
    let mut found = Vec::new();
    if let Some(exit) = exit {
        differences(&exit, &out.status.code().into(), "exit", &mut found);
    }
    for (path, text) in files.iter().flat_map(|it| it.as_object().expect("files are an object")) {
        let got = fs::read_to_string(folder.path().join(path)).ok();
        differences(text, &got.into(), &format!("files.{path}"), &mut found);
    }
    if let Some(codes) = refused {
        for code in codes.as_array().expect("codes are a list").iter().filter_map(Value::as_str) {
            if !stderr.contains(code) {
                found.push(format!("refused: `{code}` is not said"));
            }
        }
        differences(&2.into(), &out.status.code().into(), "exit", &mut found);
    } else {
        let document = serde_json::from_slice(&out.stdout).unwrap_or(Value::Null);
        differences(&wanted, &document, "document", &mut found);
    }
    if !found.is_empty() {
        found.push(format!("it said:\n{stderr}"));
    }
    found
}

fn pages() -> Vec<PathBuf> {
    let mut pages: Vec<_> = fs::read_dir(tests::root().join("docs/guide"))
        .expect("the guide")
        .map(|entry| entry.expect("a page").path())
        .filter(|path| path.extension().is_some_and(|it| it == "md"))
        .collect();
    pages.sort();
    pages
}

#[test]
fn every_layout_difference_and_explanation_of_the_guide_is_true() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut found = 0;
    for page in pages() {
        let text = fs::read_to_string(&page).expect("a readable page");
        let (mut messy, mut old, mut new) = (String::new(), String::new(), String::new());
        let (mut told, mut tested) = (String::new(), String::new());
        for (line, words, text) in blocks(&text) {
            let said = match words.as_str() {
                "yaml fmt" => {
                    messy = text;
                    continue;
                }
                "yaml old" => {
                    old = text;
                    continue;
                }
                "yaml new" => {
                    new = text;
                    continue;
                }
                "yaml explain" => {
                    told = text;
                    continue;
                }
                "yaml tested" | "yaml tests" => {
                    let name = text.lines().find_map(|line| line.strip_prefix("id: "));
                    if let Some(name) = name {
                        name.clone_into(&mut tested);
                    }
                    let end = if words == "yaml tests" { ".test" } else { "" };
                    let file = folder.path().join(format!("{tested}.pipeline{end}.yaml"));
                    fs::write(file, &text).expect("written");
                    continue;
                }
                "text outcome" => {
                    let tests = format!("{tested}.pipeline.test.yaml");
                    downbeat(folder.path(), &["test", "--jobs", "1", &tests], b"")
                }
                "text explanation" => downbeat(folder.path(), &["explain", "-"], told.as_bytes()),
                "yaml laid out" => downbeat(folder.path(), &["fmt", "-"], messy.as_bytes()),
                "text difference" => {
                    fs::write(folder.path().join("new.yaml"), &new).expect("written");
                    downbeat(folder.path(), &["diff", "-", "new.yaml"], old.as_bytes())
                }
                _ => continue,
            };
            found += 1;
            assert_eq!(said.out, text, "{}:{line}: {}", page.display(), said.err);
        }
    }
    assert!(found > 2, "only {found} found");
}

#[test]
fn every_example_of_the_guide_is_true() {
    let pages = pages();
    let examples: Vec<_> = pages.iter().flat_map(|page| examples(page)).collect();
    assert!(examples.len() > 20, "only {} examples found", examples.len());
    let mut wrong = Vec::new();
    for example in &examples {
        let found = run(example);
        if !found.is_empty() {
            wrong.push(format!("{}\n  {}", example.place, found.join("\n  ")));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {} examples are not true:\n{}",
        wrong.len(),
        examples.len(),
        wrong.join("\n")
    );
}
