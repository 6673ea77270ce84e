//! Emacs with eglot: built in from Emacs 29 on, a Debian package before.

use std::process::Command;

use super::debian;
use crate::shell::{Done, works};

/// An Emacs that has eglot: the one on the path, else Debian's.
pub(crate) fn emacs() -> Done<&'static str> {
    if !has_eglot() {
        debian(&["emacs-nox", "elpa-eglot"])?;
    }
    if has_eglot() { Ok("emacs") } else { Err("Emacs has no eglot".to_owned()) }
}

fn has_eglot() -> bool {
    let mut command = Command::new("emacs");
    command.args(["--batch", "-q", "-l", "eglot"]);
    works(command)
}
