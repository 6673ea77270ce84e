//! Other programs, started and judged.

use std::{
    path::PathBuf,
    process::{Command, Stdio},
};

/// A chore's outcome; the error is one text for the person who called it.
pub(crate) type Done<T = ()> = Result<T, String>;

/// The folder of the workspace manifest.
pub(crate) fn root() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

/// This cargo, in the workspace.
pub(crate) fn cargo<'a>(args: impl IntoIterator<Item = &'a str>) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(args).current_dir(root());
    command
}

/// Runs it with the output shown; fails when it does.
pub(crate) fn run(mut command: Command) -> Done {
    println!("$ {}", words(&command));
    let status = command
        .status()
        .map_err(|error| format!("`{}` does not start: {error}", words(&command)))?;
    if status.success() { Ok(()) } else { Err(format!("`{}` failed: {status}", words(&command))) }
}

/// What it prints on standard output; fails when it does.
pub(crate) fn output(mut command: Command) -> Done<String> {
    let out = command
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| format!("`{}` does not start: {error}", words(&command)))?;
    if !out.status.success() {
        return Err(format!("`{}` failed: {}", words(&command), out.status));
    }
    String::from_utf8(out.stdout).map_err(|_| format!("`{}` prints no UTF-8", words(&command)))
}

/// Whether it starts and succeeds; its output is dropped.
pub(crate) fn works(mut command: Command) -> bool {
    command
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

fn words(command: &Command) -> String {
    let mut words = vec![command.get_program().to_string_lossy().into_owned()];
    words.extend(command.get_args().map(|it| it.to_string_lossy().into_owned()));
    words.join(" ")
}
