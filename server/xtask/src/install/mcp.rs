//! Programs that speak the Model Context Protocol, as others made them: the official Python SDK (MIT), the reference server
//! with everything, and the inspector (both MIT).

use std::process::Command;

use super::{Node, folder, text, write};
use crate::shell::{Done, run};

/// From PyPI.
const PYTHON: &str = "mcp==2.3.0";
/// From npm.
const NODE: [&str; 2] =
    ["@modelcontextprotocol/server-everything@2026.8.31", "@modelcontextprotocol/inspector@2.12.0"];

/// Installs them where the tests look: `target/tools/mcp`.
pub(crate) fn mcp(node: Option<&Node>) -> Done {
    let home = folder().join("mcp");
    // The mark is written last: an install that was cut off is done again.
    let mark = home.join("complete");
    let wanted = format!("{PYTHON} {}", NODE.join(" "));
    if text(&mark)?.is_some_and(|installed| installed == wanted) {
        return Ok(());
    }
    let venv = home.join("venv");
    let mut create = Command::new("python3");
    create.args(["-m", "venv"]).arg(&venv);
    run(create)?;
    let mut install = Command::new(venv.join("bin/pip"));
    install.args(["--quiet", "--disable-pip-version-check", "install", PYTHON]);
    run(install)?;
    let node = node.ok_or("the reference server needs Node")?;
    write(&home.join("package.json"), "{ \"private\": true }\n")?;
    run(node.npm(&home, ["install", "--ignore-scripts"].into_iter().chain(NODE))?)?;
    write(&mark, &wanted)
}
