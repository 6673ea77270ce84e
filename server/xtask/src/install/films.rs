//! What reads films: ffmpeg with ffprobe.

use std::process::Command;

use super::debian;
use crate::shell::{Done, works};

/// Both on the path, else Debian's.
pub(crate) fn films() -> Done {
    let is_there = |program: &str| {
        let mut command = Command::new(program);
        command.arg("-version");
        works(command)
    };
    if ["ffmpeg", "ffprobe"].into_iter().all(is_there) { Ok(()) } else { debian(&["ffmpeg"]) }
}
