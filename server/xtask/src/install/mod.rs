//! What the tests need beside Rust, from the package registries by name.
//!
//! Everything lands below `target/tools` and is used again when it is there, except Debian packages, which only root can
//! install. Versions are pinned here or in a `package-lock.json`.

mod chromium;
mod code_server;
mod coverage;
mod documents;
mod emacs;
mod films;
mod formats;
mod mcp;
mod models;
mod neovim;
mod node;
mod rocrate;

use std::{
    env, fs, io,
    path::{Path, PathBuf},
    process::Command,
};

pub(crate) use self::{
    chromium::chromium,
    code_server::code_server,
    coverage::{Coverage, coverage},
    documents::documents,
    emacs::emacs,
    films::films,
    formats::formats,
    mcp::mcp,
    models::models,
    neovim::neovim,
    node::{Node, node, packages},
    rocrate::rocrate,
};
use crate::shell::{self, Done, run};

/// The folder of everything that is installed for the project.
pub(crate) fn folder() -> PathBuf {
    let target =
        env::var_os("CARGO_TARGET_DIR").map_or_else(|| shell::root().join("target"), PathBuf::from);
    target.join("tools")
}

/// Installs Debian packages.
fn debian(packages: &[&str]) -> Done {
    let apt = |args: &[&str]| {
        let mut command = Command::new("apt-get");
        command
            .args(["-qq", "-o", "DPkg::Lock::Timeout=300"])
            .args(args)
            .env("DEBIAN_FRONTEND", "noninteractive");
        run(command)
    };
    apt(&["update"])?;
    apt(&[&["install", "--yes", "--no-install-recommends"], packages].concat())
}

/// A file's text; `None` when there is no such file.
fn text(path: &Path) -> Done<Option<String>> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(format!("{}: {error}", path.display())),
    }
}

/// Writes a file, and its folder before it.
fn write(path: &Path, text: &str) -> Done {
    let fail = |error: io::Error| format!("{}: {error}", path.display());
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).map_err(fail)?;
    }
    fs::write(path, text).map_err(fail)
}
