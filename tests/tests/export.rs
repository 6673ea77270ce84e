//! `downbeat export`: the folder is a valid RO-Crate, by its own facts and by the word of roc-validator.

use std::{collections::BTreeSet, fs, path::Path, process::Command};

use serde_json::{Value as Json, json};
use tests::workspace::{Workspace, parse};

const PIPELINE: &str = "\
id: letters
name: Letters about tides
description: Writes letters.
inputs:
  topic: {type: string, default: tides, description: What about.}
  count: {type: integer, default: 2}
  key: {type: string, secret: true, default: correct-horse}
steps:
  - id: say
    tool: terminal
    parameters: {command: 'echo letter {{ topic }}'}
    products: [{stdout: a letter.txt}]
  - id: two
    tool: terminal
    dependencies: [say]
    parameters: {command: 'echo gone'}
    products: [{stdout: gone.txt}]
outputs:
  said: '{{ say.stdout }}'
  n: '{{ count }}'
";

fn exported() -> (Workspace, Json) {
    let workspace = Workspace::with("letters.pipeline.yaml", PIPELINE);
    let inputs = ["-i", "topic=ferries", "-i", "key=battery-staple"];
    let said = workspace.say(&[&["run", "letters.pipeline.yaml", "-q"], &inputs[..]].concat());
    assert_eq!(said.code, Some(0), "{}", said.err);
    fs::write(workspace.path().join("output/letters/gone.txt"), "changed").expect("written");
    let said = workspace.say(&["export", "latest", "--ro-crate", "crate"]);
    assert_eq!((said.code, said.out.as_str()), (Some(0), "crate\n"), "{}", said.err);
    assert!(said.err.contains("gone.txt") && said.err.contains("changed"), "{}", said.err);
    let text = fs::read_to_string(workspace.path().join("crate/ro-crate-metadata.json"));
    let metadata = parse(&text.expect("metadata"));
    (workspace, metadata)
}

fn entity<'m>(metadata: &'m Json, id: &str) -> &'m Json {
    let graph = metadata["@graph"].as_array().expect("a graph");
    graph.iter().find(|it| it["@id"] == id).unwrap_or_else(|| panic!("no entity `{id}`"))
}

/// Every `{"@id": ...}` below a value.
fn references(value: &Json, found: &mut BTreeSet<String>) {
    match value {
        Json::Object(fields) if fields.len() == 1 && fields.contains_key("@id") => {
            found.extend(fields["@id"].as_str().map(str::to_owned));
        }
        Json::Object(fields) => fields.values().for_each(|it| references(it, found)),
        Json::Array(items) => items.iter().for_each(|it| references(it, found)),
        _ => {}
    }
}

#[test]
fn a_run_is_exported_with_inputs_products_hashes_versions_and_times() {
    let (workspace, metadata) = exported();
    let root = entity(&metadata, "./");
    assert_eq!(root["mainEntity"]["@id"], "letters.pipeline.yaml");
    let action = entity(&metadata, root["mentions"]["@id"].as_str().expect("an id"));
    assert_eq!(action["@type"], "CreateAction");
    assert_eq!(action["instrument"]["@id"], "letters.pipeline.yaml");
    for time in ["startTime", "endTime"] {
        assert!(action[time].as_str().is_some_and(|it| it.ends_with("+00:00")), "{action}");
    }
    assert_eq!(entity(&metadata, "#input-topic-value")["value"], "ferries");
    assert_eq!(entity(&metadata, "#input-count-value")["value"], 2);
    assert_eq!(entity(&metadata, "#output-said-value")["value"], "letter ferries\n");
    assert!(entity(&metadata, "#downbeat")["softwareVersion"].is_string());
    let product = "products/output/letters/a%20letter.txt";
    assert!(action["result"].as_array().expect("a list").contains(&json!({ "@id": product })));
    let hash = entity(&metadata, entity(&metadata, product)["identifier"]["@id"].as_str().unwrap());
    assert_eq!(hash["propertyID"], "blake3");
    let copy = workspace.path().join("crate/products/output/letters/a letter.txt");
    assert_eq!(fs::read_to_string(copy).expect("copied"), "letter ferries\n");
    let gone = entity(&metadata, "#product-2");
    assert!(gone["description"].as_str().is_some_and(|it| it.contains("changed")), "{gone}");
}

#[test]
fn every_reference_leads_somewhere_and_every_part_is_a_file() {
    let (workspace, metadata) = exported();
    let graph = metadata["@graph"].as_array().expect("a graph");
    let ids: Vec<&str> = graph.iter().filter_map(|it| it["@id"].as_str()).collect();
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "no id twice: {ids:?}");
    let mut found = BTreeSet::new();
    graph.iter().for_each(|it| references(it, &mut found));
    let elsewhere = |id: &str| id.starts_with("https://");
    let lost: Vec<_> =
        found.iter().filter(|id| !ids.contains(&id.as_str()) && !elsewhere(id)).collect();
    assert!(lost.is_empty(), "{lost:?}");
    for part in entity(&metadata, "./")["hasPart"].as_array().expect("parts") {
        let path = part["@id"].as_str().expect("an id").replace("%20", " ");
        assert!(workspace.path().join("crate").join(&path).is_file(), "{path}");
    }
}

#[test]
fn no_secret_is_exported_and_nothing_is_overwritten() {
    let (workspace, _) = exported();
    let folder = workspace.path().join("crate");
    for entry in fs::read_dir(&folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let text = fs::read_to_string(&path).unwrap_or_default();
        assert!(!text.contains("correct-horse") && !text.contains("staple"), "{}", path.display());
    }
    let again = workspace.say(&["export", "latest", "--ro-crate", "crate"]);
    assert_eq!(again.code, Some(2));
    assert!(again.err.contains("not empty"), "{}", again.err);
}

/// Needs a Python with the packages `roc-validator` and `rocrate`; `DOWNBEAT_ROCRATE_PYTHON` names it.
#[test]
fn roc_validator_finds_nothing_wrong() {
    let python = std::env::var_os("DOWNBEAT_ROCRATE_PYTHON").unwrap_or_else(|| "python3".into());
    let has = Command::new(&python).args(["-c", "import rocrate_validator, rocrate"]).output();
    if !has.is_ok_and(|has| has.status.success()) {
        let why = "there is no Python with `roc-validator` and `rocrate`";
        return tests::skipped("roc_validator_finds_nothing_wrong", why);
    }
    let (workspace, _) = exported();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/validate_crate.py");
    let said = Command::new(python)
        .args([script, workspace.path().join("crate")])
        .current_dir(workspace.path())
        .output()
        .expect("it starts");
    let issues = String::from_utf8_lossy(&said.stdout);
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
    assert_eq!(issues, "", "it says what is missing");
}
