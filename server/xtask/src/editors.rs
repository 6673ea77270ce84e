//! The editors that the tests start, and the checks of the VS Code extension.

use std::{env, ffi::OsString, path::PathBuf};

use crate::{
    install::{self, Node},
    shell::{self, Done, run},
};

/// Where a test finds an editor: a variable's name and value.
type Variable = (&'static str, OsString);

/// Finds or installs every editor; a variable that the caller has set wins. The tests of an editor that is missing say
/// that they are skipped, and why is printed here.
pub(crate) fn install(node: Option<&Node>) -> Vec<Variable> {
    let mut variables = Vec::new();
    let mut add = |editor: &str, found: Done<Vec<Variable>>| match found {
        Ok(found) => variables.extend(found),
        Err(why) => println!("{editor}'s session will be skipped: {why}"),
    };
    add("Neovim", install::neovim().map(|path| vec![("NVIM", path.into())]));
    add("Emacs", install::emacs().map(|name| vec![("EMACS", name.into())]));
    add("VS Code", node.ok_or_else(|| "there is no Node".to_owned()).and_then(vscode));
    variables.retain(|(name, _)| env::var_os(name).is_none());
    variables
}

fn vscode(node: &Node) -> Done<Vec<Variable>> {
    let chromium = install::chromium()?;
    let code_server = install::code_server(node)?;
    install::packages(node, &shell::root().join("tests/editors/vscode"))?;
    install::packages(node, &extension())?;
    Ok(vec![
        ("CHROMIUM", chromium.into()),
        ("CODE_SERVER", code_server.into()),
        ("NODE", node.binary().into()),
    ])
}

/// The extension's own checks: types, unit tests, grammar, size.
pub(crate) fn check_extension(node: &Node) -> Done {
    install::packages(node, &extension())?;
    for script in ["check", "build", "size", "test"] {
        run(node.npm(&extension(), ["run", "--silent", script])?)?;
    }
    Ok(())
}

fn extension() -> PathBuf {
    shell::root().join("vscode-extension")
}
