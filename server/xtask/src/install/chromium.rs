//! A Chromium for VS Code's user interface, and a font for its pictures.

use std::{path::Path, process::Command};

use super::debian;
use crate::shell::{Done, works};

const FONT: &str = "/usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf";

/// The Chromium on the path, else Debian's.
pub(crate) fn chromium() -> Done<&'static str> {
    if !is_there() || !Path::new(FONT).exists() {
        debian(&["chromium", "fonts-dejavu-core"])?;
    }
    if is_there() { Ok("chromium") } else { Err("the package chromium brought none".to_owned()) }
}

fn is_there() -> bool {
    let mut command = Command::new("chromium");
    command.args(["--no-sandbox", "--version"]);
    works(command)
}
