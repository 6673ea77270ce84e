//! A Chromium for VS Code's user interface, and a font for its pictures.

use std::{
    env,
    path::{Path, PathBuf},
    process::Command,
};

use super::debian;
use crate::shell::{Done, works};

const FONT: &str = "/usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf";

/// The Chromium on the path, else Debian's.
pub(crate) fn chromium() -> Done<PathBuf> {
    if found().is_none() || !Path::new(FONT).exists() {
        debian(&["chromium", "fonts-dejavu-core"])?;
    }
    found().ok_or_else(|| "the package chromium brought none that works".to_owned())
}

fn found() -> Option<PathBuf> {
    let folders = env::var_os("PATH")?;
    env::split_paths(&folders).map(|folder| folder.join("chromium")).find(|path| {
        let mut command = Command::new(path);
        command.args(["--no-sandbox", "--version"]);
        works(command)
    })
}
