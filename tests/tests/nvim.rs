//! The language server in Neovim, as a person uses it. `NVIM` names a Neovim of 0.11 or later; `cargo xtask test` brings one.

use std::process::Command;

use tests::{editor, models::ModelServer};

#[test]
fn a_session_in_neovim() {
    let Some(nvim) = neovim("a_session_in_neovim") else { return };
    let place = editor::Place::new();
    let session = session(&nvim, &place, "session.lua", &[]);
    place.play(session);
}

#[test]
fn words_come_into_an_open_hover() {
    let test = "words_come_into_an_open_hover";
    let Some(nvim) = neovim(test) else { return };
    let server = match ModelServer::aimock(&tests::root().join("tests/editors/words.json")) {
        Ok(server) => server,
        Err(why) => return tests::skipped(test, &why),
    };
    let place = editor::Place::new();
    let mut session = session(&nvim, &place, "words.lua", &["let g:downbeat_wording = v:true"]);
    session.envs(server.variables()).env("HOME", place.folder());
    place.play(session);
}

/// Neovim; `None`, said aloud, where there is none.
fn neovim(test: &str) -> Option<String> {
    let nvim = std::env::var("NVIM").unwrap_or_else(|_| "nvim".to_owned());
    let Ok(version) = Command::new(&nvim).arg("--version").output() else {
        let why = "there is no Neovim; `cargo xtask test` brings one, or set NVIM";
        tests::skipped(test, why);
        return None;
    };
    println!("{}", String::from_utf8_lossy(&version.stdout).lines().next().unwrap_or_default());
    Some(nvim)
}

/// A session in a Neovim that has the plugin and these commands at its start.
fn session(nvim: &str, place: &editor::Place, script: &str, commands: &[&str]) -> Command {
    let plugin = tests::root().join("editors/nvim");
    let script = tests::root().join("tests/editors/nvim").join(script);
    let mut session = Command::new(nvim);
    session.args(["--headless", "--clean", "--cmd"]);
    session.arg(format!("set rtp^={}", plugin.display()));
    for command in commands {
        session.args(["--cmd", command]);
    }
    session
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
    session
}
