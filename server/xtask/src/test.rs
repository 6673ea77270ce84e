//! Everything that a change must pass, in the order in which it is cheapest to fail.

use std::{
    fs, io,
    path::{Path, PathBuf},
    process::Command,
};

use crate::{
    clock::Clock,
    editors, files, generate, install,
    shell::{self, Done, cargo, run},
};

/// Formatting, lints, generated files, the extension's checks, every test with its coverage. Installs what is missing.
pub(crate) fn everything() -> Done {
    let mut clock = Clock::default();
    let done = parts(&mut clock);
    println!("{clock}");
    done
}

fn parts(clock: &mut Clock) -> Done {
    clock.part("lints", lints)?;
    clock.part("generated files", generate::check)?;
    let node = clock.part("install: node", install::node);
    let node = node.map_err(|why| println!("the extension is not checked: {why}")).ok();
    let editors = clock.part("install: editors", || editors::install(node.as_ref()));
    clock
        .part("install: documents", install::documents)
        .unwrap_or_else(|why| println!("no PDF is made: {why}"));
    clock
        .part("install: films", install::films)
        .unwrap_or_else(|why| println!("no film is read: {why}"));
    clock
        .part("install: formats", install::formats)
        .unwrap_or_else(|why| println!("formats are not held against their schemas: {why}"));
    clock
        .part("install: models", || install::models(node.as_ref()))
        .unwrap_or_else(|why| println!("no model answers: {why}"));
    clock
        .part("install: mcp", || install::mcp(node.as_ref()))
        .unwrap_or_else(|why| println!("no MCP peer answers: {why}"));
    let rocrate = clock.part("install: rocrate", install::rocrate);
    let rocrate = rocrate.map_err(|why| println!("no exported run is validated: {why}")).ok();
    let coverage = clock.part("install: coverage", install::coverage);
    let coverage = coverage.map_err(|why| println!("coverage is not measured: {why}")).ok();
    if let Some(node) = &node {
        clock.part("extension", || editors::check_extension(node))?;
    }
    let environment = coverage.as_ref().map(instrumentation).transpose()?;
    let variables = environment.as_deref().unwrap_or_default();
    if environment.is_some() {
        run(with(cargo(["llvm-cov", "clean", "--workspace"]), variables))?;
    }
    let local = clock.part("building with `local`", || with_local(variables))?;
    let build = with(cargo(["test", "--quiet", "--workspace", "--no-run"]), variables);
    clock.part("building the tests", || run(build))?;
    let mut tests = with(cargo(["test", "--workspace", "--no-fail-fast"]), variables);
    tests.envs(editors).env("DOWNBEAT_LOCAL_BINARY", local);
    // What runs on the author's machine is no part of a test.
    tests.env("DOWNBEAT_LOCAL_SERVERS", "off");
    tests.envs(rocrate.map(|python| ("DOWNBEAT_ROCRATE_PYTHON", python)));
    clock.part("tests", || run_tests(tests))?;
    let inside = ["test", "--package", "models", "--features", "local", "--lib", "--test", "local"];
    let mut inside = with(cargo(inside), variables);
    inside.envs([("CANDLE_NUM_THREADS", "1"), ("RAYON_NUM_THREADS", "1")]);
    clock.part("tests of `local`", || run(inside))?;
    if environment.is_none() {
        return Ok(());
    }
    let mut report = cargo(["llvm-cov", "report", "--summary-only"]);
    report.args(["--ignore-filename-regex", "/(tests|xtask|fuzz)/"]);
    // Tests kill processes and fill disks: what those were measured to do may be cut off.
    report.args(["--failure-mode", "all"]);
    clock.part("coverage", || run(with(report, variables)))
}

/// The sessions in real editors alone.
pub(crate) fn sessions() -> Done {
    let node = install::node().map_err(|why| println!("there is no Node: {why}")).ok();
    let mut tests = cargo(["test", "--package", "tests", "--test", "vscode", "--test", "nvim"]);
    tests.args(["--test", "emacs", "--no-fail-fast", "--", "--nocapture"]);
    tests.envs(editors::install(node.as_ref()));
    run_tests(tests)
}

/// Real pipelines whose steps ask a model, against a real one.
pub(crate) fn live_corpus() -> Done {
    with_a_model("corpus_runs", "real_pipelines_come_to_their_end_with_a_real_model")
}

