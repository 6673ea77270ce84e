//! Standard output without the line buffer of `std`: messages are whole, and one of them should be one write.

use std::fs::File;
use std::io::{self, IoSlice, Write};

/// How much a pipe to the client should hold: the findings of a file of 30,000 lines, in one go.
#[cfg(target_os = "linux")]
const PIPE: usize = 512 * 1024;

/// Where messages go.
pub(crate) trait Stream: Write {
    /// Writes what can be written without waiting for the other side; how many bytes that was. An error shows with the next
    /// write that waits.
    fn write_now(&mut self, _pieces: &[IoSlice<'_>]) -> usize {
        0
    }
}

impl Stream for File {
    #[cfg(target_os = "linux")]
    fn write_now(&mut self, pieces: &[IoSlice<'_>]) -> usize {
        use rustix::io::{ReadWriteFlags, pwritev2};
        /// The offset that stands for none: what pipes and sockets have.
        const NONE: u64 = u64::MAX;
        // Refused for files on a disk and by kernels before 6.4: then nothing is written.
        pwritev2(self, pieces, NONE, ReadWriteFlags::NOWAIT).unwrap_or(0)
    }
}

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
