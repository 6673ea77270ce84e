//! VS Code itself, as a server for the browser: the npm package `code-server` carries it.
//!
//! Its own install compiles a dozen native modules, which takes minutes and development packages. One of them is needed
//! (without spdlog, output channels stay empty), so the install scripts are left out and that one is built.

use std::path::PathBuf;

use super::{Node, folder, text, write};
use crate::shell::{Done, run};

const PACKAGE: &str = "code-server@4.139.1";

/// The script that Node runs to start VS Code.
pub(crate) fn code_server(node: &Node) -> Done<PathBuf> {
    let home = folder().join("code-server");
    let package = home.join("node_modules/code-server");
    // The mark is written last: an install that was cut off is done again.
    let mark = home.join("complete");
    if text(&mark)?.is_none_or(|installed| installed != PACKAGE) {
        write(&home.join("package.json"), "{ \"private\": true }\n")?;
        run(node.npm(&home, ["install", "--ignore-scripts", PACKAGE])?)?;
        let code = package.join("lib/vscode");
        for folder in [code.clone(), code.join("extensions")] {
            run(node.npm(&folder, ["install", "--omit=dev", "--ignore-scripts"])?)?;
        }
        run(node.npm(&code, ["rebuild", "@vscode/spdlog"])?)?;
        write(&mark, PACKAGE)?;
    }
    Ok(package.join("out/node/entry.js"))
}
