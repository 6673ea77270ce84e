//! The house's invariants that the compiler does not hold: who may use whom, and who may touch the outside.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// Each crate and the crates of the house that its code may use. A crate that is not here does not belong to the house.
const LAYERS: &[(&str, &[&str])] = &[
    ("syntax", &[]),
    ("pipeline", &["syntax"]),
    ("checks", &["pipeline", "syntax"]),
    ("ide", &["checks", "pipeline", "syntax"]),
    ("engine", &["pipeline", "syntax"]),
    ("tools", &["engine", "pipeline"]),
    ("models", &["engine", "pipeline"]),
    ("downbeat", &["checks", "engine", "ide", "models", "pipeline", "syntax", "tools"]),
    ("xtask", &["checks"]),
    ("tests", &["checks", "engine", "ide", "models", "pipeline", "syntax", "tools"]),
];

/// Crates that compute and nothing else: files, time and the network are their inputs.
const PURE: &[&str] = &["syntax", "pipeline", "checks", "ide"];

/// What a pure crate may not name.
const OUTSIDE: &[&str] = &[
    "std::fs",
    "std::net",
    "std::env",
    "std::process",
    "std::io::stdin",
    "Instant::now",
    "SystemTime::now",
    "Timestamp::now",
    "Zoned::now",
    "tokio::",
];

/// Outside libraries that belong to the binary alone: protocol, terminal, command line.
const TOP_ONLY: &[&str] = &["tower-lsp-server", "clap", "indicatif", "miette"];

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

/// Package name to the names of its dependencies, those for tests alone left out.
fn dependencies() -> BTreeMap<String, Vec<String>> {
    let out = Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--format-version", "1", "--offline"])
        .current_dir(root())
        .output()
        .expect("cargo metadata runs");
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    let metadata: serde_json::Value =
        serde_json::from_slice(&out.stdout).expect("cargo metadata prints JSON");
    let packages = metadata["packages"].as_array().expect("a list of packages");
    packages
        .iter()
        .map(|package| {
            let dependencies = package["dependencies"].as_array().expect("a list of dependencies");
            let names = dependencies
                .iter()
                .filter(|it| it["kind"] != "dev")
                .filter_map(|it| it["name"].as_str().map(str::to_owned))
                .collect();
            (package["name"].as_str().expect("a name").to_owned(), names)
        })
        .collect()
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a source folder") {
        let path = entry.expect("a folder entry").path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|it| it == "rs") {
            found.push(path);
        }
    }
}

/// The code of a file before its `#[cfg(test)]`, comments left out.
fn code(path: &Path) -> String {
    let text = fs::read_to_string(path).expect("a readable source");
    let body = text.split("#[cfg(test)]").next().unwrap_or_default();
    body.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

#[test]
fn crates_keep_to_their_layer() {
    let found = dependencies();
    assert_eq!(found.len(), LAYERS.len(), "crates of the house: {:?}", found.keys());
    for (name, used) in &found {
        let (_, allowed) = LAYERS
            .iter()
            .find(|(it, _)| it == name)
            .unwrap_or_else(|| panic!("`{name}` has no layer"));
        for dependency in used {
            let ours = LAYERS.iter().any(|(it, _)| it == dependency);
            assert!(
                !ours || allowed.contains(&dependency.as_str()),
                "`{name}` must not use `{dependency}`"
            );
            let top = TOP_ONLY.contains(&dependency.as_str());
            assert!(
                !top || name == "downbeat",
                "only `downbeat` may use `{dependency}`, not `{name}`"
            );
        }
    }
}

#[test]
fn pure_crates_do_not_touch_the_outside() {
    let mut files = 0;
    for name in PURE {
        let mut paths = Vec::new();
        sources(&root().join("server").join(name).join("src"), &mut paths);
        for path in paths.iter().filter(|it| !it.ends_with("tests.rs")) {
            let code = code(path);
            for word in OUTSIDE {
                assert!(!code.contains(word), "{} names `{word}`", path.display());
            }
            files += 1;
        }
    }
    assert!(
        files > 20,
        "the pure crates have only {files} files: the test looks in the wrong place"
    );
}

#[test]
fn versions_live_in_the_workspace() {
    for (name, _) in LAYERS {
        let folder =
            if *name == "tests" { root().join("tests") } else { root().join("server").join(name) };
        let manifest = fs::read_to_string(folder.join("Cargo.toml")).expect("a manifest");
        let own = manifest.split("dependencies]").skip(1).flat_map(str::lines).find(|line| {
            let line = line.trim();
            line.contains('=')
                && !line.contains("workspace")
                && !line.starts_with("name")
                && !line.starts_with("harness")
        });
        assert_eq!(own, None, "`{name}` names a version of its own");
    }
}

#[test]
fn nothing_of_this_machine_is_written_down() {
    let out = Command::new("git")
        .args([
            "grep",
            "-nE",
            "/(root|home/[a-z]+|work)/",
            "--",
            "*.rs",
            "*.md",
            "*.toml",
            "*.lua",
            "*.json",
        ])
        .current_dir(root())
        .output()
        .expect("git runs");
    let lines = String::from_utf8_lossy(&out.stdout);
    let bad: Vec<_> = lines.lines().filter(|line| !line.contains("layers.rs")).collect();
    assert!(bad.is_empty(), "machine paths in tracked files:\n{}", bad.join("\n"));
}
