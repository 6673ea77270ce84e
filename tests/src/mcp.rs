//! Programs that speak the Model Context Protocol, to test with: the official Python SDK, the reference server with everything,
//! and the inspector. `cargo xtask test` installs them; `DOWNBEAT_TEST_MCP` names another folder that has them.

use std::{
    net::{TcpListener, TcpStream},
    path::PathBuf,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

/// How long a server may take to start on a busy machine.
const START: Duration = Duration::from_secs(60);

/// The folder with all of them; none, said aloud, where they are not installed.
fn folder(test: &str) -> Option<PathBuf> {
    let target = || {
        std::env::var_os("CARGO_TARGET_DIR")
            .map_or_else(|| crate::root().join("target"), PathBuf::from)
    };
    let folder = std::env::var_os("DOWNBEAT_TEST_MCP")
        .map_or_else(|| target().join("tools/mcp"), PathBuf::from);
    if folder.join("venv/bin/python").exists() && folder.join("node_modules").is_dir() {
        return Some(folder);
    }
    crate::skipped(test, "the MCP SDKs are not installed: `cargo xtask test` does it");
    None
}

/// A Python with the package `mcp`.
#[must_use]
pub fn python(test: &str) -> Option<PathBuf> {
    Some(folder(test)?.join("venv/bin/python"))
}

/// The program of an npm package that runs without being built: `node` runs it.
#[must_use]
pub fn script(test: &str, package: &str, program: &str) -> Option<PathBuf> {
    let script =
        folder(test)?.join("node_modules/@modelcontextprotocol").join(package).join(program);
    if script.is_file() && Command::new(crate::node()).arg("--version").output().is_ok() {
        return Some(script);
    }
    crate::skipped(test, "there is no Node, or the package is not installed");
    None
}

/// A server over HTTP that runs until this is dropped.
#[derive(Debug)]
pub struct WebServer {
    child: Child,
    /// Where it listens, on the loopback.
    pub port: u16,
}

impl WebServer {
    /// Starts a command with a free port as its last argument, and waits until it listens.
    ///
    /// # Panics
    /// When it does not start.
    #[must_use]
    pub fn start(mut command: Command) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("its address").port();
        drop(listener);
        command.arg(port.to_string()).stdin(Stdio::null()).stdout(Stdio::null());
        let child = command.stderr(Stdio::null()).spawn().expect("the server starts");
        let server = Self { child, port };
        let begun = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(begun.elapsed() < START, "the server does not listen");
            thread::sleep(Duration::from_millis(50));
        }
        server
    }
}

impl Drop for WebServer {
    fn drop(&mut self) {
        // One that is gone needs no end.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
