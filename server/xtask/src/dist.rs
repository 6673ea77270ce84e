//! `cargo xtask dist`: what is published. For each platform a `.vsix` of the VS Code extension with the server inside, and an
//! archive of the server with what other editors and shells need; everything lands in `target/dist`.

use std::{
    env::{
        self,
        consts::{ARCH, OS},
    },
    path::{Path, PathBuf},
    process::Command,
};

use crate::{
    files::{clear, copy, size, write},
    install::{self, Node},
    shell::{self, Done, cargo, output, run},
};

/// VS Code's names of the platforms that it knows, and this chore with it.
const PLATFORMS: [&str; 7] = [
    "linux-x64",
    "linux-arm64",
    "alpine-x64",
    "darwin-x64",
    "darwin-arm64",
    "win32-x64",
    "win32-arm64",
];

/// What the extension's package takes from its folder; `.vscodeignore` there says it again to `vsce`.
const EXTENSION: [&str; 10] = [
    "package.json",
    ".vscodeignore",
    "README.md",
    "CHANGELOG.md",
    "language-configuration.json",
    "dist",
    "media",
    "snippets",
    "syntaxes",
    "walkthrough",
];

const LICENCES: [&str; 3] = ["LICENSE", "LICENSE-APACHE", "LICENSE-MIT"];

/// Shells and the files that their completions are read from.
const COMPLETIONS: [(&str, &str); 5] = [
    ("bash", "downbeat.bash"),
    ("elvish", "downbeat.elv"),
    ("fish", "downbeat.fish"),
    ("powershell", "downbeat.ps1"),
    ("zsh", "_downbeat"),
];

/// One platform and the server that runs there.
struct Target {
    platform: String,
    binary: PathBuf,
}

/// Packs for the platforms that `args` name as `--target PLATFORM --binary PATH`, each with a server built for it; for this
/// machine without any, and without `--binary`.
pub(crate) fn pack(args: &[&str]) -> Done {
    let host = host()?;
    let built = target_folder().join("release").join(program(OS));
    let targets = targets(args, &host, &built)?;
    // A server that runs here writes the completions.
    let own = targets.iter().find(|it| it.platform == host).map_or(&built, |it| &it.binary);
    if *own == built {
        run(cargo(["build", "--release", "--package", "downbeat", "--features", "local"]))?;
    }
    let node = install::node()?;
    let extension = shell::root().join("vscode-extension");
    install::packages(&node, &extension)?;
    run(node.npm(&extension, ["run", "--silent", "build"])?)?;

    let dist = target_folder().join("dist");
    clear(&dist)?;
    let mut sums = String::new();
    for target in &targets {
        for file in [vsix(&node, target, &extension, &dist)?, archive(target, own, &dist)?] {
            let sum = sum(&node, &file)?;
            println!("{:>6} KiB  {sum}  {}", size(&file)? >> 10, file.display());
            let name = file.file_name().unwrap_or_default().to_string_lossy();
            sums += &format!("{sum}  {name}\n");
        }
    }
    write(&dist.join("SHA256SUMS"), &sums)
}

/// What `args` ask for; `built` is the server that is built here, for the platform `host`.
fn targets(mut args: &[&str], host: &str, built: &Path) -> Done<Vec<Target>> {
    let mut targets = Vec::new();
    while let [flag, platform, rest @ ..] = args {
        if *flag != "--target" {
            break;
        }
        if !PLATFORMS.contains(platform) {
            return Err(format!("`{platform}` is none of {}", PLATFORMS.join(", ")));
        }
        let (binary, rest) = match rest {
            ["--binary", binary, rest @ ..] => (PathBuf::from(binary), rest),
            rest if *platform == host => (built.to_owned(), rest),
            _ => return Err(format!("a server for `{platform}` is needed: `--binary PATH`")),
        };
        targets.push(Target { platform: (*platform).to_owned(), binary });
        args = rest;
    }
    if let [other, ..] = args {
        return Err(format!("`dist` knows no `{other}` here"));
    }
    if targets.is_empty() {
        targets.push(Target { platform: host.to_owned(), binary: built.to_owned() });
    }
    Ok(targets)
}

