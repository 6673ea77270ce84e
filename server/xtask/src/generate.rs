//! Files that are made from code: the JSON Schemas and the pages of the rules. They are committed, so that a reader
//! needs no build; a stale one fails the tests.

use std::{collections::BTreeMap, fs, path::PathBuf};

use crate::shell::{self, Done, cargo};

/// Writes every generated file, and removes those that nothing makes any more.
pub(crate) fn write() -> Done {
    for (path, text) in files()? {
        let full = shell::root().join(&path);
        if let Some(folder) = full.parent() {
            fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        }
        if fs::read_to_string(&full).ok().as_deref() != Some(text.as_str()) {
            fs::write(&full, text).map_err(|error| format!("{}: {error}", full.display()))?;
            println!("wrote {}", path.display());
        }
    }
    for path in strays()? {
        fs::remove_file(shell::root().join(&path))
            .map_err(|error| format!("{}: {error}", path.display()))?;
        println!("removed {}", path.display());
    }
    Ok(())
}

/// Fails when a generated file differs from what the code says.
pub(crate) fn check() -> Done {
    let differs = |(path, text): (PathBuf, String)| {
        let now = fs::read_to_string(shell::root().join(&path)).unwrap_or_default();
        (now != text).then_some(path)
    };
    let mut stale: Vec<PathBuf> = files()?.into_iter().filter_map(differs).collect();
    stale.extend(strays()?);
    if stale.is_empty() {
        return Ok(());
    }
    let list: Vec<_> = stale.iter().map(|it| it.display().to_string()).collect();
    Err(format!("stale: {}; run `cargo xtask gen`", list.join(", ")))
}

fn files() -> Done<BTreeMap<PathBuf, String>> {
    let mut files = BTreeMap::new();
    let names = shell::output(cargo(["run", "--quiet", "--package", "downbeat", "--", "schema"]))?;
    for name in names.split_whitespace() {
        let text = shell::output(cargo([
            "run",
            "--quiet",
            "--package",
            "downbeat",
            "--",
            "schema",
            name,
        ]))?;
        files.insert(PathBuf::from(format!("schemas/{name}.schema.json")), text);
    }
    let mut index = String::from(
        "# Rules\n\nWhat `downbeat check` and the editors find. Each page says what, why and how to mend it; its examples are tests.\n\n| code | level | what |\n|-|-|-|\n",
    );
    for rule in checks::rules() {
        files.insert(PathBuf::from(format!("docs/rules/{}.md", rule.code)), rule.page.to_owned());
        let level = format!("{:?}", rule.severity).to_lowercase();
        index += &format!("| [{0}]({0}.md) | {level} | {1} |\n", rule.code, summary(rule.page));
    }
    files.insert(PathBuf::from("docs/rules/README.md"), index);
    Ok(files)
}

/// The first line of prose under a page's title.
fn summary(page: &str) -> &str {
    page.lines().skip(1).find(|line| !line.trim().is_empty()).unwrap_or_default()
}

/// Files in generated folders that nothing makes.
fn strays() -> Done<Vec<PathBuf>> {
    let wanted = files()?;
    let mut strays = Vec::new();
    for folder in ["schemas", "docs/rules"] {
        let Ok(entries) = fs::read_dir(shell::root().join(folder)) else { continue };
        for entry in entries.flatten() {
            let path = PathBuf::from(folder).join(entry.file_name());
            if !wanted.contains_key(&path) {
                strays.push(path);
            }
        }
    }
    Ok(strays)
}
