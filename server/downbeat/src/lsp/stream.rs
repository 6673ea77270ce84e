//! Standard output without the line buffer of `std`: messages are whole, and one of them should be one write.

use std::{fs::File, io};

/// How much a pipe to the client should hold: the findings of a file of 30,000 lines, in one go.
#[cfg(target_os = "linux")]
const PIPE: usize = 512 * 1024;

/// Standard output as a plain file.
#[cfg(unix)]
pub(super) fn stdout() -> io::Result<File> {
    use std::os::fd::AsFd as _;
    let handle = io::stdout().as_fd().try_clone_to_owned()?;
    #[cfg(target_os = "linux")]
    {
        // No pipe, or a system that grants less: then large messages take more turns, and that is all.
        let _ = rustix::pipe::fcntl_setpipe_size(&handle, PIPE);
    }
    Ok(File::from(handle))
}

/// Standard output as a plain file.
#[cfg(windows)]
pub(super) fn stdout() -> io::Result<File> {
    use std::os::windows::io::AsHandle as _;
    Ok(File::from(io::stdout().as_handle().try_clone_to_owned()?))
}
