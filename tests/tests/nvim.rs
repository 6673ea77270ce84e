//! The language server in Neovim, as a person uses it. `NVIM` names a Neovim of 0.11 or later; `cargo xtask test` brings one.

use std::{fs, path::Path, process::Command};

const PIPELINE: &str = "\
name: demo
steps:
  - id: first
    tool: filesystem
    action: write
    parameters:
      path: out/hello.txt
      content: hello
  - id: second
    tool: terminal
    parameters:
      command: cat out/hello.txt
    dependencies: [frist]
";

#[test]
fn a_session_in_neovim() {
    let nvim = std::env::var("NVIM").unwrap_or_else(|_| "nvim".to_owned());
    let version = Command::new(&nvim).arg("--version").output();
    let Some(version) = version.ok().filter(|out| out.status.success()) else {
        tests::skipped(
            "a_session_in_neovim",
            "there is no Neovim; `cargo xtask test` brings one, or set NVIM",
        );
        return;
    };
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let folder = tempfile::tempdir().expect("a temporary folder");
    let workspace = folder.path().join("workspace");
    fs::create_dir_all(workspace.join(".git")).expect("a workspace");
    let file = workspace.join("demo.pipeline.yaml");
    fs::write(&file, PIPELINE).expect("a pipeline");

    let mut session = Command::new(&nvim);
    session
        .args(["--headless", "--clean", "--cmd"])
        .arg(format!("set rtp^={}", root.join("editors/nvim").display()))
        .args(["--cmd", "lua vim.g.downbeat_trusted = true", "-c"])
        .arg(format!("luafile {}", root.join("tests/nvim/session.lua").display()))
        .env("DOWNBEAT", tests::binary())
        .env("TEST_FILE", &file)
        .current_dir(&workspace);
    for name in ["CONFIG", "DATA", "STATE", "CACHE"] {
        session.env(format!("XDG_{name}_HOME"), folder.path().join(name));
    }
    let out = session.output().expect("Neovim starts");
    let said =
        format!("{}{}", String::from_utf8_lossy(&out.stdout), String::from_utf8_lossy(&out.stderr));
    println!(
        "{}\n{said}",
        String::from_utf8_lossy(&version.stdout).lines().next().unwrap_or_default()
    );
    assert!(out.status.success(), "the session failed");
    assert!(said.contains(" passed, 0 failed"), "the session did not reach its end");
}
