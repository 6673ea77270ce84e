//! The extension in VS Code: by its user interface, as a person uses it, and inside VS Code's extension host.
//! `cargo xtask test` brings VS Code, Chromium and Node, and names them in `CODE_SERVER`, `CHROMIUM` and `NODE`.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
    sync::Mutex,
};

use tests::{
    editor::{self, Place},
    models::ModelServer,
};

/// Two VS Codes at once are too much for a small machine.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

#[test]
fn a_session_in_vscode() {
    let _turn = ONE_AT_A_TIME.lock();
    let Some(tools) = Tools::find("a_session_in_vscode") else { return };
    let place = Place::new();
    let package = tools.package(&place);
    let mut session = tools.script("session.mjs");
    let server = ModelServer::aimock(&tests::root().join("tests/editors/words.json"));
    match &server {
        Ok(server) => drop(session.envs(server.variables())),
        Err(why) => println!("no words come into a hover: {why}"),
    }
    session
        .env("PACKAGE", package)
        .env("WORKSPACE", place.workspace())
        .env(
            "PICTURES",
            env::var_os("PICTURES").unwrap_or_else(|| place.folder().join("pictures").into()),
        )
        .env_remove("DOWNBEAT_SERVER");
    place.play(session);
}

#[test]
fn the_extension_inside_vscode() {
    let _turn = ONE_AT_A_TIME.lock();
    let Some(tools) = Tools::find("the_extension_inside_vscode") else { return };
    tools.npm(&["run", "build"]);
    let place = Place::new();
    let scratch = place.folder().join("scratch");
    fs::create_dir(&scratch).unwrap();
    let mut session = tools.script("inprocess.mjs");
    session
        .env("EXTENSION", extension().canonicalize().unwrap())
        .env("WORKSPACE", scratch)
        .env("DOWNBEAT_SERVER", tests::binary());
    place.play(session);
}

/// Snippets and problem matchers are judged by the program that they are about.
#[test]
fn the_extension_against_the_server() {
    let _turn = ONE_AT_A_TIME.lock();
    let Some(tools) = Tools::find("the_extension_against_the_server") else { return };
    tools.npm(&["test"]);
}

fn extension() -> PathBuf {
    tests::root().join("vscode-extension")
}

/// What the sessions need beside this build.
struct Tools {
    node: PathBuf,
}

impl Tools {
    /// `None` when something is missing, which is said.
    fn find(test: &str) -> Option<Self> {
        let missing =
            ["CODE_SERVER", "CHROMIUM", "NODE"].iter().find(|name| env::var_os(name).is_none());
        if let Some(name) = missing {
            tests::skipped(
                test,
                &format!("{name} is not set; `cargo xtask test` brings VS Code and sets it"),
            );
            return None;
        }
        if !extension().join("node_modules").is_dir() {
            tests::skipped(
                test,
                "vscode-extension has no node_modules; `cargo xtask test` installs them",
            );
            return None;
        }
        Some(Self { node: env::var_os("NODE")?.into() })
    }

    /// One of the scripts beside the session's.
    fn script(&self, name: &str) -> Command {
        let mut command = Command::new(&self.node);
        command.arg(tests::root().join("tests/editors/vscode").join(name));
        command
    }

    fn npm(&self, arguments: &[&str]) {
        let mut command = Command::new("npm");
        command.args(arguments).arg("--silent").current_dir(extension());
        command.env("DOWNBEAT_SERVER", tests::binary());
        self.succeeds(command);
    }

    /// The extension as it is published for this platform, with this build's server inside.
    fn package(&self, place: &Place) -> PathBuf {
        self.npm(&["run", "build"]);
        let staged = place.folder().join("extension");
        let skipped = ["node_modules", "server", "src", "test"];
        editor::copy(&extension(), &staged, &|name| !skipped.contains(&name));
        fs::create_dir(staged.join("server")).unwrap();
        fs::copy(tests::binary(), staged.join("server/downbeat")).unwrap();
        let package = place.folder().join("downbeat.vsix");
        let mut vsce = Command::new(&self.node);
        vsce.arg(extension().join("node_modules/@vscode/vsce/vsce"))
            .args([
                "package",
                "--no-dependencies",
                "--allow-missing-repository",
                "--skip-license",
                "--target",
                "linux-x64",
                "--out",
            ])
            .arg(&package)
            .current_dir(&staged);
        self.succeeds(vsce);
        package
    }

    fn succeeds(&self, mut command: Command) {
        // Scripts of npm find this Node first.
        let folders = env::var_os("PATH").unwrap_or_default();
        let own = self.node.parent().map(Path::to_path_buf);
        let path = env::join_paths(own.into_iter().chain(env::split_paths(&folders))).unwrap();
        let out = command.env("PATH", path).output().expect("it starts");
        assert!(
            out.status.success(),
            "{command:?} failed:\n{}{}",
            String::from_utf8_lossy(&out.stdout),
            String::from_utf8_lossy(&out.stderr)
        );
    }
}
