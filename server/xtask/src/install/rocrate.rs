//! What holds RO-Crates against their profiles: roc-validator, from PyPI.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use super::folder;
use crate::shell::{Done, run, works};

/// The validator, and the package that has the contexts without a network.
const PACKAGES: [&str; 2] = ["roc-validator==0.13.0", "rocrate==0.16.0"];

/// A Python that has both: the one on the path, else one with what is installed for the project.
pub(crate) fn rocrate() -> Done<PathBuf> {
    if has_both("python3".as_ref()) {
        return Ok("python3".into());
    }
    let venv = folder().join("rocrate");
    let python = venv.join("bin/python");
    if !has_both(&python) {
        let mut create = Command::new("python3");
        create.args(["-m", "venv"]).arg(&venv);
        run(create)?;
        let mut install = Command::new(venv.join("bin/pip"));
        install.args(["install", "--quiet", "--disable-pip-version-check"]).args(PACKAGES);
        run(install)?;
    }
    if has_both(&python) {
        Ok(python)
    } else {
        Err(format!("{} cannot be imported", PACKAGES.join(" and ")))
    }
}

fn has_both(python: &Path) -> bool {
    let mut command = Command::new(python);
    command.args(["-c", "import rocrate_validator, rocrate"]);
    works(command)
}
