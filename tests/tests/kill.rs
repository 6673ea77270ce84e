//! A run that is killed at random moments, and resumed each time, comes to what it comes to when nobody disturbs it; what
//! was told to be done is not done again. `DOWNBEAT_KILLS` says how often it is killed in all.

#![cfg(target_os = "linux")]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    hash::{BuildHasher as _, RandomState},
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use serde_json::{Value as Json, json};
use tests::{
    process::{command, downbeat},
    root,
    workspace::parse,
};

const FILE: &str = "hundred.pipeline.yaml";

/// As many calls may be in flight at a kill.
const JOBS: usize = 4;

/// Kills in all, if nothing else is said.
const KILLS: usize = 24;

/// The longest that a process lives before it is killed.
const LONGEST: Duration = Duration::from_millis(900);

/// A workspace with the pipeline in it, and what happens there.
struct World {
    folder: tempfile::TempDir,
    /// Processes that were started so far.
    generation: usize,
}

/// What a process told before it ended.
struct Told {
    run: Option<String>,
    /// Calls that were told to be done in it, by `path/attempt`.
    done: BTreeSet<String>,
    document: Option<Json>,
    /// Lines of effects when it had begun to go on.
    lines_before: usize,
}

impl World {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        for file in [FILE, "child.pipeline.yaml", "note.sh"] {
            fs::copy(root().join("fixtures/kill").join(file), folder.path().join(file))
                .expect("copied");
        }
        // The root of a workspace, whatever is above.
        fs::create_dir(folder.path().join(".downbeat")).expect("made");
        Self { folder, generation: 0 }
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    /// What commands noted: generation, `begin` or `end`, and which call.
    fn effects(&self) -> Vec<(usize, String, String)> {
        let text = fs::read_to_string(self.path().join("effects")).unwrap_or_default();
        let line = |line: &str| {
            let mut words = line.split(' ');
            let (generation, what, key) = (words.next()?, words.next()?, words.next()?);
            let (_, call) = key.split_once('/')?;
            Some((generation.parse().ok()?, what.to_owned(), call.to_owned()))
        };
        text.lines().filter_map(line).collect()
    }

    /// Runs, or resumes, and kills after a while; `None` waits for its end.
    fn drive(&mut self, resume: Option<&str>, kill_after: Option<Duration>) -> Told {
        self.generation += 1;
        let jobs = JOBS.to_string();
        let call: &[&str] = match resume {
            None => &["run", FILE, "--events", "jsonl", "--quiet", "--jobs", &jobs],
            Some(run) => &["resume", run, "--events", "jsonl", "--quiet"],
        };
        let mut child = command(self.path(), call)
            .env("GENERATION", self.generation.to_string())
            .stdin(Stdio::null())
            .stderr(Stdio::inherit())
            .spawn()
            .expect("it starts");
        let lines = BufReader::new(child.stdout.take().expect("a pipe"));
        let killer = kill_after.map(|time| {
            let pid = child.id();
            std::thread::spawn(move || {
                std::thread::sleep(time);
                // One that is over meanwhile is still ours to wait for, so its pid is nobody else's.
                drop(std::process::Command::new("kill").args(["-9", &pid.to_string()]).output());
            })
        });
        let mut told = Told { run: None, done: BTreeSet::new(), document: None, lines_before: 0 };
        for line in lines.lines().map_while(Result::ok) {
            // The last line may be cut.
            let Ok(event) = serde_json::from_str::<Json>(&line) else { continue };
            self.hear(&event, &mut told);
        }
        if let Some(killer) = killer {
            killer.join().expect("it kills");
        }
        child.wait().expect("it ends");
        told
    }

    fn hear(&self, event: &Json, told: &mut Told) {
        let data = &event["data"];
        match event["type"].as_str() {
            None => told.document = Some(event.clone()),
            Some("run_started") => {
                told.run = data["run"].as_str().map(str::to_owned);
                told.lines_before = self.effects().len();
            }
            Some("step_completed") if data["recorded"] != true => {
                let path = data["path"].as_str().or(event["step"].as_str()).expect("a path");
                told.done.insert(path.to_owned());
            }
            _ => {}
        }
    }
}

/// A number below another.
fn below(most: u128) -> u128 {
    u128::from(RandomState::new().hash_one(0)) % most
}

/// What must be the same: everything but times and the run's id.
fn essence(document: &Json) -> Json {
    let mut json = document.clone();
    let run = document["run"].as_str().expect("an id").to_owned();
    scrub(&mut json, &run);
    // They stand in the order in which they were written.
    if let Some(products) = json["products"].as_array_mut() {
        products.sort_by_key(Json::to_string);
    }
    // Of steps that go on beside each other either may come to something first.
    if let Some(course) = json["course"].as_array_mut() {
        course.sort_by_cached_key(|turn| turn["key"].to_string());
    }
    json
}

