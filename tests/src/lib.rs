//! Shared helpers of the boundary tests.

pub mod editor;
pub mod lsp;
pub mod mcp;
pub mod models;
pub mod process;
pub mod reading;
pub mod workspace;

use std::{
    fs::OpenOptions,
    io::Write as _,
    path::{Path, PathBuf},
    process::Command,
    sync::OnceLock,
};

/// The repository's folder.
#[must_use]
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The Node that runs others' programs: that of `NODE`, which `cargo xtask test` sets, else the one on the path.
#[must_use]
pub fn node() -> PathBuf {
    std::env::var_os("NODE").map_or_else(|| "node".into(), PathBuf::from)
}

/// The `downbeat` binary of this build, made once in a test process; `DOWNBEAT_BINARY` names another one.
///
/// # Panics
/// When it does not build.
#[must_use]
pub fn binary() -> &'static Path {
    static BINARY: OnceLock<PathBuf> = OnceLock::new();
    BINARY.get_or_init(|| {
        if let Some(other) = std::env::var_os("DOWNBEAT_BINARY") {
            return other.into();
        }
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let out = Command::new(cargo)
            .args([
                "build",
                "--quiet",
                "--package",
                "downbeat",
                "--message-format",
                "json-render-diagnostics",
            ])
            .current_dir(root())
            .output()
            .expect("cargo starts");
        assert!(
            out.status.success(),
            "downbeat does not build:\n{}",
            String::from_utf8_lossy(&out.stderr)
        );
        let executable = String::from_utf8_lossy(&out.stdout)
            .lines()
            .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok())
            .filter_map(|message| message["executable"].as_str().map(PathBuf::from))
            .next_back();
        executable.expect("cargo names the executable")
    })
}

/// The folder of real pipelines and recorded answers beside the repository (`DOWNBEAT_SHARED` overrides), when it is there.
#[must_use]
pub fn shared() -> Option<PathBuf> {
    let folder =
        std::env::var_os("DOWNBEAT_SHARED").map_or_else(|| root().join("../shared"), PathBuf::from);
    folder.join("corpus").is_dir().then_some(folder)
}

/// Says that a test could not run, and why, so that a person sees it; `cargo xtask test` counts these at its end.
#[expect(clippy::print_stderr, reason = "a skipped test must be seen")]
pub fn skipped(test: &str, why: &str) {
    eprintln!("SKIPPED {test}: {why}");
    let Some(list) = std::env::var_os("DOWNBEAT_SKIPPED") else { return };
    let file = OpenOptions::new().create(true).append(true).open(list);
    if let Ok(mut file) = file {
        writeln!(file, "{test}: {why}").expect("the list of skipped tests is writable");
    }
}
