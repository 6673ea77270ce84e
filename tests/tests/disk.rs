//! A disk that is full, or that can only be read: a clear error, a journal that is whole, and a run that goes on when there
//! is room again.

#![cfg(target_os = "linux")]

use std::{
    collections::BTreeMap,
    fs,
    path::Path,
    process::{Command, Stdio},
};

use serde_json::Value as Json;
use tests::{binary, skipped, workspace::parse};

/// Rounds of the loop. Each leaves 30,000 bytes in the journal.
const ROUNDS: usize = 40;

const FILE: &str = "wide.pipeline.yaml";

fn pipeline() -> String {
    format!(
        "id: wide\nsteps:\n  - id: each\n    for_each: '{{{{ range({ROUNDS}) | list }}}}'\n    steps:\n      - id: w\n        tool: terminal\n        parameters:\n          \
         command: 'echo {{{{ item }}}} >> \"$EFFECTS\"; head -c 30000 /dev/zero | tr \"\\000\" x'\n"
    )
}

/// What a script said.
struct Said {
    code: Option<i32>,
    out: String,
    err: String,
}

/// A folder for a workspace `disk`, and beside it what must not be on that disk.
struct World {
    folder: tempfile::TempDir,
}

impl World {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        fs::create_dir_all(folder.path().join("disk/.downbeat")).expect("made");
        fs::write(folder.path().join(FILE), pipeline()).expect("written");
        fs::write(folder.path().join("disk").join(FILE), pipeline()).expect("written");
        Self { folder }
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    /// A script that starts in the folder; `$DOWNBEAT` is the binary.
    fn shell(&self, program: &[&str], script: &str) -> Said {
        let output = Command::new(program[0])
            .args(&program[1..])
            .args(["sh", "-c", script])
            .current_dir(self.path())
            .env("BINARY", binary())
            .env("EFFECTS", self.path().join("effects"))
            .stdin(Stdio::null())
            .output()
            .expect("a shell");
        let text = |bytes| String::from_utf8(bytes).expect("text");
        Said { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
    }

    /// How often each round had its effect.
    fn effects(&self) -> BTreeMap<usize, usize> {
        let text = fs::read_to_string(self.path().join("effects")).unwrap_or_default();
        let mut effects = BTreeMap::new();
        for round in text.lines().filter_map(|line| line.parse().ok()) {
            *effects.entry(round).or_default() += 1;
        }
        effects
    }

    /// That every round was, and none was again but those in flight when the run stopped so often.
    fn assert_done(&self, stops: usize) {
        let effects = self.effects();
        assert_eq!(effects.keys().copied().collect::<Vec<_>>(), (0..ROUNDS).collect::<Vec<_>>());
        let again: usize = effects.values().map(|count| count - 1).sum();
        assert!(again <= stops, "{effects:?}");
    }
}

fn assert_stopped_by_the_journal(said: &Said) {
    assert_eq!(said.code, Some(1), "{}", said.err);
    let document = parse(&said.out);
    assert_eq!(document["error_type"], "JournalError");
    assert!(said.err.contains("cannot write the journal"), "{}", said.err);
    assert!(said.err.contains("downbeat resume wide_"), "{}", said.err);
}

fn assert_completed(said: &Said) {
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert_eq!(parse(&said.out)["status"], Json::from("completed"));
    assert!(!said.err.contains("damaged"), "{}", said.err);
}

#[test]
fn a_journal_that_cannot_grow_stops_the_run_and_is_whole() {
    let world = World::new();
    // Without the signal, writing beyond the limit is an error.
    let limited =
        "trap '' XFSZ; ulimit -f 600; cd disk && exec \"$BINARY\" run wide.pipeline.yaml --json";
    assert_stopped_by_the_journal(&world.shell(&["env"], limited));
    let done = world.effects().len();
    assert!(done > 0 && done < ROUNDS, "{done}");

    assert_completed(&world.shell(&["env"], "cd disk && exec \"$BINARY\" resume latest --json"));
    world.assert_done(1);
}

/// A program that runs another one where it may mount.
const ROOM: [&str; 2] = ["unshare", "-rm"];

fn can_mount(world: &World, test: &str) -> bool {
    let mounts = Command::new(ROOM[0])
        .args([ROOM[1], "mount", "-t", "tmpfs", "none", "/mnt"])
        .current_dir(world.path())
        .output()
        .is_ok_and(|output| output.status.success());
    if !mounts {
        skipped(test, "nothing can be mounted here");
    }
    mounts
}

#[test]
fn a_full_disk_stops_the_run_until_there_is_room() {
    let world = World::new();
    if !can_mount(&world, "a_full_disk_stops_the_run_until_there_is_room") {
        return;
    }
    let script = "
        mount -t tmpfs -o size=700k none disk && mkdir disk/.downbeat && cp wide.pipeline.yaml disk && cd disk || exit 9
        \"$BINARY\" run wide.pipeline.yaml --json > ../first.json 2> ../first.err; echo $? > ../first.code
        mount -o remount,size=50m ../disk || exit 9
        exec \"$BINARY\" resume latest --json";
    let second = world.shell(&ROOM, script);
    let read = |name: &str| fs::read_to_string(world.path().join(name)).expect("written");
    let code = read("first.code").trim().parse().ok();
    assert_stopped_by_the_journal(&Said { code, out: read("first.json"), err: read("first.err") });
    assert!(read("first.err").contains("full"), "{}", read("first.err"));
    assert_completed(&second);
    world.assert_done(1);
}

#[test]
fn a_disk_that_can_only_be_read_is_named_and_harms_nothing() {
    let world = World::new();
    if !can_mount(&world, "a_disk_that_can_only_be_read_is_named_and_harms_nothing") {
        return;
    }
    let script = "
        mount -t tmpfs -o size=50m none disk && mkdir disk/.downbeat && cp wide.pipeline.yaml disk && cd disk || exit 9
        \"$BINARY\" run wide.pipeline.yaml --quiet &
        until [ -s \"$EFFECTS\" ]; do sleep 0.02; done; sleep 0.1; kill -9 $!; wait $!
        until mount -o remount,ro ../disk; do sleep 0.05; done 2>/dev/null
        \"$BINARY\" resume latest --json > ../read-only.out 2> ../read-only.err; echo $? > ../read-only.code
        mount -o remount,rw ../disk || exit 9
        exec \"$BINARY\" resume latest --json";
    let second = world.shell(&ROOM, script);
    let read = |name: &str| fs::read_to_string(world.path().join(name)).expect("written");
    let (code, err) = (read("read-only.code"), read("read-only.err"));
    assert!(matches!(code.trim(), "1" | "2"), "{code} {err}");
    assert!(err.contains("the journal") && err.contains("journal.db"), "{err}");
    assert_completed(&second);
    world.assert_done(1);
}
