//! What makes PDFs: pandoc, and an engine behind it.

use std::process::Command;

use super::debian;
use crate::shell::{Done, works};

/// Both on the path, else Debian's.
pub(crate) fn documents() -> Done {
    let is_there = |program: &str| {
        let mut command = Command::new(program);
        command.arg("--version");
        works(command)
    };
    let wanted = ["pandoc", "weasyprint"];
    if wanted.into_iter().all(is_there) { Ok(()) } else { debian(&wanted) }
}
