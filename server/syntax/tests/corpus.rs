//! Real pipelines: what a strict parser reads in them is what we read.

#![expect(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "helpers of tests unwrap, and say what was skipped"
)]

use std::path::{Path, PathBuf};

use syntax::{Node, NodeKind, Tree};
use yaml_rust2::yaml::Hash;
use yaml_rust2::{Yaml, YamlLoader};

fn files() -> Vec<PathBuf> {
    fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                collect(&path, files);
            } else if path.extension().is_some_and(|extension| extension == "yaml") {
                files.push(path);
            }
        }
    }
    let beside = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    let shared = std::env::var_os("DOWNBEAT_SHARED").map_or_else(beside, PathBuf::from);
    let mut files = Vec::new();
    if shared.is_dir() {
        collect(&shared.join("corpus"), &mut files);
        files.sort();
    } else {
        eprintln!("SKIPPED: no folder {}", shared.display());
    }
    files
}

/// A value as plain text, the same for both parsers.
fn ours(node: Node<'_>) -> String {
    match node.kind() {
        NodeKind::Mapping => {
            let entries =
                node.entries().map(|entry| format!("{}={}", ours(entry.key), ours(entry.value)));
            format!("{{{}}}", entries.collect::<Vec<_>>().join(","))
        }
        NodeKind::Sequence => format!("[{}]", node.items().map(ours).collect::<Vec<_>>().join(",")),
        NodeKind::Scalar => {
            node.scalar().map(|scalar| format!("{:?}", scalar.value())).unwrap_or_default()
        }
        NodeKind::Alias => {
            node.alias().and_then(|name| node.tree.anchor(name)).map(ours).unwrap_or_default()
        }
        NodeKind::Null => "\"~\"".to_owned(),
    }
}

fn theirs(value: &Yaml) -> String {
    match value {
        Yaml::Hash(hash) => format!("{{{}}}", entries(hash)),
        Yaml::Array(items) => {
            format!("[{}]", items.iter().map(theirs).collect::<Vec<_>>().join(","))
        }
        Yaml::String(text) | Yaml::Real(text) => format!("{text:?}"),
        Yaml::Integer(number) => format!("{:?}", number.to_string()),
        Yaml::Boolean(value) => format!("{:?}", value.to_string()),
        Yaml::Null => "\"~\"".to_owned(),
        Yaml::Alias(_) | Yaml::BadValue => "alias".to_owned(),
    }
}

fn entries(hash: &Hash) -> String {
    hash.iter()
        .map(|(key, value)| format!("{}={}", theirs(key), theirs(value)))
        .collect::<Vec<_>>()
        .join(",")
}

/// Spellings that a typed value loses.
fn normal(text: &str) -> String {
    text.replace("\"null\"", "\"~\"")
        .replace("\"True\"", "\"true\"")
        .replace("\"False\"", "\"false\"")
}

#[test]
fn strictly_valid_files_are_read_alike_and_without_findings() {
    let mut wrong = Vec::new();
    let mut compared = 0;
    for path in files() {
        // Parsers differ on a block scalar that the end of the file cuts off.
        let text = std::fs::read_to_string(&path).unwrap() + "\n";
        let tree = Tree::parse(&text);
        assert!(tree.root().is_some(), "{}", path.display());
        let Ok(documents) = YamlLoader::load_from_str(&text) else { continue };
        let Some(document) = documents.first() else { continue };
        compared += 1;
        let (left, right) = (normal(&ours(tree.root().unwrap())), normal(&theirs(document)));
        let strict =
            tree.findings().iter().all(|finding| finding.kind == syntax::FindingKind::NotStrict);
        if left != right || !strict {
            let split = left.chars().zip(right.chars()).take_while(|(a, b)| a == b).count();
            let near = |text: &str| {
                text.chars().skip(split.saturating_sub(40)).take(100).collect::<String>()
            };
            wrong.push(format!(
                "{}: {:?}\n  {}\n  {}",
                path.display(),
                tree.findings(),
                near(&left),
                near(&right)
            ));
        }
    }
    assert!(wrong.is_empty(), "{} of {compared}:\n{}", wrong.len(), wrong.join("\n"));
}
