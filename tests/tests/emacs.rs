//! The language server in Emacs, by eglot. `EMACS` names an Emacs that has eglot; `cargo xtask test` brings one.

use std::process::{Command, Stdio};

use tests::editor::Place;

#[test]
fn a_session_in_emacs() {
    let emacs = std::env::var("EMACS").unwrap_or_else(|_| "emacs".to_owned());
    let mut probe = Command::new(&emacs);
    probe.args(["--batch", "-q", "-l", "eglot"]).stdout(Stdio::null()).stderr(Stdio::null());
    if !probe.status().is_ok_and(|status| status.success()) {
        return tests::skipped(
            "a_session_in_emacs",
            "there is no Emacs with eglot; `cargo xtask test` brings one, or set EMACS",
        );
    }
    let place = Place::new();
    let mut session = Command::new(&emacs);
    session
        .args(["--batch", "-q", "-L"])
        .arg(tests::root().join("editors/emacs"))
        .arg("-l")
        .arg(tests::root().join("tests/editors/emacs/session.el"))
        .env("DOWNBEAT", tests::binary())
        .env("HOME", place.folder());
    place.play(session);
}