fn scrub(json: &mut Json, run: &str) {
    match json {
        Json::Object(map) => {
            map.retain(|key, _| {
                !(key.ends_with("_at")
                    || key.contains("duration")
                    || key.contains("time")
                    || key == "execution_stats"
                    || key == "file"
                    || key == "resources")
            });
            map.values_mut().for_each(|value| scrub(value, run));
        }
        Json::Array(items) => items.iter_mut().for_each(|item| scrub(item, run)),
        Json::String(text) => *text = text.replace(run, "RUN"),
        _ => {}
    }
}

/// Where one differs from the other, and how.
fn difference(got: &Json, expected: &Json) -> Option<String> {
    match (got, expected) {
        (Json::Object(a), Json::Object(b)) if a.len() == b.len() => {
            a.iter().find_map(|(key, it)| {
                difference(it, b.get(key).unwrap_or(&Json::Null))
                    .map(|rest| format!("{key} {rest}"))
            })
        }
        (Json::Array(a), Json::Array(b)) if a.len() == b.len() => std::iter::zip(a, b)
            .enumerate()
            .find_map(|(at, (a, b))| difference(a, b).map(|rest| format!("{at} {rest}"))),
        _ if got == expected => None,
        _ => Some(format!("is {got:.300} and not {expected:.300}")),
    }
}

/// Products by name.
fn products(folder: &Path) -> BTreeMap<PathBuf, String> {
    let files = fs::read_dir(folder.join("output/hundred")).expect("products").flatten();
    files
        .map(|file| (file.file_name().into(), fs::read_to_string(file.path()).expect("text")))
        .collect()
}

/// One run, killed until it has come to its end or the kills are used up; how many there were.
fn torment(most: usize, whole: &Json, files: &BTreeMap<PathBuf, String>) -> usize {
    let mut world = World::new();
    let mut kills = 0;
    let mut run: Option<String> = None;
    let mut done = BTreeSet::new();
    let mut before: Vec<(usize, String, String)> = Vec::new();
    let document = loop {
        let limit =
            (kills < most).then(|| Duration::from_millis(below(LONGEST.as_millis()) as u64));
        let told = world.drive(run.as_deref(), limit);
        let effects = world.effects();
        if told.run.is_some() {
            let late = effects.get(told.lines_before..).unwrap_or_default();
            let orphan = late.iter().find(|(generation, ..)| *generation != world.generation);
            assert_eq!(orphan, None, "a process of a dead run acts beside the resumed one");
        }
        for (_, what, call) in effects.get(before.len()..).unwrap_or_default() {
            let (path, _) = call.split_once('/').expect("an attempt");
            assert!(!done.contains(path), "{call} was done, and {what}s again");
        }
        before = effects;
        done.extend(told.done);
        run = run.or(told.run);
        match told.document {
            Some(document) => break document,
            None => kills += 1,
        }
    };
    let mut begun: BTreeMap<&str, usize> = BTreeMap::new();
    for (_, _, call) in before.iter().filter(|(_, what, _)| what == "begin") {
        *begun.entry(call).or_default() += 1;
    }
    let again: usize = begun.values().map(|count| count - 1).sum();
    assert!(again <= JOBS * kills, "{again} calls were made again over {kills} kills");
    let other = difference(&essence(&document), whole);
    assert_eq!(other, None, "after {kills} kills");
    assert_eq!(products(world.path()), *files);

    let id = document["run"].as_str().expect("an id");
    let said = downbeat(world.path(), &["resume", id, "--json"], b"");
    assert_eq!((said.code, parse(&said.out)), (Some(0), document.clone()), "{}", said.err);
    assert_eq!(world.effects().len(), before.len(), "a finished run does nothing more");
    let replayed = downbeat(world.path(), &["replay", id, "--json"], b"");
    assert_eq!(replayed.code, Some(0), "{}", replayed.err);
    assert_eq!(difference(&essence(&parse(&replayed.out)), whole), None, "replayed");
    assert_eq!(world.effects().len(), before.len(), "a replay calls nothing");
    kills
}

#[test]
fn a_killed_run_goes_on_as_if_nothing_had_happened() {
    let mut world = World::new();
    let whole = world.drive(None, None).document.expect("a document");
    assert_eq!(whole["success"], true, "{whole:#}");
    let calls = world.effects().iter().filter(|(_, what, _)| what == "begin").count();
    assert!(calls >= 90, "{calls} calls");
    let (whole, files) = (essence(&whole), products(world.path()));

    let wanted =
        std::env::var("DOWNBEAT_KILLS").ok().and_then(|it| it.parse().ok()).unwrap_or(KILLS);
    let mut kills = 0;
    while kills < wanted {
        kills += torment(wanted - kills, &whole, &files).max(1);
    }
    assert_eq!(whole["outputs"]["hopeless"], json!("nothing"));
}
