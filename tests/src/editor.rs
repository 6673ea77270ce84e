//! Sessions in real editors: a workspace of their own, and the count at their end.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use tempfile::TempDir;

/// A temporary folder that holds a copy of `tests/editors/workspace`.
pub struct Place(TempDir);

impl Place {
    /// Copies the workspace.
    ///
    /// # Panics
    /// When it cannot be copied.
    #[must_use]
    #[expect(clippy::new_without_default, reason = "it makes a folder")]
    pub fn new() -> Self {
        let place = Self(tempfile::tempdir().expect("a temporary folder"));
        copy(&crate::root().join("tests/editors/workspace"), &place.workspace(), &|_| true);
        // Its marker: folders above have no say.
        fs::create_dir(place.workspace().join(".git")).expect("a folder");
        place
    }

    /// Room beside the workspace.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.0.path()
    }

    /// The copy.
    #[must_use]
    pub fn workspace(&self) -> PathBuf {
        self.0.path().join("workspace")
    }

    /// Plays a session in the workspace and shows what it says. A session prints a line a check and `N passed, N failed`.
    ///
    /// # Panics
    /// When it does not reach its end or one of its checks fails.
    #[expect(clippy::print_stdout, reason = "what a session says is the test's report")]
    pub fn play(&self, mut session: Command) {
        let out = session.current_dir(self.workspace()).output().expect("the session starts");
        let said = String::from_utf8_lossy(&out.stdout);
        println!("{said}\n{}", String::from_utf8_lossy(&out.stderr));
        let closing = said.lines().rev().find(|line| line.ends_with(" failed")).unwrap_or_default();
        assert!(out.status.success(), "the session failed: {} {closing}", out.status);
        assert!(
            closing.ends_with(" passed, 0 failed") && !closing.starts_with("0 "),
            "the session did not reach its end"
        );
    }
}

/// Copies a folder, without the entries at its top whose names are not wanted.
///
/// # Panics
/// When it cannot be copied.
pub fn copy(from: &Path, to: &Path, is_wanted: &dyn Fn(&str) -> bool) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder to read") {
        let entry = entry.expect("an entry");
        let target = to.join(entry.file_name());
        if !entry.file_name().to_str().is_some_and(is_wanted) {
            continue;
        }
        if entry.file_type().expect("its type").is_dir() {
            copy(&entry.path(), &target, &|_| true);
        } else {
            fs::copy(entry.path(), target).expect("a copy");
        }
    }
}
