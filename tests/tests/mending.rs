//! `check --fix` over real pipelines: comments and quotes stay, no error comes, nothing is left to mend, and the plan is the
//! same.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use checks::{Diagnostic, Safety, Severity};
use tests::reading::{self, files};

/// What a text means and what is found in it.
struct Read {
    plan: String,
    errors: usize,
    safe: usize,
}

#[test]
fn real_pipelines_mean_the_same_when_they_are_mended() {
    let Some(shared) = tests::shared() else {
        let test = "real_pipelines_mean_the_same_when_they_are_mended";
        return tests::skipped(test, "no folder of real pipelines");
    };
    let folder = tempfile::tempdir().unwrap();
    let originals: Vec<(PathBuf, String)> = files(&shared.join("corpus"), &["yaml"])
        .into_iter()
        .enumerate()
        .map(|(number, path)| {
            let text = fs::read_to_string(&path).unwrap();
            let copy = folder.path().join(format!("{number}.pipeline.yaml"));
            fs::write(&copy, &text).unwrap();
            (copy, text)
        })
        .collect();
    mend(folder.path());
    let mut changed = 0;
    for (path, before) in &originals {
        let after = fs::read_to_string(path).unwrap();
        changed += usize::from(after != *before);
        compare(path, before, &after);
    }
    mend(folder.path());
    for (path, _) in &originals {
        let once = fs::read_to_string(path).unwrap();
        assert_eq!(read(&once).safe, 0, "{}: something is left to mend", path.display());
    }
    assert!(changed > originals.len() / 4, "only {changed} files were mended");
}

fn mend(folder: &Path) {
    let out = Command::new(tests::binary())
        .args(["check", "--fix", "--quiet"])
        .arg(folder)
        .current_dir(folder)
        .output()
        .expect("downbeat starts");
    assert!(matches!(out.status.code(), Some(0 | 2)), "{out:?}");
}

fn compare(path: &Path, before: &str, after: &str) {
    let (old, new) = (read(before), read(after));
    let name = path.display();
    assert_eq!(old.plan, new.plan, "{name}: the plan is another");
    assert!(new.errors <= old.errors, "{name}: {} errors became {}", old.errors, new.errors);
    assert_eq!(comments(before), comments(after), "{name}: a comment is another");
    let quotes = |text: &str| text.matches('"').count();
    assert_eq!(quotes(before), quotes(after), "{name}: a quote is gone");
    assert!(after.matches('\'').count() >= before.matches('\'').count(), "{name}: a quote is gone");
    assert_eq!(before.lines().count(), after.lines().count(), "{name}: lines came or went");
}

/// What stands behind `#`, wherever it stands.
fn comments(text: &str) -> Vec<&str> {
    text.lines().filter_map(|line| line.split_once('#')).map(|(_, comment)| comment).collect()
}

fn read(text: &str) -> Read {
    let (pipeline, plan, found) = reading::read(text);
    let edges: Vec<_> = plan.edges.iter().map(|it| (it.from, it.to, it.origin)).collect();
    let kinds: Vec<_> = pipeline.steps.iter().map(|it| (it.id_text(), it.shape)).collect();
    let is_safe = |it: &&Diagnostic| it.fixes.iter().any(|fix| fix.safety == Safety::Safe);
    Read {
        plan: format!("{edges:?} {:?} {kinds:?}", plan.stages),
        errors: found.iter().filter(|it| it.severity == Severity::Error).count(),
        safe: found.iter().filter(is_safe).count(),
    }
}
