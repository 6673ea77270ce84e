//! The project's own chores. `cargo xtask test` runs everything that a change must pass; `cargo xtask gen` writes the
//! files that are made from code, and `gen --check` fails when one is stale.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a chore talks to the person who called it"
)]

mod clock;
mod dist;
mod editors;
mod files;
mod generate;
mod install;
mod shell;
mod test;

use std::process::ExitCode;

const USAGE: &str = "\
usage: cargo xtask <chore>

  test            formatting, lints, generated files, every test, coverage; installs what they need
  test --quick    the same without coverage and without anything to install
  editors         the sessions in VS Code, Neovim and Emacs alone; installs them
  corpus --live   real pipelines against a real model that says 48 tokens at a time; installs it, takes many minutes
  corpus --words  what a real model says of every real pipeline, held against its facts; the same
  gen             writes schemas/ and docs/rules/
  gen --check     fails when a generated file is stale
  bench           every benchmark
  dist            packs what is published into target/dist: the VS Code extension with its server, an archive with the rest
  dist --target PLATFORM --binary PATH ...
                  the same for other platforms, with servers that were built for them
";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let done = match args.as_slice() {
        ["test"] => test::everything(),
        ["test", "--quick"] => test::quick(),
        ["editors"] => test::sessions(),
        ["corpus", "--live"] => test::live_corpus(),
        ["corpus", "--words"] => test::words_of_corpus(),
        ["gen"] => generate::write(),
        ["gen", "--check"] => generate::check(),
        ["dist", args @ ..] => dist::pack(args),
        ["bench"] => shell::run(shell::cargo(["bench", "--workspace", "--benches"])),
        ["help" | "--help" | "-h"] => {
            print!("{USAGE}");
            Ok(())
        }
        _ => Err(format!("no such chore\n\n{USAGE}")),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("xtask: {message}");
            ExitCode::FAILURE
        }
    }
}