/// This machine, as VS Code calls it.
fn host() -> Done<String> {
    let cpu = match ARCH {
        "x86_64" => "x64",
        "aarch64" => "arm64",
        other => return Err(format!("VS Code has no packages for {other}")),
    };
    let system = match OS {
        "linux" => "linux",
        "macos" => "darwin",
        "windows" => "win32",
        other => return Err(format!("VS Code has no packages for {other}")),
    };
    Ok(format!("{system}-{cpu}"))
}

fn target_folder() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| shell::root().join("target"), PathBuf::from)
}

/// The server's file name on a system of this name, Rust's or VS Code's.
fn program(system: &str) -> &'static str {
    if system.starts_with("win") { "downbeat.exe" } else { "downbeat" }
}

/// The extension with the server inside.
fn vsix(node: &Node, target: &Target, extension: &Path, dist: &Path) -> Done<PathBuf> {
    let stage = dist.join("stage").join(format!("vsix-{}", target.platform));
    clear(&stage)?;
    for part in EXTENSION {
        copy(&extension.join(part), &stage.join(part))?;
    }
    for licence in LICENCES {
        copy(&shell::root().join(licence), &stage.join(licence))?;
    }
    copy(&target.binary, &stage.join("server").join(program(&target.platform)))?;
    write(&stage.join("server/third-party.txt"), &third_party()?)?;
    let file = dist.join(format!("downbeat-{}-{}.vsix", version(), target.platform));
    let mut vsce = Command::new(node.binary());
    vsce.arg(extension.join("node_modules/@vscode/vsce/vsce"))
        .args(["package", "--no-dependencies", "--allow-missing-repository", "--target"])
        .args([target.platform.as_str(), "--out"])
        .arg(&file)
        .current_dir(&stage)
        .env("PATH", node.path()?);
    run(vsce)?;
    Ok(file)
}

/// The server, completions for shells, plugins for editors, licences. `own` is a server that runs here.
fn archive(target: &Target, own: &Path, dist: &Path) -> Done<PathBuf> {
    let name = format!("downbeat-{}-{}", version(), target.platform);
    let stage = dist.join("stage").join(&name);
    clear(&stage)?;
    copy(&target.binary, &stage.join(program(&target.platform)))?;
    for file in LICENCES.into_iter().chain(["README.md", "CHANGELOG.md"]) {
        copy(&shell::root().join(file), &stage.join(file))?;
    }
    copy(&shell::root().join("editors"), &stage.join("editors"))?;
    write(&stage.join("third-party.txt"), &third_party()?)?;
    for (shell, file) in COMPLETIONS {
        let mut command = Command::new(own);
        command.args(["completions", shell]);
        write(&stage.join("completions").join(file), &output(command)?)?;
    }
    let file = dist.join(format!("{name}.tar.gz"));
    let mut tar = Command::new("tar");
    tar.arg("-C").arg(dist.join("stage")).arg("-czf").arg(&file).arg(&name);
    run(tar)?;
    Ok(file)
}

/// The crates inside the server with their licences, one a line.
fn third_party() -> Done<String> {
    let format = "{p} {l} {r}";
    let tree = output(cargo([
        "tree",
        "--package",
        "downbeat",
        "--features",
        "local",
        "--edges",
        "normal",
        "--prefix",
        "none",
        "--no-dedupe",
        "--format",
        format,
    ]))?;
    // Our own crates name the folder that they lie in.
    let mut lines: Vec<&str> = tree.lines().filter(|line| !line.contains(" (/")).collect();
    lines.sort_unstable();
    lines.dedup();
    Ok(format!("{}\n", lines.join("\n")))
}

fn sum(node: &Node, file: &Path) -> Done<String> {
    let script =
        "crypto.createHash('sha256').update(fs.readFileSync(process.argv[1])).digest('hex')";
    let mut hash = Command::new(node.binary());
    hash.args(["--print", script]).arg(file);
    Ok(output(hash)?.trim().to_owned())
}

fn version() -> &'static str {
    env!("CARGO_PKG_VERSION")
}
