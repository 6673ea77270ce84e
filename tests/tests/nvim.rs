//! The language server in Neovim, as a person uses it. `NVIM` names a Neovim of 0.11 or later; `cargo xtask test` brings one.

use std::process::Command;

use tests::editor;

#[test]
fn a_session_in_neovim() {
    let nvim = std::env::var("NVIM").unwrap_or_else(|_| "nvim".to_owned());
    let Ok(version) = Command::new(&nvim).arg("--version").output() else {
        return tests::skipped(
            "a_session_in_neovim",
            "there is no Neovim; `cargo xtask test` brings one, or set NVIM",
        );
    };
    println!("{}", String::from_utf8_lossy(&version.stdout).lines().next().unwrap_or_default());
    let place = editor::Place::new();
    let plugin = tests::root().join("editors/nvim");
    let script = tests::root().join("tests/editors/nvim/session.lua");
    let mut session = Command::new(&nvim);
    session
        .args(["--headless", "--clean", "--cmd"])
        .arg(format!("set rtp^={}", plugin.display()))
        // After start-up, as a person's keys come.
        .arg("-c")
        .arg(format!(
            "autocmd VimEnter * ++once lua vim.schedule(function() dofile('{}') end)",
            script.display()
        ))
        .env("DOWNBEAT", tests::binary());
    for name in ["CONFIG", "DATA", "STATE", "CACHE"] {
        session.env(format!("XDG_{name}_HOME"), place.folder().join(name));
    }
    place.play(session);
}
