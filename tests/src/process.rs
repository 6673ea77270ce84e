//! The binary as a process.

use std::{
    io::Write as _,
    path::Path,
    process::{Command, Stdio},
};

/// What a process said and how it ended.
#[derive(Debug)]
pub struct Said {
    /// Its exit code; none when a signal ended it.
    pub code: Option<i32>,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
}

/// A call of the binary in a folder, all three streams piped.
#[must_use]
pub fn command(folder: &Path, arguments: &[&str]) -> Command {
    command_of(crate::binary(), folder, arguments)
}

/// The same of another binary.
#[must_use]
pub fn command_of(binary: &Path, folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(binary);
    command.args(arguments).current_dir(folder).env_remove("CLICOLOR_FORCE");
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Leaves a call nothing of the author's own machine but its path: no other variable, another home, no server of models that runs
/// there.
pub fn alone<'c>(command: &'c mut Command, home: &Path) -> &'c mut Command {
    let path = std::env::var_os("PATH").unwrap_or_default();
    command.env_clear().env("HOME", home).env("PATH", path).env("DOWNBEAT_LOCAL_SERVERS", "off")
}

/// Calls the binary in a folder, hands it `input`, and waits for its end.
///
/// # Panics
/// When it does not start, or what it says is not UTF-8.
#[must_use]
pub fn downbeat(folder: &Path, arguments: &[&str], input: &[u8]) -> Said {
    let mut child = command(folder, arguments).spawn().expect("the binary starts");
    // A process that does not read its input is no failure of the writer.
    let _ = child.stdin.take().expect("a pipe").write_all(input);
    let output = child.wait_with_output().expect("the binary ends");
    let text = |bytes| String::from_utf8(bytes).expect("output is UTF-8");
    Said { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
}