/// What a real model says of every real pipeline, held against its facts.
pub(crate) fn words_of_corpus() -> Done {
    with_a_model("words", "no_unknown_name_gets_through_over_all_real_pipelines")
}

/// Runs one test that takes too long for every day, and installs the model that it asks.
fn with_a_model(target: &str, test: &str) -> Done {
    install::models(None).map_err(|why| format!("no model answers: {why}"))?;
    let mut tests = cargo(["test", "--package", "tests", "--test", target]);
    tests.args(["--", "--ignored", "--nocapture", test]);
    run_tests(tests)
}

/// Everything without coverage and without installing; tests whose tools are missing say so.
pub(crate) fn quick() -> Done {
    lints()?;
    generate::check()?;
    run_tests(cargo(["test", "--workspace", "--no-fail-fast"]))
}

/// Runs the tests and says at the end which could not run.
fn run_tests(mut tests: Command) -> Done {
    let list = shell::root().join("target/skipped-tests.txt");
    match fs::remove_file(&list) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            return Err(format!("{}: {error}", list.display()));
        }
        _ => {}
    }
    fs::create_dir_all(shell::root().join("target")).map_err(|error| format!("target: {error}"))?;
    tests.env("DOWNBEAT_SKIPPED", &list);
    let done = run(tests);
    let skipped = fs::read_to_string(&list).unwrap_or_default();
    println!("tests that could not run: {}", skipped.lines().count());
    print!("{skipped}");
    done
}

fn lints() -> Done {
    run(cargo(["fmt", "--all", "--check"]))?;
    run(cargo(["clippy", "--quiet", "--workspace", "--", "-D", "warnings"]))?;
    // Tests and benches may unwrap what they made themselves, slice it, share helpers, and print what they measured.
    let mut everything =
        cargo(["clippy", "--quiet", "--workspace", "--all-targets", "--", "-D", "warnings"]);
    for lint in ["unwrap_used", "string_slice", "print_stdout", "print_stderr", "get_unwrap"] {
        everything.args(["-A", &format!("clippy::{lint}")]);
    }
    everything.args(["-A", "unreachable_pub"]);
    run(everything)
}

/// The variables that make every build and run below measure coverage, as `cargo llvm-cov` names them.
fn instrumentation(tools: &install::Coverage) -> Done<Vec<(String, String)>> {
    let mut show = cargo(["llvm-cov", "show-env"]);
    show.env("LLVM_COV", &tools.cov).env("LLVM_PROFDATA", &tools.profdata);
    let mut variables: Vec<(String, String)> = shell::output(show)?
        .lines()
        .filter_map(|line| line.trim_start_matches("export ").split_once('='))
        .map(|(name, value)| (name.to_owned(), value.trim_matches(['\'', '"']).to_owned()))
        .collect();
    for (name, path) in [("LLVM_COV", &tools.cov), ("LLVM_PROFDATA", &tools.profdata)] {
        variables.push((name.to_owned(), path.to_string_lossy().into_owned()));
    }
    Ok(variables)
}

/// A server in which models run, beside the one without them; its path.
fn with_local(variables: &[(String, String)]) -> Done<PathBuf> {
    let features = ["--package", "downbeat", "--features", "local"];
    let mut lints = cargo(["clippy", "--quiet"]);
    lints.args(features).args(["--", "-D", "warnings"]);
    run(lints)?;
    let mut build = with(cargo(["build", "--quiet"]), variables);
    build.args(features).args(["--message-format", "json-render-diagnostics"]);
    let messages = shell::output(build)?;
    // The build without the feature takes the place of this one.
    let built = messages.lines().filter_map(executable).next_back();
    let built = built.ok_or("cargo names no executable")?;
    let kept = install::folder().join("downbeat-local");
    files::copy(Path::new(&built), &kept)?;
    Ok(kept)
}

/// The program that a message of cargo names.
fn executable(message: &str) -> Option<String> {
    let (_, rest) = message.split_once("\"executable\":\"")?;
    Some(rest.split_once('"')?.0.to_owned())
}

fn with(mut command: Command, variables: &[(String, String)]) -> Command {
    command.envs(variables.iter().map(|(name, value)| (name, value)));
    command
}
