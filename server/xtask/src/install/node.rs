//! Node, and what `package-lock.json` files name.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use super::{folder, text, write};
use crate::shell::{Done, run, works};

/// The npm package that carries Node's binary and headers. VS Code's server asks for exactly this major version.
const PACKAGE: &str = "node@24.21.0";

/// A Node of the project.
pub(crate) struct Node {
    /// Holds `node`.
    bin: PathBuf,
    /// Holds `include/node`, for what compiles against it.
    pub(super) headers: PathBuf,
}

impl Node {
    /// The binary.
    pub(crate) fn binary(&self) -> PathBuf {
        self.bin.join("node")
    }

    /// npm, run by this Node and in that folder, quiet but for what fails.
    pub(crate) fn npm<'a>(
        &self,
        folder: &Path,
        args: impl IntoIterator<Item = &'a str>,
    ) -> Done<Command> {
        let mut command = Command::new("npm");
        command.args(args).current_dir(folder);
        for (name, value) in [("audit", "false"), ("fund", "false"), ("loglevel", "error")] {
            command.env(format!("npm_config_{name}"), value);
        }
        command.env("npm_config_nodedir", &self.headers).env("PATH", self.path()?);
        Ok(command)
    }

    /// `PATH` with this Node first.
    pub(crate) fn path(&self) -> Done<std::ffi::OsString> {
        let before = env::var_os("PATH").unwrap_or_default();
        let all = std::iter::once(self.bin.clone()).chain(env::split_paths(&before));
        env::join_paths(all).map_err(|error| format!("PATH: {error}"))
    }
}

/// The Node that VS Code's server and the extension's tools need.
pub(crate) fn node() -> Done<Node> {
    let home = folder().join("node");
    let bin = home.join("node_modules/node/bin");
    if !runs(&bin.join("node")) {
        write(&home.join("package.json"), "{ \"private\": true }\n")?;
        let mut install = Command::new("npm");
        install.args(["install", "--no-audit", "--no-fund", "--loglevel=error", PACKAGE]);
        install.current_dir(&home);
        run(install)?;
    }
    if !runs(&bin.join("node")) {
        return Err(format!("{PACKAGE} brought no working Node"));
    }
    let headers = headers(&home.join("node_modules/node/node_modules"))?;
    Ok(Node { bin, headers })
}

fn runs(node: &Path) -> bool {
    let mut command = Command::new(node);
    command.arg("--version");
    works(command)
}

/// The package of this platform inside the `node` package: the one with headers.
fn headers(modules: &Path) -> Done<PathBuf> {
    let packages =
        fs::read_dir(modules).map_err(|error| format!("{}: {error}", modules.display()))?;
    let mut folders = packages.flatten().map(|entry| entry.path());
    folders
        .find(|folder| folder.join("include/node/node_api.h").exists())
        .ok_or_else(|| format!("{PACKAGE} brought no headers"))
}

/// Installs what the lock file of a folder names, unless exactly that is there.
pub(crate) fn packages(node: &Node, folder: &Path) -> Done {
    let wanted = text(&folder.join("package-lock.json"))?
        .ok_or_else(|| format!("{} has no package-lock.json", folder.display()))?;
    let mark = folder.join("node_modules/.downbeat-lock");
    if text(&mark)?.is_some_and(|installed| installed == wanted) {
        return Ok(());
    }
    run(node.npm(folder, ["ci"])?)?;
    write(&mark, &wanted)
}
