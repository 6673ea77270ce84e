//! The language server in Emacs, by eglot. `EMACS` names an Emacs that has eglot; `cargo xtask test` brings one.

use std::process::{Command, Stdio};

use tests::{editor::Place, models::ModelServer};

#[test]
fn a_session_in_emacs() {
    let Some(emacs) = emacs("a_session_in_emacs") else { return };
    let place = Place::new();
    let mut session = session(&emacs, &place);
    session.arg("-l").arg(script("session.el"));
    place.play(session);
}

#[test]
fn words_come_where_point_stays() {
    let test = "words_come_where_point_stays";
    let Some(emacs) = emacs(test) else { return };
    let server = match ModelServer::aimock(&tests::root().join("tests/editors/words.json")) {
        Ok(server) => server,
        Err(why) => return tests::skipped(test, &why),
    };
    let place = Place::new();
    let mut session = session(&emacs, &place);
    // Its hands, without what they do elsewhere.
    session.args(["--eval", "(defvar scenarios nil)", "-l"]).arg(script("session.el"));
    session.arg("-l").arg(script("words.el")).envs(server.variables());
    place.play(session);
}

/// Emacs; `None`, said aloud, where there is none with eglot.
fn emacs(test: &str) -> Option<String> {
    let emacs = std::env::var("EMACS").unwrap_or_else(|_| "emacs".to_owned());
    let mut probe = Command::new(&emacs);
    probe.args(["--batch", "-q", "-l", "eglot"]).stdout(Stdio::null()).stderr(Stdio::null());
    if !probe.status().is_ok_and(|status| status.success()) {
        let why = "there is no Emacs with eglot; `cargo xtask test` brings one, or set EMACS";
        tests::skipped(test, why);
        return None;
    }
    Some(emacs)
}

fn script(name: &str) -> std::path::PathBuf {
    tests::root().join("tests/editors/emacs").join(name)
}

/// A session in an Emacs that knows the mode.
fn session(emacs: &str, place: &Place) -> Command {
    let mut session = Command::new(emacs);
    session
        .args(["--batch", "-q", "-L"])
        .arg(tests::root().join("editors/emacs"))
        .env("DOWNBEAT", tests::binary())
        .env("HOME", place.folder());
    session
}
