//! What measures coverage: `cargo llvm-cov` and LLVM's own tools.

use std::{path::PathBuf, process::Command};

use super::debian;
use crate::shell::{self, Done, run, works};

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
    debian(&["llvm-19"])?;
    debian_tools().ok_or_else(|| "the package llvm-19 brought no llvm-cov".to_owned())
}
